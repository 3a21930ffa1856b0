"""What a namespace went through, as the API server's watches tell it: every route that was written, every endpoint that came
and went, every revision that helm made. Whoever looks only now and then would not see a weight that was set twice."""
import json
import os
import subprocess
import threading
import time

KUBECTL = os.environ.get("LEADSMAN_KUBECTL", "kubectl")
LIMIT = 60  # seconds until a watch has told what is so already


class Watch:
    """`kubectl get --watch` in the background: a line for each change, a bar between its fields (kubectl makes spaces of tabs)."""

    def __init__(self, namespace, *what, fields):
        template = "|".join(["{.type}"] + ["{.object%s}" % f for f in fields]) + r'{"\n"}'
        command = [KUBECTL, "-n", namespace, "get", *what, "--watch", "--output-watch-events", "-o", "jsonpath=" + template]
        self.lines, self.what, self.width = [], " ".join(what), 1 + len(fields)
        self.complaint = ""
        self.process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        threading.Thread(target=self._read, daemon=True).start()

    def _read(self):
        for line in self.process.stdout:
            fields = line.rstrip("\n").split("|")
            if len(fields) == self.width:
                self.lines.append(fields)
            else:
                self.complaint += line

    def insist_on_life(self):
        assert self.process.poll() is None and not self.complaint, "the watch of %s has ended: %s" % (self.what, self.complaint)

    def end(self):
        self.process.kill()
        self.process.wait()


def weights_in(backends, canary):
    """The canary's share in percent; None when it is no backend."""
    weights = {b["name"]: b.get("weight", 1) for b in json.loads(backends)}
    return weights.get(canary)


class Witness:
    """Of the release `release`, whose route has its name; the chart is helm/demo."""

    def __init__(self, namespace, release):
        self.namespace, self.release = namespace, release
        self.stable, self.canary = release + "-demo", release + "-canary-demo"
        # Without a comma in it, jsonpath prints a list of objects as JSON.
        self.routes = Watch(namespace, "httproute", release, fields=[".metadata.resourceVersion", ".metadata.generation", ".spec.rules[0].backendRefs"])
        self.slices = Watch(namespace, "endpointslices", fields=[
            ".metadata.resourceVersion", ".metadata.name", ".metadata.labels.kubernetes\\.io/service-name", ".endpoints[*].conditions.ready"])
        self.revisions = Watch(namespace, "secrets", "-l", "owner=helm", fields=[
            ".metadata.resourceVersion", ".metadata.uid", ".metadata.labels.name", ".metadata.labels.version", ".metadata.labels.status"])
        self.known_generation, self.known_revisions = 0, 0

    def _get(self, *what):
        return json.loads(subprocess.run([KUBECTL, "-n", self.namespace, "get", *what, "-o", "json"], check=True, capture_output=True, text=True).stdout)

    def catch_up(self):
        """Waits until the watches have told what is so now."""
        newest = {
            self.routes: [int(self._get("httproute", self.release)["metadata"]["resourceVersion"])],
            self.slices: [int(i["metadata"]["resourceVersion"]) for i in self._get("endpointslices")["items"]],
            self.revisions: [int(i["metadata"]["resourceVersion"]) for i in self._get("secrets", "-l", "owner=helm")["items"]],
        }
        end = time.monotonic() + LIMIT
        for watch, versions in newest.items():
            while max((int(line[1]) for line in watch.lines), default=0) < max(versions, default=0):
                watch.insist_on_life()
                assert time.monotonic() < end, "the watch of %s lags behind" % watch.what
                time.sleep(0.02)

    def shares_since(self):
        """The canary's share after each write since the last call, in the order of the writes: None when it is no backend."""
        self.catch_up()
        shares = []
        for _, _, generation, backends in list(self.routes.lines):
            if int(generation) <= self.known_generation:
                continue  # only its status is new
            assert not shares or int(generation) == self.known_generation + 1, "the watch has missed a write of the route"
            self.known_generation = int(generation)
            shares.append(weights_in(backends, self.canary))
        return shares

    def revisions_since(self, release):
        """How many revisions of that release were begun since the last call."""
        lines = list(self.revisions.lines)
        before = {line[2] for line in lines[:self.known_revisions]}
        new = {line[2] for line in lines[self.known_revisions:] if line[3] == release} - before
        return len(new)

    def turn_the_page(self):
        self.known_revisions = len(self.revisions.lines)

    def check_sides(self):
        """Never has a side had a weight and no ready pod. The resource version orders all of it."""
        self.catch_up()
        changes = [(int(line[1]), "route", line) for line in self.routes.lines] + [(int(line[1]), "slice", line) for line in self.slices.lines]
        weights, ready, looked = {}, {}, 0
        for version, kind, line in sorted(changes, key=lambda c: c[0]):
            if kind == "route":
                weights = {b["name"]: b.get("weight", 1) for b in json.loads(line[3])}
            else:
                ready[line[2]] = (line[3], 0 if line[0] == "DELETED" else line[4].split().count("true"))
            if not weights or not ready:
                continue
            looked += 1
            for service, weight in weights.items():
                pods = sum(count for of, count in ready.values() if of == service)
                assert weight == 0 or pods > 0, "at resource version %d, %s had weight %d and no ready pod" % (version, service, weight)
        assert looked > 0, "nothing was seen of the route and its endpoints"
        return looked

    def end(self):
        for watch in (self.routes, self.slices, self.revisions):
            watch.end()
