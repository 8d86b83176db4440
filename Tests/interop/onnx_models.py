#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Compares models in onnxruntime with `dividend model predict`, from the same cells.

    python3 Tests/interop/onnx_models.py BINARY [MODEL ...]

Makes models of every shape with `dividend model onnx`, and those of the given files (models or their receipts) too. Each
is checked by onnx.checker and run on rows with missing values, values beyond the bounds, halves of the last digit and
categories of any letters. Both have to agree to 1e-5, in the unit of what is predicted; where the command refuses a row, the
graph gives NaN and no label. Wants the packages onnx and onnxruntime. Exits 1 when something differs.
"""
import csv
import decimal
import json
import math
import os
import pathlib
import random
import subprocess
import sys
import tempfile

import numpy
import onnx
import onnxruntime

BINARY = os.path.abspath(sys.argv[1])
ROWS = 300
NEAR = 1e-5
work = pathlib.Path(tempfile.mkdtemp(prefix="dividend-onnx-"))
dice = random.Random(7)
faults = []
furthest = {"logistic": 0.0, "linear": 0.0, "clusters": 0.0}


def expect(is_so, words):
    if not is_so:
        faults.append(words)
        print("FAULT", words)


def run(*words):
    return subprocess.run([BINARY, "model", *map(str, words)], capture_output=True, text=True, timeout=300)


def written(units, scale):
    """A number of units of 10^-scale, as a person writes it."""
    return format(decimal.Decimal(units).scaleb(-scale), "f")


def made(numbers, choices, kind, name="made", weight=None, **others):
    """A model: numbers as (column, scale, low, high), choices as (column, categories)."""
    width = len(numbers) + sum(len(categories) + 1 for _, categories in choices) + 1
    columns = [one[0] for one in [*numbers, *choices]]
    dice.shuffle(columns)
    predicts = {"names": ["no", "yes"]} if kind == "logistic" else {"scale": 2, "low": "-50000", "high": "1000001"}
    return {
        "type": "DividendModel", "version": "1", "name": name, "kind": kind, "predicts": predicts,
        "numbers": [{"column": column, "scale": scale, "low": str(low), "high": str(high),
                     "mean": repr(dice.uniform(0.2, 0.8)), "deviation": repr(dice.choice([0.02, 0.1, 0.3]))}
                    for column, scale, low, high in numbers],
        "choices": [{"column": column, "categories": categories} for column, categories in choices],
        "order": columns, "norm": repr(dice.choice([0.6, 1.0, 0.0])), "quality": None,
        "weights": [repr(weight if weight is not None else dice.uniform(-4, 4)) for _ in range(width)], **others,
    }


def grown(numbers, choices, kind, name="grown", most=4.0, others=()):
    """A model of trees: numbers as (column, scale, low, high), choices as (column, categories)."""
    columns = []
    for column, scale, low, high in numbers:
        # Few edges, many, and none.
        count = min(dice.choice([0, 1, 5, 66, 254]), high - low)
        edges = sorted(dice.sample(range(low, high), count)) if high - low < 2**62 else \
            sorted({int(float(dice.randrange(low, high))) for _ in range(count)})  # a graph has doubles
        columns.append({"column": column, "scale": scale, "low": str(low), "high": str(high),
                        "edges": [str(edge) for edge in edges], "codes": len(edges) + 2})
    columns += [{"column": column, "categories": categories, "codes": len(categories) + 1}
                for column, categories in choices]
    dice.shuffle(columns)
    for column in columns:
        # Little depends on the score's own size where values are far from each other.
        part = most / len(columns)
        column["curve"] = [repr(dice.uniform(-part, part)) for _ in range(column.pop("codes"))]
        column["importance"] = "0.5"
    predicts = {"names": ["no", "yes"]} if kind == "logistic" else {"scale": 2, "low": "-50000", "high": "1000001"}
    return {
        "type": "DividendModel", "version": "1", "name": name, "kind": "trees", "predicts": predicts,
        "base": repr(dice.uniform(-0.5, 0.5)), "columns": columns, "order": [one["column"] for one in columns],
        "quality": None, **dict(others),
    }


def layered(numbers, choices, kind, name="layered", weight=None, units=None):
    """A network with a hidden layer: numbers as (column, scale, low, high), choices as (column, categories)."""
    model = made(numbers, choices, kind, name)
    width, units = len(model.pop("weights")), units or dice.choice([2, 5, 16, 64])

    def drawn(most):
        return repr(weight if weight is not None else dice.uniform(-most, most))

    # Rows that count as they are have no network.
    if model["norm"] == "0.0":
        model["norm"] = "1.0"
    return {**model, "kind": "network", "constant": drawn(0.5), "outputs": [drawn(4 / units) for _ in range(units)],
            "hidden": [[drawn(3) for _ in range(width)] for _ in range(units)]}


def gathered(numbers, choices, count, name="gathered"):
    """A model of clusters: numbers as (column, scale, low, high), choices as (column, categories)."""
    columns = [one[0] for one in [*numbers, *choices]]
    dice.shuffle(columns)
    numbers, choices = ([one for column in columns for one in group if one[0] == column] for group in (numbers, choices))

    def parts(categories):
        drawn = [dice.random() for _ in range(len(categories) + 1)]
        return [repr(part / sum(drawn)) for part in drawn]

    return {
        "type": "DividendModel", "version": "1", "name": name, "kind": "clusters", "predicts": None, "order": columns,
        "numbers": [{"column": column, "scale": scale, "low": str(low), "high": str(high)}
                    for column, scale, low, high in numbers],
        "choices": [{"column": column, "categories": categories} for column, categories in choices],
        "clusters": [{"numbers": [repr(dice.uniform(low, high)) for _, _, low, high in numbers],
                      "parts": [parts(categories) for _, categories in choices],
                      "share": repr(1 / count), "spread": "0.5"} for _ in range(count)],
        "quality": None,
    }


def columns_of(model):
    """A model's columns, numbers and choices, whatever its kind."""
    if model["kind"] != "trees":  # of the others both stand apart
        return model["numbers"], model["choices"]
    return ([one for one in model["columns"] if "edges" in one],
            [one for one in model["columns"] if "edges" not in one])


