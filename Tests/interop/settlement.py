#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Checks the proofs of an exchange's settlements with the verifier that shares nothing with ours.

    python3 Tests/interop/settlement.py PUBLIC-COPY [did:key:…]
    python3 Tests/interop/settlement.py FILE CIRCUIT

A public copy (`dividend journal export --public`) has the proofs in proofs/ and the circuits in circuits/. The files are
read as docs/formats/proof.md and settlement.md describe them. Of a copy it is checked too that the node signed the
entries, that batch, revenue, fee, accounts, weights and states of each proof are those of the entries in their order, from
the first state of all on, that draws are signed, and that what is sealed to those paid is committed to. Whose claims a
record holds follows from all entries together: `dividend verify` works that out. Exits 1 when something does not hold, 64
on wrong usage.
"""
import hashlib
import json
import pathlib
import sys

import state_hash
from public_copy import entries, is_signed, key_of
from stark_circuit import read_circuit
from stark_field import PRIME, Refused, demand
from stark_verify import read_statement, verify

HIDDEN = 256
# The record of nobody.
NOBODY = (0x5245434f).to_bytes(4, "little").hex() + "00" * 28


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


def form_of(depth, most):
    """The range, how hashes stand, and the logarithms of the tables' rows; None for more than a batch is made for."""
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
        return None
    return numbers, 3 if wide else 2 if split else 1, rows


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
    form = form_of(depth, most)
    if form is None:
        raise Refused("so many accounts in so deep a tree are more than one batch is made for")
    if most < MOST and form_of(depth, most + 1) == form:
        raise Refused("the most accounts of its class are written otherwise")
    numbers, parts, rows = form
    blowup, queries, grinding = [(2, 84, 20), (3, 56, 20)][parameters - 1]
    inputs = (roots[:16] + limbs(revenue) + limbs(fee) + places + [depth] + roots[16:] + octets(revenue - fee)
              + octets(weights) + [number(144 + 2 * k, 2) for k in range(16)])
    statement = {"rowBits": rows, "blowupBits": blowup, "queries": queries, "grindingBits": grinding, "inputs": inputs}
    said = {"kind": kind, "parameters": parameters, "depth": depth, "places": places, "revenue": revenue, "fee": fee,
            "weights": weights, "old": data[16:48].hex(), "new": data[48:80].hex(), "record": data[112:144].hex(),
            "batch": data[144:176].hex()}
    return said, f"{kind}-{numbers}-{parts}", statement, data[176:]


def check(data, circuit_of):
    said, name, statement, proof = read(data)
    tape = circuit_of(name)
    if hashlib.sha256(tape).hexdigest() != CIRCUITS.get(name):
        raise Refused(f"the circuit {name} is another one than this verifier knows")
    verify(read_circuit(tape), read_statement(json.dumps(statement).encode()), proof)
    return said


def whole(text):
    """A whole number as entries write it."""
    demand(isinstance(text, str) and text.isascii() and text.isdigit() and text == str(int(text)), "a number is written otherwise")
    return int(text)


def begun(kind, body, keys, node, number):
    """What a batch has to be by the entry that begins it; None for an entry that begins none."""
    if kind == "payout":
        total = whole(body["total"])
        return {"revenue": total, "fee": 0, "places": [0, 1], "weights": total}
    if kind != "hidden.draw":
        return None
    amount, account = whole(body["amount"]), body["account"]
    demand(type(account) is int and 2 <= account < 2 + len(keys), "money is drawn from an account that nobody opened")
    text = f"dividend/draw/v1\n{node}\n{account}\n{amount}\n{body['time']}"
    demand(is_signed(key_of(keys[account - 2]), bytes.fromhex(body["signature"]), text.encode()),
           f"the draw of batch {number} is not signed by the key of account {account}")
    return {"revenue": amount, "fee": amount, "places": [account, 0], "weights": 0}


def check_batch(folder, number, settled, batch, node, tree):
    """Checks one batch of a public copy against its entries; what it says, and the tree after it."""
    data = (folder / "proofs" / str(number)).read_bytes()
    demand(hashlib.sha256(data).hexdigest() == settled["proof"], "the proof is not the one that its entry names")
    said = check(data, lambda name: (folder / "circuits" / name).read_bytes())
    demand((said["kind"], said["parameters"]) == (1, 1), "an exchange's batches have another form")
    name = hashlib.sha256(b"dividend/batch/%d/" % number + key_of(node)).hexdigest()
    demand(settled["batch"] == name == said["batch"], "the proof, or its entry, is of another batch")
    for part in ["revenue", "fee", "places", "weights"]:
        demand(said[part] == batch[part], f"the proof has {part} {said[part]}, the journal's batch {batch[part]}")
    demand(batch["weights"] or said["record"] == NOBODY, "a record of somebody, and nobody is paid")
    depth = max(10, (batch["accounts"] - 1).bit_length())
    demand(said["depth"] == depth, f"the tree has {said['depth']} levels, and {batch['accounts']} accounts take {depth}")
    before = state_hash.grown(tree[0], tree[1], depth)
    demand(said["old"] == state_hash.text(before), "the proof does not go on from the state before")
    demand(said["new"] == settled["root"], "the proof leads to another state than its entry")
    commitment = (folder / "data" / str(number) / "commitment").read_bytes()
    demand(hashlib.sha256(commitment).hexdigest() == settled["data"], "what is sealed to those paid is another thing")
    return said, (state_hash.elements(said["new"]), depth)


def check_copy(folder, node):
    """Goes through the entries in their order: accounts are opened, batches begin, and the oldest that began is settled."""
    listed, did = entries(folder, node)
    keys, waiting, number, tree = [], [], 0, (state_hash.genesis(10), 10)
    for entry in listed:
        kind, body = entry["kind"], entry["body"]
        if kind == "hidden.open":
            keys += body["keys"]
        batch = begun(kind, body, keys, did, number + len(waiting))
        if batch:
            waiting.append(batch | {"accounts": 2 + len(keys)})
        if kind == "settle":
            demand(waiting, f"batch {number} is settled, and none began")
            try:
                said, tree = check_batch(folder, number, body, waiting.pop(0), did, tree)
            except Refused as error:
                raise Refused(f"batch {number}: {error}") from None
            print(f"batch {number}: {said['revenue']} micro-units by record {said['record'][:8]}, the proof holds")
            number += 1
    print(f"{number} settlements, each proof checked against what {did} signed"
          + (f"; {len(waiting)} are not proven yet" if waiting else ""))
    print("Not checked here, but by `dividend verify`: every other entry; so that records hold everybody's claim, and that "
          "accounts are linked to those they are for" + ("" if node else "; and that this is the node you mean: give its did too"))
    return 0


def main(arguments):
    paths = [pathlib.Path(argument) for argument in arguments if not argument.startswith("did:key:")]
    nodes = [argument for argument in arguments if argument.startswith("did:key:")]
    if len(paths) == 2 and not nodes:
        check(paths[0].read_bytes(), lambda name: paths[1].read_bytes())
        print("the proof holds")
        return 0
    if len(paths) != 1 or len(nodes) > 1:
        print(__doc__)
        return 64
    demand(paths[0].is_dir(), f"{paths[0]} is no folder; of one proof say the circuit too")
    return check_copy(paths[0], nodes[0] if nodes else None)


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except Refused as error:
        print(f"refused: {error}")
        sys.exit(1)
    except OSError as error:
        print(f"refused: {error.filename}: {error.strerror}")
        sys.exit(1)
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        print(f"refused: an entry or a file cannot be read: {error!r}")
        sys.exit(1)
