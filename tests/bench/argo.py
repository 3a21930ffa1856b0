"""Argo Rollouts beside us: its controller as a process of this machine, as our agent is, and helm/demo's Deployment as a Rollout."""
import contextlib
import datetime
import json
import os
import pathlib
import subprocess

import programs

CONTROLLER = pathlib.Path(os.environ.get("LEADSMAN_BENCH_ARGO", ""))


@contextlib.contextmanager
def running(namespace, *more):
    """The controller of that namespace; yields its process."""
    programs.insist(CONTROLLER.is_file(), "LEADSMAN_BENCH_ARGO names no program: scripts/tool-path argo-rollouts")
    programs.kubectl("apply", "--server-side", "-f", CONTROLLER.parent / "crds")
    programs.wait_until(lambda: is_known("rollouts") and is_known("analysisruns"), "Argo's definitions")
    words = [CONTROLLER, "--kubeconfig", os.environ["KUBECONFIG"], "--namespace", namespace, "--namespaced", "--leader-elect=false",
             "--metricsPort", "0", "--healthzPort", "0", "--loglevel", "warn", *more]
    with open("/tmp/leadsman-bench-argo.log", "ab") as log:
        controller = subprocess.Popen([str(w) for w in words], stdin=subprocess.DEVNULL, stdout=log, stderr=log, env=programs.ENVIRONMENT)
    try:
        yield controller
    finally:
        controller.terminate()
        controller.wait(timeout=programs.LIMIT)


def is_known(plural):
    conditions = json.loads(programs.kubectl("get", "crd", plural + ".argoproj.io", "-o", "json")).get("status", {}).get("conditions", [])
    return any(c["type"] == "Established" and c["status"] == "True" for c in conditions or [])


def manifests_of(chart, name, namespace, *words):
    """What helm renders, by kind; tests are hooks, which are there too."""
    text = programs.run(programs.HELM, "template", name, chart, "--namespace", namespace, *words)[0]
    parts = programs.run(programs.KUBECTL, "create", "--dry-run=client", "-o", "json", "-f", "-", given=text)[0]
    decoder, at, found = json.JSONDecoder(), 0, {}
    while at < len(parts.rstrip()):
        piece, end = decoder.raw_decode(parts, at)
        at = end + len(parts[end:]) - len(parts[end:].lstrip())
        for each in piece["items"] if piece["kind"] == "List" else [piece]:
            found[each["kind"]] = each
    return found


def plain(made):
    """Without what a dry run has added."""
    for gone in ("creationTimestamp", "uid", "resourceVersion", "annotations", "generation", "namespace"):
        made["metadata"].pop(gone, None)
    made.pop("status", None)
    return made


def copy_of(made, name):
    one = plain(json.loads(json.dumps(made)))
    one["metadata"]["name"] = name
    return one


def labels_of(name):
    return {"app.kubernetes.io/name": name}


def service(made, name, side):
    one = copy_of(made, name + "-" + side)
    one["spec"] = {"selector": labels_of(name), "ports": made["spec"]["ports"]}
    return one


def analysis(job, name):
    """The chart's own test as a Job analysis: it asks the canary's Service."""
    spec = json.loads(json.dumps(job["spec"]))
    spec["template"]["metadata"] = {}
    spec["template"]["spec"]["containers"][0]["args"] = ["check", "http://%s-canary/" % name]
    return {"apiVersion": "argoproj.io/v1alpha1", "kind": "AnalysisTemplate", "metadata": {"name": name},
            "spec": {"metrics": [{"name": "job", "provider": {"job": {"spec": spec}}}]}}


def rollout(deployment, name, steps, routing=None):
    """The Deployment under another strategy; without routing, weights are shares of its pods."""
    made = copy_of(deployment, name)
    made.update(apiVersion="argoproj.io/v1alpha1", kind="Rollout")
    made["spec"]["selector"] = {"matchLabels": labels_of(name)}
    made["spec"]["template"]["metadata"]["labels"] = labels_of(name)
    made["spec"]["analysis"] = {"successfulRunHistoryLimit": 20}  # all are counted afterwards
    how = {"trafficRouting": routing} if routing else {"maxSurge": 1, "maxUnavailable": 0}
    made["spec"]["strategy"] = {"canary": {"canaryService": name + "-canary", "stableService": name + "-stable", "steps": steps, **how}}
    return made


def verified_steps(name, weights):
    """A weight, then the analysis of that name, and so on."""
    return [step for weight in weights for step in ({"setWeight": weight}, {"analysis": {"templates": [{"templateName": name}]}})]


def ingress(name):
    backend = {"service": {"name": name + "-stable", "port": {"number": 80}}}
    rule = {"host": name + ".test", "http": {"paths": [{"path": "/", "pathType": "Prefix", "backend": backend}]}}
    return {"apiVersion": "networking.k8s.io/v1", "kind": "Ingress", "metadata": {"name": name}, "spec": {"ingressClassName": "nginx", "rules": [rule]}}


def apply(namespace, *objects):
    listed = {"apiVersion": "v1", "kind": "List", "items": list(objects)}
    programs.run(programs.KUBECTL, "-n", namespace, "apply", "--server-side", "--force-conflicts", "-f", "-", given=json.dumps(listed))


def get(namespace, kind, *name):
    return json.loads(programs.kubectl("-n", namespace, "get", kind, *name, "-o", "json"))


def is_healthy(seen):
    """All of its generation, promoted."""
    status = seen.get("status", {})
    return (status.get("phase") == "Healthy" and status.get("observedGeneration") == str(seen["metadata"]["generation"])
            and status.get("stableRS") == status.get("currentPodHash"))


def seconds(text):
    return datetime.datetime.fromisoformat(text.replace("Z", "+00:00")).timestamp()
