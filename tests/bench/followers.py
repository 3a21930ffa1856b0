"""A thousand followers of one deployment, with two hundred releases known: how late each event is, what is lost, and the agent's memory."""
import concurrent.futures
import contextlib
import json
import pathlib
import socket
import statistics
import subprocess
import sys
import tempfile
import time

import daemon
import plot
import programs
import ways
from figures import Figures, rounds

NAMESPACE = "bench-followers"
FOLLOWERS = 1000
RELEASES = rounds(200, 8)
SECONDS = rounds(15 * 60, 40)
FOLLOW = programs.ROOT / "build/bench/follow"
TINY = programs.ROOT / "tests/bench/tiny"
GRAPH = "followers-memory.svg"
ACCESS = "access: {keys: [{name: follower, public-key: '%s', may: [read], releases: ['*/*']}]}"
MIB = 1024  # of the kibibytes that the kernel counts in


def free_address():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return "127.0.0.1:%d" % probe.getsockname()[1]


def make_key(path):
    """Its public part."""
    told, _ = programs.run(programs.CLIENT, "key", "generate", "--out", path)
    return next(line.split("public-key: ")[1] for line in told.splitlines() if "public-key: " in line)


def fill(agent):
    """Real deployments of a chart that is one ConfigMap: the store knows their releases, the cluster has them."""
    def deploy(number):
        programs.run(programs.CLIENT, "deploy", "known-%d" % number, "--chart", TINY, "--namespace", NAMESPACE, "--tests", "skip", "--agent", agent.address)
    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        list(pool.map(deploy, range(RELEASES)))


def resident(agent):
    status = pathlib.Path("/proc/%d/status" % agent.process.pid).read_text(encoding="ascii")
    return next(int(line.split()[1]) for line in status.splitlines() if line.startswith("VmRSS:")) / MIB


def deploy_followed(agent, way, tag, address, key):
    """One deployment, followed a thousand times over TCP from its first event on. What the followers saw, and the agent's memory meanwhile."""
    client = subprocess.Popen([str(word) for word in way.command(tag, tests=True)], env=programs.ENVIRONMENT, stdin=subprocess.DEVNULL,
                              stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    identity = json.loads(client.stdout.readline())["data"]["id"]
    command = [str(FOLLOW), address, "/v1/deployments/%s/events" % identity, key, str(FOLLOWERS)]
    following = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, text=True)
    programs.insist(following.stdout.readline() == "following\n", "the followers cannot follow")
    during = resident(agent)
    client.stdout.read()
    programs.insist(client.wait(timeout=programs.LIMIT) == 0, "the deployment ended with %s" % client.returncode)
    seen = json.loads(following.stdout.read())
    programs.insist(following.wait(timeout=programs.LIMIT) == 0 and seen["not_whole"] == 0, "%d followers lack events" % seen["not_whole"])
    return seen["late_ms"], during


def main():
    figures = Figures("A thousand followers")
    programs.fresh_namespace(NAMESPACE)
    memory, late = [], []
    with contextlib.ExitStack() as stack:
        key = stack.enter_context(tempfile.TemporaryDirectory(prefix="leadsman-bench.")) + "/key"
        address = free_address()
        agent = stack.enter_context(daemon.running(listen=address, more=ACCESS % make_key(key)))
        fill(agent)
        way = ways.ByLeadsman("followed", NAMESPACE, agent)
        began = time.monotonic()
        while time.monotonic() - began < SECONDS:
            figures.note_load()
            tag = "v2" if len(memory) % 2 else "v1"
            seen, during = deploy_followed(agent, way, tag, address, key)
            late += seen
            memory.append((time.monotonic() - began, during, resident(agent)))
    figures.graph = GRAPH
    plot.write(pathlib.Path(sys.argv[1]).with_name(GRAPH), "The agent's resident memory, MiB", [("with %d followers" % FOLLOWERS, [(at, during) for at, during, _ in memory]),
                                                       ("after each deployment", [(at, after) for at, _, after in memory])])
    for value in late:
        figures.add("from an event to a follower", value)
    half = len(memory) // 2
    for name, part in (("first half", memory[:half]), ("second half", memory[half:])):
        for _, during, after in part:
            figures.add("resident with followers, " + name, during, "MiB")
            figures.add("resident after a deployment, " + name, after, "MiB")
    figures.judge("From an event to its follower, %d followers, p99" % FOLLOWERS, statistics.quantiles(late, n=100)[98], "ms", at_most=20)
    figures.judge("Resident memory after each deployment, second half ÷ first half of the run",
                  figures.ratio("resident after a deployment, second half", "resident after a deployment, first half"), at_most=1.05)
    figures.write()


if __name__ == "__main__":
    main()
