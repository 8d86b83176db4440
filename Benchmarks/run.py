# SPDX-License-Identifier: Apache-2.0
"""All benchmarks side by side in one run: `make bench`, or `python3 Benchmarks/run.py [--quick]`.

Every measurement runs in a process of its own (`.build/release/bench NAME`), short ones three times
and in turn with their peers; medians are shown, ratios are medians of the ratios of a round. Writes
bench-results/<UTC time>.json: one flat object of named figures.
"""

import argparse
import json
import os
import platform
import shutil
import statistics
import subprocess
import sys
import tempfile
import time

import peer_postgres
import peer_sqlite
import worth
from private_sql import run as private_sql

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
DIVIDEND = os.path.join(ROOT, ".build", "release", "dividend")
BENCH = os.path.join(ROOT, ".build", "release", "bench")


class Run:
    """The figures so far, and the table that is printed of them."""

    def __init__(self, quick, peers):
        self.quick = quick
        self.peers = peers
        self.figures = {}
        self.folder = tempfile.mkdtemp(prefix="dividend-bench-")

    def bench(self, name, count, place=None):
        """One measurement of our own, in a fresh folder unless a place is given."""
        folder = place or tempfile.mkdtemp(dir=self.folder)
        try:
            done = subprocess.run(
                [BENCH, name, folder, str(count)], check=True, stdout=subprocess.PIPE
            )
        finally:
            if place is None:
                shutil.rmtree(folder)
        return json.loads(done.stdout)

    def put(self, name, value):
        self.figures[name] = value
        return value

    def row(self, what, name, unit, least=None, most=None, limit=""):
        """Prints one figure with its target, and what limits it where it falls short."""
        value = self.figures.get(name)
        if value is None:
            print(f"  {what:<46} {'not measured':>14}  {limit}")
            return
        target, verdict = "", ""
        if least is not None:
            target, reached = f">= {text(least)}", value >= least
        elif most is not None:
            target, reached = f"<= {text(most)}", value <= most
        if target:
            busy = f"load {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores"
            verdict = "reached" if reached else f"NOT REACHED: {limit or busy}"
        print(f"  {what:<46} {text(value):>14} {unit:<12} {target:<12} {verdict}", flush=True)


def text(value):
    if abs(value) >= 100:
        return f"{value:,.0f}"
    return f"{value:.3g}"


def median(values):
    return statistics.median(values)


def say(line):
    print(line, flush=True)


