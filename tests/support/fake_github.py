#!/usr/bin/env python3
"""GitHub's API as far as it is about comments on a pull request, for tests.

usage: fake_github.py FOLDER [--log-in NAME] [--read-only] [--fail-after-post]

FOLDER/port is its port once it listens, FOLDER/comments.json its comments (read at the start, if there), FOLDER/diary one
line a request: METHOD PATH TOKEN.
  --log-in NAME      the token belongs to a user; else, as in GitHub Actions, to an app
  --read-only        the token may not write, as for a pull request from a fork
  --fail-after-post  the first comment is made, and the answer is lost (502)
"""
import http.server
import json
import os
import re
import sys
import urllib.parse

FOLDER = sys.argv[1]
LOG_IN = sys.argv[sys.argv.index("--log-in") + 1] if "--log-in" in sys.argv else ""
STATE = {"fail": "--fail-after-post" in sys.argv}
COMMENTS_FILE = os.path.join(FOLDER, "comments.json")
COMMENTS = json.load(open(COMMENTS_FILE)) if os.path.exists(COMMENTS_FILE) else []


def keep():
    with open(COMMENTS_FILE + ".new", "w") as out:
        json.dump(COMMENTS, out)
    os.rename(COMMENTS_FILE + ".new", COMMENTS_FILE)


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *_):
        pass

    def answer(self, status, body):
        data = json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def refuse(self, status, message):
        self.answer(status, {"message": message, "status": str(status)})

    def handle_request(self):
        body = self.rfile.read(int(self.headers.get("Content-Length", "0")))
        token = self.headers.get("Authorization", "")
        with open(os.path.join(FOLDER, "diary"), "a") as out:
            out.write("%s %s %s\n" % (self.command, self.path, token))
        if token != "Bearer gh-token":
            return self.refuse(401, "Bad credentials")
        where = urllib.parse.urlsplit(self.path)
        if where.path == "/user":
            return self.answer(200, {"login": LOG_IN}) if LOG_IN else self.refuse(403, "Resource not accessible by integration")
        if self.command != "GET" and "--read-only" in sys.argv:
            return self.refuse(403, "Resource not accessible by integration")
        if where.path == "/repos/acme/shop/issues/12/comments":
            return self.show(urllib.parse.parse_qs(where.query)) if self.command == "GET" else self.make(json.loads(body))
        one = re.fullmatch(r"/repos/acme/shop/issues/comments/(\d+)", where.path)
        found = [c for c in COMMENTS if one and c["id"] == int(one[1])]
        if self.command == "PATCH" and found:
            found[0]["body"] = json.loads(body)["body"]
            keep()
            return self.answer(200, found[0])
        return self.refuse(404, "Not Found")

    def show(self, query):
        size, page = int(query["per_page"][0]), int(query["page"][0])
        self.answer(200, COMMENTS[(page - 1) * size:page * size])

    def make(self, wanted):
        if len(wanted["body"]) > 65536:
            return self.refuse(422, "Body is too long (maximum is 65536 characters)")
        user = {"login": LOG_IN, "type": "User"} if LOG_IN else {"login": "github-actions[bot]", "type": "Bot"}
        number = 1000 + len(COMMENTS)
        COMMENTS.append({"id": number, "body": wanted["body"], "user": user, "html_url": "https://github.com/acme/shop/pull/12#issuecomment-%d" % number})
        keep()
        if STATE["fail"]:
            STATE["fail"] = False
            return self.refuse(502, "Server Error")
        return self.answer(201, COMMENTS[-1])

    do_GET = do_POST = do_PATCH = handle_request


def main():
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    with open(os.path.join(FOLDER, "port.new"), "w") as out:
        out.write(str(server.server_address[1]))
    os.rename(os.path.join(FOLDER, "port.new"), os.path.join(FOLDER, "port"))
    server.serve_forever()


main()
