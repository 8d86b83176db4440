# SPDX-License-Identifier: Apache-2.0
"""Pays out, proves, kills the prover, takes money out, and has others check. Usage: payouts.py BINARY"""
import hashlib
import json
import os
import pathlib
import random
import shutil
import subprocess
import sys
import tempfile
import time

BINARY = os.path.abspath(sys.argv[1])
HERE = pathlib.Path(__file__).resolve().parents[1]
sys.path.insert(0, str(HERE / "interop"))
import forged_copy  # noqa: E402
from public_copy import canonical, entries  # noqa: E402

DICE = random.Random(11)
work = pathlib.Path(tempfile.mkdtemp(prefix="dividend-payouts-"))
faults = []


def expect(is_so, words):
    if not is_so:
        faults.append(words)
        print("FAULT", words)


def run(*words, at=None):
    home = ["--home", at or work / "home"] if at is not False else []
    return subprocess.run([BINARY, *map(str, words), *map(str, home)], capture_output=True, text=True, timeout=300)


def ask(*words):
    done = run(*words, "--json")
    if done.returncode != 0:
        raise SystemExit(f"{words}: exit code {done.returncode}: {done.stderr}")
    return json.loads(done.stdout)


def verify(path, *words):
    done = run("verify", path, *words, "--json", at=False)
    return done.returncode, json.loads(done.stdout) if done.stdout else {}


# An exchange of ten people and two pools.
ask("init", "--name", "Payouts")
ask("party", "create", "buyer")
rows = work / "days.csv"
rows.write_text("who,day,steps\n" + "".join(
    f"p{who},2025-03-0{day},{who * 1000 + day}\n" for who in range(10) for day in range(1, 4)))
mapping = work / "days.json"
mapping.write_text(json.dumps({"table": "walks", "person": "who", "key": ["day"], "columns": [
    {"source": "day", "name": "day", "kind": "date"},
    {"source": "steps", "name": "steps", "kind": "integer", "bounds": ["0", "50000"]}]}))
ask("import", rows, "--mapping", mapping, "--custody", "club", "--yes")
for pool in ["one", "two"]:
    ask("pool", "open", pool, "--table", "walks", "--purpose", "AcademicResearch", "--minimum", "5", "--premium", "0.01")
    ask("grant", "give", "--pool", pool, "--purpose", "AcademicResearch", "--custody", "club", "--epsilon", "20",
        "--per-study", "5")
ask("account", "deposit", "--party", "buyer", "500")


def sell(pool):
    ask("query", f"SELECT COUNT(*) FROM {pool} WITH PRIVACY (epsilon => {DICE.uniform(0.5, 1):.3f}, delta => 1e-6)",
        "--purpose", "AcademicResearch", "--party", "buyer")


def money():
    return [{name: int(value) for name, value in ask("account", "show", "--party", f"custody:club/p{who}").items()}
            for who in range(10)]


sell("one")
claims = [one["claims"] for one in money()]
expect(min(claims) > 0, f"nobody is owed anything: {claims}")

# Pending: nobody can take it out; the public copy verifies and says so.
paid = ask("payout", "one", "--later")
expect([one["pending"] for one in money()] == claims and int(paid["total"]) == sum(claims), "what is pending")
done = run("account", "cashout", "--party", "custody:club/p1", "1")
expect(done.returncode == 1 and "proven first" in done.stderr, f"taken before it is proven: {done.stderr}")
ask("journal", "export", "--public", work / "public")
code, report = verify(work / "public")
expect(code == 0 and report["proofs"] == 0 and any("not proven yet" in line for line in report["unchecked"]),
       f"a pending batch is not told: {report}")

# Killed while it proves, wherever that is: pending as before.
for _ in range(4):
    proving = subprocess.Popen([BINARY, "prove", "--home", work / "home"], stdout=subprocess.DEVNULL,
                               stderr=subprocess.DEVNULL)
    time.sleep(DICE.uniform(0.05, 0.8))
    proving.kill()
    proving.wait()
    now = money()
    expect([one["pending"] + one["available"] for one in now] == claims, f"a kill changed the money: {now}")
proven = ask("prove")
expect(len(proven) <= 1 and [one["available"] for one in money()] == claims, f"prove: {proven}")
expect(ask("prove") == [], "proven twice")

# Paid twice to the same accounts, from both pools; the accounts are those of before.
sell("one")
sell("two")
before = money()
for pool in ["one", "two"]:
    ask("payout", pool, "--later")
expect(len(ask("prove")) == 2, "two batches")
after = money()
expect([one["available"] for one in after] == [one["available"] + one["claims"] for one in before], "both are paid")

