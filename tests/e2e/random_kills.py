#!/usr/bin/env python3
"""Deploys again and again through an agent that is killed with -9 at random moments, and looks whether all ends well.

usage: random_kills.py RELEASE_NAMESPACE FOLDER [canary]

With "canary", each deployment is one, through the HTTPRoute "random" of that namespace: some go all the way, some are tested at
each end, some fail at a test and are brought home, some wait until they are promoted. What the cluster saw meanwhile is held
against what an undisturbed canary does: each weight written once, no side with a weight and without a ready pod.

  LEADSMAN_BIN, LEADSMAN_HELM, KUBECONFIG   the programs and the cluster
  LEADSMAN_KILLS    how many kills (default 200)
  LEADSMAN_SEED     repeats a run: the same deployments, killed after the same times
"""
import json
import os
import pathlib
import random
import signal
import subprocess
import sys
import threading
import time

from witness import Witness

ROOT = pathlib.Path(__file__).resolve().parents[2]
BIN = pathlib.Path(os.environ["LEADSMAN_BIN"])
HELM = os.environ["LEADSMAN_HELM"]
NAMESPACE, FOLDER = sys.argv[1], pathlib.Path(sys.argv[2])
CANARY = sys.argv[3:] == ["canary"]
RELEASE = "random"
LONGEST = 9.0 if CANARY else 6.0  # seconds that an undisturbed deployment takes, about
LIMIT = 240  # seconds that a deployment may take, its kills included

CONFIG = """\
listen: unix:{folder}/agent.sock
state: {folder}/state
clusters:
  default: {{kubeconfig: {kubeconfig}}}
helm: {{path: {helm}, processes: 4}}
"""


SPEC = """\
releases:
  {release}:
    chart: {chart}
    namespace: {namespace}
    strategy: canary
    canary:
      router: {{gateway-api: {{route: {release}, service: {release}-demo}}}}
      steps: [{{weight: 30, {first}}}, {{weight: 100, gates: []}}]
      settle: 100ms
"""

UNTESTED = ("--tests", "skip", "--set", "tests.enabled=false")
HOME = (0, 30, 0, None)
WHOLE = (0, 30, 100, 0, None)


class Kind:
    """How a canary goes: how often it is thrown, the shares that it has when nothing disturbs it, its first weight, what it is told."""

    def __init__(self, often, shares, first="pause: 0s", words=()):
        self.often, self.shares, self.first, self.words = often, list(shares), first, list(words)


KINDS = {
    "whole": Kind(0.35, WHOLE, words=UNTESTED),
    "tested": Kind(0.15, WHOLE),
    "failing": Kind(0.25, HOME, words=("--set", "tests.fail=true")),
    "promoted": Kind(0.15, WHOLE, "pause: until-promoted", UNTESTED),
    "fully-promoted": Kind(0.10, HOME, "pause: until-promoted", UNTESTED),
}


class Agent:
    """The daemon, which comes back after every kill."""

    def __init__(self):
        FOLDER.mkdir(mode=0o700, parents=True, exist_ok=True)
        self.config = FOLDER / "agent.yaml"
        self.config.write_text(CONFIG.format(folder=FOLDER, kubeconfig=os.environ["KUBECONFIG"], helm=HELM))
        self.log = open(FOLDER / "agent.log", "a", encoding="utf-8")
        self.start()

    def start(self, failpoint=""):
        command = [BIN / "leadsman-agent", "--config", self.config]
        environment = {**os.environ, "LEADSMAN_FAILPOINT": failpoint} if failpoint else None
        self.process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=self.log, stderr=self.log, env=environment)

    def kill(self):
        assert self.process.poll() is None, "the agent ended by itself, status %s" % self.process.returncode
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()


def helm(*arguments):
    done = subprocess.run([HELM, "-n", NAMESPACE, *arguments, "-o", "json"], check=True, capture_output=True, text=True)
    return json.loads(done.stdout)


def history():
    return helm("history", RELEASE, "--max", "256")


def described(kind):
    """The release as a deployment says it: a folder and a namespace, or a leadsman.yaml."""
    if not CANARY:
        # Without tests a required test is missing: fails when all is deployed.
        how = ["--set", "tests.enabled=false"] + ([] if kind == "failing" else ["--tests", "skip"])
        return ["--chart", ROOT / "helm/demo", "--namespace", NAMESPACE, "--set", "preStopSeconds=0", *how]
    spec = FOLDER / "leadsman.yaml"
    spec.write_text(SPEC.format(release=RELEASE, chart=ROOT / "helm/demo", namespace=NAMESPACE, first=KINDS[kind].first))
    # Longer than the gateway of a machine that stands still for seconds needs to hear of a pod that leaves.
    return ["--file", spec, "--set", "preStopSeconds=5", "--set", "terminationGracePeriodSeconds=10", *KINDS[kind].words]


