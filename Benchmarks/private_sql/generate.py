# SPDX-License-Identifier: Apache-2.0
"""The synthetic table of the private SQL benchmark: `generate.py N FOLDER` (N = 1m, 10m, 100m).

100,000 contributors with zipf-like row counts, 50 zipf-like categories and a log-normal value, in rows
sorted by contributor. Three little-endian columns are written: FOLDER/rows_N.uid.i32, .cat.u8 and
.val.f64, each with the suffix .bin. Everything is drawn chunk by chunk from one stream whose order does
not depend on the chunks, so that memory stays flat at every size and figures compare between runs.
A table that is already there stays as it is.
"""

import os
import sys

import numpy as np

SEED = 20260601
CONTRIBUTORS, CATEGORIES = 100_000, 50
SIZES = {"1m": 1_000_000, "10m": 10_000_000, "100m": 100_000_000}
COLUMNS = {"uid": ("i32", "<i4"), "cat": ("u8", "u1"), "val": ("f64", "<f8")}
CHUNK = 4_000_000


def path(folder, size, column):
    """The file of one column."""
    return os.path.join(folder, f"rows_{size}.{column}.{COLUMNS[column][0]}.bin")


def load(folder, size, column):
    """One column as an array over its file, read only where it is touched."""
    return np.memmap(path(folder, size, column), COLUMNS[column][1], "r")


def missing(folder, size):
    """Whether the table must be generated first."""
    return not all(os.path.exists(path(folder, size, column)) for column in COLUMNS)


def popularity():
    """How likely each category is to be liked: a few popular ones and a long tail."""
    weights = 1 / (np.arange(CATEGORIES) + 3.0)
    return weights / weights.sum()


def row_counts(stream, rows):
    """Rows of each contributor, at least one, with the heavy ones spread over the identifiers."""
    weights = 1 / (np.arange(CONTRIBUTORS) + 300.0) ** 0.9
    drawn = stream.multinomial(rows - CONTRIBUTORS, weights / weights.sum())
    return (1 + drawn)[stream.permutation(CONTRIBUTORS)]


def spans(rows):
    """The chunks of a pass over the rows."""
    return [(start, min(start + CHUNK, rows)) for start in range(0, rows, CHUNK)]


def fill_contributors(column, counts):
    """Writes the identifier of every row, a slice of contributors at a time."""
    at = 0
    for part in np.array_split(np.arange(CONTRIBUTORS), max(1, len(column) // CHUNK)):
        block = np.repeat(part, counts[part])
        column[at : at + len(block)] = block
        at += len(block)


def fill_categories(stream, uid, category):
    """A contributor's rows fall on a few liked categories, and three in a hundred on any."""
    likely = popularity()
    liked = np.minimum(1 + stream.poisson(2.5, CONTRIBUTORS), 16)
    favourite = stream.choice(CATEGORIES, size=(CONTRIBUTORS, 16), p=likely)
    for start, end in spans(len(uid)):
        who = uid[start:end]
        rank = np.minimum(stream.geometric(0.45, end - start) - 1, liked[who] - 1)
        category[start:end] = favourite[who, rank]
    stray = np.concatenate([stream.random(b - a) < 0.03 for a, b in spans(len(uid))])
    for start, end in spans(len(uid)):
        where = start + np.flatnonzero(stray[start:end])
        category[where] = stream.choice(CATEGORIES, size=len(where), p=likely)


def skip_days(stream, rows):
    """The law also has a day for each row; no query here reads it, but it takes its place in the stream."""
    for start, end in spans(rows):
        stream.integers(0, 365, end - start)


def fill_values(stream, category, value):
    """A log-normal value whose middle grows with the category; about one in 400 is above 100."""
    for start, end in spans(len(category)):
        middle = 2.7 + 0.02 * (category[start:end].astype(np.int32) - 25)
        value[start:end] = stream.lognormal(middle, 0.7, end - start)


def generate(folder, size):
    """Writes the table; complete files only ever carry their final names."""
    rows, stream = SIZES[size], np.random.default_rng(SEED)
    os.makedirs(folder, exist_ok=True)
    names = {column: path(folder, size, column) for column in COLUMNS}
    made = {
        column: np.memmap(names[column] + ".part", kind, "w+", shape=(rows,))
        for column, (_, kind) in COLUMNS.items()
    }
    fill_contributors(made["uid"], row_counts(stream, rows))
    fill_categories(stream, made["uid"], made["cat"])
    skip_days(stream, rows)
    fill_values(stream, made["cat"], made["val"])
    for column in COLUMNS:
        made[column].flush()
        os.rename(names[column] + ".part", names[column])


if __name__ == "__main__":
    if len(sys.argv) != 3 or sys.argv[1] not in SIZES:
        sys.exit("usage: generate.py 1m|10m|100m FOLDER")
    if missing(sys.argv[2], sys.argv[1]):
        generate(sys.argv[2], sys.argv[1])
