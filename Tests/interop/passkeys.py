#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Walks through the doors that passkeys open, with an authenticator written here anew (WebAuthn, ES256): accounts,
sign-in, grants that are signed, recovery; and what another's passkey, an old challenge or another site must not open.

usage: passkeys.py PATH-TO-dividend
"""
import base64
import hashlib
import io
import json
import os
import sys
import zipfile

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec

from contract import asking
from served import Served

# Browsers give no passkeys to addresses without a name.
TRIES = 30
served = Served(sys.argv[1], host="localhost", more=("--tries", str(TRIES)))
expect, ask, document, faults = asking(served)


def b64(data):
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def unb64(text):
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def cbor(value):
    """As much of RFC 8949 as an authenticator writes."""
    def head(kind, number):
        for size, code in [(1, 24), (2, 25), (4, 26)]:
            if number < 24:
                return bytes([kind << 5 | number])
            if number < 1 << 8 * size:
                return bytes([kind << 5 | code]) + number.to_bytes(size, "big")
    if isinstance(value, int):
        return head(0, value) if value >= 0 else head(1, -1 - value)
    if isinstance(value, bytes):
        return head(2, len(value)) + value
    if isinstance(value, str):
        return head(3, len(value.encode())) + value.encode()
    return head(5, len(value)) + b"".join(cbor(name) + cbor(item) for name, item in value.items())


class Authenticator:
    """One passkey."""

    def __init__(self):
        self.key, self.id, self.count = ec.generate_private_key(ec.SECP256R1()), os.urandom(32), 0

    def data(self, flags, rest=b""):
        self.count += 1
        host = hashlib.sha256(served.address.hostname.encode()).digest()
        return host + bytes([flags]) + self.count.to_bytes(4, "big") + rest

    @staticmethod
    def client(kind, challenge, origin):
        return json.dumps({"type": kind, "challenge": challenge, "origin": origin or served.origin,
                           "crossOrigin": False}).encode()

    def made(self, challenge, origin=None, flags=0x45):
        point = self.key.public_key().public_numbers()
        cose = cbor({1: 2, 3: -7, -1: 1, -2: point.x.to_bytes(32, "big"), -3: point.y.to_bytes(32, "big")})
        data = self.data(flags, bytes(16) + len(self.id).to_bytes(2, "big") + self.id + cose)
        statement = cbor({"fmt": "none", "attStmt": {}, "authData": data})
        return {"challenge": challenge, "attestationObject": b64(statement),
                "clientDataJSON": b64(self.client("webauthn.create", challenge, origin))}

    def signed(self, challenge, origin=None, flags=0x05):
        data, client = self.data(flags), self.client("webauthn.get", challenge, origin)
        signature = self.key.sign(data + hashlib.sha256(client).digest(), ec.ECDSA(hashes.SHA256()))
        return {"authenticatorData": b64(data), "clientDataJSON": b64(client), "signature": b64(signature)}


def challenge():
    return ask("POST", "/api/v1/passkeys/challenge", {}, want=200).json["challenge"]


def cookie_of(answer):
    return answer.headers["set-cookie"].split(";")[0]


def opened(name):
    passkey = Authenticator()
    answer = ask("POST", "/api/v1/passkeys", {"name": name, **passkey.made(challenge())}, want=201)
    return passkey, cookie_of(answer), answer.json["recovery"]


# Two accounts; a name, a passkey and a challenge are each taken once.
carols, carol, recovery = opened("carol")
daves, dave, _ = opened("dave")
expect(ask("GET", "/api/v1/account", want=200, cookie=carol).json["party"] == "carol", "carol is signed in")
ask("POST", "/api/v1/passkeys", {"name": "carol", **Authenticator().made(challenge())}, want=409, code="refused")
ask("POST", "/api/v1/passkeys", {"name": "erin", **carols.made(challenge())}, want=409, code="refused")
used = challenge()
ask("POST", "/api/v1/passkeys", {"name": "erin", **Authenticator().made(used, flags=0x41)}, want=422, code="passkey")
ask("POST", "/api/v1/passkeys", {"name": "erin", **Authenticator().made(used)}, want=409, code="challenge")
elsewhere = Authenticator().made(challenge(), origin="https://evil.example")
ask("POST", "/api/v1/passkeys", {"name": "erin", **elsewhere}, want=422, code="passkey")
ask("POST", "/api/v1/passkeys", {"name": "E", **Authenticator().made(challenge())}, want=422, code="format")

# Signing in. (Tries have a slow pace: few are made.)
first = challenge()
proof = {"credential": b64(carols.id), "challenge": first, **carols.signed(first)}
entered = ask("POST", "/api/v1/sessions", proof, want=201)
ask("POST", "/api/v1/sessions", proof, want=409, code="challenge")
fresh = challenge()
ask("POST", "/api/v1/sessions", {"credential": b64(carols.id), "challenge": fresh, **daves.signed(fresh)},
    want=403, code="passkey")
fresh = challenge()
stranger = Authenticator()
ask("POST", "/api/v1/sessions", {"credential": b64(stranger.id), "challenge": fresh, **stranger.signed(fresh)},
    want=404)
carol = cookie_of(entered)

# Whose passkeys: a second one for carol; dave neither sees nor ends them; the last one stays.
second = Authenticator()
ask("POST", "/api/v1/passkeys", second.made(challenge()), want=201, cookie=carol)
ids = {note["id"] for note in ask("GET", "/api/v1/passkeys", want=200, cookie=carol).json}
expect(ids == {b64(carols.id), b64(second.id)}, "carol's two passkeys")
expect(b64(carols.id) not in str(ask("GET", "/api/v1/passkeys", want=200, cookie=dave).bytes), "dave sees his own")
ask("DELETE", "/api/v1/passkeys/" + b64(carols.id), want=404, cookie=dave)
ask("DELETE", "/api/v1/passkeys/" + b64(second.id), want=200, cookie=carol)
ask("DELETE", "/api/v1/passkeys/" + b64(carols.id), want=409, cookie=carol)

# A grant is signed by a passkey of its pool.
packed = io.BytesIO()
with zipfile.ZipFile(packed, "w") as export:
    export.writestr("steps-2016-04-12.json", json.dumps(
        [{"dateTime": f"04/{day}/16 08:00:00", "value": str(1000 * day)} for day in range(12, 20)]))
OCTETS = {"Content_Type": "application/octet-stream"}
upload = ask("POST", "/api/v1/imports", packed.getvalue(), want=201, cookie=carol, **OCTETS).json["id"]
ask("POST", f"/api/v1/imports/{upload}", want=404, cookie=dave)
ask("POST", f"/api/v1/imports/{upload}", want=201, cookie=carol)
expect(ask("GET", f"/api/v1/imports/{upload}", want=200, cookie=carol).json["stage"] == "stored", "stored")
wish = {"pool": "walkers", "purposes": ["dpv:ResearchAndDevelopment"], "epsilon": "4", "epsilonPerStudy": "2"}
ask("POST", "/api/v1/grants", wish, want=409, code="passkey_wanted", cookie=carol)
ask("POST", "/api/v1/grants/prepare", wish, want=409, code="opted_out", cookie=carol, Sec_GPC="1")
ask("POST", "/api/v1/grants/prepare", wish, want=409, code="refused", cookie=dave)


def prepared():
    return ask("POST", "/api/v1/grants/prepare", wish, want=201, cookie=carol).json


ready, pools = prepared(), Authenticator()
expect(ready["passkey"] is None and unb64(ready["challenge"]).hex() == ready["id"], "a grant to sign")
first = {"grant": ready["id"], "registration": pools.made(challenge()), **pools.signed(ready["challenge"])}
ask("POST", "/api/v1/grants/confirm", first, want=404, code="grant_unknown", cookie=dave)
given = ask("POST", "/api/v1/grants/confirm", first, want=201, cookie=carol).json
expect(given["grant"]["passkey"]["assertion"]["signature"] == first["signature"], "her signature is in it")
ask("POST", "/api/v1/grants/confirm", first, want=404, code="grant_unknown", cookie=carol)
ready = prepared()
expect(ready["passkey"] == b64(pools.id), "the pool's passkey is known")
ask("POST", "/api/v1/grants/confirm", {"grant": ready["id"], **stranger.signed(ready["challenge"])},
    want=403, code="passkey", cookie=carol)
ready = prepared()
other = {"grant": ready["id"], "registration": stranger.made(challenge()), **stranger.signed(ready["challenge"])}
ask("POST", "/api/v1/grants/confirm", other, want=409, code="grant_refused", cookie=carol)
standing = ask("GET", "/api/v1/grants", want=200, cookie=carol).json
expect([grant["in_force"] for grant in standing] == [True], "one grant")
expect(ask("GET", "/api/v1/grants", want=200, cookie=dave).json == [], "dave has none")
ask("DELETE", "/api/v1/grants/walkers", want=409, cookie=dave)
ask("DELETE", "/api/v1/grants/walkers", want=200, cookie=carol)

# An access key of hers cannot say yes for her, nor make more doors; an account's passkey is for no pool.
key = ask("POST", "/api/v1/keys", {}, want=201, cookie=carol).json["accessKey"]
ask("POST", "/api/v1/grants", wish, want=409, code="passkey_wanted", key=key)
ask("POST", "/api/v1/keys", {}, want=403, code="passkey_wanted", key=key)
ask("POST", "/api/v1/passkeys/recovery", want=403, code="passkey_wanted", key=key)
ask("POST", "/api/v1/passkeys", Authenticator().made(challenge()), want=403, code="passkey_wanted", key=key)
ready = prepared()
joined = {"grant": ready["id"], "registration": carols.made(challenge()), **carols.signed(ready["challenge"])}
ask("POST", "/api/v1/grants/confirm", joined, want=409, code="refused", cookie=carol)

# Recovery: the code opens once, and ends passkeys, access keys and sessions of before.
renewed = ask("POST", "/api/v1/passkeys/recovery", want=201, cookie=carol).json["recovery"]
new = Authenticator()
ask("POST", "/api/v1/passkeys/recover", {"recovery": recovery, **new.made(challenge())}, want=404)
typed = renewed.upper().replace("-", " ")
back = ask("POST", "/api/v1/passkeys/recover", {"recovery": typed, **new.made(challenge())}, want=201)
ask("GET", "/api/v1/account", want=401, cookie=carol)
ask("GET", "/api/v1/account", want=401, key=key)
expect(ask("GET", "/api/v1/account", want=200, cookie=cookie_of(back)).json["party"] == "carol", "carol is back")
fresh = challenge()
ask("POST", "/api/v1/sessions", {"credential": b64(carols.id), "challenge": fresh, **carols.signed(fresh)}, want=404)
ask("DELETE", "/api/v1/rows", want=200, cookie=cookie_of(back))

# However many challenges others ask for, one that was given out before still opens.
before = challenge()
for _ in range(300):
    challenge()
ask("POST", "/api/v1/passkeys", {"name": "frank", **Authenticator().made(before)}, want=201)

# Tries have a pace, and so do new accounts: soon it says wait, and for how long.
for _ in range(TRIES):
    slowed = ask("POST", "/api/v1/sessions", proof)
refused = ask("POST", "/api/v1/passkeys", {"name": "grace", **Authenticator().made(challenge())}, want=429)
expect(slowed.status == 429 and int(slowed.headers["retry-after"]) >= 1, f"tries are slowed down: {slowed.status}")

faults += served.end()
print(f"{document.checked} answers held against the document, {len(faults)} faults")
sys.exit(1 if faults else 0)
