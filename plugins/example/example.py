#!/usr/bin/env python3
"""A plugin of the kind "metric": measures this machine. docs/plugins.md is the protocol; `leadsman plugin check` tries it.

config: {} or {"path": FOLDER}    query: "load1", "load5", "load15" or "free-bytes"
"""
import json
import os
import shutil
import sys
import time

SELF = {"name": "example", "version": "1.0.0", "kinds": ["metric"], "protocol": 1}
PARSE_ERROR, INVALID_REQUEST, METHOD_NOT_FOUND, INVALID_PARAMS, FAILED = -32700, -32600, -32601, -32602, -32000


class Refusal(Exception):
    """Becomes the error of an answer: code, message and, maybe, data."""


def initialize(params):
    if params.get("protocol") != SELF["protocol"]:
        raise Refusal(INVALID_PARAMS, "this plugin speaks protocol 1")
    return SELF


def query(params):
    config, asked = params.get("config"), params.get("query")
    if not isinstance(config, dict) or not isinstance(asked, str):
        raise Refusal(INVALID_PARAMS, "expected a config and a query")
    if params.get("at") is not None:
        raise Refusal(FAILED, "only the present can be measured", {"kind": "rejected"})
    loads = dict(zip(("load1", "load5", "load15"), os.getloadavg()))
    if asked in loads:
        value = loads[asked]
    elif asked == "free-bytes":
        try:
            value = shutil.disk_usage(config.get("path", "/")).free
        except (OSError, TypeError, ValueError) as problem:
            raise Refusal(INVALID_PARAMS, f"config.path: {problem}") from problem
    else:
        raise Refusal(FAILED, "expected load1, load5, load15 or free-bytes", {"kind": "invalid_query"})
    return {"series": [{"labels": {}, "value": str(value), "at": time.time()}], "warnings": []}


METHODS = {"initialize": initialize, "metric.query": query}


def answer(line):
    """The answer to one line; None when none is due."""
    try:
        question = json.loads(line)
    except ValueError:
        return {"id": None, "error": {"code": PARSE_ERROR, "message": "this line is not JSON"}}
    if not isinstance(question, dict) or question.get("jsonrpc") != "2.0" or not isinstance(question.get("method"), str):
        return {"id": None, "error": {"code": INVALID_REQUEST, "message": "this is no request of JSON-RPC 2.0"}}
    if "id" not in question:
        return None
    try:
        if question["method"] not in METHODS:
            raise Refusal(METHOD_NOT_FOUND, "there is no such method")
        params = question.get("params", {})
        if not isinstance(params, dict):
            raise Refusal(INVALID_PARAMS, "expected an object")
        return {"id": question["id"], "result": METHODS[question["method"]](params)}
    except Refusal as refusal:
        code, message, *data = refusal.args
        return {"id": question["id"], "error": {"code": code, "message": message, **({"data": data[0]} if data else {})}}


for each in sys.stdin:
    if said := answer(each):
        print(json.dumps({"jsonrpc": "2.0", **said}), flush=True)
