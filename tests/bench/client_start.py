"""From the start of the client to its first request: the bench is the agent, and looks at the clock. And the client's size."""
import os
import pathlib
import signal
import socket
import tempfile
import time

import programs
from figures import Figures, rounds

TIMES = rounds(200, 10)
COMMANDS = {
    "status, Unix socket": (["status", "shop", "--namespace", "shop"], b"GET /v1/clusters/", socket.AF_UNIX),
    "deploy (packs the chart), Unix socket": (["deploy", "shop", "--namespace", "shop", "--chart", str(programs.CHART)], b"HEAD /v1/charts/",
                                             socket.AF_UNIX),
    "deploy (packs the chart), TCP, signed": (["deploy", "shop", "--namespace", "shop", "--chart", str(programs.CHART)], b"HEAD /v1/charts/",
                                             socket.AF_INET),
}


def listen(family, folder):
    listener = socket.socket(family)
    listener.bind("%s/agent.sock" % folder if family == socket.AF_UNIX else ("127.0.0.1", 0))
    listener.listen(1)
    listener.settimeout(programs.LIMIT)
    return listener


def address_of(listener):
    at = listener.getsockname()
    return "unix:" + at if isinstance(at, str) else "http://%s:%d" % at


def first_request(listener, command, wanted):
    """Milliseconds from before the exec until the request's first bytes are here, and those of processor time."""
    quiet = [(os.POSIX_SPAWN_OPEN, fd, os.devnull, os.O_RDWR, 0) for fd in (0, 1, 2)]
    began = time.monotonic_ns()
    pid = os.posix_spawn(command[0], command, programs.ENVIRONMENT, file_actions=quiet)
    line, _ = listener.accept()
    said = line.recv(4096)
    took = (time.monotonic_ns() - began) / 1e6
    os.kill(pid, signal.SIGKILL)
    used = os.wait4(pid, 0)[2]
    line.close()
    programs.insist(said.startswith(wanted), "the first request of %s is %r" % (command, said[:80]))
    return took, (used.ru_utime + used.ru_stime) * 1e3


def main():
    figures = Figures("The client's start")
    with tempfile.TemporaryDirectory(prefix="leadsman-bench.") as folder:
        key = folder + "/key"
        programs.run(programs.CLIENT, "key", "generate", "--out", key)
        asked = []
        for name, (words, wanted, family) in COMMANDS.items():
            listener = listen(family, folder if family == socket.AF_INET else tempfile.mkdtemp(dir=folder))
            asked.append((name, listener, [str(programs.CLIENT), *words, "--agent", address_of(listener), "--key", key], wanted))
        for _ in range(TIMES):
            figures.note_load()
            for name, listener, command, wanted in asked:
                took, used = first_request(listener, command, wanted)
                figures.add(name, took)
                figures.add(name + ": processor time", used)
    for name in COMMANDS:
        figures.judge("From the client's exec to its first request: %s" % name, figures.median(name), "ms", at_most=10)
    figures.judge("Size of the stripped client", pathlib.Path(programs.CLIENT).stat().st_size / 1e6, "MB", at_most=4)
    figures.write()


if __name__ == "__main__":
    main()
