"""A deployment through leadsman ÷ the same work by hand; each changes the image, so that all pods are replaced."""
import daemon
import programs
import ways
from figures import Figures, rounds

NAMESPACE = "bench-deploy"


def deploy_once(figures, way, tag, tests, kind):
    if isinstance(way, ways.ByHand):
        parts = way.deploy(tag, tests)
        took = sum(parts.values())
    else:
        took, parts = way.deploy(tag, tests)
        parts["outside of the steps"] = took - sum(parts.values())
    programs.insist(way.live_image().endswith(":" + tag), "%s left the image %s" % (way.title, way.live_image()))
    programs.wait_until(way.is_settled, "the old pods of %s to go" % way.name)
    if kind:
        figures.add("%s, %s" % (way.title, kind), took)
        for name, value in parts.items():
            figures.add("%s, %s: %s" % (way.title, kind, name), value)


def measure(figures, everything, tests, count):
    kind = "with tests" if tests else "without tests"
    for number in range(count):
        figures.note_load()
        turn = number % len(everything)  # nobody is always the first
        for way in everything[turn:] + everything[:turn]:
            deploy_once(figures, way, "v2" if number % 2 == 0 else "v1", tests, kind)
    if count % 2:
        for way in everything:
            deploy_once(figures, way, "v1", False, "")
    base = "%s, %s" % (ways.ByHand.title, kind)
    for way in everything[1:]:
        name = "%s, %s" % (way.title, kind)
        figures.judge("Deploy, %s: %s ÷ by hand" % (kind, way.title), figures.ratio(name, base), at_most=1.05)
        figures.judge("Deploy, %s: %s − by hand" % (kind, way.title), figures.median(name) - figures.median(base), "ms")


def main():
    figures = Figures("Deploy")
    programs.fresh_namespace(NAMESPACE)
    with daemon.running() as agent:
        everything = [ways.ByHand("hand", NAMESPACE), ways.ByLeadsman("embedded", NAMESPACE), ways.ByLeadsman("daemon", NAMESPACE, agent)]
        for way in everything:
            deploy_once(figures, way, "v1", False, "")
        measure(figures, everything, False, rounds(12, 1))
        measure(figures, everything, True, rounds(8, 1))
    figures.write()


if __name__ == "__main__":
    main()
