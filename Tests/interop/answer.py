#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Checks a proven answer with the verifier that shares nothing with ours.

    python3 Tests/interop/answer.py RECEIPT CIRCUIT
    python3 Tests/interop/answer.py PUBLIC-COPY RECEIPT CIRCUIT

RECEIPT is the receipt of `dividend query --prove --receipt`, or the bare file of its proof. `dividend verify RECEIPT
--circuit CIRCUIT` writes the circuit; that its rules are those of an answer is checked too. Everything is read as
docs/formats/answer.md and docs/formats/proof.md say. With a public copy (`dividend journal export --public`) the
entries of the order are looked at. Signatures, whether the copy is whole, and that the answer's words follow from the
question and the numbers, `dividend verify` checks. Exits 1 when something does not hold.
"""
import base64
import hashlib
import json
import pathlib
import random
import sys
from collections import Counter

from public_copy import canonical, entries
from stark_circuit import CELL, EVERY, FIRST, INPUT, LAST, PRODUCT, TRANSITION, read_circuit
from stark_field import PRIME, Refused, demand
from stark_verify import MOST_BYTES, read_statement, verify

BASE = (1 << 15) - 256  # how many codes there are, and what digits are to
MOST_VALUE = BASE - 2
SHOWN = 120 + 5  # what a proof shows of a column
SHARE = 4  # how many rows of data stand side by side
MOST_COLUMNS = 60
KINDS = [None, "rows", "present", "missing", "sum", "centred", "group", "part"]
CODED = ("integer", "decimal", "category", "boolean")


def area(bits):
    """How many rows of the table may hold data."""
    return 25 << bits - 5


def room(bits):
    """How many rows of data there may be."""
    return SHARE * area(bits)


def proofs(bits):
    """How many proofs there may be about columns of a size class."""
    return ((1 << bits) - area(bits)) // SHOWN


class Answer:
    """A file of an answer: what was asked, what was let out, and the proof."""

    def __init__(self, data):
        demand(data[:8] == b"dvanswer" and len(data) >= 112, "it is no file of an answer")
        number = lambda start, size: int.from_bytes(data[start:start + size], "little")
        self.bits, self.columns, count = data[10], data[11], number(12, 2)
        demand(data[8] == 2 and data[9] == 1 and 13 <= self.bits <= 18 and 1 <= self.columns <= MOST_COLUMNS
               and 1 <= count <= 700 and number(14, 2) == 0, "it is of a form that is not known")
        self.columns_root, self.noise_root, self.context = data[16:48], data[48:80], data[80:112]
        end = 112 + 20 * count
        demand(len(data) >= end, "it ends too early")
        self.numbers = []
        for start in range(112, end, 20):
            kind, column, low, high = data[start], data[start + 1], number(start + 2, 2), number(start + 4, 2)
            demand(1 <= kind <= 7 and number(start + 6, 2) == 0, "a number of it is of no kind")
            result = int.from_bytes(data[start + 12:start + 20], "little", signed=True)
            self.numbers.append((KINDS[kind], column, low, high, number(start + 8, 4), result))
        for place, some in enumerate(self.numbers):
            self.check(place, *some)
        self.check_parts()
        self.digest, self.proof = hashlib.sha256(data).hexdigest(), data[end:]

    def check(self, place, kind, column, low, high, units, result):
        """There is one spelling of each number, and it leaves room for noise in 64 bits."""
        demand(column == 0 if kind == "rows" else 1 <= column <= self.columns, "a number is of no column")
        if kind in ("sum", "centred"):
            demand(low <= high <= MOST_VALUE, "a sum is clipped beyond what has a code")
        elif kind != "part":
            demand(high == 0 and (low == 0 or kind == "group"), "a number has bounds that it does not need")
        first, of, *_ = self.numbers[0]
        demand((kind == "group") == (first == "group"), "groups stand alone")
        demand(kind != "group" or (column, low) == (of, place), "groups are those of one column, from code 0 on")
        demand(1 <= units <= 1 << 30, "a number is let out in units of none, or of too many, for each one")
        most = high if kind in ("sum", "centred") else 1
        demand(room(self.bits) * max(1, most) * units < 1 << 62, "a number has no room for noise")

    def check_parts(self):
        """Parts are those of one column, follow each other from 0 to the last code, and then come those without a value."""
        parts = [some for some in self.numbers if some[0] == "part"]
        if not parts:
            return
        *first, (kind, of, *_) = self.numbers
        demand(first == parts and kind == "missing", "parts stand alone, and last the rows without a value")
        demand({column for _, column, *_ in first} == {of}, "parts are those of one column")
        begin = 0
        for _, _, low, high, *_ in first:
            demand(low == begin and high >= low, "parts do not follow each other")
            begin = high + 1
        demand(begin == MOST_VALUE + 1, "parts do not end with the last code")

    @property
    def statement(self):
        """What the proof is checked with."""
        words = [self.context[k] | self.context[k + 1] << 8 for k in range(0, 32, 2)]
        groups = len(self.numbers) if self.numbers[0][0] == "group" else 0
        inputs = [area(self.bits), *words, groups]
        for kind, _, low, high, units, result in self.numbers:
            ones, rest = divmod(result, units)  # rounded down, below zero too
            lifted = ones + (room(self.bits) * (high - low) if kind == "centred" else 0) + BASE**2 * (BASE // 2)
            demand(0 <= lifted < BASE**3, "a number is beyond what has three digits")
            ends = [low + 1, high + 1] if kind in ("sum", "centred", "part") else [0, 0]
            inputs += [units, *ends, rest, *(lifted // BASE**k % BASE for k in range(3))]
        return {"rowBits": [self.bits, 15, 10], "blowupBits": 2, "queries": 120, "grindingBits": 20, "inputs": inputs,
                "committed": [self.columns_root.hex(), self.noise_root.hex()]}

    def verify(self, tape):
        circuit = read_circuit(tape)
        check_circuit(circuit, self)
        verify(circuit, read_statement(json.dumps(self.statement).encode()), self.proof)


class Rules:
    """The rules and messages of one table, worked out at some cells."""

    def __init__(self, here, after):
        self.here, self.after, self.rules, self.messages = here, after, [], []

    def zero(self, value, domain=EVERY):
        self.rules.append((value, domain))

    def send(self, bus, times, *fields):
        self.messages.append((bus, times % PRIME, tuple(field % PRIME for field in fields)))

    def counts_up(self, column):
        self.zero(self.here[column], FIRST)
        self.zero(self.after[column] - self.here[column] - 1, TRANSITION)

    def falls(self, column, place, at):
        """1 in the rows before a place, then 0: it changes there only, and how it begins and ends is said."""
        self.zero((self.after[column] - self.here[column]) * (at + 1 - place), TRANSITION)
        self.zero(self.here[column] - 1, FIRST)
        self.zero(self.here[column], LAST)

    def rises(self, column, place, at):
        self.zero((self.after[column] - self.here[column]) * (at + 1 - place), TRANSITION)
        self.zero(self.here[column] * place, FIRST)
        self.zero(self.here[column] - 1, LAST)


def rows_rules(answer, asked, table, inputs):
    width = answer.columns + 1
    index, inside, *counting = range(SHARE * width, SHARE * width + 2 + SHARE)
    table.counts_up(index)
    table.falls(inside, inputs[0], table.here[index])
    for beside, sent in enumerate(counting):
        row = table.here[beside * width:][:width]
        table.zero(table.here[sent] - row[0] * table.here[inside])
        table.zero(table.here[sent] * (row[0] - 1))
        for place, column in enumerate(asked):
            table.send(1, table.here[sent], place, row[column])
    return SHARE * width + 2 + SHARE


def codes_rules(answer, asked, table, inputs):
    here, after = table.here, table.after
    code, first, last, digits = here[:4]
    table.zero(after[0] - code - 1, TRANSITION)  # from 0 on: the first row has a flag that only code 0 may have
    table.zero(first * code)
    table.zero(first - 1, FIRST)
    table.zero(last * (code - (BASE - 1)))
    table.zero(last - 1, LAST)
    table.send(2, -digits, code)
    count, above = ({column: 4 + 2 * place + part for place, column in enumerate(asked)} for part in (0, 1))
    for place, column in enumerate(asked):
        table.send(1, -here[count[column]], place, code)
        table.zero(here[above[column]] - after[above[column]] - after[count[column]], TRANSITION)
        table.zero(here[above[column]], LAST)
    wanted = {column for kind, column, low, *_ in answer.numbers if kind == "centred" or kind == "sum" and low > 0}
    width, held = 4 + 2 * len(asked), {}
    for column in filter(wanted.__contains__, asked):
        held[column], width = width, width + 1
        table.zero(here[held[column]] - here[above[column]], FIRST)
        table.zero(after[held[column]] - here[held[column]], TRANSITION)
    for k, (kind, column, low, *_) in enumerate(answer.numbers):
        over = here[above[column]]
        if kind in ("sum", "centred"):
            start, width = width, width + 5
            begun, ended, lower, higher, carry = here[start:width]
            table.rises(start, inputs[19 + 7 * k], code)
            table.rises(start + 1, inputs[20 + 7 * k], code)
            added = (begun - ended) * (over if kind == "sum" else 2 * over + SHARE * inputs[0] - here[held[column]])
            if kind == "sum" and low > 0:
                added += (1 - begun - first) * here[held[column]]
            table.zero(lower, FIRST)
            table.zero(higher, FIRST)
            table.zero(after[start + 2] + carry * BASE - lower - added, TRANSITION)
            table.zero(after[start + 3] - higher - carry, TRANSITION)
            table.send(2, 1, lower)
            table.send(2, 1, carry)
            table.send(3, last, k, lower, higher)
        elif kind not in ("group", "part"):
            some = {"rows": here[count[column]] + over, "present": over, "missing": here[count[column]]}[kind]
            table.send(3, first, k, some, 0)
    if answer.numbers[0][0] == "group":
        table.falls(width, inputs[17], code)
        table.send(3, here[width], code, here[count[asked[0]]], 0)
        width += 1
    if answer.numbers[0][0] == "part":
        begins, part, held = here[width:width + 3]
        inside = count[asked[0]]
        table.send(5, -begins, part, code)
        table.zero(part - part * begins)
        table.zero(held - here[inside] - (1 - after[width]) * after[width + 2], TRANSITION)
        table.zero(held - here[inside], LAST)
        table.send(3, begins, part, held, 0)
        width += 3
    return width


def noise_rules(answer, asked, table, inputs):
    rest, *digits = table.here[:4]
    number, active, lower, higher, first, second = table.here[4:10]
    table.counts_up(4)
    table.zero(active * (active - 1))
    table.send(3, -active, number, lower, higher)
    table.send(4, -active, number, rest, lower + digits[0] - first * BASE, higher + digits[1] + first - second * BASE,
               digits[2] + second)
    for digit in [*digits, first, second]:
        table.send(2, active, digit)
    return 10


def check_circuit(circuit, answer):
    """Whether a tape has the rules of the page and no others: both are worked out at some random cells.

    Rules are polynomials of degree 3 at most: two that are not a multiple of each other differ there but once in 10^8.
    """
    asked = list(dict.fromkeys(column for _, column, *_ in answer.numbers))
    let_out = [(4, 1, [(False, k), *((True, 21 + 7 * k + j) for j in range(4))]) for k in range(len(answer.numbers))]
    begin = [(5, 1, [(False, k), (True, 19 + 7 * k)]) for k, some in enumerate(answer.numbers) if some[0] == "part"]
    demand(circuit.inputs == 18 + 7 * len(answer.numbers) and circuit.messages == let_out + begin,
           "the circuit lets other numbers out")
    demand([table.committed for table in circuit.tables] == [SHARE * (answer.columns + 1), 0, 4],
           "the circuit is another one")
    dice = random.SystemRandom()
    for table, rules in zip(circuit.tables, [rows_rules, codes_rules, noise_rules]):
        told, ours = [], []
        for _ in range(3):
            # As many as the rules of the page may look at, whatever the tape says.
            most = max(table.columns, SHARE * (MOST_COLUMNS + 2) + 2 + 9 * len(answer.numbers))
            *cells, inputs = ([dice.randrange(1, PRIME) for _ in range(size)] for size in (most, most, circuit.inputs))
            found = Rules(*cells)
            demand(rules(answer, asked, found, inputs) == table.columns, "the circuit has other columns")
            ours.append(found)
            filled = []
            for step in table.steps:
                if step[0] == CELL:
                    filled.append(cells[step[2]][step[1]])
                elif step[0] == INPUT:
                    filled.append(inputs[step[1]])
                elif step[0] == PRODUCT:
                    filled.append(filled[step[1]] * filled[step[2]] % PRIME)
                else:
                    filled.append((step[1] + sum(filled[register] * by for register, by in step[2])) % PRIME)
            told.append(Rules(*cells))
            for register, domain in table.constraints:
                told[-1].zero(filled[register], domain)
            for bus, times, fields in table.interactions:
                told[-1].send(bus, filled[times], *(filled[field] for field in fields))

        def ratios(some):
            """Rules without what they are multiplied by."""
            first, *more = [[value for value, _ in one.rules] for one in some]
            return Counter((domain, *(values[k] * pow(first[k], -1, PRIME) % PRIME for values in more))
                           for k, (_, domain) in enumerate(some[0].rules))
        demand(all(value % PRIME for one in told for value, _ in one.rules), "the circuit has a rule that says nothing")
        demand(ratios(told) == ratios(ours), "the circuit has other rules")
        demand(Counter(zip(*(one.messages for one in told))) == Counter(zip(*(one.messages for one in ours))),
               "the circuit has other messages")


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


def order_of(quote):
    return hashlib.sha256(canonical(quote)).hexdigest()


def receipt_of(text):
    """The receipt, if it is one that stands together, and the file in it."""
    receipt = parsed(text)
    if isinstance(receipt, dict):
        receipt = receipt.get("first", receipt)  # the same numbers, shown otherwise
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
    journal = list(enumerate((entry["kind"], entry["body"]) for entry in entries(folder)[0]))

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
    demand(not any(based < index < begun and kind in ("data.add", "data.erase") for index, (kind, _) in journal),
           "rows came or went since the columns were committed to")
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
        clipped = f" from {low} to {high}" if kind == "part" else clipped
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
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        print(f"refused: an entry or a file cannot be read: {error!r}")
        sys.exit(1)
