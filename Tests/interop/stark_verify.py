#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Checks STARK proofs as docs/formats/proof.md says, with nothing but Python's own library.

usage: stark_verify.py CIRCUIT.tape STATEMENT.json PROOF [PROOF...]

Prints for each proof `PROOF taken` or `PROOF refused: REASON`. Ends with 0 when all are taken, 3 when one is
refused, 64 when it is called wrongly. Whatever the bytes, the answer is one of these.
"""
import json
import struct
import sys
from collections import namedtuple
from operator import mul

from stark_circuit import CELL, EVERY, FIRST, INPUT, LAST, PRODUCT, TRANSITION, read_circuit
from stark_field import (GENERATOR, ONE, PRIME, TWO_ADICITY, X, ZERO, Element, Reader, Refused, demand, inverse, lift,
                         packed, polynomial, root_of_unity, scalar, sha256)

# What all proofs of this version share.
HIDDEN_ROWS, FINAL_BITS, FOLD_BITS, MASKED_COEFFICIENTS = 256, 8, 3, 256
CHUNKS, SALT_COLUMNS, MASK_COLUMNS = 3, 5, 5
LEAST_ROW_BITS = 10
MOST_BYTES = 1 << 22  # of a file: it bounds time and memory

Statement = namedtuple("Statement", "row_bits blowup_bits queries grinding_bits inputs committed")
Openings = namedtuple("Openings", "main next sums next_sum quotient")


def read_statement(data):
    try:
        parts = json.loads(data)
    except (ValueError, RecursionError):
        raise Refused("the statement is no JSON") from None
    names = ["rowBits", "blowupBits", "queries", "grindingBits", "inputs"]
    demand(isinstance(parts, dict) and sorted(parts) in (sorted(names), sorted([*names, "committed"])),
           "the statement has other members than it should")
    roots = parts.get("committed", [])
    demand("committed" not in parts or isinstance(roots, list) and roots, "the statement names no committed roots")
    demand(all(isinstance(root, str) and len(root) == 64 and set(root) <= set("0123456789abcdef") for root in roots),
           "a committed root is not of 64 lower-case hexadecimals")
    found = Statement(*map(parts.get, names), list(map(bytes.fromhex, roots)))
    demand(isinstance(found.row_bits, list) and isinstance(found.inputs, list)
           and all(type(number) is int for number in [*found.row_bits, *found[1:4], *found.inputs]),
           "the statement has something else where whole numbers should be")
    demand(all(0 <= value < PRIME for value in found.inputs), "a public input is not below the prime")
    return found


class TableShape:
    """The sizes of one table."""

    def __init__(self, table, row_bits, blowup_bits, has_random):
        self.rows, self.bits, self.has_random = 1 << row_bits, row_bits + blowup_bits, has_random
        self.root, self.active_rows = root_of_unity(row_bits), self.rows - HIDDEN_ROWS
        self.committed, self.main = table.committed, table.columns + MASK_COLUMNS
        self.sums = 5 * ((len(table.interactions) + 1) // 2 + 1)
        self.quotient = 5 * (CHUNKS + has_random)
        self.openings = [self.main, len(table.next_columns), self.sums, 5, 5 * CHUNKS]


class Shape:
    """The sizes of everything: they follow from the statement alone, so a proof holds none."""

    def __init__(self, circuit, statement):
        demand(len(statement.inputs) == circuit.inputs, f"{circuit.inputs} public inputs are wanted")
        rows, blowup = statement.row_bits, statement.blowup_bits
        demand(rows and len(rows) == len(circuit.tables) and 2 <= blowup <= 4 and 1 <= statement.queries
               and 2 * (statement.queries + 5) <= HIDDEN_ROWS and statement.queries + 5 <= MASKED_COEFFICIENTS
               and 0 <= statement.grinding_bits <= 30
               and all(LEAST_ROW_BITS <= bits <= TWO_ADICITY - blowup for bits in rows),
               "the tables' lengths or the parameters are out of bounds")
        demand(len(circuit.messages) + sum(len(table.interactions) << bits
                                           for table, bits in zip(circuit.tables, rows)) < PRIME,
               "there are more messages than can be counted")
        holders = [number for number, table in enumerate(circuit.tables) if table.committed]
        demand(len(statement.committed) == len(holders), f"{len(holders)} committed roots are wanted")
        self.committed = dict(zip(holders, statement.committed))
        self.bits, longest = max(rows) + blowup, rows.index(max(rows))
        self.tables = [TableShape(table, bits, blowup, place == longest)
                       for place, (table, bits) in enumerate(zip(circuit.tables, rows))]
        # A fold stops where the codeword of shorter tables joins, and at the last polynomial.
        self.folds, size, end = [], self.bits, FINAL_BITS + blowup
        stops = {end, *(table.bits for table in self.tables)}
        while size > end:
            self.folds.append(min(FOLD_BITS, size - max(stop for stop in stops if stop < size)))
            size -= self.folds[-1]

    def point(self, bits, place):
        """The point of a place in the extension of so many bits: its bits are turned around."""
        turned = int(bin(place | 1 << bits)[:2:-1], 2)
        shift = pow(GENERATOR, 1 << (self.bits - bits), PRIME)
        return shift * pow(root_of_unity(bits), turned, PRIME) % PRIME


class Transcript:
    """The verifier's coins, made from everything that was said before."""

    def __init__(self, circuit, statement):
        self.state = bytes(32)
        self.absorb("domain", b"dividend/stark/v2")
        self.absorb("circuit", circuit.digest)
        self.numbers("parameters", *statement[1:4], HIDDEN_ROWS, FINAL_BITS, FOLD_BITS, MASKED_COEFFICIENTS, CHUNKS,
                     SALT_COLUMNS, MASK_COLUMNS)
        self.numbers("lengths", *statement.row_bits)
        if statement.committed:
            self.absorb("committed", b"".join(statement.committed))
        self.absorb("inputs", packed(statement.inputs))

    def absorb(self, name, data):
        # With the lengths, no two ways of absorbing look alike.
        self.state = sha256(self.state, b"\0", bytes([len(name)]), name.encode(), struct.pack("<Q", len(data)), data)

    def numbers(self, name, *numbers):
        self.absorb(name, struct.pack(f"<{len(numbers)}Q", *numbers))

    def extended(self, name, values):
        self.absorb(name, b"".join(map(packed, values)))

    def squeeze(self, count, bits, bound):
        """The lowest bits of the words of a stream; what is not below the bound is left out, so all are as likely."""
        words, counter = [], 0
        while len(words) < count:
            block = sha256(self.state, b"\1", struct.pack("<I", counter))
            words += [word % (1 << bits) for word in struct.unpack("<8I", block) if word % (1 << bits) < bound]
            counter += 1
        self.state = sha256(self.state, b"\2")
        return words[:count]

    def element(self):
        return Element(self.squeeze(5, 31, PRIME))

    def has_work(self, nonce, bits):
        if bits == 0:
            return nonce == 0  # the one spelling of no work
        return int.from_bytes(sha256(self.state, b"\3", struct.pack("<Q", nonce)), "big") >> (256 - bits) == 0


