# SPDX-License-Identifier: Apache-2.0
"""The same grouped query in other engines: `peers.py ENGINE... [--size 1m] [--folder F] [--runs 3]`.

    SELECT category, COUNT(*), SUM(clip(value, 0, 100)), AVG(value) GROUP BY category

with at most 5 groups to a contributor and CAP rows to each, epsilon 1, delta 1e-7 and public categories.
DuckDB answers without privacy: `flat` plain, `two` bounded in rows, `bounded` in groups as well. Every
engine runs in a process of its own, from a virtual environment of its own, as their requirements
exclude each other. Prints a line of JSON for each: wall and processor seconds of each run, peak memory
of the process (base_mb of it before the query) and the rows of the last answer.
"""

import argparse
import json
import os
import shutil
import subprocess
import sys
import time

HERE = os.path.dirname(os.path.abspath(__file__))
BUILD = os.path.join(os.path.dirname(os.path.dirname(HERE)), ".build")
EPSILON, DELTA = 1.0, 1e-7
GROUPS, CATEGORIES, LOW, HIGH = 5, 50, 0.0, 100.0
# Rows kept of one contributor in one category.
CAP = {"1m": 10, "10m": 50, "100m": 500}

DUCKDB = ["duckdb==2.0.0", "numpy"]
REQUIREMENTS = {
    "duckdb": DUCKDB,
    "opendp": ["opendp[polars]==0.16.0", "polars==1.36.1", "numpy"],
    "smartnoise": ["smartnoise-sql==1.0.10"],
    "pipelinedp": ["pipeline-dp==0.3.1", "numpy"],
    "qrlew": ["pyqrlew==0.9.27", *DUCKDB],
}
# Engine to its environment; the private ones take from seconds to minutes.
PLAIN = {name: "duckdb" for name in ("duckdb-flat", "duckdb-two", "duckdb-bounded")}
PRIVATE = {name: name for name in ("opendp", "smartnoise", "pipelinedp", "qrlew")}
ENGINES = {**PLAIN, **PRIVATE}
# Memory in GB that 10 million rows take there: less free, and the machine would swap or kill.
NEEDED = {"smartnoise": 8, "pipelinedp": 4.5, "opendp": 3, "qrlew": 2.5}
# These use one thread whatever they are given.
SINGLE = ("smartnoise", "pipelinedp")


# In the process that measures


def status(name):
    """A figure of this process in MB. Not getrusage: its peak starts with that of the parent."""
    with open("/proc/self/status") as file:
        return next(int(line.split()[1]) for line in file if line.startswith(name)) / 1024


def column(folder, size, name):
    """A column of the table, in memory."""
    import generate
    import numpy

    return numpy.array(generate.load(folder, size, name))


def store(folder, size):
    """DuckDB's own file of the rows, in the order of the columns; made once."""
    import duckdb
    import generate

    path = os.path.join(folder, f"rows_{size}.duckdb")
    if os.path.exists(path):
        return path
    if os.path.exists(path + ".part"):
        os.remove(path + ".part")
    database = duckdb.connect(path + ".part")
    database.execute("SET threads = 1")
    database.execute("CREATE TABLE t (contributor INTEGER, category UTINYINT, value DOUBLE)")
    whole = {name: generate.load(folder, size, name) for name in generate.COLUMNS}
    for start, end in generate.spans(len(whole["uid"])):
        # DuckDB finds the arrays by the name of this variable.
        part = {name: numbers[start:end].copy() for name, numbers in whole.items()}
        database.execute("INSERT INTO t SELECT * FROM part")
    database.execute("CHECKPOINT")
    database.close()
    os.rename(path + ".part", path)
    return path


def opened(folder, size, threads):
    """A connection to DuckDB's file."""
    import duckdb

    database = duckdb.connect(store(folder, size), read_only=True)
    database.execute(f"SET threads = {threads}")
    return database


