"""The programs under measurement: run them, time them, and insist that they did what they should."""
import json
import os
import pathlib
import subprocess
import sys
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]
BIN = ROOT / "build/release/bin"
CLIENT, AGENT, HELM = BIN / "leadsman", BIN / "leadsman-agent", BIN / "helm"
KUBECTL = os.environ["LEADSMAN_BENCH_KUBECTL"]
CHART = ROOT / "helm/demo"
LIMIT = 900  # seconds that anything may take: nothing fails because a machine is slow

_OTHER_WAYS = ("LEADSMAN_", "GITHUB_", "INPUT_", "KUBE_CONFIG_B64", "RUNNER_TEMP")
ENVIRONMENT = {name: value for name, value in os.environ.items() if not name.startswith(_OTHER_WAYS)}


def insist(is_so, what):
    if not is_so:
        sys.exit("not measured: " + what)


def run(*command, exit_code=0, given=None):
    """What it wrote, and how many milliseconds it took. `given` is its input."""
    began = time.monotonic_ns()
    reads = {"input": given} if given is not None else {"stdin": subprocess.DEVNULL}
    done = subprocess.run([str(word) for word in command], env=ENVIRONMENT, capture_output=True, text=True, timeout=LIMIT, check=False, **reads)
    took = (time.monotonic_ns() - began) / 1e6
    insist(done.returncode == exit_code, "exit code %d of: %s\n%s\n%s" % (
        done.returncode, " ".join(str(word) for word in command), done.stdout[-2000:], done.stderr[-2000:]))
    return done.stdout, took


def kubectl(*words):
    return run(KUBECTL, *words)[0]


def fresh_namespace(name):
    kubectl("delete", "namespace", name, "--ignore-not-found", "--wait=true")
    kubectl("create", "namespace", name)


def wait_until(is_so, what):
    end = time.monotonic() + LIMIT
    while not is_so():
        insist(time.monotonic() < end, "waited %d s in vain for: %s" % (LIMIT, what))
        time.sleep(0.05)


def events_of(stream):
    return [json.loads(line) for line in stream.splitlines()]
