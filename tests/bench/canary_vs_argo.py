"""A canary of six weights with a test at each, no pauses: ours beside Argo Rollouts with a Job analysis, on the same cluster; and how soon a
bad verdict has taken all traffic home.

Argo's plugin for the Gateway API is in no registry that we build from. It is measured in two ways: without a router, where the weights are
shares of pods, and with its router for ingress-nginx, of which there is only the Ingress: it sets weights and waits for no data plane, while
ours waits until the gateway has accepted them, and for `settle`."""
import tempfile
import time

import argo
import canaries
import daemon
import programs
from figures import Figures, rounds

NAMESPACE = "bench-canary"
WAYS = (("Job", "1s"), ("Job", "0s"), ("Pod", "0s"))  # of ours: what the test is, and how long a weight settles
ROUNDS = rounds(3, 1)
ABORTS = rounds(24, 2)


def at(events, **wanted):
    """Seconds of the first event like that; None when there is none."""
    kind = wanted.pop("kind", "step")
    found = (e["at"] for e in events if e["kind"] == kind and all((e["data"] or {}).get(k) == v for k, v in wanted.items()))
    return next((argo.seconds(found_at) for found_at in found), None)


def tests_of(notes, since, until):
    """(began, ended) of each `helm test` in between."""
    lines = [line.split() for line in notes.read_text(encoding="ascii").splitlines()]
    return [(float(b), float(e)) for b, e, word in lines if word == "test" and since <= float(b) and float(e) <= until]


def shares_of(events, notes):
    """Of each weight the milliseconds: pods, the data plane, settling, helm, and all the rest, which is ours."""
    for weight, following in zip(canaries.WEIGHTS, (*canaries.WEIGHTS[1:], None)):
        begun = at(events, step="shift", weight=weight, status="intended")
        after = at(events, step="shift", weight=following, status="intended") if following else at(events, step="upgrade", status="intended")
        put, in_effect = at(events, kind="weight", weight=weight, stage="set"), at(events, kind="weight", weight=weight, stage="in_effect")
        accepted = at(events, kind="weight", weight=weight, stage="accepted") or put
        began, ended = tests_of(notes, in_effect - 0.05, after + 0.05)[0]
        pods = scaling(events, weight, begun, put)
        known = {"pods": pods, "the gateway": accepted - put, "settle": in_effect - accepted, "helm test": ended - began}
        yield {**{k: v * 1e3 for k, v in known.items()}, "own": (after - begun - sum(known.values())) * 1e3, "all": (after - begun) * 1e3}


