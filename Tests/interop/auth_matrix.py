#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Tries every operation of the API's document with every kind of credential, and looks that nobody sees or
changes what is somebody else's.

usage: auth_matrix.py PATH-TO-dividend

The rows are generated from the document: whoever adds a route adds a row.
"""
import hashlib
import json
import re
import sys

from contract import Document
from served import SQL, Served

served = Served(sys.argv[1])
operator, bob, alice = (served.keys[name] for name in ["operator", "bob", "alice"])
document = Document(served.ask("GET", "/openapi.json").json)
faults = []
calls = 0


def expect(holds, words):
    if not holds:
        faults.append(words)
        print("FAULT", words)


def ask(method, path, body=None, key=None, want=None, **more):
    """Asks; every answer is also held against the document."""
    global calls
    calls += 1
    answer = served.ask(method, path, body, key=key, **more)
    for fault in document.faults(method, path, answer.status, answer.headers, answer.bytes):
        expect(False, fault)
    expect(want is None or answer.status == want, f"{method} {path}: {answer.status}, not {want}: {answer.bytes[:150]}")
    return answer


# What bob has: an order, a file on its way, an access key of his own, money.
ask("POST", "/api/v1/deposits", {"party": "bob", "microunits": 500_000_000}, key=operator, want=201)
quote = ask("POST", "/api/v1/quotes", {"sql": SQL.format("0.5")}, want=201).json["id"]
ask("POST", "/api/v1/orders", {"quote": quote}, key=bob, want=201)
BINARY = {"Content_Type": "application/octet-stream"}
upload = ask("POST", "/api/v1/imports?name=steps.csv", b"day,steps\n", key=bob, want=201, Upload_Complete="?0",
             **BINARY).json["id"]
his = hashlib.sha256(bob.encode()).hexdigest()

# A key that was ended, and a session that was.
ended = ask("POST", "/api/v1/keys", {}, key=bob, want=201).json["accessKey"]
ask("DELETE", "/api/v1/keys/" + hashlib.sha256(ended.encode()).hexdigest(), key=bob, want=200)


def entered():
    """The cookie of a new session of bob's."""
    answer = served.ask("POST", "/enter", "key=" + bob, Content_Type="application/x-www-form-urlencoded",
                        Origin=served.origin)
    return answer.headers["set-cookie"].split(";")[0]


session, cookie = entered(), None
expect(served.ask("GET", "/api/v1/account", cookie=session).status == 200, "a session opens the account")
served.ask("POST", "/leave", "", cookie=session, Content_Type="application/x-www-form-urlencoded")

REFUSED = {
    "nothing": {}, "garbage": {"key": "dvd_garbage"}, "another's guess": {"key": "dvd_" + "0" * 64},
    "another scheme": {"Authorization": "Basic Ym9iOmJvYg=="}, "an ended key": {"key": ended},
    "an ended session": {"cookie": session}, "a made-up session": {"cookie": "dividend-session=" + "0" * 64},
    "half a signature": {"Signature_Input": 'sig=("@method");created=1;keyid="x"'},
}
PLACES = {"upload": upload, "order": quote, "quote": quote, "study": quote, "key": his, "pool": "walkers", "index": "0",
          "prefix": "fitbit", "passkey": "AAAA", "path": "0/000.p/1"}
# Streams that do not end are asked with what is refused alone.
STREAMS = {"/api/v1/events"}
matrix = {}


def body_of(operation):
    content = operation.get("requestBody", {}).get("content", {})
    if "application/json" in content:
        return content["application/json"]["example"], {}
    return (b"", BINARY) if content else (None, {})


def place_of(template):
    return re.sub(r"\{(\w+)\}", lambda match: PLACES[match.group(1)], template)


operations = [(method.upper(), template, operation) for template, methods in document.json["paths"].items()
              for method, operation in methods.items()]
