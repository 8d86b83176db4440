#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Asks with requests that a party signed by RFC 9421, and tries what must not hold.

usage: signed_requests.py PATH-TO-dividend
"""
import functools
import json
import shutil
import subprocess
import sys
import time

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

import signing
from contract import Document
from served import SQL, Served
from signing import did_of

served = Served(sys.argv[1])
operator = served.keys["operator"]
document = Document(served.ask("GET", "/openapi.json").json)
faults = []
signed = functools.partial(signing.signed, served)


def expect(holds, words):
    if not holds:
        faults.append(words)
        print("FAULT", words)


def ask(method, path, body, headers, want, code=None):
    answer = served.ask(method, path, body or None, **headers)
    for fault in document.faults(method, path, answer.status, answer.headers, answer.bytes):
        expect(False, fault)
    expect(answer.status == want and (code is None or answer.code == code),
           f"{method} {path}: {answer.status}, not {want} {code or ''}: {answer.bytes[:200]}")
    return answer


bob, alice, owner = (signing.key_of(served, name) for name in ["bob", "alice", "operator"])
stranger = Ed25519PrivateKey.generate()
PLACE, QUERY = "/api/v1/account", "/api/v1/statement?limit=5"

# What holds.
expect(ask("GET", PLACE, b"", signed("GET", PLACE, key=bob), 200).json["id"] == did_of(bob), "bob is bob")
ask("GET", QUERY, b"", signed("GET", QUERY, key=bob), 200)
parts = ["@method", "@authority", "@path", "@query"]
ask("GET", QUERY, b"", signed("GET", QUERY, key=bob, covers=parts), 200)
body = json.dumps({"party": "bob", "microunits": 1_000_000}).encode()
deposit = "/api/v1/deposits"
right = signed("POST", deposit, body, owner)
ask("POST", deposit, body, right, 201)
ask("GET", PLACE, b"", signed("GET", PLACE, key=bob, expires=int(time.time()) + 60), 200)

# The same again: a change is taken once.
ask("POST", deposit, body, right, 409, "signature_used")
expect(ask("GET", PLACE, b"", signed("GET", PLACE, key=bob), 200).json["available"] == "1000000", "deposited once")
# By what it signs: under another label it is the same.
renamed = {**right, "Signature-Input": "x" + right["Signature-Input"], "Signature": "x" + right["Signature"]}
ask("POST", deposit, body, renamed, 409, "signature_used")
# For another host it is not for this one, whatever the request calls this one.
ask("POST", deposit, body, {**signed("POST", deposit, body, owner, host="other.example"), "Host": "other.example"},
    401, "signature")
# Bob may sign what he likes: he is not the operator.
ask("POST", deposit, body, signed("POST", deposit, body, bob), 403, "operator_only")

# What does not hold.
wrong = {
    "a stranger's key": signed("GET", PLACE, key=stranger),
    "another's name": signed("GET", PLACE, key=alice, keyid=did_of(bob)),
    "a made-up name": signed("GET", PLACE, key=bob, keyid="did:key:z6Mk"),
    "another method": signed("POST", PLACE, key=bob),
    "another path": signed("GET", "/api/v1/orders", key=bob),
    "a query that was not there": signed("GET", PLACE + "?a=b", key=bob),
    "six minutes old": signed("GET", PLACE, key=bob, created=int(time.time()) - 360),
    "from tomorrow": signed("GET", PLACE, key=bob, created=int(time.time()) + 86_400),
    "expired": signed("GET", PLACE, key=bob, expires=int(time.time()) - 1),
    "no method": signed("GET", PLACE, key=bob, covers=["@target-uri"]),
    "no path": signed("GET", PLACE, key=bob, covers=["@method", "@authority"]),
    "nothing covered": signed("GET", PLACE, key=bob, covers=[]),
    "another algorithm": signed("GET", PLACE, key=bob, alg="hmac-sha256"),
    "no signature": {"Signature-Input": signed("GET", PLACE, key=bob)["Signature-Input"]},
    "a torn signature": {**signed("GET", PLACE, key=bob), "Signature": "sig=:AAAA:"},
    "no list": {"Signature-Input": "sig", "Signature": "sig=:AAAA:"},
    "garbage": {"Signature-Input": "\"((;=", "Signature": ")("},
}
for what, headers in wrong.items():
    answer = ask("GET", PLACE, b"", headers, 401, "signature")
    expect("available" not in str(answer.bytes), f"{what} is told the account")
ask("GET", QUERY, b"", signed("GET", QUERY, key=bob, covers=["@method", "@authority", "@path"]), 401, "signature")
ask("GET", "/api/v1/statement?limit=6", b"", signed("GET", QUERY, key=bob), 401, "signature")
changed = json.dumps({"party": "bob", "microunits": 9_000_000}).encode()
ask("POST", deposit, changed, signed("POST", deposit, body, owner), 401, "signature")
ask("POST", deposit, body, signed("POST", deposit, body, owner, covers=["@method", "@target-uri"]), 401, "signature")
# A signature that does not hold is not mended by a key that does.
both = {**wrong["a stranger's key"], "Authorization": "Bearer " + served.keys["bob"]}
ask("GET", PLACE, b"", both, 401, "signature")
expect(ask("GET", PLACE, b"", signed("GET", PLACE, key=bob), 200).json["available"] == "1000000", "nothing came of it")

# Whose key is sealed, so that the node cannot open her models, sees and asks what everybody does.
for words in ["init", "--name", "Elsewhere"], ["party", "create", "sealed"]:
    subprocess.run([served.binary, *words, "--home", served.work + "/elsewhere"], check=True, stdout=subprocess.DEVNULL,
                   env={**served.environment, "DIVIDEND_PASSPHRASE": "correct horse"})
shutil.copy(served.work + "/elsewhere/keys/sealed.key", served.home + "/keys/alice.key")
for method, path, words in [("GET", "/pools/walkers", None), ("POST", "/api/v1/explain", {"sql": SQL.format("1.0")})]:
    answer = served.ask(method, path, words, key=served.keys["alice"])
    expect(answer.status == 200, f"with a sealed key, {method} {path}: {answer.status} {answer.bytes[:200]}")

faults += served.end()
print(f"{len(wrong) + 5} that must not hold, {document.checked} answers held against the document, "
      f"{len(faults)} faults")
sys.exit(1 if faults else 0)
