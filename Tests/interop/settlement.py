#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Checks the proofs of an exchange's settlements with the verifier that shares nothing with ours.

    python3 Tests/interop/settlement.py PUBLIC-COPY
    python3 Tests/interop/settlement.py FILE CIRCUIT

A public copy (`dividend journal export`) has the proofs in proofs/ and the circuits in circuits/. The files are read
as docs/formats/proof.md describes them; that each proof's record and roots are those of the journal's entries is
compared with the entries. Exits 1 when something does not hold.
"""
import hashlib
import json
import pathlib
import sys

from stark_circuit import read_circuit
from stark_field import PRIME, Refused
from stark_verify import read_statement, verify

HIDDEN = 256


# With more accounts a proof of these parameters can be one of fewer than 100 bits, which `dividend verify` works out and refuses.
MOST = 1 << 17

# What each circuit's tape hashes to (docs/formats/settlement.md): whoever makes a proof could else give one along that asks for nothing.
CIRCUITS = {
    "1-3-1": "faf4ff8990f1cf4d80ad47648fd3eed5da7dfa0e3bae760223269914d4e3331b",
    "1-3-2": "66a4e99b388d07ae473cb708eac63581d33699ad8bc85a725b845b925a24d590",
    "1-4-1": "a7e9506a87a8ff73e3c0800d5376b6db06605e4ce80cd88466561cfae6250e60",
    "1-4-2": "1c4e21c1fa2c237f9201b444f2cab77bf85f096a9d1c15da96ab8e1f93eb9d01",
    "1-5-1": "94fad28bb74c7c5f9835f11b65cce277d3efba87cf1b3b7e38b4f66e90d731cd",
    "1-5-2": "57a3fd6caad4b2af28055a737be4876b9f89b6d8cc8aeb752fd85aa99054a0b0",
    "1-6-1": "80632d97021d6217f4f65da1c321fb3504d676c7c2be283f0a8d20da8b6586a0",
    "1-6-2": "dca228adb4e3c533e6e8bb97400608ffe5b7bff9180509caa53b66c3612131f4",
    "1-7-1": "d7b03b81c46b269eb3753fd720f188c1688a59fb3fbeb40e80b20f88b95d088b",
    "1-7-2": "0dc1e68e6e89bdeba88ed3a0115e85bbbe9525f2c30e23795c9edf3f4b5530c9",
    "2-3-1": "d07a124ad7387313c3d91fac50e44b16fd8033219784530d1f1881e0264cb969",
    "2-3-2": "c66525c1f95408a1753b88398e091c5c342f4535b36d4b7f66be82413bb41081",
    "2-4-1": "6b9d90232097548206f8e29bdb262d42b6a7b117980b61edb2d87f2392d58ba3",
    "2-4-2": "cc68cf5f2e14dea75f8b1b38108f629f659c83b1256c652aa49d3e666897fdf8",
    "2-5-1": "827be404f0f5ad17ff2ffb8ae71c40958a831fb76fcb1ebc671d288313ded9b0",
    "2-5-2": "fa2e675e9c0649a3c32b688a8a93dbaa294fa3995e34dc8191c5dfeda0e86622",
    "2-6-1": "58c986b81e393b2f115e687cb03b2072a89dbf0a42cb4172e031d4204595b340",
    "2-6-2": "9181d4bfe54a623605486351d90e9c9700f1936e88018f394613a27fc7163d93",
    "2-7-1": "dd4d695fcd747886b3b7486d61885d17d980bc6b0d684044639d33ce04163e6f",
    "2-7-2": "b7f80d0f1cae922f3f41f96623f6434e2e240a1e4aea99023a66e2a5c595f575",
}


def bits(rows):
    count = 10
    while (1 << count) - HIDDEN < rows:
        count += 1
    return count


def read(data):
    """A settlement's file: what it says, the name of its circuit, the statement of its proof, the proof."""
    if len(data) < 176 or data[:8] != b"dvsettle" or data[8] != 3:
        raise Refused("it is no settlement of version 3")
    number = lambda start, count: int.from_bytes(data[start:start + count], "little")
    elements = lambda start, count: [number(start + 4 * k, 4) for k in range(count)]
    kind, depth, parameters, most = data[9], data[10], data[11], number(12, 4)
    revenue, fee, weights = number(80, 8), number(88, 8), number(96, 8)
    places = [number(104, 4), number(108, 4)]
    if kind not in (1, 2) or not 1 <= depth <= 24 or parameters not in (1, 2) or not 2 <= most <= MOST:
        raise Refused("it is of an unknown form")
    roots = elements(16, 16) + elements(112, 8)
    if max(roots) >= PRIME or fee > revenue or max(places) >= 1 << depth:
        raise Refused("a digest, the fee or an account is out of bounds")
    limbs = lambda value: [value >> 16 * k & 0xffff for k in range(4)]
    octets = lambda value: list(value.to_bytes(8, "little"))
    nodes = sum(min(1 << level, most) for level in range(depth))
    hashes = 2 * nodes + 5 * most
    one, payouts = bits(hashes), bits(most)
    rest = bits(hashes - (1 << one - 1) + HIDDEN)
    split = one > 16 and rest < one - 1 and 5 * ((1 << one - 1) + (1 << rest)) <= 4 << one
    numbers = 4 + max(0, 17 - payouts) if payouts >= 14 else 3
    rows = [bits(nodes), payouts] + ([14] if numbers == 3 else []) + ([one - 1, rest] if split else [one])
    blowup, queries, grinding = [(2, 84, 20), (3, 56, 20)][parameters - 1]
    inputs = (roots[:16] + limbs(revenue) + limbs(fee) + places + [depth] + roots[16:] + octets(revenue - fee)
              + octets(weights) + [number(144 + 2 * k, 2) for k in range(16)])
    statement = {"rowBits": rows, "blowupBits": blowup, "queries": queries, "grindingBits": grinding, "inputs": inputs}
    said = {"old": data[16:48].hex(), "new": data[48:80].hex(), "depth": depth, "revenue": revenue, "record": data[112:144].hex(),
            "batch": data[144:176].hex()}
    return said, f"{kind}-{numbers}-{2 if split else 1}", statement, data[176:]