# Out again.
done = ask("account", "cashout", "--party", "custody:club/p3", "0.25")
expect(done["paid"] == "250000", f"cashout: {done}")
expect(money()[3]["available"] == after[3]["available"] - 250_000, "what is left")
lines = ask("statement", "--party", "custody:club/p3")
expect(sum(int(line["amount"]) for line in lines) == money()[3]["available"], "her statement adds up")

# A receipt, with the exchange gone.
receipt = work / "receipt.json"
done = run("account", "receipt", "--party", "custody:club/p3", receipt)
expect(done.returncode == 0, f"receipt: {done.stderr}")
ask("journal", "export", "--public", work / "public")
shutil.move(work / "home", work / "away")
code, said = verify(receipt)
left = after[3]["available"] - 250_000
expect(code == 0 and f"{left // 1_000_000}.{left % 1_000_000:06}" in said["words"], f"receipt: {said}")
whole = json.loads(receipt.read_text())
for member in whole:
    other = dict(whole)
    other[member] = {"type": "DividendReceipt", "account": whole["account"] ^ 1, "balance": "1"}[member] \
        if member in ("type", "account", "balance") else whole[member][1:]
    receipt.write_text(json.dumps(other))
    expect(verify(receipt)[0] == 3, f"a receipt with another {member} is taken")

# What is sealed to her, from public bytes alone.
key = work / "reading.key"
shutil.move(work / "away", work / "home")
done = run("account", "reading-key", "--party", "custody:club/p3", key)
expect(done.returncode == 0, f"reading-key: {done.stderr}")
shutil.move(work / "home", work / "away")


def sample(place, *words):
    done = run("sample", place, *words, "--json", at=False)
    return done.returncode, json.loads(done.stdout) if done.stdout else done.stderr


def read(place):
    done = run("account", "read", place, "--key", key, "--json", at=False)
    return done.returncode, json.loads(done.stdout) if done.stdout else done.stderr


_, mine = read(work / "public")
expect(len(mine) == 4 and sum(int(line["amount"]) for line in mine) == left, f"her sealed payouts: {mine}")
expect(int(mine[-1]["balance"]) == left, f"her sealed balance: {mine}")
code, drawn = sample(work / "public")
expect(code == 0 and len(drawn) == 4 and all(one["certainty"].startswith("99.9999") for one in drawn), f"sample: {drawn}")
# With half of the chunks gone all can still be read; a sample sees that something is missing.
thin = work / "thin"
shutil.copytree(work / "public", thin)
for chunk in DICE.sample(range(128), 64):
    (thin / "data/0" / str(chunk)).unlink()
expect(read(thin) == (0, mine), "64 chunks are not enough")
code, drawn = sample(thin, "--batch", 0)
expect(code == 3 and drawn[0]["bad"] and drawn[0]["certainty"] is None, f"missing chunks are not seen: {drawn}")
next(path for path in (thin / "data/0").iterdir() if path.name != "commitment").unlink()
code, lines = read(thin)
expect(code == 3 and lines[:-1] == mine[1:] and lines[-1]["batch"] == 0 and "64" in lines[-1]["why"], f"63 chunks: {lines}")
# What others check proofs with is looked at too.
circuit = next((thin / "circuits").iterdir())
whole = circuit.read_bytes()
for damage in (lambda: circuit.write_bytes(whole[:-1] + bytes([whole[-1] ^ 1])), circuit.unlink):
    damage()
    done = run("verify", thin, at=False)
    expect(done.returncode == 3 and "the circuit that others check the proofs with" in done.stdout + done.stderr, f"circuits: {done}")
circuit.write_bytes(whole)
(thin / "data/1/commitment").write_bytes((thin / "data/2/commitment").read_bytes())
code, drawn = sample(thin, "--batch", 1)
expect(code == 3 and "not the commitment" in drawn[0]["bad"][0]["why"], f"another commitment: {drawn}")
node = subprocess.Popen([BINARY, "serve", "--home", work / "away", "--port", "0"], stdout=subprocess.PIPE, text=True)
address = next(word for line in node.stdout for word in line.split() if word.startswith("http://"))
code, drawn = sample(address.rstrip("/"))
expect(code == 0 and len(drawn) == 4, f"sample of a node: {drawn}")
expect(read(address.rstrip("/")) == (0, mine), "her sealed payouts from the node")
node.terminate()
node.wait()
expect(sample("http://127.0.0.1:9")[0] == 1, "a node that is not there")

# Everybody checks: ours, and the verifier that shares nothing with it.
code, report = verify(work / "public")
expect(code == 0 and report["proofs"] == 4, f"verify: {report}")
other = subprocess.run([sys.executable, HERE / "interop/settlement.py", work / "public"], capture_output=True, text=True)
expect(other.returncode == 0 and "4 settlements, each proof checked against what did:key:z6Mk" in other.stdout,
       f"the other verifier: {other.stdout} {other.stderr}")


