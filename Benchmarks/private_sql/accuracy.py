# SPDX-License-Identifier: Apache-2.0
"""Errors of an answer: `accuracy.py SIZE FOLDER [RESULTS]`, where RESULTS has lines as peers.py prints.

The error is the mean over the categories of |answer - truth| / |truth|, for COUNT(*), SUM and AVG of the
clipped value of all rows: bounding contributors counts as error as much as noise does. The noise-only
error is taken against what the engine's own bounds leave on average, with the noise and nothing else
missing. Without RESULTS the exact answers are written to FOLDER/truth_SIZE.json, once. Asking for errors
needs the standard library only.
"""

import json
import os
import sys

import peers

NAMES = ("count", "sum", "avg")
# Which expectation an engine's bounds come to; the others bound in ways that leave no simple one.
BOUNDS = {"opendp": "first", "pipelinedp": "drawn", "smartnoise": "rows"}


def path(folder, size):
    return os.path.join(folder, f"truth_{size}.json")


def exact(folder, size):
    """The exact answers by name: `raw`, and one for each way to bound a contributor."""
    with open(path(folder, size)) as file:
        return json.load(file)


def errors(rows, truth):
    """Mean relative errors of COUNT, SUM and AVG; a category that was not answered counts as zero."""
    given = {int(row[0]): row[1:] for row in rows}
    found = {}
    for place, name in enumerate(NAMES, start=1):
        # An average of an empty answer may be null or not a number.
        values = [(given.get(int(row[0]), (0, 0, 0))[place - 1] or 0, row[place]) for row in truth]
        found[name] = sum(abs(a - t) / abs(t) for a, t in values if a == a) / len(values)
        found[name] += sum(a != a for a, _ in values) / len(values)
    return found


def noise_only(engine, rows, truths):
    """The errors that the noise alone makes, or None where the bounds leave no simple expectation."""
    kind = BOUNDS.get(engine)
    return errors(rows, truths[kind]) if kind else None


def shares(counts, cap, groups):
    """For each way to bound, the share of every contributor's rows in every category that is kept."""
    import numpy as np

    within = np.minimum(1, cap / np.maximum(counts, 1))
    present = counts > 0
    number = np.maximum(1, present.sum(1, keepdims=True))
    rows = np.maximum(1, counts.sum(1, keepdims=True))
    return {
        "raw": np.ones_like(counts),
        # Any five groups, drawn; the first five in the order of the categories; rows over all groups.
        "drawn": within * np.minimum(1, groups / number),
        "first": within * (present.cumsum(1) <= groups),
        "rows": np.broadcast_to(np.minimum(1, groups * cap / rows), counts.shape),
    }


def find(folder, size):
    """Exact answers from the columns. A group's sum shrinks as its rows do, as if drawn at random."""
    import radius

    counts, centred = radius.vectors(folder, size)
    sums = radius.HALF * centred + radius.MIDDLE * counts
    truths = {}
    for kind, share in shares(counts, peers.CAP[size], peers.GROUPS).items():
        n, s = (share * counts).sum(0), (share * sums).sum(0)
        truths[kind] = [[c, float(n[c]), float(s[c]), float(s[c] / n[c])] for c in range(len(n))]
    with open(path(folder, size), "w") as file:
        json.dump(truths, file)


def main():
    if len(sys.argv) not in (3, 4):
        sys.exit("usage: accuracy.py SIZE FOLDER [RESULTS]")
    size, folder = sys.argv[1:3]
    if not os.path.exists(path(folder, size)):
        find(folder, size)
    if len(sys.argv) == 3:
        return
    truths = exact(folder, size)
    with open(sys.argv[3]) as file:
        results = [json.loads(line) for line in file if line.startswith("{")]
    for result in results:
        found = errors(result["rows"], truths["raw"])
        noise = noise_only(result["engine"], result["rows"], truths) or {}
        each = (f"{n} {found[n]:.4f}" + (f" ({noise[n]:.4f})" if noise else "") for n in NAMES)
        print(f"{result['engine']:<16} {size:>4}  " + "  ".join(each))


if __name__ == "__main__":
    main()