def check(data, circuit_of):
    said, name, statement, proof = read(data)
    tape = circuit_of(name)
    if hashlib.sha256(tape).hexdigest() != CIRCUITS.get(name):
        raise Refused(f"the circuit {name} is another one than this verifier knows")
    verify(read_circuit(tape), read_statement(json.dumps(statement).encode()), proof)
    return said


def entries(folder):
    """The entries of a public copy, from its tiles (C2SP tlog-tiles): x000/067 and, cut short, 067.p/12."""
    tiles = {}
    for path in (folder / "tile/entries").rglob("*"):
        if path.is_file():
            parts = path.relative_to(folder / "tile/entries").parts
            parts = parts[:-1] if parts[-2:-1] and parts[-2].endswith(".p") else parts
            tiles[int("".join(part.removeprefix("x").removesuffix(".p") for part in parts))] = path.read_bytes()
    rows = []
    for _, data in sorted(tiles.items()):
        at = 0
        while at < len(data):
            size = int.from_bytes(data[at:at + 2], "big")
            rows.append(json.loads(data[at + 2:at + 2 + size]))
            at += 2 + size
    return rows


def main(arguments):
    if len(arguments) == 2:
        check(pathlib.Path(arguments[0]).read_bytes(), lambda name: pathlib.Path(arguments[1]).read_bytes())
        print("the proof holds")
        return 0
    folder = pathlib.Path(arguments[0])
    settled = [entry["body"] for entry in entries(folder) if entry["kind"] == "settle"]
    before = (None, 0)
    for number, body in enumerate(settled):
        data = (folder / "proofs" / str(number)).read_bytes()
        if hashlib.sha256(data).hexdigest() != body["proof"]:
            raise Refused(f"proof {number} is not the one that its entry names")
        said = check(data, lambda name: (folder / "circuits" / name).read_bytes())
        if (said["new"], said["batch"]) != (body["root"], body["batch"]):
            raise Refused(f"proof {number} is of another batch or root")
        # A tree that grew by levels has another root, which `dividend verify` works out.
        if number > 0 and said["depth"] == before[1] and said["old"] != before[0]:
            raise Refused(f"proof {number} does not go on from the one before")
        before = (said["new"], said["depth"])
        print(f"batch {number}: {said['revenue']} micro-units by record {said['record'][:8]}, the proof holds")
    print(f"{len(settled)} settlements, each proof checked")
    return 0 if settled else 1


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except Refused as error:
        print(f"refused: {error}")
        sys.exit(1)