def is_chance(model):
    """Whether a model tells two apart."""
    return "names" in (model["predicts"] or {})


def models():
    """Models of every shape."""
    for make in (made, grown, layered):
        yield from models_of(make)
    age, income, depth = ("age", 0, 0, 100), ("income", 2, 0, 1_000_000), ("depth", 1, -5, 5)
    region, word = ("region", ["north", "east", "south"]), ("word", ["ß", "NULL", "", "ß", "e\u0301", "é"])
    yield gathered([age, income, depth], [region, word], 8)
    yield gathered([age, income], [], 50)
    yield gathered([("distance", 0, 0, 9), ("nearest", 3, -9, 9)], [("cluster", ["a", "b"])], 2)
    yield gathered([], [region, word], 3)
    yield gathered([depth], [], 1)
    yield gathered([("far", 0, -2**62, 2**62), ("big", 3, 10**12, 10**12 + 50)], [region], 5)


def models_of(make):
    """Models of every shape, of one form."""
    age, income = ("age", 0, 0, 100), ("income", 2, 0, 1_000_000)
    share, depth = ("share", 9, -10**9, 10**9), ("depth", 1, -5, 5)
    region, member = ("region", ["north", "east", "south"]), ("member", ["false", "true"])
    for kind in ("logistic", "linear"):
        yield make([age, income, share, depth], [region, member], kind)
        yield make([age, income], [], kind)
        # Where one unit counts: halves are to be read as a cell reads them.
        yield make([("fine", 2, 0, 60), ("finer", 3, -20, 20)], [], kind)
        yield make([], [region, member], kind)
        yield make([depth], [], kind)
        yield make([], [member], kind)
        # Columns that are called like outputs and like what is inside.
        yield make([("value", 0, 0, 9), ("numbers", 3, -9, 9), ("probability", 0, 0, 1)],
                   [("label", ["a", "b"]), ("is_found", ["c"]), ("value_", ["d", "e"])], kind)
        # Categories of any letters, one that is called NULL, one that is empty, two that are the same.
        yield make([age], [("word", ["ß", "日本", "NULL", "", "a b", "x,y", 'q"q', "ß", "e\u0301", "é"])], kind)
        # No weight: halfway between the bounds, which is half a unit.
        if make == made:
            yield made([age], [region], kind, weight=0.0)
            # Weights so large that a chance is 0 or 1.
            yield made([age, depth], [region], kind, weight=9999.0)
            yield made([age, depth], [region], kind, weight=-9999.0)
        elif make == layered:
            yield layered([age], [region], kind, weight=0.0)
            yield layered([age, depth], [region], kind, weight=9999.0)
            yield layered([age, depth], [region], kind, weight=-9999.0, units=3)
        else:
            yield grown([age, depth], [region], kind, most=9999.0)
            # Curves whose values differ by more than the digits of a double.
            yield grown([age, income], [region], kind, most=1e20)
            yield grown([age, income], [region], kind, most=1e-9)
        yield make([("far", 0, -2**62, 2**62), ("big", 3, 10**12, 10**12 + 50)], [region], kind)
        for turn in range(4):
            yield make([(f"n{place}", scale, low := dice.randrange(-10**6, 10**6), low + dice.randrange(1, 10**7))
                        for place, scale in enumerate([0, 1, 2, 4, 6][: dice.randrange(1, 6)])],
                       [(f"c{place}", [f"k{one}" for one in range(dice.randrange(1, 30))])
                        for place in range(dice.randrange(0, 5))], kind, name=f"drawn {turn}")
    wide = make([age], [member], "linear")
    wide["predicts"] = {"scale": 0, "low": str(-2**63 + 1), "high": str(2**63 - 1)}
    yield wide


