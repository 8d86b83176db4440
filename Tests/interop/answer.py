#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Checks a proven answer with the verifier that shares nothing with ours.

    python3 Tests/interop/answer.py RECEIPT CIRCUIT
    python3 Tests/interop/answer.py PUBLIC-COPY RECEIPT CIRCUIT

RECEIPT is the receipt of `dividend query --prove --receipt`, or the bare file of its proof. `dividend verify RECEIPT
--circuit CIRCUIT` writes the circuit. Everything is read as docs/formats/answer.md and docs/formats/proof.md say. With
a public copy (`dividend journal export --public`) the entries of the order are looked at too. Signatures, and whether
the copy is whole, `dividend verify` checks. Exits 1 when something does not hold.
"""
import base64
import hashlib
import json
import pathlib
import sys

from settlement import entries
from stark_circuit import read_circuit
from stark_field import Refused, demand
from stark_verify import MOST_BYTES, read_statement, verify

BASE = (1 << 15) - 256  # how many codes there are, and what digits are to
MOST_VALUE = BASE - 2
SHOWN = 120 + 5  # what a proof shows of a column
KINDS = [None, "rows", "present", "missing", "sum", "centred", "group"]
CODED = ("integer", "decimal", "category", "boolean")


def area(bits):
    return 25 << bits - 5


def proofs(bits):
    """How many proofs there may be about columns of a size class."""
    return ((1 << bits) - area(bits)) // SHOWN


class Answer:
    """A file of an answer: what was asked, what was let out, and the proof."""

    def __init__(self, data):
        demand(data[:8] == b"dvanswer" and len(data) >= 112, "it is no file of an answer")
        number = lambda start, size: int.from_bytes(data[start:start + size], "little")
        self.bits, self.columns, count = data[10], data[11], number(12, 2)
        demand(data[8] == 1 and data[9] == 1 and 13 <= self.bits <= 20 and 1 <= self.columns <= 60
               and 1 <= count <= 700 and number(14, 2) == 0, "it is of a form that is not known")
        self.columns_root, self.noise_root, self.context = data[16:48], data[48:80], data[80:112]
        end = 112 + 20 * count
        demand(len(data) >= end, "it ends too early")
        self.numbers = []
        for start in range(112, end, 20):
            kind, column, low, high = data[start], data[start + 1], number(start + 2, 2), number(start + 4, 2)
            demand(1 <= kind <= 6 and number(start + 6, 2) == 0, "a number of it is of no kind")
            result = int.from_bytes(data[start + 12:start + 20], "little", signed=True)
            self.numbers.append((KINDS[kind], column, low, high, number(start + 8, 4), result))
        for place, some in enumerate(self.numbers):
            self.check(place, *some)
        self.digest, self.proof = hashlib.sha256(data).hexdigest(), data[end:]

    def check(self, place, kind, column, low, high, units, result):
        """There is one spelling of each number, and it leaves room for noise in 64 bits."""
        demand(column == 0 if kind == "rows" else 1 <= column <= self.columns, "a number is of no column")
        if kind in ("sum", "centred"):
            demand(low <= high <= MOST_VALUE, "a sum is clipped beyond what has a code")
        else:
            demand(high == 0 and (low == 0 or kind == "group"), "a number has bounds that it does not need")
        first, of, *_ = self.numbers[0]
        demand((kind == "group") == (first == "group"), "groups stand alone")
        demand(kind != "group" or (column, low) == (of, place), "groups are those of one column, from code 0 on")
        demand(1 <= units <= 1 << 30, "a number is let out in units of none, or of too many, for each one")
        demand(area(self.bits) * max(1, high) * units < 1 << 62, "a number has no room for noise")

    @property
    def statement(self):
        """What the proof is checked with."""
        words = [self.context[k] | self.context[k + 1] << 8 for k in range(0, 32, 2)]
        groups = len(self.numbers) if self.numbers[0][0] == "group" else 0
        inputs = [area(self.bits), *words, groups]
        for kind, _, low, high, units, result in self.numbers:
            ones, rest = divmod(result, units)  # rounded down, below zero too
            lifted = ones + (area(self.bits) * (high - low) if kind == "centred" else 0) + BASE**2 * (BASE // 2)
            demand(0 <= lifted < BASE**3, "a number is beyond what has three digits")
            ends = [low + 1, high + 1] if kind in ("sum", "centred") else [0, 0]
            inputs += [units, *ends, rest, *(lifted // BASE**k % BASE for k in range(3))]
        return {"rowBits": [self.bits, 15, 10], "blowupBits": 2, "queries": 120, "grindingBits": 20, "inputs": inputs,
                "committed": [self.columns_root.hex(), self.noise_root.hex()]}

    def verify(self, tape):
        circuit = read_circuit(tape)
        # The tape says what is counted; that it is one of an answer of this form can be seen from outside.
        shape = [(table.name, table.committed) for table in circuit.tables]
        demand(shape == [("'rows'", self.columns + 1), ("'codes'", 0), ("'noise'", 4)], "the circuit is another one")
        demand(circuit.messages == [(4, 1, [(False, k), *((True, 18 + 7 * k + j) for j in range(3, 7))])
                                    for k in range(len(self.numbers))], "the circuit lets other numbers out")
        verify(circuit, read_statement(json.dumps(self.statement).encode()), self.proof)


def parsed(text):
    """JSON in which no member stands twice and there are no fractions."""
    def members(pairs):
        demand(len(dict(pairs)) == len(pairs), "a member stands twice")
        return dict(pairs)

    def fraction(words):
        raise Refused(f"{words} is no whole number")
    try:
        return json.loads(text, object_pairs_hook=members, parse_float=fraction, parse_constant=fraction)
    except (ValueError, RecursionError):
        raise Refused("it is neither a receipt nor a file of an answer") from None


def canonical(value):
    """RFC 8785, of what is made of texts, small whole numbers, lists and objects."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def order_of(quote):
    return hashlib.sha256(canonical(quote)).hexdigest()


