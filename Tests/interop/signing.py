# SPDX-License-Identifier: Apache-2.0
"""Signs requests by RFC 9421 with a party's own Ed25519 key, written here anew."""
import base64
import hashlib
import json
import time
import uuid

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

ALPHABET = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"


def key_of(served, party):
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


def signed(served, method, path, body=b"", key=None, covers=None, created=None, keyid=None, host=None, **parameters):
    """The headers that sign a request: the base of section 2.5, by its letter."""
    target, _, query = path.partition("?")
    fields = {}
    if body:
        digest = base64.b64encode(hashlib.sha256(body).digest()).decode()
        fields = {"content-digest": f"sha-256=:{digest}:", "content-type": "application/json"}
    if covers is None:
        covers = ["@method", "@target-uri"] + (["content-digest"] if body else [])
    host = host or served.address.netloc
    values = {"@method": method, "@target-uri": "http://" + host + path, "@authority": host, "@path": target,
              "@query": "?" + query, **fields}
    parameters = {"created": int(time.time()) if created is None else created, "keyid": keyid or did_of(key),
                  "nonce": uuid.uuid4().hex, **parameters}
    shown = ";".join(f"{name}={value}" if isinstance(value, int) else f'{name}="{value}"'
                     for name, value in parameters.items())
    inner = "(" + " ".join(f'"{name}"' for name in covers) + ");" + shown
    base = "\n".join([f'"{name}": {values[name]}' for name in covers] + [f'"@signature-params": {inner}'])
    signature = base64.b64encode(key.sign(base.encode())).decode()
    return {**fields, "Signature-Input": "sig=" + inner, "Signature": f"sig=:{signature}:"}
