#!/usr/bin/env python3
"""Says where secrets are that should be nowhere: as they are, and in base64. Status 1 when there are any.

usage: find_secrets.py SECRETS PATH...        in files, and in all files below folders
       find_secrets.py SECRETS --processes    in the command lines of all processes, until SIGTERM

SECRETS is a file with one secret a line.
"""
import base64
import os
import signal
import sys
import time


def shapes(secret):
    yield secret
    # In base64 a text looks different at each of three places; the ends depend on what stands beside it.
    for before in range(3):
        encoded = base64.b64encode(b"\0" * before + secret)
        yield encoded[4 * ((before + 2) // 3):-4]


def load(path):
    with open(path, "rb") as file:
        return [(secret, shape) for secret in file.read().split() for shape in shapes(secret)]


def look_at(data, known, where, found):
    for secret, shape in known:
        if shape in data:
            kind = "as it is" if shape == secret else "in base64"
            at = data.index(shape)
            found.add("%s, %s: %r" % (where, kind, data[max(0, at - 80):at + len(shape) + 20]))


def files_of(paths):
    for path in paths:
        if not os.path.isdir(path):
            yield path
        for folder, _, names in os.walk(path):
            yield from (os.path.join(folder, name) for name in names)


def look_at_processes(known, found):
    for pid in filter(str.isdigit, os.listdir("/proc")):
        try:
            with open("/proc/%s/cmdline" % pid, "rb") as file:
                look_at(file.read(), known, "process " + pid, found)
        except OSError:
            pass


def main():
    known, found = load(sys.argv[1]), set()
    if sys.argv[2] == "--processes":
        ending = []
        signal.signal(signal.SIGTERM, lambda *_: ending.append(True))
        while not ending:
            look_at_processes(known, found)
            time.sleep(0.01)
    else:
        for path in files_of(sys.argv[2:]):
            if not os.path.isfile(path):
                continue
            with open(path, "rb") as file:
                look_at(file.read(), known, path, found)
    for line in sorted(found):
        print(line)
    sys.exit(1 if found else 0)


if __name__ == "__main__":
    main()