for method, template, operation in operations:
    place, (body, headers) = place_of(template), body_of(operation)
    roles = [role for scheme in operation["security"] for roles in scheme.values() for role in roles]
    for who, credential in REFUSED.items():
        if not operation["security"] and (who in ("nothing", "an ended session", "a made-up session")):
            continue
        answer = ask(method, place, body, **headers, **credential)
        matrix[method, template, who] = answer.status
        expect(answer.status == 401, f"{method} {template} with {who}: {answer.status}")
        expect(method == "HEAD" or answer.code in ("sign_in", "signature"), f"{method} {template} with {who}")
    # A browser's session is not enough from another site.
    if operation["security"] and method not in ("GET", "HEAD"):
        cookie = cookie or entered()
        for site in [{"Origin": "https://evil.example"}, {"Origin": served.origin, "Sec_Fetch_Site": "cross-site"},
                     {"Origin": "null"}]:
            answer = ask(method, place, body, cookie=cookie, **headers, **site)
            expect(answer.status == 403 and answer.code == "other_site",
                   f"{method} {template} from {site}: {answer.status}")
    if roles:
        answer = ask(method, place, body, key=bob, **headers)
        matrix[method, template, "bob"] = answer.status
        expect(answer.status == 403 and answer.code == "operator_only", f"{method} {template} as bob: {answer.status}")

# Nobody but bob finds what is his; not even the operator, who is another party.
owned = [(method, template) for method, template, operation in operations
         if re.search(r"\{(upload|order)\}", template) and operation["security"]]
for method, template in owned:
    body, headers = body_of(document.json["paths"][template][method.lower()])
    if method == "PATCH":
        headers = {**headers, "Upload_Offset": "10"}
    for who, key in [("alice", alice), ("the operator", operator)]:
        answer = ask(method, place_of(template), body, key=key, **headers)
        expect(answer.status == 404, f"{who} at bob's {method} {template}: {answer.status}")
        expect(quote[:16] not in str(answer.bytes), f"{who} is told of bob's order")
ask("DELETE", "/api/v1/keys/" + his, key=alice, want=404)
ask("DELETE", "/api/v1/keys/" + his + "?party=bob", key=alice, want=403)
ask("GET", "/api/v1/keys?party=bob", key=alice, want=403)
ask("POST", "/api/v1/keys", {"party": "bob"}, key=alice, want=403)
ask("POST", "/api/v1/keys", {"party": "operator"}, key=alice, want=403)
ask("GET", "/api/v1/keys?party=bob", key=operator, want=200)
expect(ask("GET", "/api/v1/orders", key=alice, want=200).json == [], "alice has no orders")
expect(ask("GET", "/api/v1/statement", key=alice, want=200).json["items"] == [], "alice has no lines")
expect(all(name not in str(ask("GET", "/api/v1/everything", key=alice).bytes) for name in [quote, upload, his]),
       "alice is given what is bob's")
expect([note["id"] for note in ask("GET", "/api/v1/keys", key=bob).json] == [his], "bob's keys are his")

# His own credential opens what is his, and all of it is still there.
for method, template, operation in operations:
    if method != "GET" or template in STREAMS or not operation["security"] or template.endswith("/events"):
        continue
    roles = [role for scheme in operation["security"] for roles in scheme.values() for role in roles]
    answer = ask(method, place_of(template), key=operator if roles else bob)
    matrix[method, template, "own"] = answer.status
    # Bob gave no grant, so there is no receipt for one.
    expect(answer.status == (404 if template.endswith("/receipt") else 200), f"{method} {template} as whom it is for: {answer.status}: {answer.bytes[:150]}")
ask("HEAD", "/api/v1/imports/" + upload, key=bob, want=204)
ask("DELETE", "/api/v1/imports/" + upload, key=bob, want=200)
ask("GET", "/api/v1/imports/" + upload, key=bob, want=404)
money = ask("GET", "/api/v1/account", key=bob).json["available"]
expect(int(money) < 500_000_000, "bob paid for his order")

# Public operations answer anybody.
for method, template, operation in operations:
    if not operation["security"] and template not in STREAMS and method == "GET":
        answer = ask(method, place_of(template))
        known = template not in ("/api/v1/quotes/{quote}",)
        expect(answer.status == 200 or not known, f"{method} {template} for anybody: {answer.status}")

faults += served.end()
print(f"{len(operations)} operations, {calls} requests, {document.checked} answers held against the document, "
      f"{len(faults)} faults")
sys.exit(1 if faults else 0)