class Messages:
    """Messages between tables as fractions: how often, over a fingerprint."""

    def __init__(self, circuit, alpha, beta):
        self.beta, self.powers = beta, [alpha]
        senders = circuit.messages + [sent for table in circuit.tables for sent in table.interactions]
        while len(self.powers) < max((len(fields) for _, _, fields in senders), default=0):
            self.powers.append(self.powers[-1] * alpha)
        self.masks = [inverse(self.fingerprint(0, [lift(place + 1)])) for place in range(MASK_COLUMNS)]

    def fingerprint(self, bus, fields):
        return self.beta - lift(bus) - scalar(fields, self.powers)


def run(table, opened, inputs):
    """The registers of the tape, run over the extension at the one point where the columns are opened."""
    filled, following = [], dict(zip(table.next_columns, opened.next))
    for step in table.steps:
        if step[0] == CELL:
            filled.append(following[step[1]] if step[2] else opened.main[step[1]])
        elif step[0] == INPUT:
            filled.append(lift(inputs[step[1]]))
        elif step[0] == PRODUCT:
            filled.append(filled[step[1]] * filled[step[2]])
        else:
            filled.append(scalar([filled[register] for register, _ in step[2]], [by for _, by in step[2]])
                          + lift(step[1]))
    return filled


def constraints(table, opened, messages, inputs, terminal):
    """The value of each constraint and where it holds: those of the tape, then those of the sums."""
    filled = run(table, opened, inputs)
    yield from ((filled[register], domain) for register, domain in table.constraints)
    *helpers, running = [polynomial(opened.sums[start:start + 5], X) for start in range(0, len(opened.sums), 5)]
    for place, helper in enumerate(helpers):
        (first, count), *more = [(messages.fingerprint(bus, [filled[field] for field in fields]), filled[times])
                                 for bus, times, fields in table.interactions[2 * place:2 * place + 2]]
        value = helper * first - count
        for second, other in more:
            value = value * second - other * first
        yield value, EVERY
    growth = scalar(messages.masks, opened.main[-MASK_COLUMNS:])
    for helper in helpers:
        growth += helper
    yield running, FIRST
    yield polynomial(opened.next_sum, X) - running - growth, TRANSITION
    yield running + growth - terminal, LAST


