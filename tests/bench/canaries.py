"""A canary of ours under measurement: a release with its route, deployed as its leadsman.yaml says, read from its events."""
import json
import pathlib
import shutil
import subprocess
import time

import programs

WEIGHTS = (5, 10, 25, 50, 75, 100)
HOST = "canary-bench.test"
REPLICAS = 2
_SPEC = """\
releases:
  {name}:
    chart: {chart}
    namespace: {namespace}
    timeout: {limit}s
    strategy: canary
    canary:
      router: {{gateway-api: {{route: {name}, service: {name}-demo}}}}
      steps: {steps}
      settle: {settle}
"""
_ROUTE = """\
apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata: {{name: {name}}}
spec:
  parentRefs: [{{namespace: gateway, name: edge}}]
  hostnames: [{host}]
  rules: [{{backendRefs: [{{name: {name}-demo, port: 80, weight: 1}}]}}]
"""


def chart_with_one_test(folder, kind):
    """helm/demo with one of its tests: the Pod, which is what `helm create` writes, or the Job, which is what the other side's analysis is. Both
    obey tests.fail."""
    copy = pathlib.Path(folder) / ("demo-" + kind)
    shutil.copytree(programs.CHART, copy)
    if kind == "Pod":
        values = copy / "values.yaml"
        text = values.read_text(encoding="utf-8")
        programs.insist("  job: true" in text, "the chart has no second test to leave out")
        values.write_text(text.replace("  job: true", "  job: false"), encoding="utf-8")
        return copy
    (copy / "templates/tests/test-connection.yaml").unlink()
    job = copy / "templates/tests/test-version-job.yaml"
    asked = '{{ include "demo.version" . | quote }}'
    text = job.read_text(encoding="utf-8")
    programs.insist(asked in text, "the chart's test asks for no version")
    job.write_text(text.replace(asked, '{{ if .Values.tests.fail }}none{{ else }}%s{{ end }}' % asked), encoding="utf-8")
    return copy


def timed_helm(folder):
    """helm that notes when each of its processes began and ended: seconds, seconds, its first word."""
    program, notes = pathlib.Path(folder) / "helm", pathlib.Path(folder) / "helm.times"
    program.write_text('#!/bin/bash\nbegan=$EPOCHREALTIME\n%s "$@"\ncode=$?\necho "$began $EPOCHREALTIME $1" >>%s\nexit $code\n' % (programs.HELM, notes),
                       encoding="utf-8")
    program.chmod(0o755)
    return program, notes


class Canary:
    def __init__(self, name, namespace, chart, agent, settle="1s", steps=WEIGHTS):
        self.name, self.namespace, self.agent, self.settle = name, namespace, agent, settle
        self.file = agent.folder / ("%s-%s-%s.yaml" % (name, chart.name, settle))
        self.file.write_text(_SPEC.format(name=name, chart=chart, namespace=namespace, limit=programs.LIMIT, settle=settle, steps=list(steps)),
                             encoding="utf-8")

    def make_route(self):
        programs.run(programs.KUBECTL, "-n", self.namespace, "apply", "-f", "-", given=_ROUTE.format(name=self.name, host=HOST))

    def words(self, tag, *more):
        return [programs.CLIENT, "deploy", self.name, "--file", self.file, "--agent", self.agent.address, "--output", "json",
                "--set", "image.tag=" + tag, "--set", "replicaCount=%d" % REPLICAS, "--timeout", "%ds" % programs.LIMIT, *more]

    def deploy(self, tag, *more, exit_code=0):
        """All of its events, and the seconds at which the client was started and ended."""
        began = time.time()
        stream, _ = programs.run(*self.words(tag, *more), exit_code=exit_code)
        return programs.events_of(stream), began, time.time()

    def start(self, tag, *more):
        return subprocess.Popen([str(w) for w in self.words(tag, *more)], env=programs.ENVIRONMENT, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                                stderr=subprocess.DEVNULL, text=True)

    def is_settled(self):
        pods = json.loads(programs.kubectl("-n", self.namespace, "get", "pods", "-o", "json", "-l", "app.kubernetes.io/name=demo"))["items"]
        return len(pods) == REPLICAS and not any("deletionTimestamp" in pod["metadata"] for pod in pods)
