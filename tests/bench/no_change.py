"""A deployment that has nothing to change ÷ helm's own upgrade of the same; and one whose object has drifted."""
import json

import daemon
import programs
import ways
from figures import Figures, rounds

NAMESPACE = "bench-no-change"


def deploy_drifted(way):
    """Somebody has changed an object behind helm's back: this must not pass for no change, and must be put right."""
    programs.kubectl("-n", NAMESPACE, "patch", "configmap", way.name + "-demo", "--type", "merge", "-p",
                     json.dumps({"data": {"GREETING": "changed by hand"}}))
    way.deploy("v1", False, "--force-conflicts")  # the field is kubectl's now
    found = programs.kubectl("-n", NAMESPACE, "get", "configmap", way.name + "-demo", "-o", "jsonpath={.data.GREETING}")
    programs.insist(found == "hello", "%s left the drift in place: GREETING is %s" % (way.title, found))


def measure(figures, hand, ours, count):
    for number in range(count):
        figures.note_load()
        turns = [lambda: figures.add(hand.title, hand.upgrade("v1"))]
        turns += [lambda way=way: figures.add(way.title, way.deploy("v1", False, reason="NoChange")[0]) for way in ours]
        turn = number % len(turns)
        for act in turns[turn:] + turns[:turn]:
            act()


def main():
    figures = Figures("Nothing to change")
    programs.fresh_namespace(NAMESPACE)
    with daemon.running() as agent:
        hand = ways.ByHand("hand", NAMESPACE)
        ours = [ways.ByLeadsman("embedded", NAMESPACE), ways.ByLeadsman("daemon", NAMESPACE, agent)]
        hand.upgrade("v1")
        for way in ours:
            way.deploy("v1", False)
        measure(figures, hand, ours, rounds(30, 3))
        for way in ours:
            deploy_drifted(way)
    for way in ours:
        figures.judge("Nothing to change: %s ÷ helm" % way.title, figures.ratio(way.title, hand.title), at_most=0.2)
    figures.write()


if __name__ == "__main__":
    main()