def cells(model):
    """A row's cells, by column: usual ones, missing ones, and ones at all edges."""
    row = {}
    numbers, choices = columns_of(model)
    for number in numbers:
        scale, low, high = number["scale"], int(number["low"]), int(number["high"])
        inside = dice.randint(low, high)
        inside = dice.choice([inside, *map(int, number.get("edges", []))]) + dice.choice([0, 0, 1])
        if abs(inside) > 2**53:
            inside = int(float(inside))  # of what lies between two doubles a graph knows nothing
        far = [low, high, low - 1, high + 1, low - (high - low), high + 10 * (high - low), 0]
        most = 10**17  # a cell may hold a little more
        text = written(max(-most, min(dice.choice([inside, inside, inside, *far]), most)), scale)
        if dice.random() < 0.3 and abs(high) < 2**53:
            # More digits than the scale has, often a half of the last one.
            text += ("" if "." in text else ".") + dice.choice(["5", "4", "49", "50", "6", "51", "0"])
        row[number["column"]] = "NULL" if dice.random() < 0.1 else text
    for choice in choices:
        known = [one for one in choice["categories"] if one]
        row[choice["column"]] = "NULL" if not known or dice.random() < 0.1 else dice.choice(known)
    return row


def predicted(path, model, rows):
    """What the command says: the predictions, or nothing where it refuses."""
    sheet = work / "rows.csv"
    with sheet.open("w", newline="") as file:
        out = csv.DictWriter(file, model["order"], quoting=csv.QUOTE_ALL)
        out.writeheader()
        out.writerows(rows)
    done = run("predict", path, sheet, "--json")
    return json.loads(done.stdout) if done.returncode == 0 else None


def run_graph(session, model, rows):
    """What the graph says, by output."""
    feeds = {}
    for one in session.get_inputs():
        texts = [row[one.name] for row in rows]
        if one.type == "tensor(double)":
            numbers = [math.nan if text == "NULL" else float(text) for text in texts]
            feeds[one.name] = numpy.array(numbers, dtype=numpy.float64).reshape(-1, 1)
        else:
            feeds[one.name] = numpy.array(texts, dtype=object).reshape(-1, 1)
    names = [one.name for one in session.get_outputs()]
    return dict(zip([name.rstrip("_") for name in names], session.run(names, feeds)))


def chance(score):
    return 1 / (1 + math.exp(-score)) if score > -700 else 0.0


