#!/usr/bin/env python3
"""Kills the agent at every place where it saves: each step of a canary, and of one that is brought home, dies before its intent is saved,
after that, after its effect and after its outcome is saved. Which steps there are is taken from what the agent itself does undisturbed.

usage: save_points.py RELEASE_NAMESPACE FOLDER canary

As random_kills.py, which checks what came of it; and
  LEADSMAN_TEST_PROMETHEUS   a Prometheus that asks the gateway, for the measuring step
"""
import os
import sys
import time

import random_kills as kills
from witness import Witness

PLACES = ("before-save", "after-save", "after-effect", "after-done")
METRIC = "{metric: {use: http-error-rate, from: envoy, max: 1%, interval: 1s, window: 10s, delay: 1s, count: 1, inconclusive-limit: 30}}"
kills.SPEC = kills.SPEC.replace("    strategy: canary\n", "    strategy: canary\n    metrics: {{prometheus: {{address: 'http://%s'}}}}\n" % os.environ["LEADSMAN_TEST_PROMETHEUS"])
# Every step that a canary can have is in one of these.
kills.KINDS = {
    "whole": kills.Kind(0, kills.WHOLE, "pause: 1s, gates: [helm-test, %s]" % METRIC),
    "failing": kills.Kind(0, kills.HOME, words=("--set", "tests.fail=true", "--prove-tests=false")),
}


def die_there(agent):
    def disturb(client):
        end = time.monotonic() + kills.LIMIT
        while agent.process.poll() is None:
            assert client.poll() is None, "the deployment has ended, and the agent did not die"
            assert time.monotonic() < end, "the agent did not die within %d s" % kills.LIMIT
            time.sleep(0.02)
        agent.start()
        return 1
    return disturb


def begun_steps(events):
    return list(dict.fromkeys(e["data"]["step"] for e in events if e["kind"] == "step"))


class Course:
    def __init__(self, agent, witness):
        self.agent, self.witness = agent, witness
        self.number, self.live = 0, "v1"
        self.before = kills.history()[-1]["revision"]

    def run(self, kind, failpoint=""):
        """One canary, killed there once. Its events."""
        tag = "v2" if self.live == "v1" else "v1"
        self.agent.kill()
        self.agent.start(failpoint)
        disturb = die_there(self.agent) if failpoint else lambda client: 0
        made, events = kills.deploy(self.number, tag, kind, disturb)
        self.live = self.live if kind == "failing" else tag
        kills.check_release(self.before, made, kind == "failing", self.live)
        kills.check_witness(self.witness, made, kind)
        self.before = kills.history()[-1]["revision"]
        self.number += 1
        return events


def main():
    agent = kills.Agent()
    witness = Witness(kills.NAMESPACE, kills.RELEASE)
    witness.shares_since()
    witness.turn_the_page()
    course = Course(agent, witness)
    point, killed = "none", []
    try:
        for kind in kills.KINDS:
            steps = begun_steps(course.run(kind))
            for point in ["%s.%s" % (place, step) for step in steps for place in PLACES] + ["before-finish"]:
                course.run(kind, point)
                killed.append(point)
            print("%s: killed at each of %d places in %s" % (kind, len(steps) * len(PLACES) + 1, ", ".join(steps)), flush=True)
        print("%d kills; %d states of route and endpoints, each side with a weight had a ready pod" % (len(killed), witness.check_sides()), flush=True)
    except AssertionError as wrong:
        kills.give_up("%s, killed at %s: %s" % (kind, point, wrong))
    finally:
        agent.process.kill()
        agent.process.wait()
        witness.end()


if __name__ == "__main__":
    sys.exit(main())
