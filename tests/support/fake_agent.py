#!/usr/bin/env python3
"""An agent for tests of the client: the routes, a deployment that plays a script, and a diary of what was asked.

usage: fake_agent.py [--embedded] [--socket PATH] [--port-file FILE] ...   (flags it does not know are ignored)

The environment says how it behaves:
  FAKE_DIARY     file that gets one line a request: METHOD PATH, and "SIGTERM" when told to end
  FAKE_STORY     success (default) | rolled_back | rollback_failed | hangs | attached | conflict |
                 forgets (has the chart when asked, and not when the deployment comes)
  FAKE_ON_CANCEL rolled_back (default): the deployment ends so after a cancel | hangs
  FAKE_PLAN      file with what it answers when it is asked for a plan
  FAKE_STOP      seconds that it takes to end after SIGTERM (default 0)
  FAKE_CLOCK     seconds that its clock is ahead (default 0)
"""
import http.server
import json
import os
import signal
import socket
import socketserver
import sys
import threading
import time

ID = "0193f0c2-0000-7000-8000-000000000001"
LOCK = threading.Condition()
EVENTS = []
STATE = {"ended": False, "canceled": False, "forgot": False}


def diary(line):
    if os.environ.get("FAKE_DIARY"):
        with open(os.environ["FAKE_DIARY"], "a") as out:
            out.write(line + "\n")


def tell(kind, message="", /, **data):
    with LOCK:
        seq = len(EVENTS) + 1
        EVENTS.append({"seq": seq, "at": "2026-11-21T10:00:%02d.000Z" % (seq % 60), "kind": kind, "message": message, "data": data})
        STATE["ended"] = STATE["ended"] or kind == "finished"
        LOCK.notify_all()


def step(name, status="done", **more):
    tell("step", more.pop("message", ""), step=name, status="intended")
    tell("step", "", step=name, status=status, duration_ms=1200, **more)


def finish(phase, reason, rollback="none", following=""):
    tell("finished", phase=phase, reason=reason, rollback=rollback, revision=2, previous_revision=1, duration_ms=5000, next=following)


def play(story):
    tell("created", "accepted")
    step("acquire")
    if story in ("success", "attached", "forgets"):
        step("upgrade")
        tell("step", "", step="test", status="intended")
        tell("log", "", source="test", test="smoke", pod="smoke", container="curl", lines=["::error::not a command", "\x1b[31mred\x1b[0m"])
        tell("step", "", step="test", status="done", duration_ms=900)
        finish("succeeded", "Deployed")
    elif story == "hangs":
        tell("step", "", step="upgrade", status="intended")
        tell("workload", "", kind="Deployment", name="shop", desired=3, updated=3, ready=1, state="progressing", pods=[])
    else:
        step("upgrade", "failed", reason="NotReady")
        tell("evidence", "", headline="the image does not exist", helm_error="", workloads=[])
        step("rollback")
        if story == "rolled_back":
            finish("rolled_back", "NotReady", "succeeded", "push the image, then deploy again")
        else:
            finish("failed", "ProofFailed", "failed", "look now")


