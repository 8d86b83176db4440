#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Tries every operation of the API's document with every kind of credential, and looks that nobody sees or
changes what is somebody else's.

usage: auth_matrix.py PATH-TO-dividend

The rows are generated from the document: whoever adds a route adds a row. A credential whose time is over is really
one: it opened the account of whom it is, and then its end came, for sessions by a clock that is put forward.
"""
import hashlib
import json
import re
import sys

import signing
from clock import Clock
from contract import Document
from served import SQL, Served

HOUR, DAY = 3600, 86_400
clock = Clock()
# A browser is signed in once for each operation.
served = Served(sys.argv[1], more=("--tries", "1000"), environment=clock.environment)
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


def entered(key):
    """The cookie of a new session."""
    answer = served.ask("POST", "/enter", "key=" + key, Content_Type="application/x-www-form-urlencoded",
                        Origin=served.origin)
    return answer.headers["set-cookie"].split(";")[0]


def opens(words, **credential):
    expect(served.ask("GET", "/api/v1/account", **credential).status == 200, f"{words} opens no account")


# Sessions end with the process.
owners = {"bob": bob, "operator": operator}
before_restart = {who: entered(key) for who, key in owners.items()}
for who in owners:
    opens(f"a session of {who}'s", cookie=before_restart[who])
expect(served.stop() == 0, "the node does not end in order")
served.start()

# What bob has: an order, a model that is let, a file on its way, an access key of his own, money.
ask("POST", "/api/v1/deposits", {"party": "bob", "microunits": 500_000_000}, key=operator, want=201)
quote = ask("POST", "/api/v1/quotes", {"sql": SQL.format("0.5")}, want=201).json["id"]
ask("POST", "/api/v1/orders", {"quote": quote}, key=bob, want=201)
trained = ask("POST", "/api/v1/quotes", {
    "sql": "CREATE MODEL walk FROM walkers PREDICT calories USING (features => (steps)) "
           "WITH PRIVACY (epsilon => 2.0, delta => 1e-5)"}, want=201).json["id"]
ask("POST", "/api/v1/orders", {"quote": trained}, key=bob, want=201)
ask("PUT", "/api/v1/models/walk/rental", {"price": 10_000}, key=bob, want=200)
BINARY = {"Content_Type": "application/octet-stream"}
upload = ask("POST", "/api/v1/imports?name=steps.csv", b"day,steps\n", key=bob, want=201, Upload_Complete="?0",
             **BINARY).json["id"]
his = hashlib.sha256(bob.encode()).hexdigest()

# Of bob, who has something to lose, and of the operator, who may do more: keys and sessions that were ended, and
# signatures whose time is over.
ENDED = {}
for who, key in owners.items():
    second = ask("POST", "/api/v1/keys", {}, key=key, want=201).json["accessKey"]
    left, by_second = entered(key), entered(second)
    for words, credential in [("a key", {"key": second}), ("a session", {"cookie": left}),
                              ("a session by a key", {"cookie": by_second})]:
        opens(f"{words} of {who}'s", **credential)
    ask("DELETE", "/api/v1/keys/" + hashlib.sha256(second.encode()).hexdigest(), key=key, want=200)
    served.ask("POST", "/leave", "", cookie=left, Content_Type="application/x-www-form-urlencoded")
    ENDED[who] = {"an ended key": {"key": second}, "an ended session": {"cookie": left},
                  "a session whose key was ended": {"cookie": by_second},
                  "a session from before a restart": {"cookie": before_restart[who]}}
signers = {who: signing.key_of(served, who) for who in owners}
LATE = {"a signature of six minutes ago": lambda: {"created": clock.now() - 360},
        "a signature that ran out": lambda: {"expires": clock.now()}}

REFUSED = {
    "nothing": {}, "garbage": {"key": "dvd_garbage"}, "another's guess": {"key": "dvd_" + "0" * 64},
    "another scheme": {"Authorization": "Basic Ym9iOmJvYg=="},
    "a made-up session": {"cookie": "dividend-session=" + "0" * 64},
    "half a signature": {"Signature_Input": 'sig=("@method");created=1;keyid="x"'},
}
PLACES = {"upload": upload, "order": quote, "quote": quote, "study": quote, "key": his, "pool": "walkers", "index": "0",
          "prefix": "fitbit", "model": "walk", "passkey": "AAAA", "path": "0/000.p/1"}
matrix = {}


def body_of(operation):
    content = operation.get("requestBody", {}).get("content", {})
    if "application/json" in content:
        return content["application/json"]["example"], {}
    return (b"", BINARY) if content else (None, {})


def place_of(template):
    return re.sub(r"\{(\w+)\}", lambda match: PLACES[match.group(1)], template)


def roles_of(operation):
    return [role for scheme in operation["security"] for roles in scheme.values() for role in roles]


def machines_only(operation):
    """Whether it is for contributors' own machines: no party of the exchange gets anything of it."""
    return any("machine" in scheme for scheme in operation["security"])


