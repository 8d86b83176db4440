#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Kills the command at random moments, again and again: nothing it acknowledged may be lost.

usage: crash.py PATH-TO-dividend [KILLS] [SEED]

Acknowledged is what was printed before the kill. After each kill the exchange must be well; at the
end every hold is resolved, every answer was reserved before, and the public copy verifies. Then the
power is cut: files are shortened in a copy, and the command must say what is wrong, or go on from
an earlier state, but never trap.
"""
import json
import os
import random
import shutil
import subprocess
import sys
import tempfile
import time

BINARY = os.path.abspath(sys.argv[1])
KILLS = int(sys.argv[2]) if len(sys.argv) > 2 else 40
DICE = random.Random(int(sys.argv[3]) if len(sys.argv) > 3 else 7)
LIMIT = time.monotonic() + 55

work = tempfile.mkdtemp(prefix="dividend-crash-")
home = work + "/home"
faults = []


def length_of(path):
    """How long a file is that may come and go."""
    try:
        return os.path.getsize(path)
    except FileNotFoundError:
        return 0


def check(holds, words):
    if not holds:
        faults.append(words)
        print("FAULT", words)


def run(*words, home=home):
    """Runs a command to its end: exit code, output, errors."""
    done = subprocess.run(
        [BINARY, *words, "--home", home], capture_output=True, text=True, stdin=subprocess.DEVNULL)
    return done.returncode, done.stdout, done.stderr


def ok(*words):
    code, out, err = run(*words, "--json")
    if code != 0:
        raise SystemExit(f"{words}: exit code {code}: {err}")
    return json.loads(out)


usual = {}


def kill(name, *words):
    """Starts a command and kills it at a random moment: what it printed, when that is whole."""
    start = time.monotonic()
    process = subprocess.Popen(
        [BINARY, *words, "--home", home, "--json"], stdout=subprocess.PIPE,
        stderr=subprocess.PIPE, stdin=subprocess.DEVNULL)
    try:
        process.wait(timeout=usual.get(name, 0.3) * DICE.uniform(0.1, 1.4))
    except subprocess.TimeoutExpired:
        process.kill()
    out, err = process.communicate()
    if process.returncode == 0:
        usual[name] = time.monotonic() - start
    else:
        check(process.returncode in (-9, 1), f"{name} ended with {process.returncode}: {err}")
    try:
        return process.returncode, json.loads(out)
    except ValueError:
        return process.returncode, None


def people(name, count):
    path = f"{work}/{name}.csv"
    with open(path, "w") as file:
        file.write("who,day,steps\n")
        for person in range(count):
            for day in range(1, 6):
                file.write(f"{name}-{person},2025-03-0{day},{1000 * person + day}\n")
    return path


def journal():
    return ok("journal", "show", "--last", "1000000")


def segments(entries):
    return sum(entry["kind"] == "data.add" for entry in entries)


# An exchange that was killed while it began can be begun again.
for attempt in range(4):
    start = f"{work}/start-{attempt}"
    process = subprocess.Popen([BINARY, "init", "--home", start], stdout=subprocess.DEVNULL)
    time.sleep(DICE.uniform(0, 0.12))
    process.kill()
    process.wait()
    code, _, err = run("init", home=start)
    check(code == 0 or "already" in err, f"init after a kill: {err}")
    check(run("doctor", home=start)[0] == 0, "doctor after init was killed")

ok("init")
mapping = work + "/mapping.json"
with open(mapping, "w") as file:
    json.dump({"table": "walks", "person": "who", "key": ["day"], "columns": [
        {"source": "day", "name": "day", "kind": "date"},
        {"source": "steps", "name": "steps", "kind": "integer", "bounds": ["0", "50000"]}]}, file)
ok("party", "create", "buyer")
first = people("first", 12)
ok("import", first, "--custody", "first", "--mapping", mapping, "--yes")
ok("pool", "open", "steps", "--table", "walks", "--minimum", "5", "--premium", "0")
for person in range(6):
    ok("grant", "--party", f"custody:first/first-{person}", "--pool", "steps",
       "--purpose", "ResearchAndDevelopment", "--epsilon", "40", "--days", "9")
ok("account", "deposit", "1000", "--party", "buyer")

SQL = "SELECT COUNT(*) FROM steps WITH PRIVACY (epsilon => 0.5, delta => 1e-7)"
acknowledged = {"deposit": [], "order": {}, "payout": [], "grant": [], "import": [], "erase": []}
granted = 6
kills = 0
while kills < KILLS and time.monotonic() < LIMIT - 12:
    name = DICE.choice(["deposit", "order", "order", "order", "payout", "grant", "import", "erase"])
    if name == "deposit":
        units = f"{kills + 1}.{DICE.randrange(1, 999):03}"
        code, out = kill(name, "account", "deposit", units, "--party", "buyer")
        if out is not None:
            acknowledged["deposit"].append(str(round(float(units) * 1_000_000)))
    elif name == "order":
        quote = ok("quote", SQL)["id"]
        code, out = kill(name, "order", quote, "--party", "buyer")
        if out is not None:
            acknowledged["order"][quote] = out["answer"]
    elif name == "payout":
        code, out = kill(name, "payout", "steps")
        if out is not None:
            acknowledged["payout"].append(out["total"])
    elif name == "grant":
        person = granted % 12
        granted += 1
        code, out = kill(
            name, "grant", "--party", f"custody:first/first-{person}", "--pool", "steps",
            "--purpose", "ResearchAndDevelopment", "--epsilon", "40", "--days", "9")
        if out is not None:
            acknowledged["grant"].append(json.dumps(out, sort_keys=True))
    elif name == "import":
        label = f"more{kills}"
        code, out = kill(
            name, "import", people(label, 25), "--custody", label, "--mapping", mapping, "--yes")
        if out is not None:
            acknowledged["import"].append((label, out["people"]))
    else:
        known = acknowledged["import"]
        if not known:
            continue
        label, _ = DICE.choice(known)
        code, out = kill(
            name, "erase", "--party", f"custody:{label}/{label}-{DICE.randrange(25)}", "--yes")
        if out is not None:
            acknowledged["erase"] += out["erased"]
    kills += code == -9
    if code == -9:
        code, out, err = run("doctor")
        check(code == 0, f"doctor after {name} was killed: {code} {out} {err}")

entries = journal()
bodies = {}
for entry in entries:
    bodies.setdefault(entry["kind"], []).append(entry["body"])
deposits = [body["amount"] for body in bodies.get("account.deposit", [])]
for amount in acknowledged["deposit"]:
    check(amount in deposits, f"a deposit of {amount} is lost")
grants = {json.dumps(body, sort_keys=True) for body in bodies.get("grant", [])}
for grant in acknowledged["grant"]:
    check(grant in grants, "a grant is lost")
totals = [body["total"] for body in bodies.get("payout", [])]
for total in acknowledged["payout"]:
    check(total in totals, f"a payout of {total} is lost")
erased = {name for body in bodies.get("data.erase", []) for name in body["segments"]}
for name in acknowledged["erase"]:
    check(name in erased, "an erasure is lost")
stage = {}
for entry in entries:
    kind, body = entry["kind"], entry["body"]
    if kind == "study.reserve":
        stage[body["order"]] = "reserved"
    elif kind == "study.commit":
        check(stage.get(body["order"]) == "reserved", "an answer without a reserved budget")
        stage[body["order"]] = "done"
    elif kind == "study.fail":
        stage[body["order"]] = "failed"
answered = sum(state == "done" for state in stage.values())
check(len(bodies.get("study.commit", [])) + len(bodies.get("study.fail", []))
      == len(bodies.get("order.place", [])), "an order is neither answered nor refunded")
price = 5_000_000
money = ok("account", "show", "--party", "buyer")
check(int(money["available"]) == sum(map(int, deposits)) - price * answered,
      "the buyer's money is not deposits less answers")
lines = ok("statement", "--party", "buyer")
check(sum(int(line["amount"]) for line in lines) == int(money["available"]) + int(money["claims"]),
      "the statement does not add up")
for quote, answer in acknowledged["order"].items():
    again = ok("order", quote, "--party", "buyer")
    check(again["answer"] == answer, "an acknowledged answer changed")
check(ok("account", "show", "--party", "buyer") == money, "a repeated order was charged")
for label, count in acknowledged["import"]:
    again = ok("import", f"{work}/{label}.csv", "--custody", label, "--mapping", mapping, "--yes")
    gone = again["stored"] // 5
    check(gone <= len(erased), f"{gone} people of {label} were lost")
ok("journal", "export", "--public", work + "/public")
verdict = subprocess.run([BINARY, "verify", work + "/public"], capture_output=True, text=True)
check(verdict.returncode == 0, f"verify: {verdict.stdout}")


def power_cut(path, length, words):
    """Opens a copy in which a file is cut: it may be refused in words, but never trap."""
    copy = tempfile.mkdtemp(prefix="cut-", dir=work) + "/home"
    shutil.copytree(home, copy)
    with open(copy + path, "r+b") as file:
        file.truncate(length)
    code, out, err = run("doctor", home=copy)
    check(code in (0, 1), f"{words}: doctor ended with {code}: {err[:1500]}")
    check(code == 0 or "mend" in out or err.strip(), f"{words}: refused without a word")
    if code == 0:
        check(run("journal", "export", "--public", os.path.dirname(copy) + "/public", home=copy)[0] == 0, words)
        verdict = subprocess.run([BINARY, "verify", os.path.dirname(copy) + "/public"], capture_output=True)
        check(verdict.returncode == 0, f"{words}: verify fails")
    shutil.rmtree(os.path.dirname(copy))
    return code


pack = "/vault/pack-00000001.dvp"
size = os.path.getsize(home + pack)
for cut in [1, DICE.randrange(2, 200), size // 2, size]:
    if time.monotonic() < LIMIT:
        check(power_cut(pack, size - cut, f"pack less {cut}") == 1, f"{cut} lost bytes went unseen")
# A write-ahead log as a kill leaves it.
process = subprocess.Popen(
    [BINARY, "import", people("last", 25), "--custody", "last", "--mapping", mapping, "--yes",
     "--home", home], stdout=subprocess.DEVNULL)
deadline = time.monotonic() + 3
wal = "/exchange.sqlite-wal"
while time.monotonic() < deadline and process.poll() is None:
    if length_of(home + wal) > 4096:
        break
process.kill()
process.wait()
if os.path.exists(home + wal):
    size = os.path.getsize(home + wal)
    for length in sorted({0, 31, size // 3, size - 1, *(DICE.randrange(size + 1) for _ in range(3))}):
        if 0 <= length <= size and time.monotonic() < LIMIT:
            power_cut(wal, length, f"write-ahead log of {size} cut to {length}")
size = os.path.getsize(home + "/exchange.sqlite")
for length in [0, 100, size // 2]:
    if time.monotonic() < LIMIT:
        power_cut("/exchange.sqlite", length, f"database of {size} cut to {length}")

shutil.rmtree(work)
done = {name: len(what) for name, what in acknowledged.items()}
print(f"{kills} kills; acknowledged {done}; {answered} answers; {len(faults)} faults")
sys.exit(1 if faults or kills < 5 else 0)