def ledger(run):
    batches, rounds = (6, 3) if run.quick else (24, 3)
    disk, ours, hot, c, python, postgres = [], [], [], [], [], []
    server = None
    if peer_postgres.binaries():
        server = peer_postgres.Server(run.folder)
    try:
        for number in range(rounds):
            disk.append(run.bench("disk", 0)["fdatasync_per_second"])
            ours.append(run.bench("batches", batches))
            hot.append(run.bench("hot", batches))
            c.append(run.bench("sqlite", batches))
            python.append(peer_sqlite.measure(run.folder, batches))
            if server:
                postgres.append(peer_postgres.measure(server, batches, number * batches))
    finally:
        if server:
            server.stop()

    def rate(rows, key="per_second"):
        return median([row[key] for row in rows])

    def ratio(peers):
        return median([a["per_second"] / b["per_second"] for a, b in zip(ours, peers)])

    run.put("fdatasync_per_second", median(disk))
    run.put("ledger_batched_per_second", rate(ours))
    run.put("ledger_batched_per_cpu_second", rate(ours, "per_processor_second"))
    run.put("sqlite_batched_per_second", rate(python))
    run.put("sqlite_batched_per_cpu_second", rate(python, "per_processor_second"))
    run.put("sqlite_c_batched_per_second", rate(c))
    run.put("sqlite_c_batched_per_cpu_second", rate(c, "per_processor_second"))
    run.put("ledger_vs_sqlite", ratio(python))
    run.put("ledger_vs_sqlite_c", ratio(c))
    run.put("hot_vs_uniform", median([h["per_second"] / o["per_second"] for h, o in zip(hot, ours)]))
    if server:
        run.put("postgres_batched_per_second", rate(postgres))
        run.put("postgres_batched_per_cpu_second", rate(postgres, "per_processor_second"))
        run.put("ledger_vs_postgres", ratio(postgres))

    singles = run.bench("singles", 3 if run.quick else 5)
    run.put("singles_per_second", singles["per_second"])
    run.put("singles_fdatasync_per_second", singles["fdatasync_per_second"])
    run.put("group_commit_vs_fdatasync", singles["vs_fdatasync"])
    run.put("group_commits_per_second", singles["commits_per_second"])
    run.put("commits_vs_fdatasync", singles["commits_vs_fdatasync"])
    few, many = [], []
    for _ in range(3):
        few.append(run.bench("sale", 100)["nanoseconds"])
        many.append(run.bench("sale", 1_000_000)["nanoseconds"])
    run.put("sale_100_nanoseconds", median(few))
    run.put("sale_1m_nanoseconds", median(many))
    run.put("sale_1m_vs_100", median([m / f for m, f in zip(many, few)]))
    payouts = [run.bench("payouts", 100_000)["seconds"] for _ in range(3)]
    run.put("payouts_100k_seconds", median(payouts))

    say("\nLedger: 10,000 accounts, one leg, 8,190 to a durable group, a block every 16 groups")
    run.row("fdatasync of 4 KiB", "fdatasync_per_second", "/s")
    run.row("batched transfers", "ledger_batched_per_second", "/s", least=200_000)
    run.row("  per second of processor time", "ledger_batched_per_cpu_second", "/s")
    run.row("SQLite executemany (Python)", "sqlite_batched_per_second", "/s")
    run.row("  per second of processor time", "sqlite_batched_per_cpu_second", "/s")
    run.row("SQLite, C interface", "sqlite_c_batched_per_second", "/s")
    run.row("  per second of processor time", "sqlite_c_batched_per_cpu_second", "/s")
    run.row(
        "PostgreSQL, set-based", "postgres_batched_per_second", "/s",
        limit="install postgresql to compare",
    )  # fmt: skip
    run.row("  per second of processor time", "postgres_batched_per_cpu_second", "/s")
    run.row("ours / SQLite executemany", "ledger_vs_sqlite", "x", least=5)
    run.row("ours / SQLite C interface", "ledger_vs_sqlite_c", "x")
    run.row("ours / PostgreSQL", "ledger_vs_postgres", "x", least=9)
    run.row("hot account / uniform", "hot_vs_uniform", "x", least=0.95)
    run.row("single transfers, 64 clients, group commit", "singles_per_second", "/s")
    run.row("  transfers / fdatasync", "group_commit_vs_fdatasync", "x", least=0.8)
    run.row("  commits / fdatasync", "commits_vs_fdatasync", "x")
    run.row("sale to 100 holders", "sale_100_nanoseconds", "ns")
    run.row("sale to 1,000,000 holders", "sale_1m_nanoseconds", "ns")
    run.row("  ratio", "sale_1m_vs_100", "x", most=1.2)
    run.row("100,000 payouts made, posted, durable", "payouts_100k_seconds", "s", most=1)