def compare(path, model):
    """One model: its file, its rows, and what is no row."""
    name, kind = f"{model['name']} ({model['kind']})", \
        "clusters" if model["kind"] == "clusters" else "logistic" if is_chance(model) else "linear"
    files = [work / "one.onnx", work / "two.onnx"]
    for file in files:
        file.unlink(missing_ok=True)
        done = run("onnx", path, "--out", file)
        if done.returncode != 0:
            return expect(False, f"{name}: {done.stderr}")
    expect(files[0].read_bytes() == files[1].read_bytes(), f"{name}: two files of one model differ")
    graph = onnx.load(files[0])
    onnx.checker.check_model(graph, full_check=True)
    properties = {one.key: one.value for one in graph.metadata_props}
    expect((properties["name"], properties["kind"], properties["version"]) == (model["name"], model["kind"], "1"),
           f"{name}: {properties}")
    expect(json.loads(properties["predicts"]) == model["predicts"], f"{name}: {properties}")
    expect({node.domain for node in graph.graph.node} == {""}, f"{name}: operators that are not standard")
    session = onnxruntime.InferenceSession(files[0].read_bytes(), providers=["CPUExecutionProvider"])
    expect([one.name for one in session.get_inputs()] == model["order"], f"{name}: other inputs")
    rows = [cells(model) for _ in range(ROWS)]
    wanted, given = predicted(path, model, rows), run_graph(session, model, rows)
    if wanted is None:
        return expect(False, f"{name}: the command refuses the rows")
    expect(all(len(one) == 0 for one in run_graph(session, model, []).values()), f"{name}: something of no rows")
    # Of bounds beyond 2^32 apart the doubles between them stand too far apart for 1e-5.
    bounds = model["predicts"]
    unit = 1 if kind != "linear" else max(1, (int(bounds["high"]) - int(bounds["low"])) / 2**32)
    for place, one in enumerate(wanted):
        if kind == "logistic":
            apart = abs(given["probability"][place] - chance(float(one["score"])))
            expect(given["label"][place] == one["value"], f"{name}: {rows[place]}: {given['label'][place]}")
        elif kind == "clusters":
            apart = abs(given["distance"][place] - float(one["score"]))
            expect(given["cluster"][place] == one["value"], f"{name}: {rows[place]}: {given['cluster'][place]}")
        else:
            apart = abs(given["value"][place] - float(one["value"])) / unit
        if unit == 1:
            furthest[kind] = max(furthest[kind], apart)
        expect(apart <= NEAR, f"{name}: {rows[place]}: {apart} apart")
    # What the command refuses is no row to the graph; the rows beside it do not suffer.
    column_of = {one["column"]: bad for group, bad in
                 zip(columns_of(model), (["inf", "-inf", "1e18", "-1e30"], ["", "unheard of", "null", "Null"]))
                 for one in group}
    for column, bad in column_of.items():
        for cell in bad:
            row = dict(rows[0], **{column: cell})
            expect(not predicted(path, model, [row]), f"{name}: the command takes {column} {cell!r}")
            given = run_graph(session, model, [rows[1], row])
            numbers = given[{"logistic": "probability", "linear": "value", "clusters": "distance"}[kind]]
            expect(not math.isnan(numbers[0]) and math.isnan(numbers[1]), f"{name}: {column} {cell!r}: {numbers}")
            labels = list(given.get("label", given.get("cluster", ["-", ""])))
            expect(labels[0] != "" and labels[1] == "", f"{name}: {column} {cell!r}: {labels}")


count = 0
for model in models():
    path = work / "model.json"
    path.write_text(json.dumps(model, ensure_ascii=False))
    compare(path, model)
    count += 1
for path in sys.argv[2:]:
    kept = json.loads(pathlib.Path(path).read_text())
    compare(path, kept["answer"]["model"] if "answer" in kept else kept)
    count += 1
if faults:
    raise SystemExit(f"{len(faults)} faults")
print(f"onnxruntime {onnxruntime.__version__} predicts as the command does: {count} models on {ROWS} rows each, at most "
      f"{furthest['logistic']:.1e} (chances), {furthest['linear']:.1e} (numbers) and {furthest['clusters']:.1e} (distances) apart")
