#!/usr/bin/env python3
"""Deploys again and again through an agent that is killed with -9 at random moments, and looks whether all ends well.

usage: random_kills.py RELEASE_NAMESPACE FOLDER [canary]

With "canary", each deployment but the first is one, through the HTTPRoute "random" of that namespace.

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
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]
BIN = pathlib.Path(os.environ["LEADSMAN_BIN"])
HELM = os.environ["LEADSMAN_HELM"]
NAMESPACE, FOLDER = sys.argv[1], pathlib.Path(sys.argv[2])
CANARY = sys.argv[3:] == ["canary"]
RELEASE = "random"
LONGEST = 10.0 if CANARY else 6.0  # seconds that an undisturbed deployment takes, about
LIMIT = 120  # seconds that a deployment may take, its kills included

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
      steps: [50]
      settle: 100ms
"""


class Agent:
    """The daemon, which comes back after every kill."""

    def __init__(self):
        FOLDER.mkdir(mode=0o700, parents=True, exist_ok=True)
        self.config = FOLDER / "agent.yaml"
        self.config.write_text(CONFIG.format(folder=FOLDER, kubeconfig=os.environ["KUBECONFIG"], helm=HELM))
        self.log = open(FOLDER / "agent.log", "a", encoding="utf-8")
        self.start()

    def start(self):
        command = [BIN / "leadsman-agent", "--config", self.config]
        self.process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=self.log, stderr=self.log)

    def kill(self):
        assert self.process.poll() is None, "the agent ended by itself, status %s" % self.process.returncode
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()


def helm(*arguments):
    done = subprocess.run([HELM, "-n", NAMESPACE, *arguments, "-o", "json"], check=True, capture_output=True, text=True)
    return json.loads(done.stdout)


def history():
    return helm("history", RELEASE, "--max", "256")


def deployed():
    """The release as a deployment says it: a folder and a namespace, or a leadsman.yaml."""
    if not CANARY:
        return ["--chart", ROOT / "helm/demo", "--namespace", NAMESPACE, "--set", "preStopSeconds=0"]
    spec = FOLDER / "leadsman.yaml"
    spec.write_text(SPEC.format(release=RELEASE, chart=ROOT / "helm/demo", namespace=NAMESPACE))
    return ["--file", spec]


def deploy_command(tag, marker, fails):
    command = [BIN / "leadsman", "deploy", RELEASE, *deployed(),
               "--agent", "unix:%s/agent.sock" % FOLDER, "--output", "json", "--timeout", "30s", "--prove-tests=false",
               "--set", "image.tag=" + tag, "--set", "replicaCount=1",
               # Never twice the same, so that there is always something to do.
               "--set-string", "config.MARKER=" + marker, "--set", "tests.enabled=false"]
    # Without tests a required test is missing: fails when all is deployed.
    return command if fails else command + ["--tests", "skip"]


def check_events(events, fails):
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


def check_nothing_is_left():
    left = [r["name"] for r in helm("list") if r["name"] != RELEASE]
    assert not left, "the canary is still there: %s" % left
    route = subprocess.run([os.environ.get("LEADSMAN_KUBECTL", "kubectl"), "-n", NAMESPACE, "get", "httproute", RELEASE, "-o", "json"],
                           check=True, capture_output=True, text=True).stdout
    backends = [b["name"] for rule in json.loads(route)["spec"]["rules"] for b in rule["backendRefs"]]
    assert backends == [RELEASE + "-demo"], "the route leads to %s" % backends


def deploy(agent, number, tag, fails, kills):
    """One deployment, killed after each of these times (seconds from the start of the agent). The kills that were made."""
    command = deploy_command(tag, "m%d" % number, fails)
    output = FOLDER / ("events.%d" % number)
    with open(output, "w", encoding="utf-8") as out, open(str(output) + ".err", "w", encoding="utf-8") as err:
        client = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=out, stderr=err)
        made = 0
        for wait in kills:
            try:
                client.wait(timeout=wait)
                break
            except subprocess.TimeoutExpired:
                agent.kill()
                made += 1
                agent.start()
        try:
            client.wait(timeout=LIMIT)
        except subprocess.TimeoutExpired:
            client.kill()
            raise AssertionError("did not end within %d s" % LIMIT) from None
    events = [json.loads(line) for line in output.read_text(encoding="utf-8").splitlines()]
    assert events, "no events, status %d: %s" % (client.returncode, pathlib.Path(str(output) + ".err").read_text(encoding="utf-8"))
    assert client.returncode == (1 if fails else 0), "exit %d: %s" % (client.returncode, events[-1])
    check_events(events, fails)
    return made


def main():
    wanted = int(os.environ.get("LEADSMAN_KILLS", "200"))
    seed = int(os.environ.get("LEADSMAN_SEED", str(random.randrange(1 << 32))))
    print("seed %d, %d kills; repeat with LEADSMAN_SEED=%d" % (seed, wanted, seed), flush=True)
    dice = random.Random(seed)
    agent = Agent()
    began = time.monotonic()
    done, number, live, before = 0, 0, None, history()[-1]["revision"] if CANARY else 0
    try:
        while done < wanted:
            tag = "v2" if live == "v1" else "v1"
            fails = number > 0 and dice.random() < 0.3
            kills = [] if number == 0 else [dice.uniform(0.05, LONGEST) for _ in range(dice.choice((1, 1, 1, 2, 3)))]
            what = "deployment %d (%s%s), to be killed after %s" % (number, tag, ", fails" if fails else "", ["%.2f" % k for k in kills])
            try:
                made = deploy(agent, number, tag, fails, kills)
                live = live if fails else tag
                check_release(before, made, fails, live)
            except AssertionError as wrong:
                log = (FOLDER / "agent.log").read_text(encoding="utf-8").splitlines()[-15:]
                sys.exit("\n".join(["FAILED, seed %d, %s: %s" % (seed, what, wrong), "the agent's log ends with:", *log]))
            before = history()[-1]["revision"]
            done += made
            number += 1
            print("%s: well, %d kills, %d in all, %.0f s" % (what, made, done, time.monotonic() - began), flush=True)
    finally:
        agent.process.kill()
        agent.process.wait()


if __name__ == "__main__":
    main()
