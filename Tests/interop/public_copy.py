# SPDX-License-Identifier: Apache-2.0
"""The entries of a public copy (`dividend journal export`), once they are known to be what the node signed: tiles (C2SP
tlog-tiles), the tree's root (RFC 9162) and the checkpoint (C2SP signed note, Ed25519 of RFC 8032), with hashlib alone."""
import base64
import hashlib
import json

from stark_field import Refused, demand

ALPHABET = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"


def lines_of_tiles(folder):
    """The bytes of each entry: x000/067 and, cut short, 067.p/12."""
    tiles = {}
    for path in (folder / "tile/entries").rglob("*"):
        if path.is_file():
            parts = path.relative_to(folder / "tile/entries").parts
            parts = parts[:-1] if parts[-2:-1] and parts[-2].endswith(".p") else parts
            tiles[int("".join(part.removeprefix("x").removesuffix(".p") for part in parts))] = path.read_bytes()
    rows = []
    for place, (number, data) in enumerate(sorted(tiles.items())):
        demand(place == number, f"the tile {place} of the entries is missing")
        at = 0
        while at < len(data):
            size = int.from_bytes(data[at:at + 2], "big")
            demand(at + 2 + size <= len(data), f"the tile {number} of the entries is cut short")
            rows.append(data[at + 2:at + 2 + size])
            at += 2 + size
    return rows


def root_of(rows):
    """The root over entries: pairs from the left, one that is left over goes up as it is."""
    layer = [hashlib.sha256(b"\0" + row).digest() for row in rows]
    while len(layer) > 1:
        odd = layer[len(layer) & ~1:]
        layer = [hashlib.sha256(b"\1" + layer[k] + layer[k + 1]).digest() for k in range(0, len(layer) - 1, 2)] + odd
    return layer[0] if layer else hashlib.sha256(b"").digest()


P = 2**255 - 19
ORDER = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, -1, P) % P


def point(data):
    """A point of edwards25519 from its 32 bytes, as x, y, z, xy."""
    y = int.from_bytes(data, "little")
    sign, y = y >> 255, y & (1 << 255) - 1
    square = (y * y - 1) * pow(D * y * y + 1, -1, P) % P
    x = pow(square, (P + 3) // 8, P)
    if (x * x - square) % P:
        x = x * pow(2, (P - 1) // 4, P) % P
    demand(y < P and (x * x - square) % P == 0 and (x or not sign), "a key or signature is no point of the curve")
    x = P - x if x & 1 != sign else x
    return (x, y, 1, x * y % P)


def add(one, two):
    a, b = (one[1] - one[0]) * (two[1] - two[0]) % P, (one[1] + one[0]) * (two[1] + two[0]) % P
    c, d = 2 * one[3] * two[3] * D % P, 2 * one[2] * two[2] % P
    e, f, g, h = b - a, d - c, d + c, b + a
    return (e * f % P, g * h % P, f * g % P, e * h % P)


def times(number, base):
    result = (0, 1, 1, 0)
    while number:
        result = add(result, base) if number & 1 else result
        base, number = add(base, base), number >> 1
    return result


BASE = point((4 * pow(5, -1, P) % P).to_bytes(32, "little"))


def is_signed(key, signature, message):
    """Whether an Ed25519 signature is right."""
    scalar = int.from_bytes(signature[32:], "little")
    if len(key) != 32 or len(signature) != 64 or scalar >= ORDER:
        return False
    challenge = int.from_bytes(hashlib.sha512(signature[:32] + key + message).digest(), "little") % ORDER
    left, right = times(scalar, BASE), add(point(signature[:32]), times(challenge, point(key)))
    return (left[0] * right[2] - right[0] * left[2]) % P == 0 and (left[1] * right[2] - right[1] * left[2]) % P == 0


def key_of(did):
    """The Ed25519 key that a did:key is."""
    demand(did.startswith("did:key:z"), f"{did[:80]} is no did:key")
    number = 0
    for letter in did.removeprefix("did:key:z"):
        demand(letter in ALPHABET, f"{did[:80]} is no did:key")
        number = number * 58 + ALPHABET.index(letter)
    data = number.to_bytes(max(34, (number.bit_length() + 7) // 8), "big")
    demand(len(data) == 34 and data[:2] == b"\xed\x01", f"{did[:80]} is no Ed25519 key")
    return data[2:]


def check_note(note, key):
    """Takes the size and root that a checkpoint states, where that key signed it."""
    text, _, signatures = note.partition("\n\n")
    text += "\n"
    origin, size, root = text.split("\n")[:3]
    name = hashlib.sha256(origin.encode() + b"\n\x01" + key).digest()[:4]
    for line in signatures.split("\n"):
        parts = line.split(" ")
        if len(parts) == 3 and parts[:2] == ["\u2014", origin]:
            data = base64.b64decode(parts[2])
            if data[:4] == name and is_signed(key, data[4:], text.encode()):
                return int(size), base64.b64decode(root)
    raise Refused("the checkpoint is not signed by the node of the first entry")


def entries(folder):
    """What the node signed, entry by entry; and its key."""
    demand((folder / "checkpoint").is_file(), f"{folder} is no public copy: there is no checkpoint")
    rows = lines_of_tiles(folder)
    demand(rows, f"{folder} has no entries")
    listed = [json.loads(row) for row in rows]
    demand(listed[0]["kind"] == "genesis", "the first entry does not begin an exchange")
    key = key_of(listed[0]["body"]["node"])
    size, root = check_note((folder / "checkpoint").read_text(), key)
    demand(size == len(rows), f"the checkpoint is of {size} entries, and there are {len(rows)}")
    demand(root_of(rows) == root, "the entries are not those that the checkpoint is of")
    return listed, key