def duckdb_sql(form, cap):
    """The query without privacy; groups are drawn by a hash, the cheapest fair choice in SQL."""
    clip = f"least(greatest(value, {LOW}), {HIGH})"
    if form == "flat":
        return f"SELECT category, count(*), sum({clip}), avg({clip}) FROM t GROUP BY 1 ORDER BY 1"
    drawn = "row_number() OVER (PARTITION BY contributor ORDER BY hash(contributor, category, 7))"
    kept = (
        "people" if form == "two" else f"(SELECT *, {drawn} AS r FROM people) WHERE r <= {GROUPS}"
    )
    return f"""
        WITH people AS (
            SELECT contributor, category, least(count(*), {cap}) AS n,
                least(sum({clip}), {cap * HIGH}) AS s FROM t GROUP BY 1, 2)
        SELECT category, sum(n), sum(s), sum(s) / sum(n) FROM {kept} GROUP BY 1 ORDER BY 1"""


def duckdb_engine(form):
    def prepare(folder, size, threads):
        database, sql = opened(folder, size, threads), duckdb_sql(form, CAP[size])
        # The first answer reads the file; the ones that count find it in memory.
        database.execute(sql).fetchall()
        return lambda: database.execute(sql).fetchall()

    return prepare


def opendp(folder, size, threads):
    os.environ["POLARS_MAX_THREADS"] = str(threads)
    import opendp.prelude as dp
    import polars as pl

    dp.enable_features("contrib")
    kinds = {
        "contributor": ("uid", pl.Int64),
        "category": ("cat", pl.Int32),
        "value": ("val", pl.Float64),
    }
    table = pl.DataFrame(
        {n: pl.Series(column(folder, size, c)).cast(k) for n, (c, k) in kinds.items()}
    )
    keys = pl.LazyFrame({"category": list(range(CATEGORIES))}, schema={"category": pl.Int32})
    most = 2 * table.height
    margins = [
        dp.polars.Margin(max_length=most),
        dp.polars.Margin(by=("category",), max_length=most, max_groups=CATEGORIES),
    ]

    def answer():
        context = dp.Context.compositor(
            data=table.lazy(), privacy_unit=dp.unit_of(contributions=1, identifier="contributor"),
            privacy_loss=dp.loss_of(epsilon=EPSILON, delta=DELTA), split_evenly_over=1, margins=margins,
        )  # fmt: skip
        # In this version k groups means k - 1 are kept, and only `first` runs for keep.
        kept = context.query().truncate_per_group(CAP[size], by=["category"])
        kept = kept.truncate_num_groups(GROUPS + 1, by=["category"], keep="first")
        total = pl.col("value").fill_null(0.0).fill_nan(0.0).dp.sum((LOW, HIGH))
        grouped = (
            kept.group_by("category").agg(dp.len().alias("n"), total.alias("s")).with_keys(keys)
        )
        made = grouped.release().collect().sort("category")
        return [
            (c, n, s, s / n if n else 0) for c, n, s in made.select("category", "n", "s").rows()
        ]

    return answer


def smartnoise(folder, size, threads):
    import pandas
    import snsql

    frame = pandas.DataFrame({
        "contributor": column(folder, size, "uid"),
        "category": column(folder, size, "cat").astype(int), "value": column(folder, size, "val"),
    })  # fmt: skip
    # It bounds a contributor's rows over the whole query, not in each group: the same number in all.
    table = {
        "row_privacy": False, "max_ids": GROUPS * CAP[size], "sample_max_ids": True,
        "censor_dims": False, "clamp_counts": False, "clamp_columns": True, "use_dpsu": False,
        "contributor": {"type": "int", "private_id": True}, "category": {"type": "int"},
        "value": {"type": "float", "lower": LOW, "upper": HIGH},
    }  # fmt: skip
    sql = (
        "SELECT category, COUNT(*) AS n, SUM(value) AS s, AVG(value) AS a FROM t GROUP BY category"
    )

    def reader(epsilon):
        privacy = snsql.Privacy(epsilon=epsilon, delta=DELTA)
        return snsql.from_df(frame, metadata={"": {"": {"t": table}}}, privacy=privacy)

    # An epsilon there is one mechanism's; this is the one whose sum over the query is ours.
    each = EPSILON * EPSILON / reader(EPSILON).get_privacy_cost(sql)[0]
    ready = reader(each)
    return lambda: sorted(tuple(map(float, row)) for row in list(ready.execute(sql))[1:])


