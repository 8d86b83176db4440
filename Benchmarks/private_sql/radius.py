# SPDX-License-Identifier: Apache-2.0
"""How far to clip: errors of the L2 clipping mode over a grid of radii, `radius.py [FOLDER] [--save FOLDER]`.

A contributor's vector has, for each category, its count and its centred sum in halves of the range, so
that one row is at most one unit of each. The vector is scaled down to length R at most, and the merged
vector gets ideal Gaussian noise. A larger R clips less and needs more noise; the table shows both, to
choose a rule that needs nothing but a private quantile of the lengths.
"""

import argparse
import math
import os

import numpy as np

import generate

LOW, HIGH = 0.0, 100.0
MIDDLE, HALF = (LOW + HIGH) / 2, (HIGH - LOW) / 2
# Sigma over R at epsilon 1 and delta 1e-7: the exact Gaussian bound, and through zCDP.
SIGMAS = {"exact": 4.6786630609108513, "zcdp": 1 / math.sqrt(2 * 0.020187132441824947)}
RELEASES = 200
QUANTILES = (0.5, 0.75, 0.9, 0.95, 0.975, 0.98, 0.99, 0.995, 0.998, 0.999, 0.9995, 0.9999, 1)
GRID = (2, 3, 5, 7, 10, 15, 20, 25, 30, 35, 40, 50, 60, 75, 100, 125, 150, 200, 250, 300, 400, 500, 700, 1000)  # fmt: skip


def vectors(folder, size):
    """Each contributor's counts and centred sums, one row each and one column to a category."""
    uid, cat, val = (generate.load(folder, size, column) for column in generate.COLUMNS)
    cells = generate.CONTRIBUTORS * generate.CATEGORIES
    counts, sums = np.zeros(cells), np.zeros(cells)
    for start, end in generate.spans(len(uid)):
        cell = uid[start:end].astype(np.int64) * generate.CATEGORIES + cat[start:end]
        centred = (np.clip(val[start:end], LOW, HIGH) - MIDDLE) / HALF
        counts += np.bincount(cell, minlength=cells)
        sums += np.bincount(cell, centred, cells)
    shape = (generate.CONTRIBUTORS, generate.CATEGORIES)
    return counts.reshape(shape), sums.reshape(shape)


def lengths(counts, sums):
    """The L2 norm of each contributor's vector."""
    return np.sqrt((counts**2).sum(1) + (sums**2).sum(1))


def answers(counts, sums):
    """COUNT, SUM and AVG of each category from merged counts and centred sums."""
    average = MIDDLE + HALF * sums / np.maximum(1, counts)
    return counts, HALF * sums + MIDDLE * counts, np.clip(average, LOW, HIGH)


def error(given, truth):
    """Mean relative error over the categories, and over the releases where there are several."""
    return float(np.mean(np.abs(given - truth) / np.abs(truth)))


def errors(counts, sums, norms, radius, sigma, dice):
    """The three errors at one radius, with noise and without."""
    scale = np.minimum(1, radius / norms)
    clipped = scale @ counts, scale @ sums
    truth = answers(counts.sum(0), sums.sum(0))
    noisy = [part + dice.normal(0, sigma * radius, (RELEASES, len(part))) for part in clipped]
    with_noise = [error(a, t) for a, t in zip(answers(*noisy), truth)]
    bias = [error(a, t) for a, t in zip(answers(*clipped), truth)]
    return with_noise, bias


def save(folder, size, counts, sums, norms):
    """Lengths and sparse vectors, for further study."""
    np.save(os.path.join(folder, f"norms_{size}.npy"), norms)
    who, category = np.nonzero(counts)
    np.savez_compressed(
        os.path.join(folder, f"vectors_{size}.npz"), contributor=who.astype(np.int32),
        category=category.astype(np.uint8), count=counts[who, category].astype(np.int32),
        centred_sum=sums[who, category],
    )  # fmt: skip


def show(size, counts, sums, norms):
    """The distribution of lengths and the errors over the grid, for both ways to set the noise."""
    print(
        f"\n{size}: lengths: mean {norms.mean():.2f}, root mean square {np.sqrt((norms**2).mean()):.2f}"
    )
    print("  quantile " + "  ".join(f"{q:g}:{np.quantile(norms, q):.1f}" for q in QUANTILES))
    print(
        f"  total length clipped is the share of sum(max(0, |v| - R)) in sum(|v|); {RELEASES} releases"
    )
    print(f"  {'R':>5} {'clipped':>9} {'of length':>9} | bias COUNT   SUM   AVG"
          " | exact COUNT   SUM   AVG | zCDP COUNT   SUM   AVG")  # fmt: skip
    rows = []
    for radius in GRID:
        dice = np.random.default_rng(generate.SEED + radius)
        found = {n: errors(counts, sums, norms, radius, s, dice) for n, s in SIGMAS.items()}
        above = np.maximum(0, norms - radius).sum() / norms.sum()
        rows.append((radius, found))
        parts = (found["exact"][1], found["exact"][0], found["zcdp"][0])
        columns = " |      ".join("  ".join(f"{e:.4f}"[:6] for e in part) for part in parts)
        print(
            f"  {radius:>5} {(norms > radius).mean():>9.5f} {above:>9.4f} | {columns}", flush=True
        )
    for column, name in enumerate(("COUNT", "SUM", "AVG")):
        best = min(rows, key=lambda row: row[1]["exact"][0][column])
        print(f"  least {name} error {best[1]['exact'][0][column]:.4f} at R = {best[0]}")


def main():
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("folder", nargs="?", default=".build/peer-data")
    options.add_argument("--save", metavar="FOLDER", help="keep lengths and vectors there")
    words = options.parse_args()
    for size in ("1m", "10m"):
        if generate.missing(words.folder, size):
            generate.generate(words.folder, size)
        counts, sums = vectors(words.folder, size)
        norms = lengths(counts, sums)
        if words.save:
            save(words.save, size, counts, sums, norms)
        show(size, counts, sums, norms)


if __name__ == "__main__":
    main()