def receipt_of(text):
    """The receipt, if it is one that stands together, and the file in it."""
    receipt = parsed(text)
    try:
        proven = receipt["proven"]
        data = base64.b64decode(proven["file"], validate=True)
        columns = [[column["name"] for column in schema["columns"] if column["kind"] in CODED]
                   for schema in proven["tables"]]
        names = dict(zip([schema["table"] for schema in proven["tables"]], columns))
        opening, quote, order, answer = (receipt[member] for member in ("opening", "quote", "order", "answer"))
        demand(hashlib.sha256(opening.encode()).hexdigest() == receipt["commitment"]
               and parsed(opening)["value"] == answer, "the answer is not the one that was committed to")
    except (KeyError, TypeError, AttributeError, ValueError):
        raise Refused("it is no receipt of a proven answer") from None
    demand(order_of(quote) == order, "the order is not that of the quote")
    return receipt, names, data


def compare(folder, answer, receipt, names):
    """What the journal's entries say of the order, in words."""
    order, root = answer.context.hex(), answer.columns_root.hex()
    journal = list(enumerate((entry["kind"], entry["body"]) for entry in entries(folder)))

    def only(words, kind, fits):
        found = [(index, body) for index, (some, body) in journal if some == kind and fits(body)]
        demand(len(found) == 1, f"the journal has {len(found)} {words}, not one")
        return found[0]

    placed, ordered = only("orders of this", "order.place", lambda body: order_of(body["quote"]["quote"]) == order)
    begun, reserved = only("such studies", "study.reserve", lambda body: body["order"] == order)
    based, columns = only("such columns", "columns.commit", lambda body: body["root"] == root)
    ended, committed = only("such answers", "study.commit", lambda body: body["order"] == order)
    quote = ordered["quote"]["quote"]
    demand(receipt is None or receipt["buyer"] == ordered["buyer"] and receipt["commitment"] == committed["answer"],
           "the receipt is of another buyer or answer")
    demand(reserved.get("noise") == answer.noise_root.hex(), "the noise is not what was committed to")
    only("studies with this noise", "study.reserve", lambda body: body.get("noise") == answer.noise_root.hex())
    demand(committed.get("columns") == root, "the answer was given of other columns")
    demand(committed.get("proof") == answer.digest, "the answer was given with another proof")
    demand(placed < begun < ended and based < ended, "the noise or the columns were committed to after the answer")
    demand(columns["cohort"] == reserved["cohort"], "the columns are those of another cohort")
    demand(columns["pool"] == quote["pool"] and [columns["table"]] == quote["tables"],
           "the columns are those of another pool or table")
    demand(columns["rows"] == answer.bits and len(columns["columns"]) == answer.columns
           and (names is None or columns["columns"] == names.get(columns["table"])),
           "the columns are others, or of another size")
    used = [index for index, (kind, body) in journal if kind == "study.commit" and body.get("columns") == root]
    demand(len(used) <= proofs(answer.bits), f"the columns prove {len(used)} answers, {proofs(answer.bits)} may be")
    return (f"the noise stands in entry {begun}, the columns {based}, the answer {ended}; it is number "
            f"{used.index(ended) + 1} of {proofs(answer.bits)} that the columns may prove")


def main(arguments):
    if len(arguments) not in (2, 3):
        print(__doc__, file=sys.stderr)
        return 64
    *copy, path, tape = arguments
    data = pathlib.Path(path).read_bytes()
    demand(len(data) <= 2 * MOST_BYTES, "it is too long")
    receipt = names = None
    if not data.startswith(b"dvanswer"):
        receipt, names, data = receipt_of(data)
    answer = Answer(data)
    demand(receipt is None or receipt["order"] == answer.context.hex(), "the proof belongs to another order")
    answer.verify(pathlib.Path(tape).read_bytes())
    words = [compare(pathlib.Path(folder), answer, receipt, names) for folder in copy]
    for kind, column, low, high, units, result in answer.numbers:
        clipped = f" clipped to {low} … {high}" if kind in ("sum", "centred") else ""
        of = "" if kind == "rows" else f" of column {column}" + (f", code {low}" if kind == "group" else clipped)
        print(f"{kind}{of}: {result} of which {units} are one: {result / units:.3f}")
    print(f"order {answer.context.hex()}: {len(answer.numbers)} numbers, the proof holds", *words, sep="\n")
    return 0


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except (Refused, OSError) as error:
        print(f"refused: {error}")
        sys.exit(1)
