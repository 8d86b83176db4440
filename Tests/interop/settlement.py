#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Checks the proofs of an exchange's settlements with the verifier that shares nothing with ours.

    python3 Tests/interop/settlement.py PUBLIC-COPY
    python3 Tests/interop/settlement.py FILE CIRCUIT

A public copy (`dividend journal export --public`) has the proofs in proofs/ and the circuits in circuits/. The files are
read as docs/formats/proof.md and settlement.md describe them. Of a copy it is checked too that the node signed the
entries, that batch, revenue, fee, accounts and states of each proof are those of the entries, from the first state of all
on, and that what is sealed to those paid is committed to. Whose claims a record holds follows from all entries
together: `dividend verify` works that out. Exits 1 when something does not hold, 64 on wrong usage.
"""
import hashlib
import json
import pathlib
import sys

import state_hash
from public_copy import entries
from stark_circuit import read_circuit
from stark_field import PRIME, Refused, demand
from stark_verify import read_statement, verify

HIDDEN = 256


# With more accounts, or from 2^16 on with longer tables, a proof of these parameters can be one of fewer than 100 bits.
MOST, LONGEST = 1 << 17, 19

# What each circuit's tape hashes to (docs/formats/settlement.md): whoever makes a proof could else give one along that asks for nothing.
CIRCUITS = {
    "1-3-1": "396235567c6cc3af413367a2ad97dc6f9aeca72d6c17981574c92be169ec7d49",
    "1-3-2": "e6bdd0f7cf0e09588497e46981283b0882632fd10e8e62953d152b0a9e18ccff",
    "1-4-1": "c17b2bd0689b62b27e9bd3472c1f227b06e9cdb76276cb6741a928d13af641a3",
    "1-4-2": "f03441f13e8d9137516e4388176ec0b18dc8021adbcaa4073ad610d66e458172",
    "1-4-3": "9edfb92164d4a95c16199287bd14e1bdffe0f8bf4129d26f1802ab62db96f3f6",
    "1-5-1": "2564b345dbe59eda33d9aae10a3e78cdc9fdb2a2ef8a1f471e0e9bcd93ff3daa",
    "1-5-2": "aaeb6933dc3077b3fdae6efe15002acb2d439b7f11bbdb2babce29ccd799d0a6",
    "1-5-3": "1f36015245df572a9b921861a296b05b305beba9834f4d910550b20ded8ec02c",
    "1-6-1": "86ed54c96130e1094024ab17a9ceb40e15ea22cf0f3ec2d13cb02824236e3ff7",
    "1-6-2": "4e15c296aad47fb8ab7dcdf54ca04725e04ce41716ccf4b2a6c3f63f4c523417",
    "1-6-3": "cb64e6bb5877ee88184b043d7bb979e3430db7e25f25f53a4d3ac8e433fc7c49",
    "1-7-1": "ae3ca3efca139aea65fcb1e94c9b89dba61f4de26cc589870fee903b7b8ab1e2",
    "1-7-2": "13045488ddc938538bee98f9bcfe3d2b753dd3fb60a347848e6a9f7ea6457ed9",
    "1-7-3": "689e3f2b9a95af31429b2131ab655cce5eebab5b45f1926a0be3ba80ce199dd6",
    "2-3-1": "a3c6089e71b3bf6e1a25bedc2c22d0076705d2baa0bcbdaa06c5d4bbad702500",
    "2-3-2": "1883cd4a7629f0d2b6a0e944e71a48aa285ff9dd6ad0a5b3153ba394e8469522",
    "2-4-1": "9fc26859c044b8234f5bbc79dcc4ecd933ac3c38df53924b0e8b044e6f755ebc",
    "2-4-2": "0ffdf369c86834aad20c6ba45e218ae21ed3b3e37ebf74f6ad0fb2bffcb3a082",
    "2-4-3": "5c632b3c77ea21af60ad836982cf4b5d31930d5834a08a6bb7d3f636bc047a9e",
    "2-5-1": "22b4964eccd14e14a6363e2dca08b224f182fd3d9df38b13da0db40fdc575ff9",
    "2-5-2": "4c230ec5b7039627967b0524782e7c5aff307e8e70e71556371c87f278391c14",
    "2-5-3": "519cfd069ca4931de55066a4b8238c3eb3610f20910ec3be0364fa40ff01a09c",
    "2-6-1": "441177b62b1dc371d563d8345ca5707ca707c6ce87720c1636b30e0725d57edc",
    "2-6-2": "d130f1b36858891d9bd06f54c89cf6f06c071c28696247af11af16effa34c1cb",
    "2-6-3": "e8f64d000f7f7d38ac22326966d55ba2297078614120d44480fad97897c28dd0",
    "2-7-1": "116d0936b777fad98b1a92d1d6ba293957cd666680d89d5598a7175867f857bc",
    "2-7-2": "039234284b196731d508b437535e6cf9a5da4dd392fece55a7cb7200c36be261",
    "2-7-3": "2afed1a947eb18bd1f804020d74ac75d37e39d45e7169781658b3912e9a47964",
}


def bits(rows):
    count = 10
    while (1 << count) - HIDDEN < rows:
        count += 1
    return count


def read(data):
    """A settlement's file: what it says, the name of its circuit, the statement of its proof, the proof."""
    if len(data) < 176 or data[:8] != b"dvsettle" or data[8] != 4:
        raise Refused("it is no settlement of version 4")
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
    third = lambda count: bits(-(-count // 3))
    wide = one > 18 and third(hashes) <= one - 2 and rest >= one - 3
    split = one > 16 and rest < one - 1 and 5 * ((1 << one - 1) + (1 << rest)) <= 4 << one
    numbers = 4 + max(0, 17 - payouts) if payouts >= 14 else 3
    rows = [third(nodes) if wide else bits(nodes), payouts] + ([14] if numbers == 3 else [])
    rows += [third(hashes)] if wide else [one - 1, rest] if split else [one]
    if most > 1 << 16 and max(rows) > LONGEST:
        raise Refused("so many accounts in so deep a tree are more than one batch is made for")
    blowup, queries, grinding = [(2, 84, 20), (3, 56, 20)][parameters - 1]
    inputs = (roots[:16] + limbs(revenue) + limbs(fee) + places + [depth] + roots[16:] + octets(revenue - fee)
              + octets(weights) + [number(144 + 2 * k, 2) for k in range(16)])
    statement = {"rowBits": rows, "blowupBits": blowup, "queries": queries, "grindingBits": grinding, "inputs": inputs}
    said = {"kind": kind, "depth": depth, "revenue": revenue, "fee": fee, "places": places, "old": data[16:48].hex(),
            "new": data[48:80].hex(), "record": data[112:144].hex(), "batch": data[144:176].hex()}
    return said, f"{kind}-{numbers}-{3 if wide else 2 if split else 1}", statement, data[176:]


def check(data, circuit_of):
    said, name, statement, proof = read(data)
    tape = circuit_of(name)
    if hashlib.sha256(tape).hexdigest() != CIRCUITS.get(name):
        raise Refused(f"the circuit {name} is another one than this verifier knows")
    verify(read_circuit(tape), read_statement(json.dumps(statement).encode()), proof)
    return said


def batches(listed):
    """What each batch has to be by the journal, in their order: revenue, fee, from and to which account, how many
    accounts there are."""
    accounts, found = 2, []
    for entry in listed:
        body = entry["body"]
        if entry["kind"] == "hidden.open":
            accounts += len(body["keys"])
        elif entry["kind"] == "payout":
            found.append((int(body["total"]), 0, [0, 1], accounts))
        elif entry["kind"] == "hidden.draw":
            amount = int(body["amount"])
            found.append((amount, amount, [body["account"], 0], accounts))
    return found


def check_batch(folder, number, settled, batch, key, tree):
    """Checks one batch of a public copy against its entries; the tree after it."""
    revenue, fee, places, accounts = batch
    data = (folder / "proofs" / str(number)).read_bytes()
    demand(hashlib.sha256(data).hexdigest() == settled["proof"], "the proof is not the one that its entry names")
    said = check(data, lambda name: (folder / "circuits" / name).read_bytes())
    demand(said["kind"] == 1, "an exchange's accounts are hashed by Poseidon")
    name = hashlib.sha256(b"dividend/batch/%d/" % number + key).hexdigest()
    demand(settled["batch"] == name == said["batch"], "the proof, or its entry, is of another batch")
    demand((said["revenue"], said["fee"], said["places"]) == (revenue, fee, places),
           f"the proof is of {said['revenue']} micro-units, the journal's batch of {revenue}")
    depth = max(10, (accounts - 1).bit_length())
    demand(said["depth"] == depth, f"the tree has {said['depth']} levels, and {accounts} accounts take {depth}")
    before = state_hash.grown(tree[0], tree[1], depth)
    demand(said["old"] == state_hash.text(before), "the proof does not go on from the state before")
    demand(said["new"] == settled["root"], "the proof leads to another state than its entry")
    commitment = (folder / "data" / str(number) / "commitment").read_bytes()
    demand(hashlib.sha256(commitment).hexdigest() == settled["data"], "what is sealed to those paid is another thing")
    return said, (state_hash.elements(said["new"]), depth)


def check_copy(folder):
    listed, key = entries(folder)
    settled = [entry["body"] for entry in listed if entry["kind"] == "settle"]
    begun = batches(listed)
    demand(len(settled) <= len(begun), "more batches are settled than began")
    tree = (state_hash.genesis(10), 10)
    for number, (body, batch) in enumerate(zip(settled, begun)):
        try:
            said, tree = check_batch(folder, number, body, batch, key, tree)
        except Refused as error:
            raise Refused(f"batch {number}: {error}")
        print(f"batch {number}: {said['revenue']} micro-units by record {said['record'][:8]}, the proof holds")
    waiting = len(begun) - len(settled)
    print(f"{len(settled)} settlements, each proof checked against what the node signed"
          + (f"; {waiting} are not proven yet" if waiting else ""))
    print("Not checked here: that records hold everybody's claim, which `dividend verify` works out from all entries.")
    return 0 if settled else 1


def main(arguments):
    if len(arguments) == 2:
        check(pathlib.Path(arguments[0]).read_bytes(), lambda name: pathlib.Path(arguments[1]).read_bytes())
        print("the proof holds")
        return 0
    if len(arguments) != 1:
        print(__doc__)
        return 64
    folder = pathlib.Path(arguments[0])
    demand(folder.is_dir(), f"{folder} is no folder; of one proof say the circuit too")
    return check_copy(folder)


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except Refused as error:
        print(f"refused: {error}")
        sys.exit(1)
    except OSError as error:
        print(f"refused: {error.filename}: {error.strerror}")
        sys.exit(1)
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        print(f"refused: an entry or a file cannot be read: {error!r}")
        sys.exit(1)