def intake(run):
    for kind, size in (("xml", 100 if run.quick else 1000), ("csv", 100 if run.quick else 300)):
        path = os.path.join(run.folder, f"export.{kind}")
        run.bench(f"make-{kind}", size, place=path)
        reads = [run.bench(kind, 0, place=path) for _ in range(3)]
        os.remove(path)
        run.put(f"{kind}_mb_per_second", median([read["mb_per_second"] for read in reads]))
        run.put(
            f"{kind}_mb_per_cpu_second", median([read["mb_per_processor_second"] for read in reads])
        )
        run.put(f"{kind}_peak_mb", max(read["peak_mb"] for read in reads))
        run.put(f"{kind}_megabytes", reads[0]["megabytes"])
    say("\nIntake: from the file to typed rows, masked and checked")
    run.row("Apple Health XML", "xml_mb_per_second", "MB/s", least=150)
    run.row("  of a file of", "xml_megabytes", "MB")
    run.row("  peak memory", "xml_peak_mb", "MB", most=100)
    run.row(
        "CSV through a mapping", "csv_mb_per_second", "MB/s", least=300,
        limit="typing each value and keeping people apart, not splitting records",
    )  # fmt: skip
    run.row("  of a file of", "csv_megabytes", "MB")
    run.row("  peak memory", "csv_peak_mb", "MB")


def journal(run):
    entries = 10_000 if run.quick else 40_000
    people = run.bench("people", entries)
    node = run.bench("node", entries)
    commands = run.bench("commands", 6 if run.quick else 24)
    micros = median([people["signature_microseconds"], node["signature_microseconds"]])
    run.put("signature_microseconds", micros)
    run.put("verify_entries_per_second", node["verify_per_second"])
    run.put("replay_entries_per_second", node["replay_per_second"])
    run.put("verify_people_entries_per_second", people["verify_per_second"])
    run.put("replay_people_entries_per_second", people["replay_per_second"])
    run.put("people_signatures_share", people["signatures"] / people["entries"])
    run.put("replay_commands_per_second", commands["per_second"])
    share = run.figures["people_signatures_share"]
    bound = 2e6 / (micros * share)
    run.put("verify_people_bound_per_second", bound)
    signatures = f"{share:.0%} of the entries carry a signature of {micros:.0f} us"
    say("\nJournal: verify takes a public copy from disk, replay takes the node's own store")
    run.row("one Ed25519 check", "signature_microseconds", "us")
    run.row("verify, the node's entries", "verify_entries_per_second", "/s", least=50_000)
    parsing = "reading JSON entries, on 2 threads; signatures are not checked again"
    run.row(
        "replay, the node's entries", "replay_entries_per_second", "/s", least=200_000,
        limit=parsing,
    )  # fmt: skip
    run.row("replay, ledger commands", "replay_commands_per_second", "/s", least=200_000)
    run.row(
        "verify, many people's grants", "verify_people_entries_per_second", "/s", least=50_000,
        limit=signatures,
    )  # fmt: skip
    run.row("  signature checks alone on 2 threads allow", "verify_people_bound_per_second", "/s")
    run.row(
        "replay, many people's grants", "replay_people_entries_per_second", "/s", least=200_000,
        limit=parsing,
    )  # fmt: skip


def study(run):
    people = 20_000 if run.quick else 100_000
    result = run.bench("study", people)
    run.put("study_people_per_second", result["people_per_second"])
    run.put("study_rows_per_second", result["rows_per_second"])
    say(f"\nStudy: COUNT, SUM, AVG by group over {people:,} people's encrypted rows, 2 threads")
    run.row("contributors", "study_people_per_second", "/s")
    run.row("rows", "study_rows_per_second", "/s")


def sql(run):
    """Private SQL: beside DuckDB, many small questions, and many people. The private engines are run
    with --peers only: they take minutes and gigabytes."""
    sizes = ["1m"] if run.quick else ["1m", "10m"]
    run.figures.update(private_sql.collect(sizes=sizes, heavy=run.peers))
    say("\nSmall questions in a row, each quoted, ordered, reserved durably, answered and paid")
    result = run.bench("questions", 200 if run.quick else 1000)
    run.put("small_questions_per_second", result["questions_per_second"])
    run.put("small_question_quote_ms", result["quote_ms"])
    run.row("questions", "small_questions_per_second", "/s", least=200)
    run.row("planning, pricing and signing a quote", "small_question_quote_ms", " ms", most=5)
    say("\nA line each from 10^4 to 10^7 people, 2 threads")
    result = run.bench("people-each-a-line", 0)
    for power in (4, 5, 6, 7):
        run.put(f"ns_per_person_1e{power}", result[f"ns_per_person_1e{power}"])
        run.put(f"peak_mb_1e{power}", result[f"peak_mb_1e{power}"])
        run.row(f"10^{power} people, for each", f"ns_per_person_1e{power}", " ns")
        run.row(f"10^{power} people, memory", f"peak_mb_1e{power}", " MB")


