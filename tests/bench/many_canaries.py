"""A hundred canaries at once on one agent that may run four helm processes: its memory, its processor time, and how long it takes to go
from the end of a step to the beginning of the next. Then a hundred of Argo Rollouts with the same weights and pauses.

Stable has no pods, only an endpoint that is written by hand, and each canary has one: a node bears 110 pods. For the same reason each of Argo's
has one pod, which is replaced by another, and no router: less is asked of it."""
import concurrent.futures
import json
import os
import pathlib
import statistics
import subprocess
import threading
import time

import argo
import daemon
import programs
from figures import Figures, rounds

NAMESPACE = "bench-many"
NAMESPACE_OF_ARGO = "bench-many-argo"
COUNT = rounds(100, 6)
CHART = programs.ROOT / "tests/bench/single"
WEIGHTS = (10, 30, 60, 100)
PAUSE = "3s"
MIB = 1024  # of the kibibytes that the kernel counts in
TICKS = os.sysconf("SC_CLK_TCK")
SPEC = """\
releases:
  {name}:
    chart: {chart}
    namespace: {namespace}
    timeout: {limit}s
    strategy: canary
    tests: skip
    canary:
      router: {{gateway-api: {{route: {name}, service: {name}}}}}
      steps: [{steps}]
      gates: []
      settle: 100ms
"""


def route_of(name):
    return {"apiVersion": "gateway.networking.k8s.io/v1", "kind": "HTTPRoute", "metadata": {"name": name},
            "spec": {"parentRefs": [{"namespace": "gateway", "name": "edge"}], "hostnames": [name + ".test"],
                     "rules": [{"backendRefs": [{"name": name, "port": 80, "weight": 1}]}]}}


class Watched:
    """A process's memory, looked at five times a second, and the processor time that it and its ended children have had."""

    def __init__(self, process):
        self.process, self.resident, self.over = process, [], threading.Event()
        self.began = self.seconds()
        self.thread = threading.Thread(target=self._look, daemon=True)
        self.thread.start()

    def seconds(self):
        fields = pathlib.Path("/proc/%d/stat" % self.process.pid).read_text(encoding="ascii").rsplit(")", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / TICKS, (int(fields[13]) + int(fields[14])) / TICKS

    def _look(self):
        while not self.over.wait(0.2) and self.process.poll() is None:
            lines = pathlib.Path("/proc/%d/status" % self.process.pid).read_text(encoding="ascii").splitlines()
            self.resident.append(next(int(line.split()[1]) for line in lines if line.startswith("VmRSS:")) / MIB)

    def end(self):
        """Processor seconds of the process, and of its children."""
        self.over.set()
        self.thread.join()
        return tuple(now - then for now, then in zip(self.seconds(), self.began))


def deploy_words(agent, name, tag):
    return [str(w) for w in (programs.CLIENT, "deploy", name, "--file", agent.folder / (name + ".yaml"), "--agent", agent.address, "--output", "json",
                             "--set", "tag=" + tag)]


def set_up(agent, names):
    for name in names:
        (agent.folder / (name + ".yaml")).write_text(SPEC.format(name=name, chart=CHART, namespace=NAMESPACE, limit=programs.LIMIT,
                                                                         steps=", ".join("{weight: %d, pause: %s}" % (w, PAUSE) for w in WEIGHTS)), encoding="utf-8")
    with concurrent.futures.ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda name: programs.run(*deploy_words(agent, name, "v1")), names))
    argo.apply(NAMESPACE, *[route_of(name) for name in names])


def deploy_all(agent, names):
    """All of them at once; the events of each."""
    streams = {name: agent.folder / (name + ".events") for name in names}
    clients = []
    for name, path in streams.items():
        with open(path, "w", encoding="utf-8") as out:
            clients.append(subprocess.Popen(deploy_words(agent, name, "v2"), env=programs.ENVIRONMENT, stdin=subprocess.DEVNULL, stdout=out,
                                            stderr=subprocess.DEVNULL))
    for client, path in zip(clients, streams.values()):
        programs.insist(client.wait(timeout=programs.LIMIT) == 0, "a canary ended with %s: %s" % (client.returncode, path.read_text(encoding="utf-8")[-500:]))
    return [[json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()] for path in streams.values()]


def decisions(events):
    """Milliseconds from the end of each step to the beginning of the next."""
    steps = [e for e in events if e["kind"] == "step"]
    for ended, begun in zip(steps, steps[1:]):
        if ended["data"]["status"] != "intended" and begun["data"]["status"] == "intended":
            yield (argo.seconds(begun["at"]) - argo.seconds(ended["at"])) * 1e3


