# SPDX-License-Identifier: Apache-2.0
"""The entries of a public copy (`dividend journal export`), once they are known to be what the node signed: tiles (C2SP
tlog-tiles), the tree's root (RFC 9162) and the checkpoint (C2SP signed note, Ed25519 of RFC 8032), with hashlib alone."""
import base64
import hashlib
import json

from stark_field import Refused, demand

ALPHABET = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"


def tile_path(number, width):
    """Where a tile of entries lies: x000/067, and 067.p/12 where it has fewer than 256."""
    digits = f"{number:03d}"
    digits = "0" * (-len(digits) % 3) + digits
    parts = [digits[k:k + 3] for k in range(0, len(digits), 3)]
    path = "tile/entries/" + "/".join("x" + part for part in parts[:-1]) + ("/" if parts[:-1] else "") + parts[-1]
    return path if width == 256 else f"{path}.p/{width}"


def rows_of(folder, size):
    """The bytes of each of so many entries."""
    rows = []
    for start in range(0, size, 256):
        width = min(256, size - start)
        path = tile_path(start // 256, width)
        data, at = (folder / path).read_bytes(), 0
        for _ in range(width):
            length = int.from_bytes(data[at:at + 2], "big")
            demand(at + 2 + length <= len(data), f"{path} is cut short")
            rows.append(data[at + 2:at + 2 + length])
            at += 2 + length
        demand(at == len(data), f"{path} has more than {width} entries")
    return rows


def canonical(value):
    """RFC 8785, of what is made of texts, small whole numbers, lists and objects."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def parsed(row):
    """An entry, which is written in one way only."""
    try:
        value = json.loads(row)
        demand(canonical(value) == row, "an entry is not in its canonical form")
    except (ValueError, RecursionError):
        raise Refused("an entry is no JSON") from None
    demand(isinstance(value, dict) and isinstance(value.get("body"), dict), "an entry has no body")
    return value


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
    words = f"{ascii(did)[:80]} is no did:key of Ed25519"
    demand(isinstance(did, str) and did.startswith("did:key:z"), words)
    number = 0
    for letter in did.removeprefix("did:key:z"):
        demand(letter in ALPHABET, words)
        number = number * 58 + ALPHABET.index(letter)
    data = number.to_bytes(max(34, (number.bit_length() + 7) // 8), "big")
    demand(len(data) == 34 and data[:2] == b"\xed\x01" and did == did_of(data[2:]), words)
    return data[2:]


def did_of(key):
    number, did = int.from_bytes(b"\xed\x01" + key, "big"), ""
    while number:
        number, did = number // 58, ALPHABET[number % 58] + did
    return "did:key:z" + did


def read_note(note):
    """What a checkpoint says before its signatures: its text, origin, size and root."""
    text, end, signatures = note.partition(b"\n\n")
    lines = text.split(b"\n")
    demand(end and len(lines) >= 3 and lines[1].isdigit() and lines[1] == b"%d" % int(lines[1]),
           "the checkpoint is no checkpoint")
    return text + b"\n", signatures, lines[0], int(lines[1]), base64.b64decode(lines[2], validate=True)


def check_note(text, signatures, origin, did, key):
    """Demands that the node signed the checkpoint of its own log."""
    demand(origin.decode() == "dividend.exchange/" + did.removeprefix("did:key:"), "the checkpoint is of another log")
    name = hashlib.sha256(origin + b"\n\x01" + key).digest()[:4]
    for line in signatures.split(b"\n"):
        parts = line.split(b" ")
        if len(parts) == 3 and parts[0] == "\u2014".encode() and parts[1] == origin:
            data = base64.b64decode(parts[2], validate=True)
            if data[:4] == name and is_signed(key, data[4:], text):
                return
    raise Refused("the checkpoint is not signed by the node of the first entry")


def entries(folder, node=None):
    """What the node signed, entry by entry, and its did. Without a node that is known beforehand, the copy's own is taken."""
    demand((folder / "checkpoint").is_file(), f"{folder} is no public copy: there is no checkpoint")
    text, signatures, origin, size, root = read_note((folder / "checkpoint").read_bytes())
    demand(0 < size < 1 << 40, "the checkpoint is of no entries")
    rows = rows_of(folder, size)
    demand(root_of(rows) == root, "the entries are not those that the checkpoint is of")
    listed = [parsed(row) for row in rows]
    demand(listed[0]["kind"] == "genesis", "the first entry does not begin an exchange")
    did = listed[0]["body"]["node"]
    check_note(text, signatures, origin, did, key_of(did))
    demand(node in (None, did), f"the copy is of {did}")
    return listed, did