def proofs(run):
    """Settlements and an answer proved in zero knowledge, each in a process of its own, and the kernels under them."""
    kernels = run.bench("kernels", 0)
    for name, value in kernels.items():
        run.put("kernel_" + name, value)
    say("\nKernels under proofs, one core: permutations and bytes a second of processor")
    for path, least in (("portable", None), ("avx2", 5e6), ("avx512", 8e6)):
        run.row(f"Poseidon2, {path}", f"kernel_poseidon2_{path}_per_cpu_s", "/s", least=least)
        run.row(f"Poseidon, {path}", f"kernel_poseidon1_{path}_per_cpu_s", "/s", least=least and 3.5e6)
        run.row(f"SHA-256 of rows, {path}", f"kernel_sha256_rows_{path}_bytes_per_cpu_s", "B/s")
    say("\nSettlements proved in zero knowledge, 100 bits proven, 2 threads; shares by weights among them")
    for name, payouts, accounts, small, wall, kib, memory in (
        ("1k", 1_000, 1 << 20, False, None, 480, None),
        ("10k", 10_000, 1 << 20, False, 2.0, 480, None),
        ("10k_small", 10_000, 1 << 20, True, None, 350, None),
        ("100k", 100_000, 1 << 17, False, 3.5, None, 2500),
    ):
        if run.quick and payouts > 10_000:
            continue
        rounds = []
        for _ in range(1 if payouts > 10_000 else 3):
            words = [DIVIDEND, "bench", "prove", "--payouts", str(payouts), "--accounts", str(accounts), "--json"]
            done = subprocess.run(words + ["--small"] * small, check=True, stdout=subprocess.PIPE)
            rounds.append(json.loads(done.stdout))
        best = min(rounds, key=lambda one: one["cpu_seconds"])
        run.put(f"prove_{name}_wall_s", median([one["wall_seconds"] for one in rounds]))
        run.put(f"prove_{name}_cpu_s", best["cpu_seconds"])
        run.put(f"prove_{name}_kib", best["bytes"] / 1024)
        run.put(f"prove_{name}_mb", best["peak_bytes"] / 1e6)
        run.put(f"prove_{name}_permutations_per_cpu_s", best["permutations_per_cpu_second"])
        run.put(f"verify_{name}_ms", median([one["verify_ms"] for one in rounds]))
        words = f"{payouts:,} of {accounts:,}{', shorter form' if small else ''}"
        run.row(words, f"prove_{name}_wall_s", " s", most=wall)
        run.row("  processor", f"prove_{name}_cpu_s", " s")
        run.row("  permutations a second of processor", f"prove_{name}_permutations_per_cpu_s", "/s", least=100_000)
        run.row("  size", f"prove_{name}_kib", " KiB", most=kib)
        run.row("  memory", f"prove_{name}_mb", " MB", most=memory)
        run.row("  verifying", f"verify_{name}_ms", " ms", most=8)
    say("\nAn answer proved in zero knowledge: ten clipped sums of 100,000 rows that are committed to")
    rounds = []
    for _ in range(3 if run.quick else 7):
        done = subprocess.run([DIVIDEND, "bench", "answer", "--json"], check=True, stdout=subprocess.PIPE)
        rounds.append(json.loads(done.stdout))
    run.put("answer_commit_s", median([one["commit_wall_seconds"] for one in rounds]))
    run.put("answer_wall_s", median([one["wall_seconds"] for one in rounds]))
    run.put("answer_cpu_s", min(one["cpu_seconds"] for one in rounds))
    run.put("answer_kib", median([one["bytes"] for one in rounds]) / 1024)
    run.put("answer_mb", median([one["peak_bytes"] for one in rounds]) / 1e6)
    run.put("answer_verify_ms", median([one["verify_ms"] for one in rounds]))
    run.row("100,000 rows of 10 columns", "answer_wall_s", " s", most=0.5)
    run.row("  processor", "answer_cpu_s", " s")
    run.row("  committing, once", "answer_commit_s", " s")
    run.row("  size", "answer_kib", " KiB")
    run.row("  memory", "answer_mb", " MB")
    run.row("  verifying", "answer_verify_ms", " ms")


