"""The same release deployed in three ways: by helm's commands, by leadsman with an embedded agent, and with a daemon."""
import json

import programs

REPLICAS = 2
TIMEOUT = "%ds" % programs.LIMIT


class Release:
    def __init__(self, name, namespace):
        self.name, self.namespace = name, namespace

    def words(self, tag):
        return ["--namespace", self.namespace, "--set", "image.tag=" + tag, "--set", "replicaCount=%d" % REPLICAS,
                "--set", "progressDeadlineSeconds=%d" % programs.LIMIT]

    def live_image(self):
        return programs.kubectl("-n", self.namespace, "get", "deploy", self.name + "-demo", "-o",
                                "jsonpath={.spec.template.spec.containers[0].image}")

    def is_settled(self):
        pods = json.loads(programs.kubectl("-n", self.namespace, "get", "pods", "-o", "json", "-l",
                                           "app.kubernetes.io/name=demo,app.kubernetes.io/instance=" + self.name))["items"]
        return len(pods) == REPLICAS and not any("deletionTimestamp" in pod["metadata"] for pod in pods)


class ByHand(Release):
    """helm's own commands, one after the other; how long each took."""
    title = "helm by hand"

    def install_words(self, tag):
        return ["upgrade", "--install", self.name, programs.CHART, *self.words(tag)]

    def deploy(self, tag, tests):
        parts = {
            "helm lint": ["lint", programs.CHART, *self.words(tag)],
            "helm upgrade --dry-run=server": [*self.install_words(tag), "--dry-run=server"],
            "helm upgrade --wait": [*self.install_words(tag), "--wait", "--timeout", TIMEOUT],
        }
        if tests:
            parts["helm test"] = ["test", self.name, "--namespace", self.namespace, "--timeout", TIMEOUT]
        return {name: programs.run(programs.HELM, *words)[1] for name, words in parts.items()}

    def upgrade(self, tag):
        return programs.run(programs.HELM, *self.install_words(tag), "--wait", "--timeout", TIMEOUT)[1]


class ByLeadsman(Release):
    title = "leadsman, embedded agent"

    def __init__(self, name, namespace, agent=None):
        super().__init__(name, namespace)
        self.agent = agent
        if agent:
            self.title = "leadsman, daemon"

    def command(self, tag, tests, *more):
        words = [programs.CLIENT, "deploy", self.name, "--chart", programs.CHART, *self.words(tag), "--timeout", TIMEOUT, "--output", "json", *more]
        words += [] if tests else ["--tests", "skip"]
        return words + (["--agent", self.agent.address] if self.agent else [])

    def deploy(self, tag, tests, *more, reason="Deployed"):
        """The milliseconds it took, and those of each step as the agent's events have them."""
        stream, took = programs.run(*self.command(tag, tests, *more))
        events = programs.events_of(stream)
        end = events[-1]
        programs.insist(end["kind"] == "finished" and end["data"]["phase"] == "succeeded", "the deployment ended as %s" % end)
        programs.insist(end["data"]["reason"] == reason, "the reason is not %s: %s" % (reason, end))
        steps = {e["data"]["step"]: e["data"]["duration_ms"] for e in events if e["kind"] == "step" and e["data"]["status"] == "done"}
        return took, steps