def most_at_once(all_events):
    edges = [(argo.seconds(e[0]["at"]), 1) for e in all_events] + [(argo.seconds(e[-1]["at"]), -1) for e in all_events]
    now = most = 0
    for _, step in sorted(edges):
        now += step
        most = max(most, now)
    return most


def rollout_of(name, tag):
    steps = [step for weight in WEIGHTS for step in ({"setWeight": weight}, {"pause": {"duration": PAUSE}})]
    container = {"name": "main", "image": "leadsman/demo:" + tag, "imagePullPolicy": "IfNotPresent"}
    template = {"metadata": {"labels": argo.labels_of(name)}, "spec": {"terminationGracePeriodSeconds": 0, "containers": [container]}}
    return {"apiVersion": "argoproj.io/v1alpha1", "kind": "Rollout", "metadata": {"name": name},
            "spec": {"replicas": 1, "selector": {"matchLabels": argo.labels_of(name)}, "template": template,
                     "strategy": {"canary": {"steps": steps, "maxSurge": 0, "maxUnavailable": 1}}}}


def all_are_healthy():
    return all(argo.is_healthy(each) for each in argo.get(NAMESPACE_OF_ARGO, "rollouts")["items"])


def measure_argo(figures):
    programs.fresh_namespace(NAMESPACE_OF_ARGO)
    names = ["many-%d" % number for number in range(COUNT)]
    with argo.running(NAMESPACE_OF_ARGO) as controller:
        argo.apply(NAMESPACE_OF_ARGO, *[rollout_of(name, "v1") for name in names])
        programs.wait_until(all_are_healthy, "Argo's first rollouts")
        watched, began = Watched(controller), time.monotonic()
        argo.apply(NAMESPACE_OF_ARGO, *[rollout_of(name, "v2") for name in names])
        programs.wait_until(all_are_healthy, "Argo's rollouts")
        took = time.monotonic() - began
        own, _ = watched.end()
    figures.add("Argo Rollouts: until the last has ended", took, "s")
    for value in watched.resident:
        figures.add("Argo Rollouts: the controller's memory, resident", value, "MiB")
    figures.add("Argo Rollouts: processor time of the controller", own, "s")
    figures.judge("%d canaries at once: the agent's memory ÷ that of Argo's controller" % COUNT,
                  max(figures.samples["the agent's memory, resident"]) / max(watched.resident))
    figures.judge("%d canaries at once: the agent's processor time ÷ that of Argo's controller" % COUNT,
                  figures.samples["processor time of the agent"][0] / own)


def measure_ours(figures):
    programs.fresh_namespace(NAMESPACE)
    names = ["many-%d" % number for number in range(COUNT)]
    with daemon.running() as agent:
        set_up(agent, names)
        figures.note_load()
        watched, began = Watched(agent.process), time.monotonic()
        all_events = deploy_all(agent, names)
        took = time.monotonic() - began
        own, children = watched.end()
        figures.note_load()
    programs.insist(all(e[-1]["data"]["phase"] == "succeeded" for e in all_events), "not every canary succeeded")
    figures.add("under way at the same time", most_at_once(all_events), "canaries")
    figures.add("until the last has ended", took, "s")
    for value in watched.resident:
        figures.add("the agent's memory, resident", value, "MiB")
    figures.add("processor time of the agent", own, "s")
    figures.add("processor time of its helm processes", children, "s")
    for events in all_events:
        for value in decisions(events):
            figures.add("from the end of a step to the beginning of the next", value)
    late = statistics.quantiles(figures.samples["from the end of a step to the beginning of the next"], n=100)[98]
    figures.judge("%d canaries at once: the agent's memory (resident), the most" % COUNT, max(watched.resident), "MiB", at_most=64)
    figures.judge("%d canaries at once: from the end of a step to the next, p99" % COUNT, late, "ms", at_most=100)
    figures.judge("%d canaries at once: processor time of the agent, each" % COUNT, own / COUNT * 1e3, "ms")
    programs.kubectl("delete", "namespace", NAMESPACE, "--wait=true")  # the node has room for the others then


def main():
    figures = Figures("%d canaries at once" % COUNT)
    measure_ours(figures)
    measure_argo(figures)
    figures.write()


if __name__ == "__main__":
    main()
