#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Asks DuckDB the questions that our engine answered, on the same rows, and compares.

    QUERY_DIR=/tmp/query swift test --filter DifferentialTests
    .build/interop/bin/python Tests/interop/duckdb_compare.py /tmp/query

`make test` does this, after installing duckdb in .build/interop. Our answers were made with no
noise and nothing clipped. A value may differ by what rounding each contributor to the lattice can
move it; a group that nobody has is 0 counts, a sum of 0, and no average. What differs on purpose is
said in Tests/QueryTests/Differential/TwinWriter.swift and spelled out by the macros here.
Exits 1 when an answer differs, or when too few questions were compared.
"""

import decimal
import json
import pathlib
import sys

import duckdb

MACROS = """
CREATE MACRO quotient(a, b) AS CASE WHEN b = 0 THEN NULL ELSE
    CAST(trunc(a::DOUBLE / b::DOUBLE * 1e6 + sign(a::DOUBLE / b::DOUBLE) * 1e-5) / 1e6
        AS DECIMAL(18, 6)) END;
CREATE MACRO mean(x) AS
    CAST(trunc(sum(x)::DOUBLE / count(x) * 1e6 + sign(sum(x)::DOUBLE) * 1e-5) / 1e6 AS DECIMAL(18, 6));
CREATE MACRO clip(x, low, high) AS
    CASE WHEN x IS NULL THEN NULL ELSE least(greatest(x, low), high) END;
"""

TABLES = {
    "days": "kind VARCHAR, steps DECIMAL(9, 0), money DECIMAL(9, 2), score DECIMAL(9, 3), "
    "city VARCHAR, member BOOLEAN, day DATE, woke BIGINT, mood VARCHAR, level DECIMAL(9, 0)",
    "nights": "day DATE, hours DECIMAL(9, 1), quality VARCHAR, city VARCHAR",
}


def load(folder):
    db = duckdb.connect()
    db.execute("SET threads = 1; SET error_on_division_by_zero = false; SET TimeZone = 'UTC'; CREATE SCHEMA demo;" + MACROS)
    for name, columns in TABLES.items():
        db.execute(f"CREATE TABLE raw_{name} (contributor INTEGER, {columns})")
        db.execute(
            f"COPY raw_{name} FROM '{folder / name}.csv' (HEADER, NULL '\\N', QUOTE '\"', ESCAPE '\"')"
        )
        chosen = "* REPLACE (make_timestamp(woke) AS woke)" if name == "days" else "*"
        db.execute(f"CREATE TABLE demo.{name} AS SELECT {chosen} FROM raw_{name}")
    return db


def label(value):
    """One spelling for a group's name."""
    if value is None:
        return "NULL"
    if isinstance(value, bool):
        return str(value).lower()
    text = str(value)
    try:
        return format(decimal.Decimal(text).normalize(), "f")
    except decimal.InvalidOperation:
        return text.removesuffix(" 00:00:00")


def differs(ours, theirs, question):
    if ours is None or theirs is None:
        return not (ours is None and theirs is None)
    ours, theirs = float(ours), float(theirs)
    unit = float(question["unit"])
    # Each contributor is rounded once, by half a unit of the lattice; products of two for a variance.
    slack = 4 * question["people"] * max(unit, unit * unit) / question["lattice"]
    # A root is flat-out steep at zero.
    if "STDDEV" in question["ours"]:
        slack = max(slack, slack**0.5)
    return abs(ours - theirs) > slack + 1e-9 * abs(theirs)


def compare(db, question):
    """What is wrong, or None."""
    groups = question["groups"]
    theirs = {}
    for row in db.execute(question["duck"]).fetchall():
        theirs[tuple(label(value) for value in row[:groups])] = row[groups:]
    ours = {tuple(label(name) for name in row[:groups]): row[groups:] for row in question["rows"]}
    for key in theirs.keys() - ours.keys():
        return f"{key}: DuckDB has {theirs[key]}, we have no such group"
    for key, row in ours.items():
        other = theirs.get(key)
        if other is None:
            if any(value is not None and float(value) != 0 for value in row):
                return f"{key}: we have {row}, DuckDB has no such group"
        elif any(differs(a, b, question) for a, b in zip(row, other, strict=True)):
            return f"{key}: {row}, DuckDB {[None if b is None else float(b) for b in other]}"
    return None


def main():
    folder = pathlib.Path(sys.argv[1])
    db = load(folder)
    asked = wrong = unanswered = filled = 0
    for line in open(folder / "questions.jsonl", encoding="utf-8"):
        question = json.loads(line)
        asked += 1
        try:
            problem = compare(db, question)
        except duckdb.Error as error:
            # DuckDB has no number that large, or no digit that fine: it stops where we have NULL.
            unanswered += 1
            if unanswered <= 3 or "-v" in sys.argv:
                print(f"no answer {str(error).splitlines()[0]}\n          {question['duck']}")
            continue
        filled += any(v is not None and float(v) != 0 for row in question["rows"] for v in row[question["groups"]:])
        if problem:
            wrong += 1
            if wrong <= 20:
                print(f"WRONG     {problem}\n          {question['ours']}\n          {question['duck']}")
    print(
        f"{asked} questions: {asked - wrong - unanswered} equal to DuckDB's, {wrong} not, "
        f"{unanswered} that DuckDB does not answer; {filled} are about somebody"
    )
    sys.exit(1 if wrong or unanswered > asked // 20 or filled < asked // 2 else 0)


main()
