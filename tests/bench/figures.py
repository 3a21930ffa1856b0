"""What was measured: samples by name, and the figures that are held against what is wanted."""
import datetime
import json
import os
import pathlib
import statistics
import sys

QUICK = bool(os.environ.get("LEADSMAN_BENCH_QUICK"))


def rounds(full, quick):
    return quick if QUICK else full


class Figures:
    def __init__(self, title):
        self.title, self.samples, self.units, self.verdicts, self.load, self.graph = title, {}, {}, [], [], None

    def add(self, name, value, unit="ms"):
        self.samples.setdefault(name, []).append(value)
        self.units[name] = unit

    def note_load(self):
        self.load.append(os.getloadavg()[0])

    def median(self, name):
        return statistics.median(self.samples[name])

    def ratio(self, name, base):
        return self.median(name) / self.median(base)

    def judge(self, what, value, unit="", at_most=None):
        self.verdicts.append({"what": what, "value": value, "unit": unit, "at_most": at_most})

    def write(self):
        """Into the file that the command line names."""
        about = {"title": self.title, "at": datetime.datetime.now(datetime.timezone.utc).strftime("%Y-%m-%d %H:%M UTC"), "quick": QUICK,
                 "commit": os.environ.get("LEADSMAN_BENCH_COMMIT", ""), "versions": os.environ.get("LEADSMAN_BENCH_VERSIONS", ""),
                 "load": self.load, "rows": [self._row(name) for name in self.samples], "verdicts": self.verdicts,
                 "graph": self.graph, "samples": self.samples}
        pathlib.Path(sys.argv[1]).write_text(json.dumps(about, indent=1) + "\n", encoding="utf-8")

    def _row(self, name):
        values = self.samples[name]
        low, middle, high = statistics.quantiles(values, n=4, method="inclusive") if len(values) > 1 else values * 3
        return {"what": name, "unit": self.units[name], "n": len(values), "median": middle, "low": low, "high": high, "min": min(values),
                "max": max(values)}