def pipelinedp(folder, size, threads):
    import pipeline_dp as dp

    data = list(zip(*(column(folder, size, name).tolist() for name in ("uid", "cat", "val"))))
    wanted = dp.AggregateParams(
        metrics=[dp.Metrics.COUNT, dp.Metrics.SUM, dp.Metrics.MEAN], noise_kind=dp.NoiseKind.GAUSSIAN,
        max_partitions_contributed=GROUPS, max_contributions_per_partition=CAP[size],
        min_value=LOW, max_value=HIGH,
    )  # fmt: skip
    fields = dp.DataExtractors(
        privacy_id_extractor=lambda row: row[0], partition_extractor=lambda row: row[1],
        value_extractor=lambda row: row[2],
    )  # fmt: skip

    def answer():
        budget = dp.NaiveBudgetAccountant(total_epsilon=EPSILON, total_delta=DELTA)
        engine = dp.DPEngine(budget, dp.LocalBackend())
        found = engine.aggregate(data, wanted, fields, public_partitions=list(range(CATEGORIES)))
        budget.compute_budgets()
        return sorted((c, v.count, v.sum, v.mean) for c, v in found)

    return answer


def qrlew_sql(rows, size):
    """Its rewriting of the query. It reads a database's tables for their shape only: one row will do."""
    import pyqrlew
    import sqlalchemy

    shape = sqlalchemy.create_engine("sqlite://")
    with shape.begin() as database:
        database.execute(
            sqlalchemy.text("CREATE TABLE t (contributor integer, category integer, value real)")
        )
        database.execute(sqlalchemy.text("INSERT INTO t VALUES (0, 0, 0.0)"))
    one = pyqrlew.Dataset.from_database("ds", shape, None)
    text = str(one)
    described = json.JSONDecoder().raw_decode(text[text.index("{") :])[0]
    sizes = one.size.replace('"size": "1"', f'"size": "{rows}"')
    table = pyqrlew.Dataset.from_str(json.dumps(described), one.schema, sizes).t.value.with_range(
        LOW, HIGH
    )
    sql = (
        "SELECT category, COUNT(*) AS n, SUM(value) AS s, AVG(value) AS a FROM t GROUP BY category"
    )
    private = table.relation(sql).rewrite_with_differential_privacy(
        dataset=table, privacy_unit=[("t", [], "contributor")],
        epsilon_delta={"epsilon": EPSILON, "delta": DELTA},
        max_multiplicity=float(GROUPS * CAP[size]), max_multiplicity_share=1.0,
    )  # fmt: skip
    return private.relation().to_query(pyqrlew.Dialect.PostgreSql)


def qrlew(folder, size, threads):
    """It rewrites SQL to SQL with noise; DuckDB answers here, so that the store does not hold it back."""
    database = opened(folder, size, threads)
    rows = database.execute("SELECT count(*) FROM t").fetchone()[0]
    sql = qrlew_sql(rows, size)
    return lambda: sorted(tuple(map(float, row)) for row in database.execute(sql).fetchall())


PREPARE = {
    "duckdb-flat": duckdb_engine("flat"), "duckdb-two": duckdb_engine("two"),
    "duckdb-bounded": duckdb_engine("bounded"), "opendp": opendp, "smartnoise": smartnoise,
    "pipelinedp": pipelinedp, "qrlew": qrlew,
}  # fmt: skip


def work(engine, folder, size, threads, runs):
    """Measures one engine in this process; loading is not part of a run."""
    answer = PREPARE[engine](folder, size, threads)
    base, wall, cpu, rows = status("VmRSS"), [], [], []
    for _ in range(runs):
        clock, spent = time.perf_counter(), time.process_time()
        rows = answer()
        wall.append(round(time.perf_counter() - clock, 4))
        cpu.append(round(time.process_time() - spent, 4))
    return {
        "engine": engine, "size": size, "threads": 1 if engine in SINGLE else threads,
        "wall": wall, "cpu": cpu,
        "peak_mb": round(status("VmHWM"), 1), "base_mb": round(base, 1),
        "rows": [[float(number) for number in row] for row in rows],
    }  # fmt: skip


