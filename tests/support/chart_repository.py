#!/usr/bin/env python3
"""Serves a folder as a chart repository on a free port of 127.0.0.1, which it writes to PORT_FILE, until it is ended.

usage: chart_repository.py FOLDER PORT_FILE [LOGIN_FILE]    LOGIN_FILE: "user:password", asked of everybody
"""
import base64
import functools
import http.server
import os
import sys


class Repository(http.server.SimpleHTTPRequestHandler):
    expected = None

    def do_GET(self):
        if self.expected and self.headers.get("Authorization") != self.expected:
            self.send_response(401)
            self.send_header("WWW-Authenticate", 'Basic realm="charts"')
            self.end_headers()
            return
        super().do_GET()


def main():
    folder, port_file = sys.argv[1:3]
    if len(sys.argv) > 3:
        with open(sys.argv[3], "rb") as login:
            Repository.expected = "Basic " + base64.b64encode(login.read().strip()).decode()
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Repository, directory=folder))
    with open(port_file + ".new", "w") as out:
        out.write(str(server.server_port))
    os.rename(port_file + ".new", port_file)
    server.serve_forever()


if __name__ == "__main__":
    main()
