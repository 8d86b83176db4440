# SPDX-License-Identifier: Apache-2.0
"""Boosted trees beside LightGBM, in one run: AUC and processor seconds, one thread each.

100,000 rows of 20 features to learn from and 100,000 to be asked about, 100 trees of 31 leaves.
Wants lightgbm and scikit-learn from PyPI, and a built `bench`:

    python3 Benchmarks/learn/trees.py [repeats] [threads] [--json]
"""

import json
import os
import pathlib
import subprocess
import sys
import tempfile
import time

import lightgbm
import numpy
from sklearn.datasets import make_classification
from sklearn.metrics import accuracy_score, roc_auc_score

BENCH = pathlib.Path(__file__).resolve().parents[2] / ".build/release/bench"
ROWS = 100_000
FEATURES = 20


def data():
    """Rows to learn from and rows to be asked about."""
    values, labels = make_classification(
        n_samples=2 * ROWS, n_features=FEATURES, n_informative=10, n_redundant=4,
        n_clusters_per_class=4, flip_y=0.05, class_sep=1.0, random_state=1)
    return values[:ROWS], labels[:ROWS], values[ROWS:], labels[ROWS:]


def lightgbm_once(values, labels, asked):
    """Processor seconds for data set and trees together, those of asking, and the answers."""
    start = time.process_time()
    model = lightgbm.LGBMClassifier(
        n_estimators=100, num_leaves=31, learning_rate=0.1, n_jobs=1, verbose=-1)
    model.fit(values, labels)
    seconds = time.process_time() - start
    start = time.process_time()
    outputs = model.predict_proba(asked)[:, 1]
    return seconds, time.process_time() - start, outputs


def ours_once(folder, threads):
    """Processor seconds for bins and trees together, and the outputs."""
    done = subprocess.run(
        [BENCH, "trees", folder, str(FEATURES), str(threads)], check=True, capture_output=True, text=True)
    numbers = json.loads(done.stdout)
    raw = numpy.fromfile(os.path.join(folder, "raw.bin"))
    return numbers, raw


def main():
    """Takes turns, so that both meet the same machine, and compares the least of each."""
    words = [word for word in sys.argv[1:] if word != "--json"]
    repeats = int(words[0]) if words else 3
    threads = int(words[1]) if len(words) > 1 else 1
    values, labels, asked, answers = data()
    with tempfile.TemporaryDirectory() as folder:
        train = numpy.column_stack([values, labels]).astype("<f8")
        train.T.tofile(os.path.join(folder, "train.bin"))
        asked.astype("<f8").T.tofile(os.path.join(folder, "test.bin"))
        peer, own, parts = [], [], {}
        for _ in range(repeats):
            seconds, asking, theirs = lightgbm_once(values, labels, asked)
            peer.append(seconds)
            numbers, ours = ours_once(folder, threads)
            if not own or numbers["fit"] < min(own):
                parts = numbers
            own.append(numbers["fit"])
    less = roc_auc_score(answers, theirs) - roc_auc_score(answers, ours)
    if "--json" in sys.argv:
        return print(json.dumps({
            "cpu_s": min(own), "lightgbm_cpu_s": min(peer), "ratio": min(own) / min(peer), "auc_less": less}))
    print(f"LightGBM {lightgbm.__version__}: {min(peer):.2f} s, "
          f"accuracy {accuracy_score(answers, theirs > .5):.4f}, "
          f"AUC {roc_auc_score(answers, theirs):.5f}; {asking:.2f} s to ask {ROWS:,} rows")
    print(f"Trees: {min(own):.2f} s ({parts['bins']:.2f} for bins), "
          f"accuracy {accuracy_score(answers, ours > 0):.4f}, "
          f"AUC {roc_auc_score(answers, ours):.5f}; "
          f"{parts['predict']:.2f} s to ask {ROWS:,} rows")
    print(f"ratio of processor seconds {min(own) / min(peer):.2f}, "
          f"AUC less by {less:.5f}")


main()