# In the process that asks


class Skipped(Exception):
    """Why an engine could not be measured."""


def last_line(text):
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    return lines[-1][:200] if lines else "no message"


def environment(name):
    """The interpreter of an environment, installed on demand; a half made one does not stay."""
    place = os.path.join(BUILD, "peers", name)
    python, done = os.path.join(place, "bin", "python"), os.path.join(place, "installed.json")
    wanted = REQUIREMENTS[name]
    if os.path.exists(done):
        with open(done) as file:
            if json.load(file) == wanted:
                return python
    print(f"installing {' '.join(wanted)}", file=sys.stderr, flush=True)
    shutil.rmtree(place, ignore_errors=True)
    for command in (
        [sys.executable, "-m", "venv", place],
        [python, "-m", "pip", "install", "-q", "--disable-pip-version-check", *wanted],
    ):
        made = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        if made.returncode:
            shutil.rmtree(place, ignore_errors=True)
            raise Skipped(f"not installed: {last_line(made.stdout)}")
    with open(done, "w") as file:
        json.dump(wanted, file)
    return python


def script(name, *words):
    """Runs one of the scripts here in DuckDB's environment, the one that always has numpy."""
    command = [environment("duckdb"), os.path.join(HERE, name), *map(str, words)]
    made = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    if made.returncode:
        raise Skipped(f"{name}: {last_line(made.stderr)}")
    return made.stdout


def check_memory(engine, size):
    """Refuses an engine that would not fit."""
    with open("/proc/meminfo") as file:
        free = next(int(line.split()[1]) for line in file if line.startswith("MemAvailable")) / 1e6
    needed = NEEDED.get(engine, 0) * {"1m": 0.1, "10m": 1, "100m": 10}[size]
    if free < needed:
        raise Skipped(f"takes {needed:g} GB of memory, {free:.1f} GB are free")


def measure(engine, folder, size, threads=2, runs=3, limit=1800):
    """Measures one engine in a process of its own; the table must have been generated."""
    check_memory(engine, size)
    words = [
        "--work",
        engine,
        "--folder",
        folder,
        "--size",
        size,
        "--threads",
        str(threads),
        "--runs",
        str(runs),
    ]
    command = [environment(ENGINES[engine]), os.path.abspath(__file__), *words]
    try:
        made = subprocess.run(
            command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, timeout=limit,
            env={**os.environ, "PYTHONWARNINGS": "ignore"},
        )  # fmt: skip
    except subprocess.TimeoutExpired:
        raise Skipped(f"no answer in {limit} s") from None
    if made.returncode:
        raise Skipped(f"failed: {last_line(made.stderr)}")
    return json.loads(made.stdout.splitlines()[-1])


def main():
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument(
        "engines", nargs="*", metavar="ENGINE", help=f"of {', '.join(ENGINES)}; all by default"
    )
    options.add_argument("--folder", default=os.path.join(BUILD, "peer-data"))
    options.add_argument("--size", choices=CAP, default="1m")
    options.add_argument("--threads", type=int, default=2)
    options.add_argument("--runs", type=int, default=3)
    options.add_argument("--work", choices=ENGINES, help=argparse.SUPPRESS)
    words = options.parse_args()
    if words.work:
        print(json.dumps(work(words.work, words.folder, words.size, words.threads, words.runs)))
        return
    unknown = set(words.engines) - set(ENGINES)
    if unknown:
        options.error(f"no engine {', '.join(sorted(unknown))}")
    try:
        script("generate.py", words.size, words.folder)
    except Skipped as reason:
        sys.exit(f"SKIPPED: {reason}")
    for engine in words.engines or ENGINES:
        try:
            print(
                json.dumps(measure(engine, words.folder, words.size, words.threads, words.runs)),
                flush=True,
            )
        except Skipped as reason:
            print(f"SKIPPED: {engine}: {reason}", flush=True)


if __name__ == "__main__":
    main()
