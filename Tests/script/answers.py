# SPDX-License-Identifier: Apache-2.0
"""Buys proven answers and has two verifiers check them, damaged too. Usage: answers.py BINARY"""
import base64
import json
import os
import pathlib
import random
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import time
import zipfile

BINARY = os.path.abspath(sys.argv[1])
ROOT = pathlib.Path(__file__).resolve().parents[2]
ANSWER = ROOT / "Tests/interop/answer.py"
sys.path.insert(0, str(ANSWER.parent))
import forged_copy  # noqa: E402
from public_copy import entries  # noqa: E402

DICE = random.Random(12)
work = pathlib.Path(tempfile.mkdtemp(prefix="dividend-answers-"))
faults = []


def expect(is_so, words):
    if not is_so:
        faults.append(words)
        print("FAULT", words)


def run(*words, at=None):
    home = ["--home", at or work / "home"] if at is not False else []
    return subprocess.run([BINARY, *map(str, words), *map(str, home)], capture_output=True, text=True, timeout=900)


def ask(*words):
    done = run(*words, "--json")
    if done.returncode != 0:
        raise SystemExit(f"{words}: exit code {done.returncode}: {done.stderr}")
    return json.loads(done.stdout)


def verify(path, *words):
    done = run("verify", path, *words, "--json", at=False)
    return done.returncode, json.loads(done.stdout) if done.stdout else {"problem": done.stderr}


def other(*paths):
    """The verifier that shares nothing with ours."""
    done = subprocess.run([sys.executable, ANSWER, *map(str, paths)], capture_output=True, text=True)
    return done.returncode, done.stdout + done.stderr


def balance():
    return int(ask("account", "show", "--party", "bob")["available"])


def journal():
    shutil.rmtree(work / "public", ignore_errors=True)
    ask("journal", "export", "--public", work / "public")
    return [(entry["kind"], entry["body"]) for entry in entries(work / "public")[0]]


def commitments():
    return [body for kind, body in journal() if kind == "columns.commit"]


def private(sql, epsilon=0.3):
    return f"{sql} WITH PRIVACY (epsilon => {epsilon}, delta => 1e-7)"


def json_of(path):
    """A receipt, or the first one that it repeats, which has the proof."""
    receipt = json.loads(path.read_text())
    if "first" not in receipt:
        return path
    (work / "first.receipt").write_text(json.dumps(receipt["first"]))
    return work / "first.receipt"


def buy(name, sql, *words):
    """Buys a proven answer, and keeps its receipt under a name."""
    done = run("query", private(sql), "--party", "bob", "--prove", "--receipt", work / f"{name}.json", *words)
    expect(done.returncode == 0 and "The answer is proven" in done.stdout, f"{name}: {done.stdout} {done.stderr}")
    return json.loads((work / f"{name}.json").read_text())


# An exchange of people with trackers: a pool as it is opened, one of many rows, one of too many.
ask("init", "--name", "Answers")
ask("import", ROOT / "Demo/fitabase-fitbit.zip", "--custody", "fitbit", "--yes")
for name, rows in [("walkers", 31), ("long", 1000), ("endless", 40_000)]:
    ask("pool", "open", name, "--table", "activity_days", "--rows", rows, "--premium", "0.001")
    ask("grant", "give", "--pool", name, "--purpose", "ResearchAndDevelopment", "--custody", "fitbit", "--epsilon", "60",
        "--per-study", "8")
ask("party", "create", "bob")
ask("account", "deposit", "--party", "bob", "500")

