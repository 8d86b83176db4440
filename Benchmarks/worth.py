# SPDX-License-Identifier: Apache-2.0
"""What contributions are worth, sums under secure aggregation, and models: each beside its peers, where PyPI gives them."""

import json
import os
import subprocess

FOLDER = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(FOLDER)
BENCH = os.path.join(ROOT, ".build", "release", "bench")
# Where Scripts/bench puts what the peers need.
PEERS = os.path.join(ROOT, ".build", "peers", "bin", "python")
DIGITS = os.path.join(ROOT, "Tests", "ValueTests", "Vectors", "knn-digits.json")


def output(*words):
    # What peers say of their own libraries' futures is nobody's figure.
    surroundings = {**os.environ, "PYTHONWARNINGS": "ignore"}
    return subprocess.run(
        [str(word) for word in words], check=True, stdout=subprocess.PIPE, text=True, env=surroundings).stdout


def lines(*words):
    """Our own figures, by what they are of."""
    return {one["case"]: one for one in map(json.loads, output(BENCH, "value", *words).splitlines())}


def value(run):
    """Neighbours' Shapley values, copies, and sums that the server sees nothing else of."""
    print("\nWhat contributions are worth, one thread; sums under secure aggregation", flush=True)
    rounds = [lines("digits", DIGITS)["digits nearest"]["cpu_seconds"] for _ in range(3)]
    run.put("value_digits_cpu_s", min(rounds))
    run.row("1,400 digits by 397, K = 5", "value_digits_cpu_s", " CPU s", most=0.02)
    if os.path.exists(PEERS):
        peer = json.loads(output(PEERS, os.path.join(FOLDER, "learn", "neighbours.py"), DIGITS))
        run.put("value_digits_pydvl_cpu_s", peer["pydvl_cpu_seconds"])
        run.put("value_digits_numpy_cpu_s", peer["numpy_cpu_seconds"])
    for name in ("pydvl", "numpy"):
        run.row(f"  {name}", f"value_digits_{name}_cpu_s", " CPU s", limit="pydvl from PyPI is wanted")
    size, tests = (20_000, 200) if run.quick else (100_000, 1000)
    for name, most in (("nearest", 5), ("threshold", None)):
        figures = lines("scale", size, tests)[f"{size} x 32 by {tests} {name}"]
        assert figures["same_bits"], "one thread and two give other bits"
        run.put(f"value_scale_{name}_cpu_s", figures["cpu_seconds"])
        run.put(f"value_scale_{name}_mb", figures["peak_mb"])
        run.row(f"{size:,} x 32 by {tests:,}, {name}", f"value_scale_{name}_cpu_s", " CPU s", most=most)
        run.row("  memory", f"value_scale_{name}_mb", " MB", most=300)
    figures = lines("clusters", size)[f"clusters of {size} x 32"]
    run.put("value_copies_cpu_s", figures["cpu_seconds"])
    run.row(f"copies among {size:,} rows of 32 numbers", "value_copies_cpu_s", " CPU s")
    sums = json.loads(output(BENCH, "sums", *([200, 1000] if run.quick else [])))
    run.put("sums_small_s", sums["rounds_10_clients_20_length_650"]["wall"])
    run.put("sums_server_s", sums["server"]["wall"])
    run.put("sums_server_cpu_s", sums["server"]["cpu"])
    run.row("ten rounds of 20 parties, 650 numbers", "sums_small_s", " s", most=2)
    words = f"the server's part, {sums['clients']:,} x {sums['length']:,}, a tenth gone"
    run.row(words, "sums_server_s", " s", most=2)
    run.row("  processor", "sums_server_cpu_s", " s")


def learn(run):
    """Private logistic regressions and boosted trees, beside scikit-learn and LightGBM without privacy."""
    print("\nPrivate logistic regression, delta 1e-5, a row a person; held-out fifths", flush=True)
    if not os.path.exists(PEERS):
        print("  not measured: scikit-learn and lightgbm from PyPI are wanted (Scripts/bench installs them)")
        return
    splits = 1 if run.quick else 3
    found = json.loads(output(PEERS, os.path.join(FOLDER, "learn", "run.py"), "--splits", splits, "--json"))
    for name, wanted in (("breast_cancer", (0.927, 0.940, 0.954, 0.967)), ("gss_wages", None), ("adult", None)):
        if name not in found:
            continue
        few = f"over {splits * (4 if wanted else 1)} splits only"
        plain = found[name]["not private"]
        run.put(f"learn_{name}_plain_auc", plain["auc"])
        run.row(f"{name}, scikit-learn, not private: area", f"learn_{name}_plain_auc", "")
        for place, epsilon in enumerate(("0.5", "1", "2", "8")):
            key, got = f"learn_{name}_{epsilon}", found[name][f"epsilon {epsilon}"]
            for figure in ("accuracy", "auc", "cpu_s"):
                run.put(f"{key}_{figure}", got[figure])
            run.row(f"{name}, epsilon {epsilon}: accuracy", f"{key}_accuracy", "", least=wanted and wanted[place], limit=few)
            least = plain["auc"] - 0.005 if wanted is None and epsilon == "1" else None
            run.row("  area", f"{key}_auc", "", least=least, limit=few)
            run.row("  a training", f"{key}_cpu_s", " CPU s", most=0.01 if wanted else 1)
    print("\nBoosted trees, 100,000 x 20, 100 trees, one thread", flush=True)
    found = json.loads(output(PEERS, os.path.join(FOLDER, "learn", "trees.py"), "--json"))
    for name, figure in found.items():
        run.put(f"trees_{name}", figure)
    run.row("ours", "trees_cpu_s", " CPU s")
    run.row("LightGBM", "trees_lightgbm_cpu_s", " CPU s")
    run.row("  ours to it", "trees_ratio", "", most=2)
    run.row("  area less than its", "trees_auc_less", "", most=0.002)
