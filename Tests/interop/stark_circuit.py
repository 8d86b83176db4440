# SPDX-License-Identifier: Apache-2.0
"""Circuits from the bytes of a tape, as docs/formats/proof.md says: what is not in order is refused."""
from collections import namedtuple

from stark_field import Reader, demand, sha256

MOST_TABLES, MOST_MESSAGES = 64, 2048  # they bound time and memory

CELL, INPUT, PRODUCT, SUM = range(4)
EVERY, TRANSITION, FIRST, LAST = range(4)

Circuit = namedtuple("Circuit", "inputs tables messages digest")
Table = namedtuple("Table", "name columns committed steps constraints interactions next_columns")


def read_circuit(data):
    """The circuit of a tape's bytes. Nothing in it names what is not there, and no degree is too high."""
    tape = Reader(data, "tape")
    magic = tape.take(8)
    demand(magic in (b"dvtape1\n", b"dvtape2\n"), "the tape is of another format")
    has_committed = magic == b"dvtape2\n"
    tape.text()
    inputs = tape.number()
    tables = [read_table(tape, inputs, has_committed) for _ in range(tape.number())]
    # There is one spelling of a circuit without committed columns, and it is the older one.
    demand(has_committed == any(table.committed for table in tables), "the tape has no committed column")
    messages = read_messages(tape, lambda: tape.elements(1)[0], lambda: read_field(tape, inputs))
    demand(len(tables) <= MOST_TABLES and len(messages) <= MOST_MESSAGES, "the tape has too many tables or messages")
    tape.end()
    widths = {}
    for bus, _, fields in messages + [sent for table in tables for sent in table.interactions]:
        demand(0 < bus < 1 << 16 and widths.setdefault(bus, len(fields)) == len(fields),
               f"bus {bus} is out of bounds, or has messages of several lengths")
    return Circuit(inputs, tables, messages, sha256(data))


def read_messages(tape, read_count, read_field):
    """Messages: the bus, how often, and what they are made of."""
    return [(tape.elements(1)[0], read_count(), [read_field() for _ in range(tape.number())])
            for _ in range(tape.number())]


def read_field(tape, inputs):
    """A part of a message from outside: whether it is a public input, and its place, or the constant."""
    code = tape.number(1)
    demand(code < 2, "a message from outside is made of something unknown")
    return (True, tape.index(inputs, "public input")) if code == 0 else (False, tape.elements(1)[0])


def read_table(tape, inputs, has_committed):
    name, columns, steps, degrees, ahead = tape.text(), tape.number(), [], [], []
    demand(1 <= columns <= 65_000, f"{name} has no columns, or too many")
    committed = tape.number() if has_committed else 0
    demand(committed <= columns, f"{name} has fewer columns than are committed")
    for place in range(tape.number()):
        code = tape.number(1)
        if code == CELL:
            step, degree = (CELL, tape.index(columns, "column"), tape.number(1)), 1
            demand(step[2] < 2, "the tape looks at neither this row nor the next")
            demand(step[2] == 0 or step[1] >= committed, f"{name} looks at a committed cell of the next row")
        elif code == INPUT:
            step, degree = (INPUT, tape.index(inputs, "public input")), 0
        elif code == PRODUCT:
            step = (PRODUCT, tape.index(place, "register"), tape.index(place, "register"))
            degree = degrees[step[1]] + degrees[step[2]]
        else:
            demand(code == SUM, "the tape has a step of an unknown kind")
            step = (SUM, *tape.elements(1), [(tape.index(place, "register"), *tape.elements(1))
                                             for _ in range(tape.number())])
            degree = max((degrees[register] for register, _ in step[2]), default=0)
        steps.append(step)
        degrees.append(min(degree, 4))  # 4 is too much already
        parts = step[1:] if code == PRODUCT else [register for register, _ in step[2]] if code == SUM else []
        ahead.append(code == CELL and step[2] == 1 or any(ahead[register] for register in parts))
    rules = [(tape.index(len(steps), "register"), tape.number(1)) for _ in range(tape.number())]
    for register, domain in rules:
        demand(domain <= LAST, "the tape has a constraint of an unknown kind")
        demand(degrees[register] <= (3 if domain < FIRST else 2), f"a constraint of {name} has too high a degree")
        demand(domain in (TRANSITION, FIRST) or not ahead[register], f"a constraint of {name} looks at the next row")
    interactions = read_messages(tape, lambda: tape.index(len(steps), "register"),
                                 lambda: tape.index(len(steps), "register"))
    demand(all(degrees[register] <= 1 and not ahead[register]
               for _, count, fields in interactions for register in [count, *fields]),
           f"a message of {name} is not linear in this row's cells")
    following = sorted({step[1] for step in steps if step[0] == CELL and step[2]})
    return Table(name, columns, committed, steps, rules, interactions, following)