def scaling(events, weight, begun, put):
    """Seconds that pods took: only some weights ask for another one."""
    before = canaries.WEIGHTS[:canaries.WEIGHTS.index(weight)]
    pods = [-(-w * canaries.REPLICAS // 100) for w in (*before[-1:], weight)]
    return put - begun if len(pods) == 2 and pods[1] > pods[0] else 0.0


def name_of(kind, settle):
    return "leadsman, test is a %s, settle %s" % (kind, settle)


def measure_ours(figures, canary, name, notes, tag):
    notes.write_text("", encoding="ascii")
    events, began, ended = canary.deploy(tag)
    programs.insist(events[-1]["data"]["phase"] == "succeeded", "the canary ended as %s" % events[-1])
    done = [e for e in events if e["kind"] == "step" and e["data"]["step"] == "test_canary" and e["data"]["status"] == "done"]
    programs.insist([e["data"]["weight"] for e in done] == list(canaries.WEIGHTS), "a gate was left out: %s" % done)
    figures.add(name + ": until verified at 100 %", (argo.seconds(done[-1]["at"]) - began) * 1e3)
    figures.add(name + ": until promoted, all of it", (ended - began) * 1e3)
    for shares in shares_of(events, notes):
        for what, value in shares.items():
            figures.add("%s: a weight: %s" % (name, what), value)
    programs.wait_until(canary.is_settled, "the old pods to go")


def measure_argo(figures, kind, name, image):
    title = "Argo Rollouts, " + kind
    known = {run["metadata"]["name"] for run in argo.get(NAMESPACE, "analysisruns")["items"]}
    began = time.time()
    programs.kubectl("-n", NAMESPACE, "patch", "rollout", name, "--type", "json", "-p",
                     '[{"op": "replace", "path": "/spec/template/spec/containers/0/image", "value": "%s"}]' % image)
    programs.wait_until(lambda: argo.is_healthy(argo.get(NAMESPACE, "rollout", name)), "Argo's rollout %s" % name)
    ended = time.time()
    runs = [r for r in argo.get(NAMESPACE, "analysisruns")["items"] if r["metadata"]["name"] not in known and r["metadata"]["name"].startswith(name)]
    passed = [r for r in runs if r["status"]["phase"] == "Successful"]
    programs.insist(len(passed) == len(canaries.WEIGHTS) == len(runs), "analyses: %s" % [(r["metadata"]["name"], r["status"]["phase"]) for r in runs])
    # Its times have whole seconds: the end of the last measurement, cut off.
    verified = max(argo.seconds(m["finishedAt"]) for r in passed for result in r["status"]["metricResults"] for m in result["measurements"])
    figures.add(title + ": until verified at 100 % (whole seconds, cut off)", (verified - began) * 1e3)
    figures.add(title + ": until promoted, all of it", (ended - began) * 1e3)


def set_up_argo(chart):
    made = argo.manifests_of(chart, "argo", NAMESPACE, "--set", "image.tag=v1", "--set", "replicaCount=%d" % canaries.REPLICAS)
    argo.apply(NAMESPACE, *[argo.plain(made[kind]) for kind in ("ConfigMap", "Secret", "ServiceAccount")])
    for name, routing in (("by-pods", None), ("by-ingress", {"nginx": {"stableIngress": "by-ingress"}})):
        argo.apply(NAMESPACE, argo.service(made["Service"], name, "stable"), argo.service(made["Service"], name, "canary"), argo.ingress(name),
                   argo.analysis(made["Job"], name), argo.rollout(made["Deployment"], name, argo.verified_steps(name, canaries.WEIGHTS), routing))
        programs.wait_until(lambda name=name: argo.is_healthy(argo.get(NAMESPACE, "rollout", name)), "Argo's first rollout %s" % name)


def image_of(tag):
    return "leadsman/demo:" + tag


def measure_side_by_side(figures, charts, helm, notes):
    with daemon.running(helm=helm) as agent, argo.running(NAMESPACE):
        ours = {name_of(kind, settle): canaries.Canary("shop", NAMESPACE, charts[kind], agent, settle) for kind, settle in WAYS}
        first = ours[name_of(*WAYS[0])]
        first.deploy("v1")
        first.make_route()
        set_up_argo(charts["Job"])
        tags = {"shop": "v1", "by-pods": "v1", "by-ingress": "v1"}

        def other(name):
            tags[name] = "v2" if tags[name] == "v1" else "v1"
            return tags[name]
        turns = [*(lambda name=name, canary=canary: measure_ours(figures, canary, name, notes, other("shop")) for name, canary in ours.items()),
                 lambda: measure_argo(figures, "by pods", "by-pods", image_of(other("by-pods"))),
                 lambda: measure_argo(figures, "by an Ingress", "by-ingress", image_of(other("by-ingress")))]
        for number in range(ROUNDS):
            figures.note_load()
            for turn in turns[number % len(turns):] + turns[:number % len(turns)]:
                turn()


def measure_aborts(figures, chart, helm):
    """From the verdict, the failed test, to 0 %: written, and accepted by the gateway."""
    with daemon.running(helm=helm) as agent:
        canary = canaries.Canary("shop", NAMESPACE, chart, agent, "1s", [50, 100])
        for number in range(ABORTS):
            if number % 6 == 0:
                figures.note_load()
            events, _, _ = canary.deploy("v2", "--set", "tests.fail=true", "--set-string", "config.MARKER=%d" % number, exit_code=1)
            programs.insist(events[-1]["data"]["reason"] == "TestsFailed", "the abort ended as %s" % events[-1])
            verdict = at(events, step="test_canary", status="failed")
            put, accepted = at(events, kind="weight", weight=0, stage="set"), at(events, kind="weight", weight=0, stage="accepted")
            figures.add("abort: from the verdict to 0 % written", (put - verdict) * 1e3)
            figures.add("abort: from written to accepted by the gateway", (accepted - put) * 1e3)
            figures.add("abort: from the verdict to 0 % accepted", (accepted - verdict) * 1e3)


def judge(figures):
    argos = {kind: "Argo Rollouts, " + kind for kind in ("by pods", "by an Ingress")}
    for kind, settle in WAYS:
        name, way = name_of(kind, settle), "test is a %s, settle %s" % (kind, settle)
        for how, other in argos.items():
            figures.judge("Canary until verified at 100 %%, %s ÷ Argo %s" % (way, how), figures.ratio(
                name + ": until verified at 100 %", other + ": until verified at 100 % (whole seconds, cut off)"), at_most=0.9)
            figures.judge("Canary, promoted, %s ÷ Argo %s" % (way, how), figures.ratio(
                name + ": until promoted, all of it", other + ": until promoted, all of it"), at_most=1.1)
        figures.judge("Leadsman's own share of a weight, " + way, figures.median(name + ": a weight: own"), "ms", at_most=100)
    late = sorted(figures.samples["abort: from the verdict to 0 % written"])
    figures.judge("Abort: from the verdict to 0 %% written, the slowest of %d" % len(late), late[-1], "ms", at_most=1000)
    late = sorted(figures.samples["abort: from the verdict to 0 % accepted"])
    figures.judge("Abort: from the verdict to 0 %% accepted by the gateway, the slowest of %d" % len(late), late[-1], "ms", at_most=1000)


def main():
    figures = Figures("A canary beside Argo Rollouts")
    programs.fresh_namespace(NAMESPACE)
    with tempfile.TemporaryDirectory(prefix="leadsman-bench.") as folder:
        charts = {kind: canaries.chart_with_one_test(folder, kind) for kind in ("Job", "Pod")}
        helm, notes = canaries.timed_helm(folder)
        measure_side_by_side(figures, charts, helm, notes)
        measure_aborts(figures, charts["Job"], helm)
    judge(figures)
    figures.write()


if __name__ == "__main__":
    main()
