"""From kill -9 of the agent to the next step: it is started again at once, a supervisor's delay comes on top."""
import datetime
import subprocess
import time

import daemon
import programs
import ways
from figures import Figures, rounds

NAMESPACE = "bench-restart"
STEPS = ("preflight", "upgrade", "test")  # those that are long enough to be hit; in two of them helm is at work and dies too


def begun(path, step):
    return any(e["kind"] == "step" and e["data"]["step"] == step for e in programs.events_of(whole_lines(path)))


def whole_lines(path):
    text = path.read_text(encoding="utf-8")
    return text[:text.rfind("\n") + 1]


def seconds_of(event):
    return datetime.datetime.fromisoformat(event["at"].replace("Z", "+00:00")).timestamp()


def next_step(events, killed_at, last_seen):
    """The first event after the kill that says that a step is begun."""
    steps = [e for e in events if e["kind"] == "step" and e["data"]["status"] == "intended" and seconds_of(e) >= killed_at]
    programs.insist(steps, "no step after the kill: %s" % [(e["seq"], e["kind"], e["message"]) for e in events])
    programs.insist(steps[0]["seq"] > last_seen, "the step after the kill is an old one: %s" % steps[0])
    return steps[0]


def kill_in(agent, way, tag, step):
    """Milliseconds from the kill to the next step, and to the first answer of the new agent."""
    path = agent.folder / "events"
    with open(path, "w", encoding="utf-8") as out:
        client = subprocess.Popen([str(word) for word in way.command(tag, tests=True)], env=programs.ENVIRONMENT, stdin=subprocess.DEVNULL,
                                  stdout=out, stderr=subprocess.DEVNULL)
        programs.wait_until(lambda: begun(path, step), "the step " + step)
        last_seen = len(programs.events_of(whole_lines(path)))
        killed_at, began = time.time(), time.monotonic_ns()
        agent.kill()
        agent.start()
        while not agent.answers():
            time.sleep(0.005)
        answered = (time.monotonic_ns() - began) / 1e6
        code = client.wait(timeout=programs.LIMIT)
    events = programs.events_of(path.read_text(encoding="utf-8"))
    programs.insist(code == 0 and events[-1]["kind"] == "finished" and events[-1]["data"]["phase"] == "succeeded",
                    "killed in %s, the deployment ended with %d, %s" % (step, code, events[-1]))
    programs.insist([e["seq"] for e in events] == list(range(1, len(events) + 1)), "events are missing")
    taken = next_step(events, killed_at, last_seen)
    return (seconds_of(taken) - killed_at) * 1e3, answered


def main():
    figures = Figures("Restart of the agent")
    programs.fresh_namespace(NAMESPACE)
    with daemon.running() as agent:
        way = ways.ByLeadsman("restart", NAMESPACE, agent)
        way.deploy("v1", False)
        number = 0
        for _ in range(rounds(4, 1)):
            figures.note_load()
            for step in STEPS:
                number += 1
                took, answered = kill_in(agent, way, "v2" if number % 2 else "v1", step)
                figures.add("to the next step, killed in " + step, took)
                figures.add("to the next step", took)
                figures.add("to the first answer of the new agent", answered)
    figures.judge("From kill -9 of the agent to the next step", figures.median("to the next step"), "ms", at_most=1000)
    figures.judge("… the slowest of them", max(figures.samples["to the next step"]), "ms", at_most=1000)
    figures.write()


if __name__ == "__main__":
    main()