def deploy_command(tag, marker, kind):
    return [BIN / "leadsman", "deploy", RELEASE, *described(kind),
            "--agent", "unix:%s/agent.sock" % FOLDER, "--output", "json", "--timeout", "30s", "--prove-tests=false",
            "--set", "image.tag=" + tag, "--set", "replicaCount=1",
            # Never twice the same, so that there is always something to do.
            "--set-string", "config.MARKER=" + marker]


def promote_when_paused(output, client, fully):
    """As often as it takes: the agent may be down just then. A promotion that was saved ends the pause."""
    def events():
        text = output.read_text(encoding="utf-8")
        return [json.loads(line) for line in text[:text.rfind("\n") + 1].splitlines()]
    while client.poll() is None:
        seen = events()
        if any(e["kind"] == "promote" for e in seen):
            return
        if any(e["kind"] == "step" and e["data"]["step"] == "hold" for e in seen):
            words = [BIN / "leadsman", "promote", seen[0]["data"]["id"], "--agent", "unix:%s/agent.sock" % FOLDER]
            subprocess.run(words + (["--full"] if fully else []), stdin=subprocess.DEVNULL, capture_output=True, timeout=LIMIT, check=False)
        time.sleep(0.2)


def check_events(events, heard_again, fails):
    assert heard_again == events, "the agent tells other events than it told at first"
    ended = [(e["data"]["step"], e["data"]["attempt"]) for e in events if e["kind"] == "step" and e["data"]["status"] != "intended"]
    assert len(ended) == len(set(ended)), "a step ended twice: %s" % ended
    numbers = [e["seq"] for e in events]
    assert numbers == list(range(1, len(numbers) + 1)), "the events are not numbered without gaps: %s" % numbers
    ends = [e for e in events if e["kind"] == "finished"]
    assert len(ends) == 1 and events[-1] is ends[0], "not one final event, as the last: %s" % ends
    phase = ends[0]["data"]["phase"]
    assert phase == ("rolled_back" if fails else "succeeded"), "ended as %s: %s" % (phase, ends[0])


def check_release(before, kills, fails, tag):
    revisions = [r for r in history() if r["revision"] > before]
    told = ["%d %s %s" % (r["revision"], r["status"], r["description"]) for r in revisions]
    assert not [r for r in revisions if r["status"].startswith("pending-")], "left pending: %s" % told
    # helm that dies between taking "deployed" from the old revision and giving it to the new one leaves none that is
    # deployed; the next helm then supersedes what was marked failed.
    interrupted = [r for r in revisions if r["status"] == "failed" or r["description"].startswith("marked failed by Leadsman")]
    completed = [r for r in revisions if r not in interrupted]
    # A canary that fails has not touched stable: there is no revision to go back from.
    back = 0 if CANARY else 2
    assert len(completed) == (back if fails else 1), "completed revisions: %s" % told
    assert len(interrupted) <= kills, "more interrupted revisions than kills: %s" % told
    assert history()[-1]["status"] == "deployed", "the newest is not deployed: %s" % told
    found = subprocess.run([os.environ.get("LEADSMAN_KUBECTL", "kubectl"), "-n", NAMESPACE, "get", "deploy", RELEASE + "-demo", "-o",
                            "jsonpath={.spec.template.spec.containers[0].image}"], check=True, capture_output=True, text=True).stdout
    assert found == "leadsman/demo:" + tag, "the live image is %s, not of %s" % (found, tag)
    if CANARY:
        check_nothing_is_left()


def check_witness(witness, kills, kind):
    shares = witness.shares_since()
    assert shares == KINDS[kind].shares, "the canary's shares were %s, not %s" % (shares, KINDS[kind].shares)
    made = witness.revisions_since(RELEASE + "-canary")
    assert 1 <= made <= 1 + kills, "%d revisions of the canary's release" % made
    witness.turn_the_page()


def check_nothing_is_left():
    left = [r["name"] for r in helm("list") if r["name"] != RELEASE]
    assert not left, "the canary is still there: %s" % left
    route = subprocess.run([os.environ.get("LEADSMAN_KUBECTL", "kubectl"), "-n", NAMESPACE, "get", "httproute", RELEASE, "-o", "json"],
                           check=True, capture_output=True, text=True).stdout
    backends = [b["name"] for rule in json.loads(route)["spec"]["rules"] for b in rule["backendRefs"]]
    assert backends == [RELEASE + "-demo"], "the route leads to %s" % backends


