#!/usr/bin/env python3
"""press_tab.py SETUP LINE EXPECTED SHELL…: starts an interactive SHELL in a terminal of its own, runs the line SETUP, types
LINE and the tabulator, and ends well as soon as EXPECTED stands on the screen; after 20 seconds it says what stands there."""
import os
import pty
import re
import select
import signal
import sys
import time

SEQUENCES = re.compile(r"\x1b(\[[?0-9;]*[A-Za-z]|[=>])")
READY = "all-is-set-up"


class Terminal:
    def __init__(self, command):
        self.said = ""
        self.child, self.descriptor = pty.fork()
        if self.child == 0:
            os.environ["TERM"] = "dumb"
            os.execvp(command[0], command)

    def type(self, text):
        os.write(self.descriptor, text.encode())

    def wait_for(self, text):
        end = time.monotonic() + 20
        while text not in SEQUENCES.sub("", self.said):
            readable, _, _ = select.select([self.descriptor], [], [], max(end - time.monotonic(), 0))
            piece = os.read(self.descriptor, 65536) if readable else b""
            if not piece:
                sys.exit(f"waited in vain for {text!r}; on the screen is:\n{self.said}")
            self.said += piece.decode(errors="replace")

    def close(self):
        os.kill(self.child, signal.SIGKILL)
        os.waitpid(self.child, 0)


def main():
    setup, line, expected, *command = sys.argv[1:]
    terminal = Terminal(command)
    try:
        # The quotes keep what is typed from being what is waited for.
        terminal.type(f"{setup}; echo all-is'-set-'up\n")
        terminal.wait_for(READY)
        terminal.said = ""
        terminal.type(line + "\t")
        terminal.wait_for(expected)
    finally:
        terminal.close()


main()