# What cannot be proven is refused, with the reason, before anything is charged.
full = balance()
for sql, reason in [
    ("SELECT COUNT(*) FROM walkers WHERE steps > 1000", "ask without WHERE"),
    ("SELECT MEDIAN(steps) FROM walkers", "is made of counts and sums"),
    ("SELECT COUNT(DISTINCT contributor) FROM walkers", "is made of counts and sums"),
    ("SELECT COUNT(day) FROM walkers", "counts or adds up a column"),
    ("SELECT SUM(steps * 2) FROM walkers", "counts or adds up a column"),
    ("SELECT SUM(steps) FROM walkers", "from 0 to 32510"),
    ("SELECT AVG(CLIP(distance_km, 0, 32.511)) FROM walkers", "from 0 to 32510 units of its last digit"),
    ("SELECT steps, COUNT(*) FROM walkers GROUP BY steps", "of published categories"),
    ("SELECT HISTOGRAM(steps, 10) FROM walkers", "from 0 to 32510"),
    ("SELECT HISTOGRAM(CLIP(steps, 0, 9), 11) FROM walkers", "ask for 10 of them at most"),
    ("SELECT HISTOGRAM(CLIP(steps, 0, 9000), 700) FROM walkers", "ask for 699 of them at most"),
    ("SELECT COUNT(*) FROM endless", "819200 rows at most"),
]:
    done = run("query", private(sql), "--party", "bob", "--prove", "--receipt", work / "none.json")
    expect(done.returncode == 1 and reason in done.stderr, f"{sql}: {done.returncode} {done.stderr}")
for rows in ["5", "auto"]:
    done = run("query", f"SELECT COUNT(*) FROM walkers WITH PRIVACY (rows => {rows}, proof => on)", "--party", "bob")
    expect(done.returncode == 1 and "as the pool says" in done.stderr, f"rows => {rows}: {done.stderr}")
expect(balance() == full and not ask("order", "list", "--party", "bob"), "what was refused was charged")
expect(not (work / "none.json").exists(), "a receipt of what was refused")
# Nobody's rows are proven for nothing.
mock = ask("query", "SELECT COUNT(*), AVG(CLIP(steps, 0, 25000)) FROM walkers", "--mock", "--prove")
expect(len(mock["mock"]["rows"][0]) == 2, f"mock: {mock}")
explained = run("query", "EXPLAIN SELECT COUNT(*) FROM walkers", "--prove").stdout
expect("the first 31 rows of each person" in explained, f"EXPLAIN: {explained}")
expect(balance() == full and not commitments(), "trying it was charged or proven")

shutil.copytree(work / "public", work / "early")
# The first question commits to the columns, the second is about the same; asked again it is told again.
first = buy("average", "SELECT COUNT(*), AVG(CLIP(steps, 0, 25000)) FROM walkers")
second = buy("sum", "SELECT SUM(CLIP(steps, 0, 25000)), SUM(CLIP(steps, 500, 9000)), COUNT(floors) FROM walkers")
expect(len(commitments()) == 1, "the second question has columns of its own")
now = balance()
expect(now < full, "nothing was paid")
again = buy("again", "SELECT SUM(CLIP(steps, 0, 25000)), SUM(CLIP(steps, 500, 9000)), COUNT(floors) FROM walkers")
expect(again == second and balance() == now, "asked again it is paid for again, or another answer")
done = run("order", first["order"], "--party", "bob", "--receipt", work / "average-again.json")
given = json.loads((work / "average-again.json").read_text())
expect({**given, "proof": 0} == {**first, "proof": 0} and balance() == now, f"ordered again: {done.stderr}")
renamed = buy("renamed",
              "SELECT SUM(CLIP(steps, 0, 25000)) AS many, SUM(CLIP(steps, 500, 9000)), COUNT(floors) FROM walkers")
expect(renamed["first"] == second and renamed["answer"] != second["answer"] and balance() == now, "other names")
quoted = ask("quote", "SELECT COUNT(*) FROM walkers WITH ACCURACY (40%, proof => on)")
done = run("order", quoted["id"], "--party", "bob", "--receipt", work / "accuracy.json")
expect(done.returncode == 0 and len(commitments()) == 1, f"an accuracy: {done.stderr}")