def follow_again(identity):
    told = subprocess.run([BIN / "leadsman", "follow", identity, "--agent", "unix:%s/agent.sock" % FOLDER, "--output", "json"],
                          stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=LIMIT, check=False).stdout
    return [json.loads(line) for line in told.splitlines()]


def kill_at_times(agent, client, kills):
    """After each of these times, in seconds from the start of the agent, unless the client has ended. The kills that were made."""
    for made, wait in enumerate(kills):
        try:
            client.wait(timeout=wait)
            return made
        except subprocess.TimeoutExpired:
            agent.kill()
            agent.start()
    return len(kills)


def deploy(number, tag, kind, disturb):
    """One deployment, and disturb(client) while it is under way. What that gave, and the events."""
    command, fails = deploy_command(tag, "m%d" % number, kind), kind == "failing"
    output = FOLDER / ("events.%d" % number)
    with open(output, "w", encoding="utf-8") as out, open(str(output) + ".err", "w", encoding="utf-8") as err:
        client = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=out, stderr=err)
        if "promoted" in kind:
            threading.Thread(target=promote_when_paused, args=(output, client, kind == "fully-promoted"), daemon=True).start()
        came = disturb(client)
        try:
            client.wait(timeout=LIMIT)
        except subprocess.TimeoutExpired:
            client.kill()
            raise AssertionError("did not end within %d s" % LIMIT) from None
    events = [json.loads(line) for line in output.read_text(encoding="utf-8").splitlines()]
    assert events, "no events, status %d: %s" % (client.returncode, pathlib.Path(str(output) + ".err").read_text(encoding="utf-8"))
    assert client.returncode == (1 if fails else 0), "exit %d: %s" % (client.returncode, events[-1])
    check_events(events, follow_again(events[0]["data"]["id"]), fails)
    return came, events


def give_up(why):
    log = (FOLDER / "agent.log").read_text(encoding="utf-8").splitlines()[-15:]
    sys.exit("\n".join(["FAILED, " + why, "the agent's log ends with:", *log]))


def throw_kind(dice):
    if not CANARY:
        return "failing" if dice.random() < 0.3 else "whole"
    return dice.choices(list(KINDS), weights=[k.often for k in KINDS.values()])[0]


def main():
    wanted = int(os.environ.get("LEADSMAN_KILLS", "200"))
    seed = int(os.environ.get("LEADSMAN_SEED", str(random.randrange(1 << 32))))
    print("seed %d, %d kills; repeat with LEADSMAN_SEED=%d" % (seed, wanted, seed), flush=True)
    dice = random.Random(seed)
    agent = Agent()
    witness = Witness(NAMESPACE, RELEASE) if CANARY else None
    if witness:
        witness.shares_since()
        witness.turn_the_page()
    began = time.monotonic()
    done, number, live, before = 0, 0, None, history()[-1]["revision"] if CANARY else 0
    count = dict.fromkeys(KINDS, 0)
    try:
        while done < wanted:
            tag = "v2" if live == "v1" else "v1"
            kind = throw_kind(dice) if number > 0 else "whole"
            kills = [] if number == 0 else [dice.uniform(0.05, LONGEST) for _ in range(dice.choice((1, 1, 2, 2, 3)))]
            what = "deployment %d (%s, %s), to be killed after %s" % (number, tag, kind, ["%.2f" % k for k in kills])
            try:
                made, _ = deploy(number, tag, kind, lambda client, kills=kills: kill_at_times(agent, client, kills))
                live = live if kind == "failing" else tag
                check_release(before, made, kind == "failing", live)
                if witness:
                    check_witness(witness, made, kind)
            except AssertionError as wrong:
                give_up("seed %d, %s: %s" % (seed, what, wrong))
            before = history()[-1]["revision"]
            done += made
            number += 1
            count[kind] += 1
            print("%s: well, %d kills, %d in all, %.0f s" % (what, made, done, time.monotonic() - began), flush=True)
        if witness:
            print("%d kills in %d canaries: %s; %d states of route and endpoints, each side with a weight had a ready pod" % (
                done, number, ", ".join("%d %s" % (n, k) for k, n in count.items()), witness.check_sides()), flush=True)
    finally:
        agent.process.kill()
        agent.process.wait()
        if witness:
            witness.end()


if __name__ == "__main__":
    main()
