#!/usr/bin/env python3
"""Sends one signed HTTP request, right or wrong on purpose, and prints "<status> <body>".

usage: signed_request.py --key FILE [--skew SECONDS] [--wrong signature|body|path] [--again]
                         [--request-key KEY [--sign-request-key KEY]] METHOD URL [BODY_FILE [TYPE]]

  --skew    how far the clock that signs is off
  --wrong   what is other than it was signed
  --again   sends the same request twice and prints the second answer
  --request-key       is sent as Idempotency-Key
  --sign-request-key  is covered by the signature as if it were
"""
import argparse
import base64
import hashlib
import http.client
import os
import subprocess
import tempfile
import time
import urllib.parse

PKCS8 = bytes.fromhex("302e020100300506032b657004220420")  # in front of an Ed25519 seed


def openssl(*arguments):
    return subprocess.run(["openssl", *arguments], check=True, capture_output=True).stdout


def sign(seed, text):
    """The public key and the signature."""
    with tempfile.TemporaryDirectory() as folder:
        key, data = os.path.join(folder, "key"), os.path.join(folder, "data")
        with open(key, "wb") as out:
            out.write(PKCS8 + seed)
        with open(data, "wb") as out:
            out.write(text)
        form = ["-keyform", "DER", "-inkey", key]
        public = openssl("pkey", "-inform", "DER", "-in", key, "-pubout", "-outform", "DER")[-32:]
        return public, openssl("pkeyutl", "-sign", "-rawin", *form, "-in", data) if text else b""


def headers_of(given, url, body):
    with open(given.key, encoding="ascii") as file:
        seed = base64.b64decode(file.read().strip().removeprefix("ed25519-secret:"))
    digest = "sha-256=:%s:" % base64.b64encode(hashlib.sha256(body).digest()).decode()
    keyid = hashlib.sha256(sign(seed, b"")[0]).hexdigest()[:16]
    covered = [("@method", given.method), ("@authority", url.netloc), ("@path", url.path), ("@query", "?" + url.query), ("content-digest", digest)]
    if given.sign_request_key:
        covered.append(("idempotency-key", given.sign_request_key))
    created = int(time.time()) + given.skew
    params = "(%s);created=%d;expires=%d;nonce=\"%s\";keyid=\"%s\";alg=\"ed25519\";tag=\"leadsman\"" % (
        " ".join('"%s"' % name for name, _ in covered), created, created + 300, os.urandom(16).hex(), keyid)
    base = "".join('"%s": %s\n' % pair for pair in covered) + '"@signature-params": ' + params
    signature = sign(seed, base.encode())[1]
    if given.wrong == "signature":
        signature = bytes([signature[0] ^ 1]) + signature[1:]
    return {"Content-Digest": digest, "Signature-Input": "leadsman=" + params,
            "Signature": "leadsman=:%s:" % base64.b64encode(signature).decode()}


def main():
    options = argparse.ArgumentParser()
    options.add_argument("--key", required=True)
    options.add_argument("--skew", type=int, default=0)
    options.add_argument("--wrong", choices=["signature", "body", "path"])
    options.add_argument("--again", action="store_true")
    options.add_argument("--request-key")
    options.add_argument("--sign-request-key")
    options.add_argument("method")
    options.add_argument("url")
    options.add_argument("body", nargs="?")
    options.add_argument("type", nargs="?", default="application/json")
    given = options.parse_args()

    url = urllib.parse.urlsplit(given.url)
    body = b""
    if given.body:
        with open(given.body, "rb") as file:
            body = file.read()
    headers = headers_of(given, url, body)
    if given.request_key:
        headers["Idempotency-Key"] = given.request_key
    if body:
        headers["Content-Type"] = given.type
    if given.wrong == "body":
        body = body[:-1] + bytes([body[-1] ^ 1])
    target = (url.path + "x" if given.wrong == "path" else url.path) + ("?" + url.query if url.query else "")
    for _ in range(2 if given.again else 1):
        connection = http.client.HTTPConnection(url.netloc, timeout=60)
        connection.request(given.method, target, body, headers)
        answer = connection.getresponse()
        text = answer.read().decode()
        connection.close()
    print(answer.status, text)


if __name__ == "__main__":
    main()