def holds(table, sizes, opened, messages, inputs, terminal, challenge, zeta):
    """Whether the quotient at zeta is what the constraints give there."""
    sums, weight = [ZERO] * 4, ONE
    for value, domain in constraints(table, opened, messages, inputs, terminal):
        sums[domain] += value * weight
        weight *= challenge
    hidden = ONE  # what vanishes in the hidden rows, where nothing has to hold
    for row in range(sizes.active_rows, sizes.rows):
        hidden *= zeta - lift(pow(sizes.root, row, PRIME))
    to_last = zeta - lift(pow(sizes.root, sizes.active_rows - 1, PRIME))
    value = ((sums[EVERY] + sums[TRANSITION] * to_last) * hidden * inverse(zeta**sizes.rows - ONE)
             + sums[FIRST] * inverse(zeta - ONE) + sums[LAST] * inverse(to_last))
    chunks = [polynomial(opened.quotient[start:start + 5], X) for start in range(0, 5 * CHUNKS, 5)]
    return value == polynomial(chunks, zeta ** (sizes.rows - MASKED_COEFFICIENTS))


def open_rows(proof, what, root, matrices, places):
    """Reads the rows of each matrix at some places among the leaves, and checks that the root commits to them."""
    height = max(bits for bits, _ in matrices)
    rows = [{place: proof.elements(columns) for place in sorted({leaf >> (height - bits) for leaf in places})}
            for bits, columns in matrices]

    def digest(bits, place):
        return sha256(b"\0", *(packed(some[place]) for (size, _), some in zip(matrices, rows) if size == bits))

    nodes = {place: digest(height, place) for place in sorted(places)}
    for bits in reversed(range(height)):
        above = {}
        for place in nodes:  # in rising order, as the digests come that are not known
            if place >> 1 not in above:
                other = nodes.get(place ^ 1) or proof.take(32)
                pair = [other, nodes[place]] if place & 1 else [nodes[place], other]
                above[place >> 1] = sha256(b"\1", *pair)
        if any(size == bits for size, _ in matrices):
            above = {place: sha256(b"\2", node, digest(bits, place)) for place, node in above.items()}
        nodes = above
    demand(nodes[0] == root, f"rows of {what} are not those that were committed to")
    return rows


def weighed(weights, cells):
    """The sum of weight times cell, the weights being five lists of coefficients."""
    return Element(sum(map(mul, part, cells)) % PRIME for part in weights)


def deep_values(circuit, shape, openings, gamma, zeta, committed, main, sums, quotient):
    """The codewords that are folded, by length and place, from the opened rows and the claimed values."""
    weight, found = ONE, {}
    for number, (table, sizes, opened) in enumerate(zip(circuit.tables, shape.tables, openings)):
        weights = []
        for values in opened:
            weights.append([weight := weight * gamma for _ in values])
        here, there = weights[0] + weights[2] + weights[4], weights[1] + weights[3]
        claimed_here = scalar(here, opened.main + opened.sums + opened.quotient)
        claimed_there = scalar(there, opened.next + opened.next_sum)
        here, there = list(zip(*here)), list(zip(*there))
        for place in main[number]:
            cells, sum_cells, chunks = (tree[number][place][:-SALT_COLUMNS] for tree in (main, sums, quotient))
            if number in committed:
                cells = committed[number][place][:-SALT_COLUMNS] + cells
            next_cells = [cells[column] for column in table.next_columns] + list(sum_cells[-5:])
            x = lift(shape.point(sizes.bits, place))
            value = (weighed(here, cells + sum_cells + chunks[:5 * CHUNKS]) - claimed_here) * inverse(x - zeta)
            value += (weighed(there, next_cells) - claimed_there) * inverse(x - zeta * sizes.root)
            value += chunks[5 * CHUNKS:] if sizes.has_random else ZERO
            found[sizes.bits, place] = value + found.get((sizes.bits, place), ZERO)
    return found


def folded(shape, bits, leaf, values, beta):
    """The one value that a leaf's are folded into: half their sum, and beta times half their difference over x."""
    while len(values) > 1:
        pairs, first = zip(values[::2], values[1::2]), leaf * len(values)
        values = [(a + b + beta * (a - b) * pow(shape.point(bits, first + 2 * place), -1, PRIME)) * pow(2, -1, PRIME)
                  for place, (a, b) in enumerate(pairs)]
        beta, bits = beta * beta, bits - 1
    return values[0]


