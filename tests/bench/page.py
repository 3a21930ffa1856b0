#!/usr/bin/env python3
"""Writes the figures as Markdown: to stdout, and between the two marks of a page when one is named.

usage: page.py FOLDER_OF_RESULTS [PAGE.md]
"""
import json
import os
import pathlib
import platform
import statistics
import sys

ORDER = ("deploy", "no_change", "memory", "client_start", "restart", "followers", "canary_vs_argo", "many_canaries")
BEGIN, END = "<!-- figures: begin -->\n", "<!-- figures: end -->\n"


def number(value, unit=""):
    if unit == "":
        return "%.2f" % value
    text = "{:,.0f}".format(value) if abs(value) >= 100 else "%.1f" % value
    return "%s %s" % (text, unit)


def verdict_lines(results):
    yield "| figure | measured | wanted | |"
    yield "|---|---:|---:|---|"
    for result in results:
        for verdict in result["verdicts"]:
            limit = verdict["at_most"]
            met = "" if limit is None else "met" if verdict["value"] <= limit else "**missed**"
            wanted = "" if limit is None else "≤ %g %s" % (limit, verdict["unit"])
            yield "| %s | %s | %s | %s |" % (verdict["what"], number(verdict["value"], verdict["unit"]), wanted.strip(), met)


def row_lines(result):
    yield "| what | median | quartiles | least – most | n |"
    yield "|---|---:|---:|---:|---:|"
    for row in result["rows"]:
        unit = row["unit"]
        yield "| %s | %s | %s – %s | %s – %s | %d |" % (
            row["what"], number(row["median"], unit), number(row["low"], unit), number(row["high"], unit), number(row["min"], unit),
            number(row["max"], unit), row["n"])


def processor():
    lines = pathlib.Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    return next((line.split(":", 1)[1].strip() for line in lines if line.startswith("model name")), platform.machine())


def memory():
    lines = pathlib.Path("/proc/meminfo").read_text(encoding="ascii").splitlines()
    return "%.0f GiB" % (int(lines[0].split()[1]) / 2**20)


def system():
    release = dict(line.split("=", 1) for line in pathlib.Path("/etc/os-release").read_text(encoding="utf-8").splitlines() if "=" in line)
    return "%s, Linux %s" % (release.get("PRETTY_NAME", "unknown").strip('"'), platform.release())


def about_lines(results):
    yield "Machine: %s, %d processors, %s; %s." % (processor(), os.cpu_count(), memory(), system())
    commits = sorted({result["commit"] for result in results})
    yield "Versions: Leadsman at %s; %s." % (" and ".join(commits), results[0]["versions"])
    load = [value for result in results for value in result["load"]]
    if load:
        yield "Load of the machine (mean number of runnable processes of a minute, noted before each round): median %.1f, %.1f to %.1f." % (
            statistics.median(load), min(load), max(load))
    if any(result["quick"] for result in results):
        yield "\n**From a quick run: these figures mean nothing.**"


def section_lines(result):
    yield "### %s" % result["title"]
    yield ""
    load = result["load"]
    yield "%s%s" % (result["at"], ", load %.1f (%.1f to %.1f)" % (statistics.median(load), min(load), max(load)) if load else "")
    yield ""
    yield from row_lines(result)
    yield ""
    if result.get("graph"):
        yield "![%s](%s)" % (result["title"], result["graph"])
        yield ""


def page_text(results):
    lines = [*verdict_lines(results), "", *about_lines(results), ""]
    for result in results:
        lines += section_lines(result)
    return "\n".join(lines)


def replace_between_marks(path, text):
    page = path.read_text(encoding="utf-8")
    if page.count(BEGIN) != 1 or page.count(END) != 1:
        sys.exit("%s has not the two marks between which the figures stand: %s and %s" % (path, BEGIN.strip(), END.strip()))
    before, rest = page.split(BEGIN)
    path.write_text(before + BEGIN + "\n" + text + END + rest.split(END)[1], encoding="utf-8")


def main():
    folder = pathlib.Path(sys.argv[1])
    found = [folder / (name + ".json") for name in ORDER if (folder / (name + ".json")).exists()]
    results = [json.loads(path.read_text(encoding="utf-8")) for path in found]
    if not results:
        sys.exit("no results in %s: run tests/bench/run first" % folder)
    text = page_text(results)
    print(text, end="")
    if len(sys.argv) > 2:
        replace_between_marks(pathlib.Path(sys.argv[2]), text)


if __name__ == "__main__":
    main()
