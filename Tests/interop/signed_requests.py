#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Signs requests by RFC 9421 with a party's own Ed25519 key, written here anew, and tries what must not hold.

usage: signed_requests.py PATH-TO-dividend
"""
import base64
import hashlib
import json
import sys
import time
import uuid

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from contract import Document
from served import Served

served = Served(sys.argv[1])
operator = served.keys["operator"]
document = Document(served.ask("GET", "/openapi.json").json)
faults = []
ALPHABET = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"


def expect(holds, words):
    if not holds:
        faults.append(words)
        print("FAULT", words)


def key_of(party):
    with open(f"{served.home}/keys/{party}.key") as file:
        seed = json.load(file)["seed"]
    return Ed25519PrivateKey.from_private_bytes(base64.urlsafe_b64decode(seed + "=="))


def did_of(key):
    raw = b"\xed\x01" + key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
    number, text = int.from_bytes(raw, "big"), ""
    while number:
        number, digit = divmod(number, 58)
        text = ALPHABET[digit] + text
    return "did:key:z" + text


def signed(method, path, body=b"", key=None, covers=None, created=None, keyid=None, host=None, **parameters):
    """The headers that sign a request: the base of section 2.5, by its letter."""
    target, _, query = path.partition("?")
    fields = {}
    if body:
        digest = base64.b64encode(hashlib.sha256(body).digest()).decode()
        fields = {"content-digest": f"sha-256=:{digest}:", "content-type": "application/json"}
    if covers is None:
        covers = ["@method", "@target-uri"] + (["content-digest"] if body else [])
    values = {"@method": method, "@target-uri": "http://" + (host or served.address.netloc) + path, "@authority": host or served.address.netloc,
              "@path": target, "@query": "?" + query, **fields}
    parameters = {"created": int(time.time()) if created is None else created, "keyid": keyid or did_of(key),
                  "nonce": uuid.uuid4().hex, **parameters}
    shown = ";".join(f"{name}={value}" if isinstance(value, int) else f'{name}="{value}"'
                     for name, value in parameters.items())
    inner = "(" + " ".join(f'"{name}"' for name in covers) + ");" + shown
    base = "\n".join([f'"{name}": {values[name]}' for name in covers] + [f'"@signature-params": {inner}'])
    signature = base64.b64encode(key.sign(base.encode())).decode()
    return {**fields, "Signature-Input": "sig=" + inner, "Signature": f"sig=:{signature}:"}


def ask(method, path, body, headers, want, code=None):
    answer = served.ask(method, path, body or None, **headers)
    for fault in document.faults(method, path, answer.status, answer.headers, answer.bytes):
        expect(False, fault)
    expect(answer.status == want and (code is None or answer.code == code),
           f"{method} {path}: {answer.status}, not {want} {code or ''}: {answer.bytes[:200]}")
    return answer


bob, alice, stranger = key_of("bob"), key_of("alice"), Ed25519PrivateKey.generate()
owner = key_of("operator")
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

faults += served.end()
print(f"{len(wrong) + 5} that must not hold, {document.checked} answers held against the document, "
      f"{len(faults)} faults")
sys.exit(1 if faults else 0)
