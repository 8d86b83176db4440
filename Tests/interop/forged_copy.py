# SPDX-License-Identifier: Apache-2.0
"""What a node that lies could publish: any entries, in right tiles and under a right checkpoint of its own key."""
import base64
import hashlib

from public_copy import BASE, ORDER, P, canonical, did_of, root_of, tile_path, times

SECRET = 1 << 254 | 8


def encoded(point):
    z = pow(point[2], -1, P)
    return (point[1] * z % P | (point[0] * z % P & 1) << 255).to_bytes(32, "little")


KEY = encoded(times(SECRET, BASE))
DID = did_of(KEY)


def scalar(*parts):
    return int.from_bytes(hashlib.sha512(b"".join(parts)).digest(), "little") % ORDER


def signed(message):
    """An Ed25519 signature of the lying node's."""
    once = scalar(b"once", message)
    there = encoded(times(once, BASE))
    return there + ((once + scalar(there, KEY, message) * SECRET) % ORDER).to_bytes(32, "little")


def write(folder, rows, writing=canonical):
    """Writes entries as a public copy has them, the first one naming the lying node."""
    rows[0]["body"]["node"] = DID
    leaves = [writing(row) for row in rows]
    for start in range(0, len(leaves), 256):
        part = leaves[start:start + 256]
        tile = folder / tile_path(start // 256, len(part))
        tile.parent.mkdir(parents=True, exist_ok=True)
        tile.write_bytes(b"".join(len(leaf).to_bytes(2, "big") + leaf for leaf in part))
    origin = "dividend.exchange/" + DID.removeprefix("did:key:")
    text = f"{origin}\n{len(leaves)}\n{base64.b64encode(root_of(leaves)).decode()}\n"
    name = hashlib.sha256(origin.encode() + b"\n\x01" + KEY).digest()[:4]
    line = base64.b64encode(name + signed(text.encode())).decode()
    (folder / "checkpoint").write_text(f"{text}\n\u2014 {origin} {line}\n")
