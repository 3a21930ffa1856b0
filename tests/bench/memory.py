"""What the agent holds of the machine's memory while it waits for work: after its start, and after twenty deployments."""
import pathlib
import time

import daemon
import programs
import ways
from figures import Figures, rounds

NAMESPACE = "bench-memory"
MIB = 1024  # of the kibibytes that the kernel counts in
FIELDS = {"VmRSS": "resident", "RssAnon": "anonymous", "RssFile": "mapped from files"}


def memory_of(process):
    lines = pathlib.Path("/proc/%d/status" % process.pid).read_text(encoding="ascii").splitlines()
    found = dict(line.split(":", 1) for line in lines)
    return {name: int(found[field].split()[0]) / MIB for field, name in FIELDS.items()}


def has_no_children(process):
    return not pathlib.Path("/proc/%d/task/%d/children" % (process.pid, process.pid)).read_text(encoding="ascii").split()


def note(figures, process, when):
    programs.wait_until(lambda: has_no_children(process), "helm to end")
    for _ in range(5):
        time.sleep(0.5)  # between samples, not for a condition: one could be taken in the middle of something
        for name, value in memory_of(process).items():
            figures.add("%s, %s" % (when, name), value, "MiB")


def main():
    figures = Figures("The agent's memory")
    programs.fresh_namespace(NAMESPACE)
    count = rounds(20, 2)
    after = "after %d deployments" % count
    with daemon.running() as agent:
        note(figures, agent.process, "after the start")
        way = ways.ByLeadsman("memory", NAMESPACE, agent)
        for number in range(count):
            way.deploy("v2" if number % 2 else "v1", False)
        note(figures, agent.process, after)
    for when in ("after the start", after):
        figures.judge("Memory of the agent, %s (resident)" % when, figures.median(when + ", resident"), "MiB", at_most=12)
    figures.write()


if __name__ == "__main__":
    main()