def check_folds(proof, shape, roots, betas, last, found, places):
    """Follows every place through all layers to the last polynomial."""
    wanted, bits = {place: found[shape.bits, place] for place in places}, shape.bits
    for layer, (fold, root, beta) in enumerate(zip(shape.folds, roots, betas)):
        leaves = {place >> fold for place in wanted}
        [rows] = open_rows(proof, f"layer {layer}", root, [(bits - fold, 5 << fold)], leaves)
        values = {leaf: [Element(row[start:start + 5]) for start in range(0, 5 << fold, 5)]
                  for leaf, row in rows.items()}
        for place, value in wanted.items():
            demand(values[place >> fold][place % (1 << fold)] == value,
                   f"layer {layer} is not what the one before gives")
        joining = beta ** (1 << fold)
        wanted = {leaf: folded(shape, bits, leaf, values[leaf], beta)
                  + joining * found.get((bits - fold, leaf), ZERO) for leaf in leaves}
        bits -= fold
    for place, value in wanted.items():
        demand(polynomial(last, shape.point(bits, place)) == value, "the last polynomial is not what the layers give")


def verify(circuit, statement, data):
    """Takes a proof's bytes, or raises `Refused`. What comes next in them follows from the statement alone."""
    shape, proof, inputs = Shape(circuit, statement), Reader(data, "proof"), statement.inputs
    transcript = Transcript(circuit, statement)
    main_root = proof.take(32)
    transcript.absorb("main", main_root)
    messages = Messages(circuit, transcript.element(), transcript.element())
    terminals, sums_root = proof.extended(len(shape.tables)), proof.take(32)
    transcript.extended("terminals", terminals)
    transcript.absorb("sums", sums_root)
    challenge = transcript.element()
    quotient_root = proof.take(32)
    transcript.absorb("quotient", quotient_root)
    zeta = transcript.element()
    for sizes in shape.tables:
        coset = pow(shape.point(sizes.bits, 0), 1 << sizes.bits, PRIME)
        demand(zeta**sizes.rows != ONE and zeta ** (1 << sizes.bits) != lift(coset), "a challenge lies in the domain")
    openings = [Openings(*map(proof.extended, sizes.openings)) for sizes in shape.tables]
    transcript.extended("openings", [value for opened in openings for values in opened for value in values])

    total = ZERO
    for bus, count, fields in circuit.messages:
        said = [lift(inputs[value] if is_input else value) for is_input, value in fields]
        total += inverse(messages.fingerprint(bus, said)) * count
    for terminal in terminals:
        total += terminal
    demand(total == ZERO, "what tables send each other does not cancel out")
    for table, sizes, opened, terminal in zip(circuit.tables, shape.tables, openings, terminals):
        demand(holds(table, sizes, opened, messages, inputs, terminal, challenge, zeta),
               f"the table {table.name} breaks its rules")

    gamma, roots, betas = transcript.element(), [], []
    for _ in shape.folds:
        roots.append(proof.take(32))
        transcript.absorb("fold", roots[-1])
        betas.append(transcript.element())
    last = proof.extended(1 << FINAL_BITS)
    transcript.extended("final", last)
    nonce = proof.number(8)
    demand(transcript.has_work(nonce, statement.grinding_bits), "too little work was done for the proof")
    transcript.numbers("nonce", nonce)
    places = set(transcript.squeeze(statement.queries, shape.bits, 1 << shape.bits))
    committed = {}
    for number, root in shape.committed.items():  # each in a tree of its own, as high as its table
        sizes = shape.tables[number]
        [committed[number]] = open_rows(proof, "committed cells", root, [(sizes.bits, sizes.committed + SALT_COLUMNS)],
                                        {place >> (shape.bits - sizes.bits) for place in places})
    trees = [open_rows(proof, what, root, [(sizes.bits, columns(sizes) + SALT_COLUMNS) for sizes in shape.tables],
                       places)
             for what, root, columns in [("cells", main_root, lambda sizes: sizes.main - sizes.committed),
                                         ("sums", sums_root, lambda sizes: sizes.sums),
                                         ("quotients", quotient_root, lambda sizes: sizes.quotient)]]
    found = deep_values(circuit, shape, openings, gamma, zeta, committed, *trees)
    check_folds(proof, shape, roots, betas, last, found, places)
    proof.end()


def contents(path):
    with open(path, "rb") as file:
        data = file.read(MOST_BYTES + 1)
    demand(len(data) <= MOST_BYTES, f"{ascii(path)} is too long")
    return data


def main(arguments):
    if len(arguments) < 3:
        print(__doc__, file=sys.stderr)
        return 64
    sys.stdout.reconfigure(errors="backslashreplace")
    tape, statement, *proofs = arguments
    code = 0
    for path in proofs:
        try:
            verify(read_circuit(contents(tape)), read_statement(contents(statement)), contents(path))
            print(path, "taken")
        except (Refused, OSError) as reason:
            print(path, f"refused: {reason}")
            code = 3
    return code


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