# And nobody takes what is forged.
def refused(words, forge, place="proofs/"):
    forged = work / "forged"
    shutil.rmtree(forged, ignore_errors=True)
    shutil.copytree(work / "public", forged)
    forge(forged / "proofs")
    code, report = verify(forged)
    expect(code == 3 and (place is None or report["place"].startswith(place)), f"{words}: {report}")
    other = subprocess.run([sys.executable, HERE / "interop/settlement.py", forged], capture_output=True, text=True)
    expect(other.returncode == 1 and "refused: " in other.stdout,
           f"{words} is taken by the other verifier: {other.stdout} {other.stderr}")


def written(folder, old, new):
    """Other words of the same length in the entries."""
    for path in (folder.parent / "tile/entries").rglob("*"):
        if path.is_file():
            path.write_bytes(path.read_bytes().replace(old.encode(), new.encode()))


def another(folder):
    """A proof that holds, of accounts that somebody made up, and entries that name it."""
    made = work / "made-up"
    if not made.exists():
        done = subprocess.run([BINARY, "bench", "prove", "--payouts", "10", "--accounts", "1000", "--keep", made],
                              capture_output=True, text=True)
        expect(done.returncode == 0, f"bench prove: {done.stderr}")
    data, old = made.read_bytes(), (folder / "0").read_bytes()
    (folder / "0").write_bytes(data)
    written(folder, hashlib.sha256(old).hexdigest(), hashlib.sha256(data).hexdigest())
    written(folder, old[48:80].hex(), data[48:80].hex())
    written(folder, old[144:176].hex(), data[144:176].hex())


def more(folder):
    """A payout entry of a micro-unit more."""
    total = int.from_bytes((folder / "0").read_bytes()[80:88], "little")
    written(folder, f'"total":"{total}"', f'"total":"{total + 1}"')


def flip(folder):
    data = bytearray((folder / "2").read_bytes())
    data[DICE.randrange(176, len(data))] ^= 1 << DICE.randrange(8)
    (folder / "2").write_bytes(data)


refused("a changed byte", flip)
refused("a missing proof", lambda folder: (folder / "1").unlink() or (folder / "1").write_bytes(b""))
refused("the proof of another batch", lambda folder: shutil.copy(folder / "0", folder / "1"))
refused("another settlement, and entries that fit it", another, None)
refused("a payout of more than was proven", more, None)
refused("another commitment", lambda folder: shutil.copy(folder.parent / "data/1/commitment", folder.parent / "data/0/commitment"), None)


# Nor what a lying node signs, where its entries do not go together.
def lies(words, reason, lie, writing=canonical):
    forged = work / "lies"
    shutil.rmtree(forged, ignore_errors=True)
    shutil.copytree(work / "public", forged)
    shutil.rmtree(forged / "tile")
    rows = entries(work / "public")[0]
    lie(rows)
    forged_copy.write(forged, rows, writing)
    other = subprocess.run([sys.executable, HERE / "interop/settlement.py", forged], capture_output=True, text=True)
    expect(other.returncode == 1 and f"refused: {reason}" in other.stdout, f"{words}: {other.stdout} {other.stderr}")


def first(rows, kind):
    return next(row for row in rows if row["kind"] == kind)


def without(rows, *kinds):
    rows[:] = [row for row in rows if row["kind"] not in kinds]


NODE = entries(work / "public")[1]
signed_by = subprocess.run([sys.executable, HERE / "interop/settlement.py", work / "public", forged_copy.DID],
                           capture_output=True, text=True)
expect(signed_by.returncode == 1 and NODE in signed_by.stdout, f"another node: {signed_by.stdout}")
lies("its own name alone", "batch 0: the proof, or its entry, is of another batch", lambda rows: None)
lies("settled before it began", "batch 0 is settled, and none began",
     lambda rows: rows.insert(1, rows.pop(rows.index(first(rows, "settle")))))
lies("money from an account that nobody opened", "money is drawn from an account", lambda rows: without(rows, "hidden.open", "settle"))
lies("a draw that nobody signed", "the draw of batch", lambda rows: without(rows, "settle"))
lies("a total of another spelling", "a number is written otherwise",
     lambda rows: first(rows, "payout")["body"].update(total="0" + first(rows, "payout")["body"]["total"]))
lies("entries written otherwise", "an entry is not in its canonical form", lambda rows: None,
     lambda row: json.dumps(row).encode())
lies("deep entries", "an entry is no JSON", lambda rows: None, lambda row: b"[" * 20_000)
shutil.rmtree(work)
print(f"payouts proven, killed, taken out, checked by two verifiers; {len(faults)} faults")
sys.exit(1 if faults else 0)
