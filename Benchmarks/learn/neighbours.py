# SPDX-License-Identifier: Apache-2.0
"""What pyDVL and plain numpy take for the neighbours' Shapley values of 1,400 digits by 397, K = 5, one thread.

Wants pydvl from PyPI:

    python3 Benchmarks/learn/neighbours.py Tests/ValueTests/Vectors/knn-digits.json

Prints processor seconds as JSON, and how far the two are apart at most: digits have equal distances, which each
breaks in its own way.
"""

import json
import os
import sys
import time

# Before numpy is there: its threads would count as one processor's work.
os.environ.update(OMP_NUM_THREADS="1", OPENBLAS_NUM_THREADS="1")

import numpy as np  # noqa: E402
from pydvl.valuation.dataset import Dataset  # noqa: E402
from pydvl.valuation.methods.knn_shapley import KNNShapleyValuation  # noqa: E402
from sklearn.neighbors import KNeighborsClassifier  # noqa: E402

NEIGHBOURS = 5


def shapley(rows, labels, asked, answers):
    """Jia et al. 2019, theorem 1, for all asked rows at once."""
    squares = (asked**2).sum(1)[:, None] + (rows**2).sum(1) - 2 * asked @ rows.T
    order = np.argsort(squares, axis=1, kind="stable")
    right = (labels[order] == answers[:, None]).astype(float)
    count = len(rows)
    places = np.arange(1, count)
    steps = (right[:, :-1] - right[:, 1:]) / NEIGHBOURS * np.minimum(NEIGHBOURS, places) / places
    ordered = np.empty_like(right)
    ordered[:, -1] = right[:, -1] / count
    ordered[:, :-1] = ordered[:, -1:] + steps[:, ::-1].cumsum(1)[:, ::-1]
    values = np.zeros(count)
    np.add.at(values, order, ordered)
    return values / len(asked)


def main():
    vectors = json.load(open(sys.argv[1]))
    cut = vectors["n_train"]
    rows, labels = np.array(vectors["X"], dtype=float), np.array(vectors["y"])
    train, test = (rows[:cut], labels[:cut]), (rows[cut:], labels[cut:])
    start = time.process_time()
    plain = shapley(*train, *test)
    numpy_seconds = time.process_time() - start
    model = KNeighborsClassifier(n_neighbors=NEIGHBOURS, algorithm="brute")
    valuation = KNNShapleyValuation(model, Dataset(*test), progress=False)
    start = time.process_time()
    valuation.fit(Dataset(*train))
    pydvl_seconds = time.process_time() - start
    theirs = np.asarray(valuation.result.values)
    print(json.dumps({
        "pydvl_cpu_seconds": pydvl_seconds, "numpy_cpu_seconds": numpy_seconds,
        "largest_difference": float(np.abs(theirs - plain).max())}))


main()
