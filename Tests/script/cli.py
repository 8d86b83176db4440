#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Goes through every command as a newcomer would, with good and bad input.

usage: cli.py PATH-TO-dividend

Each call states its exit code (0 done, 1 refused, 3 does not verify, 64 wrong usage) and words of
the answer. With --json the output is one JSON text; errors go to standard error, say what is wrong,
and leave standard output empty.
"""
import json
import os
import pty
import select
import shutil
import subprocess
import sys
import tempfile
import time

BINARY = os.path.abspath(sys.argv[1])
work = tempfile.mkdtemp(prefix="dividend-cli-")
home = work + "/home"
faults = []
calls = 0


def call(words, code=0, says="", env=None, stdin=None, where=None):
    """Runs a command; notes what is not as stated; gives its output."""
    global calls
    calls += 1
    words = words.split() if isinstance(words, str) else words
    surroundings = {**os.environ, "DIVIDEND_HOME": where or home, **(env or {})}
    surroundings.pop("DIVIDEND_PASSPHRASE", None) if not env else None
    done = subprocess.run(
        [BINARY, *words], capture_output=True, text=True, env=surroundings, cwd=work,
        input=stdin or "")
    shown = " ".join(words)
    both = done.stdout + done.stderr
    if done.returncode != code:
        faults.append(f"{shown}: exit code {done.returncode}, not {code}: {both.strip()[-300:]}")
    if says.lower() not in both.lower():
        faults.append(f"{shown}: does not say '{says}': {both.strip()[-300:]}")
    if code in (1, 64) and not done.stderr.strip() and "--json" not in words \
            and words[0] != "doctor":
        faults.append(f"{shown}: fails without a word on standard error")
    for noise in ["Fatal error", "Error Domain=", "Swift.", "NSError", "LedgerError", "nil"]:
        if noise in both.split():
            faults.append(f"{shown}: speaks to programmers: {noise}")
    return done.stdout


def ask(words, code=0):
    """The same with --json: gives the parsed answer."""
    words = words.split() if isinstance(words, str) else words
    out = call([*words, "--json"], code)
    try:
        return json.loads(out)
    except ValueError:
        faults.append(f"{' '.join(words)} --json: no JSON: {out[:200]!r}")
        return None


def expect(holds, words):
    if not holds:
        faults.append(words)


def write(name, text):
    path = f"{work}/{name}"
    with open(path, "w") as file:
        file.write(text)
    return path


# Before there is an exchange.
call("--help", says="verify")
call("--version", says="0.")
call("nonsense", 64)
call("--nonsense", 64)
for words in ["party list", "table list", "pool list", "doctor", "journal show", "account show --party x",
              "backup there", "payout steps", "statement --party x", "journal export --public there"]:
    call(words, 1, "dividend init")
expect(not os.path.exists(home), "a refused command made a folder")
call("party list --home", 64)

# Beginning.
expect("node" in ask("init"), "init tells the node's key")
call("init", 1, "already")
call("doctor", says="well")
expect(all(line["ok"] for line in ask("doctor")), "doctor finds a new exchange well")
expect(oct(os.stat(home).st_mode)[-2:] == "00", "the folder is open to others")

# Parties.
call("party create buyer", says="did:key")
call("party create buyer", 1)
for bad in ["Buyer", "a/b", "../x", "", "é", "x" * 65]:
    call(["party", "create", bad], 1, "name")
expect(ask("party list") == ["buyer"], "party list")
expect(ask("party show buyer")["available"] == "0", "party show")
call("party show nobody", 1, "party create nobody")
call("party create secret", env={"DIVIDEND_PASSPHRASE": "correct horse"})
call("party show secret", 1, "passphrase")
call("party show secret", 1, env={"DIVIDEND_PASSPHRASE": "wrong"})
call("party show secret", says="did:key", env={"DIVIDEND_PASSPHRASE": "correct horse"})

# Imports.
rows = "who,day,steps\n" + "".join(
    f"p{person},2025-03-0{day},{person * 1000 + day}\n" for person in range(8) for day in range(1, 4))
csv = write("club.csv", rows)
mapping = write("mapping.json", json.dumps({
    "table": "walks", "person": "who", "key": ["day"], "columns": [
        {"source": "day", "name": "day", "kind": "date"},
        {"source": "steps", "name": "steps", "kind": "integer", "bounds": ["0", "50000"]}]}))
call("import nothing.csv --party buyer", 1, "nothing.csv")
call(f"import {csv} --party buyer --yes", 1, "mapping")
call(f"import {csv} --mapping {csv} --custody club --yes", 1)
call(f"import {csv} --mapping nothing.json --custody club --yes", 1, "nothing.json")
call(f"import {write('empty.csv', '')} --party buyer --yes", 1)
call(f"import {write('broken.zip', 'PK then nothing')} --party buyer --yes", 1)
call(f"import {csv} --mapping {mapping} --custody club", 1, "--yes")
call(f"import {csv} --mapping {mapping} --yes", 64, "--party")
call(f"import {csv} --mapping {mapping} --party buyer --yes", 1, "several people")
call(f"import {csv} --mapping {mapping} --custody club --preview", says="walks")
expect(ask("table list") == [], "a preview stores nothing")
preview = ask(f"import {csv} --mapping {mapping} --custody club --preview")
outcome = ask(f"import {csv} --mapping {mapping} --custody club --yes")
expect(outcome and outcome["stored"] == 24 and outcome["people"] == 8, "import stores 24 rows of 8")
again = ask(f"import {csv} --mapping {mapping} --custody club --yes")
expect(again and again["stored"] == 0 and again["known"] == 24, "a second import stores nothing")
other = write("other.json", open(mapping).read().replace("50000", "60000"))
call(f"import {csv} --mapping {other} --custody club --yes", 1, "walks")

# Tables.
expect(ask("table list") == [{"table": "walks", "segments": 8, "people": 8}], "table list")
call("table show activity_days", says="steps")
call("table show walks", says="50000")
call("table show nothing", 1, "activity_days")

# Pools.
call("pool open steps", 64, "--table")
call("pool open steps --table nothing", 1, "nothing")
call("pool open Steps --table walks", 1, "name")
for bad in ["--price -1", "--price x", "--price 1.1234567", "--premium 1e9", "--split half"]:
    call(f"pool open steps --table walks {bad}", 64)
for bad in ["--fee 10001", "--fee -1", "--minimum 1", "--rows 0"]:
    code = 64 if "-1" in bad else 1
    call(f"pool open steps --table walks {bad}", code)
call("pool open steps --table walks --purpose Nonsense", 1, "pool purposes")
call("pool open steps --table walks --minimum 3 --premium 0.02 --split weights")
call("pool open steps --table walks", 1, "already")
call("pool open lonely --table walks --minimum 500")
expect([pool["name"] for pool in ask("pool list")] == ["lonely", "steps"], "pool list")
expect(ask("pool show steps")["name"] == "steps", "pool show")
call("pool show steps", says="walks")
call("pool show nothing", 1, "pool list")
expect(len(ask("pool purposes")) > 0, "pool purposes")

# Grants.
call("grant --party buyer --pool steps --purpose ResearchAndDevelopment", 1, "import")
call("grant --party custody:club/p0 --pool steps", 64, "--purpose")
call("grant --party custody:club/p0 --pool nothing --purpose ResearchAndDevelopment", 1, "nothing")
call("grant --party custody:club/p0 --pool steps --purpose Nonsense", 1, "pool purposes")
grant = "grant --party custody:club/p0 --pool steps --purpose ResearchAndDevelopment"
for bad in ["--days 0", "--days x", "--uses x", "--floor x"]:
    call(f"{grant} {bad}", 64)
for bad in ["--epsilon x", "--epsilon 0", "--epsilon=-1", "--delta 2", "--per-study nan",
            "--per-study 0"]:
    call(f"{grant} {bad}", 1)
for person in range(8):
    receipt = f"{work}/receipt-{person}"
    words = f"grant --party custody:club/p{person} --pool steps " \
        f"--purpose ResearchAndDevelopment --receipt {receipt}"
    expect(ask(words) is not None, "grant")
call(f"verify {work}/receipt-0", says="holds")
expect(ask(f"verify {work}/receipt-0")["verified"] is True, "a receipt verifies")
damaged = write("damaged", open(f"{work}/receipt-0").read().replace("steps", "stepz", 1))
call(f"verify {damaged}", 3, "not hold")
expect(ask(f"verify {damaged}", 3)["verified"] is False, "a damaged receipt does not")

# Money.
call("account show", 64, "--party")
for bad in ["x", "-5", "1.1234567", "9999999999999999999", "", "1e3", "0x10"]:
    call(["account", "deposit", "--party", "buyer", "--", bad], 64)
expect(ask("account deposit 100 --party buyer")["available"] == "100000000", "deposit")
call("account deposit 1 --party nobody", 1, "nobody")
call("account cashout 5 --party custody:club/p0", 1, "nothing")
expect(ask("account cashout 10.5 --party buyer")["paid"] == "10500000", "cashout")
expect(ask("account show --party buyer")["available"] == "89500000", "account show")

# Questions.
SQL = "SELECT COUNT(*) FROM steps WITH PRIVACY (epsilon => 0.5, delta => 1e-7)"
for bad, says in [
        ("SELECT", "line 1"), ("", ""), ("SELECT * FROM steps", ""),
        ("SELECT COUNT(*) FROM nothing", "nothing"), ("SELECT COUNT(nothing) FROM steps", "nothing"),
        ("SELECT steps FROM steps", ""), ("DROP TABLE steps", ""),
        ("SELECT COUNT(*) FROM steps WITH PRIVACY (epsilon => 0)", ""),
        ("SELECT COUNT(*) FROM steps WITH PRIVACY (epsilon => 1e99)", ""),
        ("SELECT COUNT(*) FROM steps; SELECT 1", ""), ("SELECT '" + "x" * 100_000, "")]:
    call(["quote", bad], 1, says)
call(["quote", SQL, "--purpose", "Nonsense"], 1, "pool purposes")
call(["quote", SQL, "--pool", "nothing"], 1, "nothing")
call(["quote", SQL], says="dividend order")
quote = ask(["quote", SQL])["id"]
call(f"order {quote}", 64, "--party")
call("order 12 --party buyer", 64, "64 hexadecimal")
call(f"order {'0' * 64} --party buyer", 1, "dividend quote")
call(f"order {quote} --party nobody", 1, "nobody")
call(f"order {quote} --party secret", 1, env={"DIVIDEND_PASSPHRASE": "correct horse"})
first = ask(f"order {quote} --party buyer --receipt {work}/answer")
money = ask("account show --party buyer")
expect(ask(f"order {quote} --party buyer")["answer"] == first["answer"], "the same answer again")
expect(ask("account show --party buyer") == money, "charged once")
call(f"verify {work}/answer", says="holds")
call(["query", SQL, "--party", "buyer"], says="price")
call(["query", SQL, "--party", "buyer", "--most", "0.01"], 1, "--most")
call(["query", SQL, "--party", "buyer", "--most", "x"], 64)
call(["query", SQL, "--party", "buyer", "--purpose", "Marketing"], 1)
call(["query", "SELECT COUNT(*) FROM lonely", "--party", "buyer"], 1, "too few")
expect(ask(["query", SQL, "--party", "buyer"]) is not None, "query --json")
call(["shell", "--party", "buyer"], stdin="\\pools\n" + SQL + ";\nSELECT nonsense;\n\\history\n\\q\n",
     says="steps")
expect(not os.path.exists(home + "/history") or oct(os.stat(home + "/history").st_mode)[-2:] == "00",
       "the shell's history is open to others")

# The shell on a terminal: a line is edited (^A to its start, ^K cuts the rest), an earlier one comes back.
master, slave = pty.openpty()
shell = subprocess.Popen([BINARY, "shell", "--party", "buyer", "--home", home], stdin=slave,
                         stdout=slave, stderr=slave, env={**os.environ, "TERM": "xterm"})
os.close(slave)


def typed(keys, wanted):
    """Types and waits for words on the screen."""
    screen, end = b"", time.time() + 20
    os.write(master, keys)
    while wanted not in screen and time.time() < end:
        if select.select([master], [], [], 0.1)[0]:
            screen += os.read(master, 65536)
    expect(wanted in screen, f"the shell on a terminal does not show {wanted} after {keys}: {screen[-300:]}")


typed(b"", b"dividend>")
typed(b"SELECT nonsense\x01\x0bSELECT COUNT(*) FROM stepz;\n", b"stepz")
typed(b"\x1b[A\x7f\x7fs;\n", b"Buy it?")
typed(b"n\n", b"dividend>")
typed(b"\\q\n", b"")
expect(shell.wait(20) == 0, "the shell ends")
os.close(master)
expect("SELECT COUNT(*) FROM steps" in open(home + "/history").read().split("\n"), "the shell's history")

# Shares.
call("pool weigh steps", 64, "--days")
call(f"pool weigh steps {csv} --days", 64, "not both")
call("pool weigh steps nothing.csv", 1, "nothing.csv")
call(f"pool weigh steps {write('shares', 'custody:club/p0,3')}", says="epoch 1")
for bad in ["custody:club/p0", "custody:club/p0,0", "custody:club/p0,-1", "custody:club/p0,x", "nobody,2", ""]:
    call(f"pool weigh steps {write('shares', bad)}", 1)
call("pool weigh steps --days", 1, "--split days")
call("pool open daily --table walks --minimum 3 --split days")
for person in range(4):
    call(f"grant --party custody:club/p{person} --pool daily --purpose ResearchAndDevelopment")
call("pool weigh daily --days --epsilon 0", 64, "positive")
call("pool weigh daily --days --epsilon 17", 1, "at most 16")
call("pool weigh daily --days --epsilon 5", 1, "lower --epsilon")
expect(ask("pool weigh daily --days --epsilon 0.3") == {"epoch": 1, "people": 4}, "pool weigh --days")
call(f"pool weigh daily {write('shares', 'custody:club/p0,3')}", 1, "--split weights")

# Payouts and statements.
expect(ask("payout steps")["people"] == 8, "payout")
call("payout steps", 1, "nothing")
call("payout nothing", 1, "nothing")
lines = ask("statement --party custody:club/p1")
money = ask("account show --party custody:club/p1")
expect(lines and sum(int(line["amount"]) for line in lines)
       == int(money["available"]) + int(money["claims"]), "a statement adds up")
call("statement --party buyer", says="purchase")

# The journal and its auditor.
call("journal show --last 3", says="block")
expect(len(ask("journal show --last 3")) == 3, "journal show --last 3")
expect(ask("journal show --last 0") == [], "journal show --last 0")
checkpoint = call("journal checkpoint", says="dividend.exchange/")
kept = write("kept", ask("journal checkpoint")["checkpoint"])
call(f"journal export --public {work}/public", says="dividend verify")
node = ask("init --home " + work + "/second")["node"]
call(f"verify {work}/public", says="everything holds")
call(f"verify {work}/public --since {kept}", says="everything holds")
expect(ask(f"verify {work}/public")["verified"] is True, "verify --json")
call(f"verify {work}/public --node {node}", 3, "not the expected")
call(f"verify {work}/public --node nonsense", 64, "did:key")
call(f"verify {work}/nothing", 3)
call(f"verify {work}/public --since {work}/nothing", 3)
expect(ask(f"verify {work}/nothing", 3)["verified"] is False, "verify of nothing")

# Ending.
call("withdraw --party custody:club/p2 --pool steps", says="withdrawn")
call("withdraw --party custody:club/p2 --pool steps", 1, "no grant")
call("withdraw --party buyer --pool steps", 1)
call("erase --party custody:club/p3", 1, "--yes")
expect(len(ask("erase --party custody:club/p3 --yes")["erased"]) == 1, "erase")
call("erase --party custody:club/p3 --yes", 1, "no rows")
call("erase --party custody:club/p4 --table nothing --yes", 1)
call(f"export-my-data --party custody:club/p4 --to {work}/mine", says="walks.csv")
expect(open(f"{work}/mine/walks.csv").read().count("2025-03") == 3, "export-my-data")
expect(len(ask(f"export-my-data --party custody:club/p4 --to {work}/mine2")["files"]) == 3, "files")
call(f"export-my-data --party nobody --to {work}/mine3", 1, "nobody")

# The vault's keys.
expect(ask("vault show") == [{"epoch": 1, "segments": 7}], "vault show")
expect(ask("vault rotate") == {"epoch": 2, "segments": 7}, "vault rotate")
call("vault show", says="vault-2.key")
expect(not os.path.exists(home + "/vault-1.key"), "the old vault key is still there")
call(f"export-my-data --party custody:club/p4 --to {work}/mine4", says="walks.csv")
expect(open(f"{work}/mine4/walks.csv").read() == open(f"{work}/mine/walks.csv").read(), "after a rotation")

# Care.
call(f"backup {work}/saved", says="saved")
call(f"backup {work}/saved", 1, "already")
call("pool list", 1, "restore", where=work + "/saved")
call(f"restore {work}/saved", 1, "Move it away")
call(f"restore {work}/nothing --home {work}/back", 1)
call(f"restore {work}/saved --home {work}/back", 1, "--not-behind")
call(f"restore {work}/saved --home {work}/back --not-behind {work}/saved/checkpoint", says="restored")
call(f"doctor --home {work}/back", says="well")
call("account deposit 1 --party buyer")
call(f"journal export --public {work}/public")
call(f"restore {work}/saved --home {work}/back2 --not-behind {work}/public", 1, "give back")
expect(not os.path.exists(work + "/back2/node.key"), "a refused restore left an exchange")
os.chmod(home + "/custody.key", 0o644)
code = subprocess.run([BINARY, "doctor", "--home", home], capture_output=True, text=True)
expect(code.returncode == 1 and "chmod" in code.stdout + code.stderr,
       f"a key that is open to others: {code.returncode} {code.stdout} {code.stderr}")
os.chmod(home + "/custody.key", 0o600)
call("doctor", says="well")
call("--generate-completion-script bash", says="_dividend")
call("help grant", says="--floor")

shutil.rmtree(work)
for fault in faults:
    print("FAULT", fault)
print(f"{calls} calls, {len(faults)} faults")
sys.exit(1 if faults else 0)
