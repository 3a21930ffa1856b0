#!/usr/bin/env python3
"""Writes an archive that nobody should unpack (but "right") to standard output.

usage: bad_archive.py climbs|absolute|link|hard-link|device|twice|bomb|many|cut|no-chart|right
"""
import gzip
import io
import sys
import tarfile

CHART = b"apiVersion: v2\nname: bad\nversion: 1.0.0\n"


def member(archive, name, data=b"", **more):
    info = tarfile.TarInfo(name)
    info.size = len(data)
    for key, value in more.items():
        setattr(info, key, value)
    archive.addfile(info, io.BytesIO(data))


def fill(archive, kind):
    if kind != "no-chart":
        member(archive, "Chart.yaml", CHART)
    if kind == "climbs":
        member(archive, "templates/../../../../tmp/climbed.yaml", b"a: 1\n")
    elif kind == "absolute":
        member(archive, "/tmp/climbed.yaml", b"a: 1\n")
    elif kind == "link":
        member(archive, "templates/passwd.yaml", type=tarfile.SYMTYPE, linkname="/etc/passwd")
    elif kind == "hard-link":
        member(archive, "templates/passwd.yaml", type=tarfile.LNKTYPE, linkname="/etc/passwd")
    elif kind == "device":
        member(archive, "templates/null.yaml", type=tarfile.CHRTYPE, devmajor=1, devminor=3)
    elif kind == "twice":
        member(archive, "values.yaml", b"a: 1\n")
        member(archive, "values.yaml", b"a: 2\n")
    elif kind == "bomb":
        for i in range(64):
            member(archive, "templates/zeros-%d.yaml" % i, b"\0" * (15 << 20))
    elif kind == "many":
        for i in range(20000):
            member(archive, "templates/%d.yaml" % i)
    else:
        member(archive, "values.yaml", b"a: 1\n")


def main():
    kind = sys.argv[1]
    out = io.BytesIO()
    with gzip.GzipFile(fileobj=out, mode="wb", mtime=0) as packed:
        with tarfile.open(fileobj=packed, mode="w|") as archive:
            fill(archive, kind)
    data = out.getvalue()
    sys.stdout.buffer.write(data[: len(data) // 2] if kind == "cut" else data)


if __name__ == "__main__":
    main()