# No new rows, no new columns; with rows of another table, and when somebody is gone, new ones.
ask("import", ROOT / "Demo/fitabase-fitbit.zip", "--custody", "fitbit", "--yes")
buy("known", "SELECT SUM(CLIP(calories, 0, 4000)) FROM walkers")
expect(len(commitments()) == 1, "the same rows once more gave new columns")
# A part of the adults suffices, with room for more rows than they have; the long form takes all.
people, room = (40_000, 1) if os.environ.get("DIVIDEND_SLOW") == "1" else (1500, 20)
with zipfile.ZipFile(ROOT / "Demo/adult-income.zip") as whole:
    lines = whole.read("adult.csv").splitlines(keepends=True)
(work / "adult.csv").write_bytes(b"".join(lines[:people + 1]))
ask("import", work / "adult.csv", "--custody", "adult", "--yes")
buy("imported", "SELECT SUM(CLIP(calories, 0, 4001)) FROM walkers")
ask("withdraw", "--party", "custody:fitbit/1503960366", "--pool", "walkers")
buy("withdrawn", "SELECT SUM(CLIP(calories, 0, 4002)) FROM walkers")
three = commitments()
expect(len(three) == 3 and three[0]["cohort"] == three[1]["cohort"] != three[2]["cohort"], f"new columns: {three}")

# Groups, and columns of other sizes.
ask("pool", "open", "adults", "--table", "profile", "--rows", room, "--premium", "0.001")
ask("grant", "give", "--pool", "adults", "--purpose", "ResearchAndDevelopment", "--custody", "adult", "--epsilon", "60",
    "--per-study", "8")
groups = buy("groups", "SELECT sex, COUNT(*) FROM adults GROUP BY sex")
expect([row[0] for row in groups["answer"]["rows"]] == ["Female", "Male", "NULL"], f"groups: {groups['answer']}")
buy("top", "SELECT education, COUNT(*) FROM adults GROUP BY education ORDER BY 2 DESC LIMIT 3")
parts = buy("parts", "SELECT HISTOGRAM(CLIP(age, 20, 80), 6) FROM adults")
names = [row[0] for row in parts["answer"]["rows"]]
expect(names == ["20 – 30", "30 – 40", "40 – 50", "50 – 60", "60 – 70", "70 – 80", "NULL"], f"parts: {parts['answer']}")
buy("most", "SELECT HISTOGRAM(CLIP(capital_gain, 0, 9000), 699) FROM adults")
buy("buckets", "SELECT BUCKET(hours_per_week, 9) AS hours, COUNT(*) FROM adults GROUP BY 1 ORDER BY 2 DESC LIMIT 4")
buy("ages", "SELECT AVG(age), AVG(CLIP(hours_per_week, 20, 60)) FROM adults")
buy("long", "SELECT COUNT(*), SUM(CLIP(steps, 0, 30000)), AVG(CLIP(sedentary_minutes, 60, 1200)) FROM long")
sizes = [body["rows"] for body in commitments()]
expect(sizes[3:] == [14, 14], f"sizes: {sizes}")

# Columns of this size prove 14 answers, and the next has others. There are new ones since people joined a pool.
for place in range(15):
    buy(f"many-{place}", f"SELECT SUM(CLIP(steps, 0, {1000 + place})) FROM walkers")
    count = len(commitments()) if place > 12 else 6
    expect(count == (6 if place < 14 else 7), f"after {place + 1} proofs there are {count} columns")

