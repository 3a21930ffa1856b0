#!/usr/bin/env python3
"""Kills the agent at every place where it saves: in one canary before the intent of each step is saved, in the next after that, then after
each effect, then after each outcome; and the same with canaries that are brought home. Which steps there are is taken from what the
agent itself does undisturbed.

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


def die_at(agent, points):
    """The agent dies at the first of these, the next agent at the second …"""
    def disturb(client):
        for made, point in enumerate(points, 1):
            end = time.monotonic() + kills.LIMIT
            while agent.process.poll() is None:
                assert client.poll() is None, "the deployment has ended, and the agent did not die at " + point
                assert time.monotonic() < end, "the agent did not die within %d s at %s" % (kills.LIMIT, point)
                time.sleep(0.02)
            agent.start(points[made] if made < len(points) else "")
        return len(points)
    return disturb


def steps_of(events):
    """As they were begun, one after the other."""
    return [e["data"]["step"] for e in events if e["kind"] == "step" and e["data"]["status"] == "intended"]


class Course:
    def __init__(self, agent, witness):
        self.agent, self.witness = agent, witness
        self.number, self.live = 0, "v1"
        self.before = kills.history()[-1]["revision"]

    def run(self, kind, points=()):
        """One canary, killed at each of these places. Its events."""
        tag = "v2" if self.live == "v1" else "v1"
        self.agent.kill()
        self.agent.start(points[0] if points else "")
        made, events = kills.deploy(self.number, tag, kind, die_at(self.agent, points))
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
    place, killed = "none", 0
    try:
        for kind in kills.KINDS:
            steps = steps_of(course.run(kind))
            for place in PLACES:
                points = ["%s.%s" % (place, step) for step in steps] + (["before-finish"] if place == PLACES[0] else [])
                course.run(kind, points)
                killed += len(points)
                print("%s: killed at %s" % (kind, ", ".join(points)), flush=True)
        print("%d kills; %d states of route and endpoints, each side with a weight had a ready pod" % (killed, witness.check_sides()), flush=True)
    except AssertionError as wrong:
        kills.give_up("%s, killed at each %s: %s" % (kind, place, wrong))
    finally:
        agent.process.kill()
        agent.process.wait()
        witness.end()


if __name__ == "__main__":
    sys.exit(main())