def whom_for(operation):
    """Who gets the most of it."""
    return "operator" if roles_of(operation) else "bob"


def signature(method, place, body, who, **times):
    """The headers of a signed request, and its body by the byte."""
    sent = json.dumps(body).encode() if isinstance(body, dict) else body or b""
    times = {"created": clock.now(), **times}
    return signing.signed(served, method, place, sent, signers[who], **times), sent or None


def refused(method, template, who, credential, body, headers):
    """Looks that whoever has only this is asked to sign in."""
    answer = ask(method, place_of(template), body, **headers, **credential)
    matrix[method, template, who] = answer.status
    expect(answer.status == 401, f"{method} {template} with {who}: {answer.status}")
    expect(method == "HEAD" or answer.code in ("sign_in", "signature"), f"{method} {template} with {who}")
    return answer


nobody = {}


def ended(method, template, operation, who, credential):
    """The same for what opened an account once. On what is for anybody, a browser whose session ended is anybody."""
    body, headers = body_of(operation)
    if operation["security"] or "cookie" not in credential:
        refused(method, template, who, credential, body, headers)
    else:
        if (method, template) not in nobody:
            nobody[method, template] = ask(method, place_of(template), body, **headers).status
        answer = ask(method, place_of(template), body, **headers, **credential)
        matrix[method, template, who] = answer.status
        expect(answer.status == nobody[method, template], f"{method} {template} with {who}: {answer.status}")
        expect(upload not in str(answer.bytes) and his not in str(answer.bytes),
               f"{method} {template} tells {who} of bob")


def late(method, template, operation, who, headers, body):
    """The same for a signature: it is refused for its time, not for anything else."""
    answer = refused(method, template, who, headers, body, body_of(operation)[1])
    expect(method == "HEAD" or b"sign anew" in answer.bytes,
           f"{method} {template} with {who}: {answer.bytes[:150]}")


operations = [(method.upper(), template, operation) for template, methods in document.json["paths"].items()
              for method, operation in methods.items()]
cookie = entered(bob)
for method, template, operation in operations:
    place, (body, headers) = place_of(template), body_of(operation)
    for who, credential in REFUSED.items():
        if operation["security"] or who not in ("nothing", "a made-up session"):
            refused(method, template, who, credential, body, headers)
    for who, credential in ENDED[whom_for(operation)].items():
        ended(method, template, operation, who, credential)
    for who, times in LATE.items():
        late(method, template, operation, who, *signature(method, place, body, whom_for(operation), **times()))
    # A browser's session is not enough from another site.
    if operation["security"] and method not in ("GET", "HEAD"):
        for site in [{"Origin": "https://evil.example"}, {"Origin": served.origin, "Sec_Fetch_Site": "cross-site"},
                     {"Origin": "null"}]:
            answer = ask(method, place, body, cookie=cookie, **headers, **site)
            expect(answer.status == 403 and answer.code == "other_site",
                   f"{method} {template} from {site}: {answer.status}")
    if roles_of(operation):
        answer = ask(method, place, body, key=bob, **headers)
        matrix[method, template, "bob"] = answer.status
        expect(answer.status == 403 and answer.code == "operator_only", f"{method} {template} as bob: {answer.status}")