# Killed while it proves: charged once, and finished with the noise that was committed to.
state = sqlite3.connect(f"file:{work / 'home/exchange.sqlite'}?mode=ro", uri=True)
size = "SELECT SUM(count) FROM journal"
before, money = state.execute(size).fetchone()[0], balance()
last = "SELECT SUM(CLIP(steps, 0, 7777)) FROM walkers"
proving = subprocess.Popen([BINARY, "query", private(last), "--party", "bob", "--prove", "--home", work / "home"],
                           stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
for _ in range(4000):
    if state.execute(size).fetchone()[0] > before:
        break
    time.sleep(0.005)
proving.kill()
proving.wait()
state.close()
expect(balance() < money, "the study that was killed was not finished")
money = balance()
buy("killed", last)
expect(balance() == money, "the study that was killed was charged twice")
# An answer that nobody asked a proof of has none.
done = run("query", private("SELECT SUM(CLIP(steps, 0, 7778)) FROM walkers"), "--party", "bob", "--receipt",
           work / "plain.json")
code, said = verify(work / "plain.json")
expect(code == 0 and said["proven"] is False, f"a receipt without a proof: {said} {done.stderr}")

# What is published is as proven as before.
run("order", "publish", second["order"], "--party", "bob")
told = journal()
expect([kind for kind, _ in told].count("study.publish") == 1, "not published")
code, report = verify(work / "public")
expect(code == 0, f"the public copy: {report}")
reserved = [body for kind, body in told if kind == "study.reserve"]
proven = [body for kind, body in told if kind == "study.commit" and "proof" in body]
noises = [body["noise"] for body in reserved if "noise" in body]
expect(len(noises) == len(proven) == len(set(noises)) == len(reserved) - 1, "noise")

# With the exchange gone, both verifiers take every receipt.
shutil.move(work / "home", work / "away")
kept = sorted(path for path in work.glob("*.json") if path.stem != "plain")
expect(len(kept) == 18 + 14, f"{len(kept)} receipts")
for path in kept:
    code, said = verify(path)
    expect(code == 0 and said["proven"] and "; proven: it is what the columns" in said["words"], f"{path.stem}: {said}")
    if "many-1" not in path.stem:
        code, said = verify(path, "--copy", work / "public")
        expect(code == 0 and said["proven"] and "as the journal has them" in said["words"], f"{path.stem}: {said}")
    tape = path.with_suffix(".tape")
    verify(json_of(path), "--circuit", tape)
    code, words = other(work / "public", path, tape)
    expect(code == 0 and "the proof holds" in words and "noise stands in entry" in words, f"{path.stem}: {words}")
code, words = other(work / "average.json", work / "sum.tape")
expect(code == 1 and "the circuit" in words, f"the circuit of another question: {words}")
code, said = verify(work / "sum.json", "--copy", work / "early")
expect(code == 3 and "no such answer to this order" in said["problem"], f"a copy from before: {said}")
code, words = other(work / "early", work / "sum.json", work / "sum.tape")
expect(code == 1 and "0 orders of this" in words, f"a copy from before: {words}")
code, words = other(work / "plain.json", work / "sum.tape")
expect(code == 1 and "no receipt of a proven answer" in words, f"a receipt without a proof: {words}")

# Neither takes a receipt that was changed.
whole = (work / "sum.json").read_text()
tape, forged = work / "sum.tape", work / "forged.json"
file = base64.b64decode(second["proven"]["file"])


def changed(place, value=None):
    data = bytearray(file)
    data[place] = data[place] ^ 1 << DICE.randrange(8) if value is None else value
    return bytes(data)


def receipt(**members):
    return {**second, **members}


def with_file(data):
    return receipt(proven={**second["proven"], "file": base64.b64encode(data).decode()})


for words, value in [
    ("another answer", receipt(answer=first["answer"])),
    ("another answer that was opened too", receipt(answer=first["answer"], opening=first["opening"])),
    ("another order", receipt(order=first["order"])),
    ("another quote", receipt(quote={**second["quote"], "base": "1"})),
    ("another proof byte", with_file(changed(DICE.randrange(200, len(file))))),
    ("another noise root", with_file(changed(48 + DICE.randrange(32)))),
    ("the proof of another order", receipt(proven=first["proven"])),
    ("a file that is no base64", receipt(proven={**second["proven"], "file": "@"})),
    ("no file", receipt(proven={"sql": second["proven"]["sql"]})),
]:
    forged.write_text(json.dumps(value))
    code, said = verify(forged)
    expect(code == 3 and said["problem"], f"{words}: {code} {said}")
    code, said = other(forged, tape)
    expect(code == 1 and said.startswith("refused: "), f"{words}: {code} {said}")
# The proof alone has no signature: what it says holds by itself, or not at all.
bare = work / "bare.dvanswer"
bare.write_bytes(file)
code, said = verify(bare, "--circuit", work / "bare.tape")
expect(code == 0 and said["order"] == second["order"], f"the proof alone: {said}")
expect((work / "bare.tape").read_bytes() == tape.read_bytes(), "another circuit")
code, said = other(bare, tape)
expect(code == 0, f"the proof alone: {said}")
damaged = {f"byte {place}": changed(place) for place in [*range(8, 112, 7), *range(112, 132)]}
damaged |= {f"byte {place}": changed(place) for place in DICE.sample(range(132, len(file)), 20)}
damaged |= {"a byte less": file[:-1], "a byte more": file + b"\0", "a head alone": file[:112], "less than a head": file[:60],
            "another order": file[:80] + base64.b64decode(first["proven"]["file"])[80:112] + file[112:],
            "the columns of another time": file[:16] + bytes.fromhex(three[2]["root"]) + file[48:],
            "more columns than there can be": changed(11, 61), "no columns": changed(11, 0), "a number less": changed(12, 2)}
for words, data in damaged.items():
    bare.write_bytes(data)
    code, said = verify(bare)
    expect(code == 3 and said["problem"], f"{words}: {code} {said}")
    code, said = other(bare, tape)
    expect(code == 1 and said.startswith("refused: "), f"{words}: {code} {said}")


# A journal that says something else is told from the proof's, whoever signed it.
def lies(words, reason, lie):
    rows = [json.loads(json.dumps(entry)) for entry in entries(work / "public")[0]]
    lie(rows)
    forged_copy.write(work / "lies", rows)
    code, said = other(work / "lies", work / "sum.json", tape)
    expect(code == (1 if reason else 0) and reason in said, f"{words}: {code} {said}")


def of(rows, kind, order=second["order"]):
    return next(row["body"] for row in rows if row["kind"] == kind and order in (row["body"].get("order"), None))


def place_of(rows, kind):
    return next(place for place, row in enumerate(rows) if row["body"] == of(rows, kind))


def move(rows):
    rows.insert(place_of(rows, "study.reserve"), rows.pop(place_of(rows, "study.commit")))


def overuse(rows):
    root = of(rows, "study.commit")["columns"]
    for row in rows:
        if row["kind"] == "study.commit" and "columns" in row["body"]:
            row["body"]["columns"] = root


def columns(rows):
    return next(row["body"] for row in rows if row["kind"] == "columns.commit")


lies("nothing", "", lambda rows: None)
lies("another noise", "noise is not", lambda rows: of(rows, "study.reserve").update(noise=three[0]["root"]))
lies("no noise", "noise is not", lambda rows: of(rows, "study.reserve").pop("noise"))
lies("the noise of another", "2 studies with this noise",
     lambda rows: of(rows, "study.reserve", first["order"]).update(noise=of(rows, "study.reserve")["noise"]))
lies("another proof", "another proof", lambda rows: of(rows, "study.commit").update(proof="0" * 64))
lies("other columns", "other columns", lambda rows: of(rows, "study.commit").update(columns=three[1]["root"]))
lies("another cohort", "another cohort", lambda rows: columns(rows).update(cohort="0" * 64))
lies("another size", "another size", lambda rows: columns(rows).update(rows=14))
lies("other names", "are others", lambda rows: columns(rows)["columns"].reverse())
lies("another pool", "another pool", lambda rows: columns(rows).update(pool="long"))
lies("an answer before its noise", "after the answer", move)
lies("rows that came since", "rows came or went",
     lambda rows: rows.insert(place_of(rows, "study.reserve"), {"kind": "data.add", "body": {}}))
lies("columns used too often", f"the columns prove {len(proven)} answers, 14 may be", overuse)
lies("another answer", "another buyer or answer", lambda rows: of(rows, "study.commit").update(answer="0" * 64))

shutil.rmtree(work)
print(f"{len(kept)} receipts of proven answers, checked by two verifiers, damaged too; {len(faults)} faults")
sys.exit(1 if faults else 0)
