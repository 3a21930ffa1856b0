"""An agent that runs as a daemon, with a state folder of its own."""
import contextlib
import os
import pathlib
import signal
import socket
import subprocess
import sys
import tempfile

import programs

_CONFIG = """\
listen: [{listen}]
state: {folder}/state
clusters:
  default: {{kubeconfig: {kubeconfig}}}
helm: {{path: {helm}, processes: 4}}
{more}"""


class Daemon:
    def __init__(self, folder, listen="", more="", helm=programs.HELM):
        self.folder = pathlib.Path(folder)
        self.socket = self.folder / "agent.sock"
        self.address = "unix:%s" % self.socket
        self.config = self.folder / "agent.yaml"
        at = ", ".join(filter(None, [self.address, listen]))
        self.config.write_text(_CONFIG.format(listen=at, folder=folder, kubeconfig=os.environ["KUBECONFIG"], helm=helm, more=more), encoding="utf-8")
        self.log = open(self.folder / "agent.log", "ab")
        self.process = None

    def start(self):
        self.process = subprocess.Popen([programs.AGENT, "--config", self.config], stdin=subprocess.DEVNULL, stdout=self.log, stderr=self.log,
                                        env=programs.ENVIRONMENT)

    def kill(self):
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()

    def stop(self):
        self.process.terminate()
        self.process.wait(timeout=programs.LIMIT)
        self.log.close()

    def answers(self):
        programs.insist(self.process.poll() is None, "the agent ended: see %s" % self.log.name)
        with socket.socket(socket.AF_UNIX) as line:
            try:
                line.connect(str(self.socket))
                line.sendall(b"GET /healthz HTTP/1.1\r\nHost: agent\r\nConnection: close\r\n\r\n")
                return line.recv(64).startswith(b"HTTP/1.1 200")
            except OSError:
                return False


@contextlib.contextmanager
def running(**configured):
    """`listen`: an address beside its socket; `more`: of its configuration, as YAML; `helm`: the program."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit("told to end"))  # as for Ctrl-C: the agent does not stay behind
    with tempfile.TemporaryDirectory(prefix="leadsman-bench.") as folder:
        agent = Daemon(folder, **configured)
        agent.start()
        try:
            programs.wait_until(agent.answers, "the agent to answer")
            yield agent
        finally:
            agent.stop()