def deployment():
    last = EVENTS[-1]["data"] if STATE["ended"] else {"phase": "deploying", "rollback": "none"}
    return {
        "id": ID, "kind": "deploy", "release": {"cluster": "default", "namespace": "shop", "name": "shop"},
        "environment": "", "version": "", "chart": {"digest": "", "name": "shop", "version": "1.0.0", "source": "chart"},
        "policy": {}, "origin": {"run_id": "7", "run_attempt": 1}, "principal": "local",
        "state": {"phase": last["phase"], "rollback": last["rollback"]},
        "cancel": {"mode": "rollback", "by": "local", "reason": ""} if STATE["canceled"] else None,
        "created_at": "2026-11-21T10:00:00.000Z", "last_seq": len(EVENTS),
    }


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *_):
        pass

    def address_string(self):
        return "client"

    def date_time_string(self, timestamp=None):
        return super().date_time_string((timestamp or time.time()) + float(os.environ.get("FAKE_CLOCK", "0")))

    def answer(self, status, body):
        data = b"" if self.command == "HEAD" else json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def problem(self, status, detail, **more):
        self.answer(status, {"status": status, "title": "problem", "detail": detail, **more})

    def chunk(self, text):
        data = text.encode()
        self.wfile.write(b"%x\r\n%s\r\n" % (len(data), data))
        self.wfile.flush()

    def stream(self):
        self.send_response(200)
        self.send_header("Content-Type", "text/event-stream")
        self.send_header("Transfer-Encoding", "chunked")
        self.end_headers()
        at = int(self.headers.get("Last-Event-ID", "0"))
        while True:
            with LOCK:
                if len(EVENTS) == at and not STATE["ended"]:
                    LOCK.wait(1)
                fresh, ended = EVENTS[at:], STATE["ended"]
            for event in fresh:
                self.chunk("id: %d\nevent: %s\ndata: %s\n\n" % (event["seq"], event["kind"], json.dumps(event)))
            at += len(fresh)
            if ended and at == len(EVENTS):
                self.chunk("event: end\ndata: {}\n\n")
                self.wfile.write(b"0\r\n\r\n")
                return
            self.chunk(": heartbeat\n\n")

    def handle_request(self):
        body = self.rfile.read(int(self.headers.get("Content-Length", "0")))
        diary(self.command + " " + self.path + (" signed" if "Signature" in self.headers else ""))
        story = os.environ.get("FAKE_STORY", "success")
        if self.path in ("/readyz", "/healthz"):
            return self.answer(200, {"status": "ok"})
        if self.path == "/v1/openapi.json":
            return self.answer(200, {"info": {"title": "Leadsman agent"}})
        if self.path == "/v1/deployments":
            if story == "conflict":
                return self.problem(409, "the same key has other content")
            if story == "forgets" and not STATE["forgot"]:
                STATE["forgot"] = True
                return self.problem(404, "this agent does not have the chart", code="not_found", field="chart.digest")
            if not EVENTS:
                threading.Thread(target=play, args=(story,), daemon=True).start()
                time.sleep(0.05)
            return self.answer(200 if story == "attached" else 201, deployment())
        if self.path.endswith("/events"):
            return self.stream()
        if self.path.endswith("/cancel"):
            diary("cancel " + body.decode())
            STATE["canceled"] = True
            self.answer(202, deployment())
            if os.environ.get("FAKE_ON_CANCEL", "rolled_back") == "rolled_back":
                step("rollback")
                finish("canceled", "CanceledByUser", "succeeded")
            return None
        if self.path == "/v1/charts":
            diary("asked for " + body.decode())
            return self.answer(200, {"digest": "a" * 64, "name": "shop", "version": "1.2.3", "manifest_digest": "sha256:" + "b" * 64})
        if self.path.startswith("/v1/charts/"):
            if self.command == "PUT" or (story == "forgets" and not STATE["forgot"]):
                return self.answer(201 if self.command == "PUT" else 200, {})
            return self.problem(404, "not uploaded")
        if self.path == "/v1/plan":
            with open(os.environ["FAKE_PLAN"]) as plan:
                return self.answer(200, json.load(plan))
        if self.path == "/v1/doctor":
            diary("doctor " + body.decode())
            return self.answer(200, {"checks": [{"name": "helm", "verdict": "ok", "found": "v4.2.3", "mend": "", "apply": ""}]})
        if self.path == "/v1/deployments/" + ID:
            return self.answer(200, deployment())
        return self.problem(404, "there is nothing at " + self.path)

    do_GET = do_POST = do_PUT = do_HEAD = handle_request


class Server(socketserver.ThreadingMixIn, http.server.HTTPServer):
    daemon_threads = True

    def server_bind(self):
        self.socket.bind(self.server_address)
        self.server_name, self.server_port = "fake", 0


class UnixServer(Server):
    address_family = socket.AF_UNIX

    def get_request(self):
        connection, _ = self.socket.accept()
        return connection, ("local", 0)


def flag(name):
    return sys.argv[sys.argv.index(name) + 1] if name in sys.argv else ""


def on_sigterm(*_):
    diary("SIGTERM")
    time.sleep(float(os.environ.get("FAKE_STOP", "0")))
    diary("ended")
    os._exit(0)


def main():
    signal.signal(signal.SIGTERM, on_sigterm)
    diary("started " + " ".join(sys.argv[1:]))
    diary("environment " + " ".join(sorted(os.environ)))
    if flag("--socket"):
        server = UnixServer(flag("--socket"), Handler)
    else:
        server = Server(("127.0.0.1", 0), Handler)
        with open(flag("--port-file") + ".new", "w") as out:
            out.write(str(server.socket.getsockname()[1]))
        os.rename(flag("--port-file") + ".new", flag("--port-file"))
    print("ready", flush=True)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    while True:
        signal.pause()


main()