def edge(run):
    """Studies over contributors' own machines, all in one process; a tenth leave, each at a step and in a sum by chance."""
    count = 100 if run.quick else 1000
    done = subprocess.run([BENCH, "edge", str(count)], check=True, stdout=subprocess.PIPE)
    figures = json.loads(done.stdout)
    say(f"\nStudies over {count:,} contributors' own machines, a tenth of which leave, on two threads")
    parts = [
        ("question", "a question, one sum", [figures["question_each_for_itself"]]),
        ("question_shared", "  the same, what one machine checked is known to all", figures["question"]),
        ("model", "a model, so too", figures["model"]),
    ]
    for name, words, rounds in parts:
        run.put(f"edge_{name}_sums", rounds[0]["sums"])
        run.put(f"edge_{name}_wall_s", median([one["all"]["wall"] for one in rounds]))
        run.put(f"edge_{name}_cpu_s", median([one["all"]["cpu"] for one in rounds]))
        run.put(f"edge_{name}_node_cpu_s", median([one["node"]["cpu"] for one in rounds]))
        run.put(f"edge_{name}_machine_ms", median([one["one_machine_and_sum"]["cpu_ms"] for one in rounds]))
        run.put(f"edge_{name}_machine_kib", rounds[0]["one_machine_and_sum"]["bytes"] / 1024)
        run.row(words, f"edge_{name}_wall_s", " s")
        run.row("  processor", f"edge_{name}_cpu_s", " s")
        run.row("  of that the node's", f"edge_{name}_node_cpu_s", " s")
        run.row("  one machine, a sum", f"edge_{name}_machine_ms", " CPU ms")
        run.row("  what it sends and gets", f"edge_{name}_machine_kib", " KiB")


PARTS = (ledger, intake, journal, study, sql, proofs, worth.value, worth.learn, edge)


def main():
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--quick", action="store_true", help="smaller files, a few minutes")
    options.add_argument(
        "--only", choices=[part.__name__ for part in PARTS], help="one part alone"
    )
    options.add_argument(
        "--peers", action="store_true", help="private SQL beside the private engines too"
    )
    words = options.parse_args()
    if not os.path.exists(BENCH):
        sys.exit("build first: swift build -c release --product bench")
    run = Run(words.quick, words.peers)
    start = time.monotonic()
    say(f"{os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}, {platform.machine()}, Linux")
    run.put("load_before", os.getloadavg()[0])
    try:
        for part in PARTS:
            if words.only in (None, part.__name__):
                part(run)
    finally:
        shutil.rmtree(run.folder, ignore_errors=True)
    run.put("load_after", os.getloadavg()[0])
    run.put("seconds", time.monotonic() - start)
    results = os.path.join(ROOT, "bench-results")
    os.makedirs(results, exist_ok=True)
    path = os.path.join(results, time.strftime("%Y-%m-%dT%H-%M-%SZ", time.gmtime()) + ".json")
    with open(path, "w") as file:
        json.dump(run.figures, file, indent=2, sort_keys=True)
        file.write("\n")
    say(f"\n{run.figures['seconds']:.0f} s; load {run.figures['load_after']:.1f}; wrote {path}")


if __name__ == "__main__":
    main()