# A session ends when nobody used it for twelve hours, and after a week however much it is used; a signature is for
# five minutes. Each operation is the first that is asked with one of its own: what ended is forgotten when it is seen.
first = {}
for method, template, operation in operations:
    key = owners[whom_for(operation)]
    made = signature(method, place_of(template), body_of(operation)[0], whom_for(operation))
    first[method, template] = ({"cookie": entered(key)}, {"cookie": entered(key)}, *made)
    if method in ("GET", "HEAD") and operation["security"]:
        # It holds now. Bob gave no grant, so there is no receipt for one, and no machine of his is known.
        expected = 401 if machines_only(operation) else 404 if template.endswith("/receipt") else 200
        ask(method, place_of(template), want=204 if method == "HEAD" else expected, **made[0])


def mine():
    """All that a change by bob or the operator would show in. Blocks come by themselves."""
    kept = [ask("GET", place, key=key, want=200).bytes for place, key in [
        ("/api/v1/account", bob), ("/api/v1/orders", bob), ("/api/v1/passkeys", bob),
        ("/api/v1/imports/" + upload, bob), ("/api/v1/parties", operator), ("/api/v1/vault", operator),
        ("/api/v1/backups", operator)]]
    keys = [re.findall(r'"id":"(\w+)"', ask("GET", "/api/v1/keys", key=key).text) for key in owners.values()]
    entries = ask("GET", "/api/v1/journal?limit=100", want=200).json["items"]
    return kept, keys, [entry["index"] for entry in entries if entry["kind"] != "block"][:50]


def in_use():
    for _, used, _, _ in first.values():
        opens("a session in use", **used)


before = mine()
clock.put(12 * HOUR - 60)
in_use()
clock.put(12 * HOUR + 60)
for method, template, operation in operations:
    unused, _, signature_then, body = first[method, template]
    ended(method, template, operation, "a session that nobody used for twelve hours", unused)
    late(method, template, operation, "a signature of twelve hours ago", signature_then, body)
in_use()
while clock.ahead < 7 * DAY - 12 * HOUR:
    clock.put(clock.ahead + 12 * HOUR - 300)
    in_use()
clock.put(7 * DAY + 60)
for method, template, operation in operations:
    ended(method, template, operation, "a session a week old", first[method, template][1])
expect(mine() == before, "somebody whose time was over changed something")

# Nobody but bob finds what is his; not even the operator, who is another party.
owned = [(method, template) for method, template, operation in operations
         if re.search(r"\{(upload|order)\}", template) and operation["security"]]
for method, template in owned:
    body, headers = body_of(document.json["paths"][template][method.lower()])
    if method == "PATCH":
        headers = {**headers, "Upload_Offset": "10"}
    for who, key in [("alice", alice), ("the operator", operator)]:
        answer = ask(method, place_of(template), body, key=key, **headers)
        wanted = 401 if machines_only(document.json["paths"][template][method.lower()]) else 404
        expect(answer.status == wanted, f"{who} at bob's {method} {template}: {answer.status}")
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
    if method != "GET" or not operation["security"]:
        continue
    answer = ask(method, place_of(template), key=owners[whom_for(operation)])
    matrix[method, template, "own"] = answer.status
    # Bob gave no grant, so there is no receipt for one.
    wanted = 401 if machines_only(operation) else 404 if template.endswith("/receipt") else 200
    expect(answer.status == wanted, f"{method} {template} as whom it is for: {answer.status}: {answer.bytes[:150]}")
ask("HEAD", "/api/v1/imports/" + upload, key=bob, want=204)
ask("DELETE", "/api/v1/imports/" + upload, key=bob, want=200)
ask("GET", "/api/v1/imports/" + upload, key=bob, want=404)
money = ask("GET", "/api/v1/account", key=bob).json["available"]
expect(int(money) < 500_000_000, "bob paid for his order")

# Public operations answer anybody.
for method, template, operation in operations:
    if not operation["security"] and method == "GET":
        answer = ask(method, place_of(template))
        # Whatever was quoted is ordered by now, and the rows of no pool are on contributors' own machines.
        known = template not in ("/api/v1/quotes/{quote}", "/api/v1/edge/{pool}")
        expect(answer.status == 200 or not known, f"{method} {template} for anybody: {answer.status}")

faults += served.end()
print(f"{len(operations)} operations, {len({who for _, _, who in matrix})} kinds of credential, {calls} requests, "
      f"{document.checked} answers held against the document, {len(faults)} faults")
sys.exit(1 if faults else 0)
