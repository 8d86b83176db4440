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
import re
import select
import shutil
import stat
import subprocess
import sys
import tempfile
import threading
import time
import unicodedata

BINARY = os.path.abspath(sys.argv[1])
work = tempfile.mkdtemp(prefix="dividend-cli-")
home = work + "/home"
faults = []
calls = 0

# What only a programmer understands, anywhere in the words.
NOISE = [r"Fatal error", r"Error Domain=", r"NSCocoaErrorDomain", r"NSPOSIXErrorDomain", r"\bSwift\.",
         r"\bNSError\b", r"\bLedgerError\b", r"\bnil\b", r"\bOptional\(", r"SQLite error",
         r"(?m)disk I/O error$", r"SELECT \* FROM segment", r"CommandError", r"\w+\(code: ", r"while executing"]


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
    if code in (1, 64) and words[0] not in ("doctor", "restore"):
        if not done.stderr.strip():
            faults.append(f"{shown}: fails without a word on standard error")
        elif "--json" in words:
            try:
                # The shell goes on after an error, and tells each in a line.
                lines = done.stderr.splitlines() if words[0] == "shell" else [done.stderr]
                for error in [json.loads(line)["error"] for line in lines if line.startswith("{")] or [{}]:
                    if not (error["code"] and error["message"]):
                        faults.append(f"{shown}: an empty error")
            except (ValueError, KeyError):
                faults.append(f"{shown}: the error is no JSON: {done.stderr[-300:]!r}")
    for noise in NOISE:
        if re.search(noise, both):
            faults.append(f"{shown}: speaks to programmers: {noise}: {both.strip()[-300:]}")
    bad = [c for c in both if unicodedata.category(c) == "Cc" and c not in "\n\t"]
    if bad:
        faults.append(f"{shown}: control characters: {bad[:5]}")
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


def ends(process, words):
    """Waits for a process that should end by itself."""
    try:
        expect(process.wait(20) == 0, f"{words} ends with {process.returncode}")
    except subprocess.TimeoutExpired:
        process.kill()
        faults.append(f"{words} does not end")


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
call("help nonsense", 64, "nonsense")
call("help pool nonsense", 64, "nonsense")
call("help pool open", says="--minimum")
expect("pool" in call("pool open", 64) or True, "usage")
for words in ["nonsense --json", "pool open --json", "account deposit x --party y --json", "help nonsense --json"]:
    call(words, 64)
expect("init" not in subprocess.run([BINARY, "order", "12", "--party", "x"], capture_output=True,
                                    text=True).stderr, "an error while running shows the root's usage")

# Beginning.
expect("node" in ask("init"), "init tells the node's key")
call("init", 1, "already")
for option, word in [("--name", ""), ("--address", ""), ("--contact", "nowhere"), ("--jurisdiction", "Mars")]:
    call(["init", "--home", work + "/unborn", option, word], 1, option)
expect(not os.path.exists(work + "/unborn"), "a refused init made something")
os.makedirs(work + "/full")
write("full/notes.txt", "mine")
call("init --home full", 1, "notes.txt")
expect(os.listdir(work + "/full") == ["notes.txt"], "a refused init made something in a full folder")
os.makedirs(work + "/hollow", mode=0o755)
call("init --home hollow", says="begins")
expect(stat.S_IMODE(os.stat(work + "/hollow").st_mode) == 0o700, "an empty folder is not closed")
# The remains of a beginning that was cut short are made whole.
os.makedirs(work + "/cut/keys")
shutil.copy(work + "/hollow/custody.key", work + "/cut/custody.key")
write("cut/vault-1.key.abc.new", "")
call("init --home cut", says="begins")
call(f"init --home {write('plain', '')}", 1, "file")
call(f"pool list --home {work}/plain/there", 1, "init")
call("doctor", says="well")
expect(all(line["ok"] for line in ask("doctor")), "doctor finds a new exchange well")
expect(oct(os.stat(home).st_mode)[-2:] == "00", "the folder is open to others")

call(["party", "list", "--home", ""], 64, "--home: name a folder")

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

# Key files that others can read, and ones that are none.
os.chmod(home + "/keys/buyer.key", 0o644)
call("doctor", 1, "chmod 600")
os.chmod(home + "/keys/buyer.key", 0o600)
write("home/keys/rest.key", "nothing")
os.chmod(home + "/keys/rest.key", 0o600)
call("doctor", 1, "rest.key")
os.remove(home + "/keys/rest.key")
call("doctor", says="secret.key is sealed")

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
call(f"import {csv} --mapping {mapping} --party buyer --yes", 1, "people: import it with")
call(f"import {csv} --mapping {mapping} --party buyer --custody club --yes", 64, "not both")
for bad in ["", "Club", "a/b", "a b", "x" * 65, "a\x1b"]:
    call(["import", csv, "--mapping", mapping, "--yes", "--custody=" + bad], 64, "--custody")
call(f"import {csv} --mapping {mapping} --custody club --preview", says="walks")
call(f"import {csv} --mapping {mapping} --custody club --preview --home {work}/nowhere", says="walks")
call(f"import {csv} --mapping {mapping} --custody club --yes --home {work}/nowhere", 1, "init")
views = write("views.csv", 'Title,Date\n"A film","1/2/26"\n"Another","3/4/26"\n')
call(f"import {views} --party buyer --preview", 1, "--date-order month-first")
call(f"import {views} --party buyer --preview --date-order month-first", says="2026-01-02")
call(f"import {views} --party buyer --preview --date-order day-first", says="2026-02-01")
call(f"import {views} --party buyer --preview --date-order year-first", 64, "month-first")
call(f"import {write('v2.csv', 'Title,Date' + chr(10) + 'A film,13/2/26' + chr(10))} --party buyer --preview "
     "--date-order month-first", 1, "leave --date-order out")
odd = write("odd.json", open(mapping).read().replace('"table"', '"t\x1b[31mble"'))
call(f"import {csv} --mapping {odd} --custody club --yes", 1)
expect(ask("table list") == [], "a preview stores nothing")
preview = ask(f"import {csv} --mapping {mapping} --custody club --preview")
outcome = ask(f"import {csv} --mapping {mapping} --custody club --yes")
expect(outcome and outcome["stored"] == 24 and outcome["people"] == 8, "import stores 24 rows of 8")
again = ask(f"import {csv} --mapping {mapping} --custody club --yes")
expect(again and again["stored"] == 0 and again["known"] == 24, "a second import stores nothing")
other = write("other.json", open(mapping).read().replace("50000", "60000"))
call(f"import {csv} --mapping {other} --custody club --yes", 1, "walks")

# A table that nobody knows: the questions, with good and bad answers, and the answers once more.
shop = write("shop.csv", "Customer,Date,Amount (EUR),Category,Email\n" + "".join(
    f"{name},2025-03-0{day},{day * 7}.50,{'books' if day % 2 else 'food'},{name}@example.org\n"
    for name in ["Ann", "Bo"] for day in range(1, 5)))
call(f"import {shop} --custody shop --yes", 1, "docs/formats/mapping.md")
expect("Customer" not in call(f"import {shop} --custody shop --yes", 1), "an error repeats a row")
call(f"import {shop} --custody shop --yes --ask", 1, "not all answered", stdin="shop\n")
expect(ask("table list") == [{"table": "walks", "segments": 8, "people": 8}], "nothing was stored")
answers = ["Bad Name!", "shop", "Nobody", "", "banana", "date", "walks day", "day",  # table, person, date
           "", "", "9 1", "0 500.25", "", "", "", "", "mask", "nothing", "day"]
call(f"import {shop} --custody shop --yes --ask --save-mapping {work}/shop.json", says="8 rows of 2 people",
     stdin="\n".join(answers) + "\n")
saved = json.load(open(f"{work}/shop.json"))
expect(saved["key"] == ["day"] and saved["person"] == "Customer", f"the mapping that was saved: {saved}")
expect(["0", "50025"] in [column.get("bounds") for column in saved["columns"]], "bounds as they were typed")
call(f"import {shop} --custody shop --yes --mapping {work}/shop.json", says="8 were stored already")
call(f"erase --party custody:shop/Ann --yes")
call(f"erase --party custody:shop/Bo --yes")

# A table without a header, and files that are none.
bare = write("bare.csv", "".join(f"{name},2025-03-0{day},{day * 7}\n" for name in ["Ann", "Bo"] for day in range(1, 5)))
call(f"import {bare} --custody bare --yes", 1, '"header": false')
expect("Ann" not in call(f"import {bare} --custody bare --yes", 1), "an error repeats a row")
call(f"import {bare} --custody bare --yes --ask --save-mapping {work}/bare.json", says="8 rows of 2 people",
     stdin="maybe\n\nbare\ncolumn 1\n\n\n\n\n\n\n\n")
expect(json.load(open(f"{work}/bare.json"))["header"] is False, "the mapping of a file without a header")
expect("Ann" not in open(f"{work}/bare.json").read(), "a row in a mapping")
call(f"import {bare} --custody bare --yes --mapping {work}/bare.json", says="8 were stored already")
call(f"import {bare} --custody bare --preview --ask", says="Read as mapped", stdin="yes\n" + "\n" * 20)
call("erase --party custody:bare/Ann --yes")
call("erase --party custody:bare/Bo --yes")
for text, says in [("My export\n\nday,steps\n2025-01-01,5\n", "line 3 has 2"), ("day,st\x1beps\n1,5\n", "control character"),
                   ("a,b,c\n1,2\n3,4\n", "the header in line 1 has 3"), ("day,steps\n", "nothing to store")]:
    call(f"import {write('odd.csv', text)} --party buyer --yes --ask", 1, says, stdin="\n" * 20)

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
for bad in ["--fee 10001", "--fee -1", "--minimum 1", "--minimum 4", "--rows 0"]:
    call(f"pool open steps --table walks {bad}", 1)
for option, bad in [("--fee", "10001"), ("--fee", "-1"), ("--minimum", "1"), ("--minimum", "2000000"), ("--rows", "0")]:
    words = call(f"pool open steps --table walks {option} {bad}", 1, option + ":")
call("pool open steps --table walks --table walks", 1, "--table:")
call("pool open Steps --table walks", 1, "the pool's name:")
for title in ["", "x\ny", "x\x1b[31m", "x" * 257]:
    call(["pool", "open", "steps", "--table", "walks", "--title", title], 1, "--title:")
call("pool open steps --table walks --purpose Nonsense", 1, "pool purposes")
call("pool open steps --table walks --minimum 5 --premium 0.02 --split weights")
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
for bad in ["--days 0", "--days x", "--uses x", "--uses 0", "--floor x"]:
    call(f"{grant} {bad}", 64)
call(f"{grant} --floor 4611686018427.387905", 64, "greatest is 4611686018427.387904")
call(f"{grant} --custody club", 64, "one of both")
call("grant --pool steps --purpose ResearchAndDevelopment", 64, "--party")
for option in ["--epsilon", "--per-study"]:
    call(f"{grant} {option} 1e-12", 1, option)
os.mkfifo(work + "/pipe")
for bad in [work, work + "/nowhere/receipt", work + "/plain/receipt", work + "/pipe"]:
    call(f"{grant} --receipt {bad}", 1, bad)
expect(ask("grant list --party custody:club/p0") == [], "a refused receipt gave a grant")
call("grant list --party custody:club/p0", says="No grant yet")
call("grant list --party custody:club/p99", 1, "custody:club/p99")
call("grant list --party custody:club", 1, "custody:PREFIX/LABEL")
call(["grant", "list", "--party", "custody:club/p\x1b[31m0"], 1, "control characters")
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
for other in [csv, mapping, f"{home}/node.key"]:
    call(f"verify {other}", 3, "neither a receipt")
    call(f"verify {other}", 3, other)
call(f"verify {work}/full", 3, "no public copy")
expect(ask(f"verify {damaged}", 3)["verified"] is False, "a damaged receipt does not")

# Money.
call("account show", 64, "--party")
for bad in ["x", "-5", "1.1234567", "9999999999999999999", "", "1e3", "0x10", "0", "0.000000"]:
    call(["account", "deposit", "--party", "buyer", "--", bad], 64)
call("account deposit 9999999999999 --party buyer", 64, "greatest is 4611686018427.387904")
call("account deposit 0 --party buyer", 64, "above 0")
call("account cashout 0 --party buyer", 64, "above 0")
call("account deposit 5 --party custody:club/p99", 1, "club/p99")
call("account deposit 5 --party custody:nobody/p0", 1, "nobody/p0")
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
call(["quote", "SELECT COUNT(*)\nFROM 'x' -- from y\n"], 1, "line 2")
call(["quote", "SELECT COUNT(*) -- from here\n  FROM nothing"], 1, "line 2, column 8: there is no pool nothing")
call(["quote", "SELECT COUNT(*) FROM walks"], 1, "column 22: walks is a table, not a pool")
call(["quote", "SELECT COUNT(*) FROM walks"], 1, "lonely, steps")
call(["quote", "SELECT \x1b[31mred\x9b31m\u202e FROM steps"], 1, "line 1")
call(["quote", "SELECT \x1b[31mred FROM steps", "--json"], 1)
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
expect(stat.S_IMODE(os.stat(work + "/answer").st_mode) == 0o600, "a receipt is open to others")

# A receipt that cannot be kept: nothing is ordered; or, when it shows only later, the answer is there.
orders = ask("order list --party buyer")
expect([order["id"] for order in orders] == [quote], "order list")
expect(orders[0]["pool"] == "steps" and orders[0]["stage"] == "done" and orders[0]["time"][:2] == "20"
       and int(orders[0]["price"]) > 0, "what an order list says")
call("order list --party buyer", says=quote)
call("order list --party custody:club/p0", says="No order yet")
call("order list", 64, "--party")
for bad in [work, work + "/nowhere/x", work + "/plain/x", work + "/pipe"]:
    call(["query", SQL, "--party", "buyer", "--receipt", bad], 1, bad)
    call(["order", quote, "--party", "buyer", "--receipt", bad], 1, bad)
# Nor over anything that is there, nor among the exchange's own files, nor nowhere.
vault_key = open(home + "/vault-1.key").read()
for bad in [home + "/vault-1.key", home + "/exchange.sqlite", home + "/backup", home + "/keys/new", csv, ""]:
    call(["query", SQL, "--party", "buyer", "--receipt", bad], 1, "name")
    call(["import", shop, "--custody", "other", "--yes", "--ask", "--save-mapping", bad], 1, "name")
expect(open(home + "/vault-1.key").read() == vault_key, "a receipt was written over a key")
expect(ask("order list --party buyer") == orders, "a refused receipt ordered")
expect(ask("account show --party buyer") == money, "a refused receipt was charged")
os.makedirs(work + "/late")


def spoil():
    """Puts a folder in the place of the receipt as soon as the place is taken."""
    for _ in range(2000):
        if any(name.endswith(".new") for name in os.listdir(work + "/late")):
            os.mkdir(work + "/late/receipt")
            return
        time.sleep(0.005)


spoiler = threading.Thread(target=spoil)
spoiler.start()
OTHER = SQL.replace("FROM steps", "FROM steps WHERE steps > 1")
late = call(["query", OTHER, "--party", "buyer", "--receipt", work + "/late/receipt"], 1, "dividend order")
spoiler.join()
expect("count" in late.lower() and "±" in late, f"the answer is not shown when the receipt fails: {late!r}")
orders = ask("order list --party buyer")
expect(len(orders) == 2 and orders[1]["id"] in late, "query prints the order's id")
expect(os.listdir(work + "/late") == ["receipt"], "an unfinished receipt is left")
money = ask("account show --party buyer")
call(f"order {orders[1]['id']} --party buyer --receipt {work}/late/again", says="±")
call(f"verify {work}/late/again", says="holds")
expect(ask("account show --party buyer") == money, "the answer again is not for nothing")
again = ask(f"order buy {orders[1]['id']} --party buyer")
expect(again["order"] == orders[1]["id"], "order buy")
with open("/dev/full", "w") as full:
    done = subprocess.run([BINARY, "order", quote, "--party", "buyer", "--home", home], stdout=full,
                          stderr=subprocess.PIPE, text=True)
expect(done.returncode == 1 and "standard output" in done.stderr and "space" in done.stderr.lower(),
       f"a full disk behind standard output: {done.returncode} {done.stderr}")
done = subprocess.run(f"{BINARY} order {quote} --party buyer --home {home} <&- >&-", shell=True,
                      stderr=subprocess.PIPE, text=True)
expect(done.returncode == 1 and "standard output" in done.stderr, f"no standard output: {done.stderr}")
subprocess.run(f"{BINARY} order {quote} --party buyer --home {home} <&- >&- 2>&-", shell=True)
call("doctor", says="well")
reader, writer = os.pipe()
os.close(reader)
done = subprocess.run([BINARY, "query", SQL, "--party", "buyer", "--home", home, "--receipt", work + "/piped"],
                      stdout=writer, stderr=subprocess.PIPE, text=True)
os.close(writer)
expect(done.returncode == 0 and os.path.exists(work + "/piped"),
       f"a reader that left cut off the receipt: {done.returncode} {done.stderr}")

# What was granted, and what is left of it.
own = ask("grant list --party custody:club/p0")
expect(len(own) == 1 and own[0]["pool"] == "steps" and own[0]["in_force"] and own[0]["why_not"] is None
       and own[0]["studies"] == 2 and own[0]["uses"] == 100 and float(own[0]["spent"]) > 0.5
       and float(own[0]["left"]) < 4.0 and abs(float(own[0]["epsilon"]) - 4.0) < 0.01, f"grant list: {own}")
call("grant list --party custody:club/p0", says="in force")
uses = ask("grant uses --party custody:club/p0")
expect([use["order"] for use in uses] == [order["id"] for order in ask("order list --party buyer")]
       and all(use["read"] for use in uses), f"grant uses: {uses}")
call("grant uses --party custody:club/p0", says="read")
call("grant uses --party buyer", says="No study asked yet")



def fresh(turn):
    """A question that was not asked before: the same again would cost nothing."""
    return SQL.replace("FROM steps", f"FROM steps WHERE steps > {turn}")


call(["query", SQL, "--party", "buyer"], says="nothing is charged again")
money = ask("account show --party buyer")
call(["query", SQL, "--party", "buyer", "--most", "0.01"], says="nothing is charged again")
expect(ask("account show --party buyer") == money, "the same question was charged again")
call(["query", fresh(2), "--party", "buyer"], says="price")
call(["query", fresh(3), "--party", "buyer", "--most", "0.01"], 1, "--most")
call(["query", "EXPLAIN " + fresh(3)], says="rho")
call(["query", "--mock", fresh(3)], says="do not exist")
call(["query", "--people", "50", fresh(3), "--party", "buyer"], code=64, says="give it with --mock")
call(["query", fresh(3)], 64, "--party")
call(["query", SQL, "--party", "buyer", "--most", "x"], 64)
call(["query", SQL, "--party", "buyer", "--purpose", "Marketing"], 1)
call(["query", "SELECT COUNT(*) FROM lonely", "--party", "buyer"], 1, "too few")
failed = [order["id"] for order in ask("order list --party buyer") if order["stage"] == "failed"]
expect(not failed, "a cohort that is too small leaves an order behind")
expect(ask(["query", SQL, "--party", "buyer"]) is not None, "query --json")
out = call(["shell", "--party", "buyer", "--yes"], stdin="EXPLAIN " + fresh(4) + ";")
expect("rho" in out and "(base" not in out, f"EXPLAIN is sold in the shell: {out}")
two = "SELECT COUNT(*) -- all; of\n FROM steps\nWITH PRIVACY (epsilon => 0.1, delta => 1e-7); SELECT ';' FROM nothing;\n"
out = call(["shell", "--party", "buyer", "--json"], 1, stdin=two + "\\unknown\n\\help\n\\pools  \n")
expect([list(json.loads(line)) for line in out.splitlines()] == [["quote"], ["pool", "tables"], ["pool", "tables"]],
       f"the shell's JSON: {out}")
out = call(["shell", "--party", "buyer", "--json", "--yes"], stdin=fresh(5) + ";")
lines = [json.loads(line) for line in out.splitlines()]
expect(len(lines) == 2 and "answer" in lines[1] and lines[1]["order"] == lines[0]["quote"]["id"],
       f"the shell's answer in JSON: {out}")
call(["shell", "--party", "buyer"], 1, stdin=two, says="people under 20")
call(["shell", "--party", "buyer"], 1, stdin="SELECT COUNT(*) FROM stepz;SELECT COUNT(*) FROM stepx;\n", says="stepx")
call(["shell", "--party", "buyer"], 1, stdin="\\nonsense\n", says="There is no \\nonsense")
# Through a pipe nobody is asked: what is not bought, not ended or wrong is an error, and nothing is charged.
money = ask("account show --party buyer")
call(["shell", "--party", "buyer"], 1, stdin=SQL + ";\n", says="say --yes")
call(["shell", "--party", "buyer", "--json"], 1, stdin=SQL + ";\n", says="say --yes")
for unended in ["SELECT ';", SQL, SQL + "\n\\q\n", SQL + "\n\\pools\n"]:
    call(["shell", "--party", "buyer", "--yes"], 1, stdin=unended, says="does not end with ';'")
    call(["shell", "--party", "buyer", "--yes", "--json"], 1, stdin=unended, says="does not end with ';'")
out = call(["shell", "--party", "buyer", "--yes"], 1, stdin=SQL + "\n\\pools\n")
expect("steps: walks" in out, f"a command behind an open statement is swallowed: {out}")
call(["shell", "--party", "buyer", "--yes"], 1, stdin=SQL + "\n" + SQL + ";\n", says="is a ';' missing before?")
expect(ask("account show --party buyer") == money, "a shell that refused charged")
call(["shell", "--party", "buyer", "--yes"], 1, stdin="SELECT nonsense;\n" + SQL + ";\n", says="±")
call(["shell", "--party", "buyer", "--yes"], stdin="\\q\nSELECT nonsense;\n", says="")
call(["shell", "--party", "buyer"], stdin="\\help\n", says="\\pools")
call(["shell", "--party", "buyer"], 1, stdin=two + "\\history\n",
     says="SELECT COUNT(*) FROM steps WITH PRIVACY (epsilon => 0.1, delta => 1e-7)")
call(["shell", "--party", "buyer"], 1, stdin="\\pools\n" + SQL + ";\nSELECT nonsense;\n\\history\n\\q\n",
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
    # The prompt is shown a moment before keys are taken one by one.
    time.sleep(0.3)
    screen, end = b"", time.time() + 20
    os.write(master, keys)
    while wanted not in screen and time.time() < end:
        if select.select([master], [], [], 0.1)[0]:
            screen += os.read(master, 65536)
    expect(wanted in screen, f"the shell on a terminal does not show {wanted} after {keys}: {screen[-300:]}")


def is_free(when):
    """Whether somebody else can use the exchange meanwhile."""
    try:
        done = subprocess.run([BINARY, "pool", "list", "--home", home], capture_output=True, timeout=15)
        expect(done.returncode == 0, f"the shell is in the way {when}")
    except subprocess.TimeoutExpired:
        faults.append(f"the shell holds the exchange {when}")


typed(b"", b"dividend>")
is_free("while it waits for typing")
typed(b"SELECT nonsense\x01\x0bSELECT COUNT(*) FROM stepz;\n", b"them\x1b[0m\r\ndividend> ")
typed(b"\x1b[A\x7f\x7fs;\n", b"Buy it?")
is_free("while it asks 'Buy it?'")
typed(b"n\n", b"dividend>")
typed(b"\\q\n", b"")
ends(shell, "the shell")
os.close(master)

# An import on a terminal asks before it takes the exchange.
master, slave = pty.openpty()
asking = subprocess.Popen([BINARY, "import", csv, "--mapping", mapping, "--custody", "club", "--home", home],
                          stdin=slave, stdout=slave, stderr=slave)
os.close(slave)
typed(b"", b"encrypted?")
is_free("while an import asks")
typed(b"y\n", b"stored already")
ends(asking, "an import")
os.close(master)
expect("SELECT COUNT(*) FROM steps" in open(home + "/history").read().split("\n"), "the shell's history")

# Shares.
call("pool weigh steps", 64, "--days")
call(f"pool weigh steps {csv} --days", 64, "not both")
call("pool weigh steps nothing.csv", 1, "nothing.csv")
call(f"pool weigh steps {write('shares', 'custody:club/p0,3')}", says="epoch 1")
blank = chr(10) * 3
call(f"pool weigh steps {write('shares', f'custody:club/p0,3{blank}  {blank}custody:club/p1,0')}", 1, "line 7")
call(f"pool weigh steps {write('shares', f'custody:club/p0,3{blank}custody:club/p0,4')}", 1, "line 1 already")
call(f"pool weigh steps {write('shares', 'buyer,3')}", 1, "buyer has no grant in steps")
call(f"pool weigh steps {write('shares', 'custody:club/p77,3')}", 1, "line 1: there is no person")
call(f"pool weigh steps {write('shares', f'{blank}custody:club/p0,3{blank}')}", says="epoch 2")
for bad in ["custody:club/p0", "custody:club/p0,0", "custody:club/p0,-1", "custody:club/p0,x", "nobody,2", ""]:
    call(f"pool weigh steps {write('shares', bad)}", 1)
call("pool weigh steps --days", 1, "--split days")
call("pool open daily --table walks --minimum 5 --split days")
call("grant --custody nobody --pool daily --purpose ResearchAndDevelopment", 1, "nobody")
call(f"grant --custody club --pool daily --purpose ResearchAndDevelopment --receipt {work}/all", 64, "--receipt")
expect(ask("grant --custody club --pool daily --purpose ResearchAndDevelopment")
       == {"pool": "daily", "people": "under 20", "without_rows": None, "withdrawn": None}, "grant --custody")
call("grant --custody club --pool daily --purpose ResearchAndDevelopment", says="under 20 people")
expect(len(ask("grant list --party custody:club/p3")) == 3, "grants of a pool, the older one too")
expect([g["why_not"] for g in ask("grant list --party custody:club/p3") if g["pool"] == "daily"]
       == ["superseded", None], "a newer grant takes the place of an older")
call("grant list --party custody:club/p3", says="not in force: A newer grant")
call("pool weigh daily --days --epsilon 0", 64, "positive")
call("pool weigh daily --days --epsilon 17", 1, "at most 16")
call("pool weigh daily --days --epsilon 5", 1, "lower --epsilon")
drawn = ask("pool weigh daily --days --epsilon 0.3")
expect(drawn["epoch"] == 1 and drawn["people"] == 8 and drawn["pure_epsilon"] == "0.3", f"pool weigh --days: {drawn}")
spent = [g["spent"] for g in ask("grant list --party custody:club/p3") if g["pool"] == "daily"]
expect(drawn["epsilon"] in spent and float(drawn["epsilon"]) > 0.3, f"the draw in grant list: {drawn} {spent}")
call("grant list --party custody:club/p3", says="holds at delta 0")
call("help grant list", says="add up as rho")
call(f"pool weigh daily {write('shares', 'custody:club/p0,3')}", 1, "--split weights")

# Payouts and statements.
expect(ask("payout steps")["people"] == 8, "payout")
call("payout steps", 1, "nothing")
call("payout nothing", 1, "nothing")
lines = ask("statement --party custody:club/p1")
money = ask("account show --party custody:club/p1")
expect(lines and sum(int(line["amount"]) for line in lines)
       == int(money["available"]) + int(money["pending"]) + int(money["claims"]), "a statement adds up")
call("statement --party buyer", says="purchase")

# The journal and its auditor.
call("journal show --last 3", says="block")
expect(len(ask("journal show --last 3")) == 3, "journal show --last 3")
expect(ask("journal show --last 0") == [], "journal show --last 0")
checkpoint = call("journal checkpoint", says="dividend.exchange/")
kept = write("kept", ask("journal checkpoint")["checkpoint"])
call(f"journal export --public {work}/for/public", says="dividend verify")
call(f"journal export --public {work}/public", says="dividend verify")
for folder, names, files in list(os.walk(work + "/for")) + list(os.walk(work + "/public")):
    expect(stat.S_IMODE(os.stat(folder).st_mode) == 0o755, f"{folder} of the public copy is closed")
    for name in files:
        expect(stat.S_IMODE(os.stat(f"{folder}/{name}").st_mode) == 0o644, f"{name} of the public copy is closed")
for folder, names, files in os.walk(home):
    for name in names + files:
        expect(os.stat(f"{folder}/{name}").st_mode & 0o077 == 0, f"{folder}/{name} is open to others")
subprocess.run(f"{BINARY} journal checkpoint --home {home} > {work}/piped-checkpoint", shell=True)
call(f"verify {work}/public --since {work}/piped-checkpoint", says="everything holds")
expect(open(work + "/piped-checkpoint").read() == ask("journal checkpoint")["checkpoint"], "a checkpoint as it is")
node = ask("init --home " + work + "/second")["node"]
call(f"verify {work}/public", says="everything holds")
call(f"verify {work}/public --since {kept}", says="everything holds")
expect(ask(f"verify {work}/public")["verified"] is True, "verify --json")
call(f"verify {work}/public --node {node}", 3, "not the expected")
call(f"verify {work}/public --node nonsense", 64, "did:key")
call(f"verify {work}/nothing", 1, "nothing was verified")
call(f"verify {work}/public --since {work}/nothing", 1, "nothing was verified")
call(f"verify {work}/nothing --json", 1, "not_found")

# Ending.
call("withdraw --party custody:club/p2 --pool steps", says="withdrawn")
call("grant list --party custody:club/p2", says="withdrawn")
call("withdraw --party custody:club/p2 --pool steps", 1, "no grant")
call("withdraw --party buyer --pool steps", 1)
call("erase --party custody:club/p3", 1, "--yes")
expect(len(ask("erase --party custody:club/p3 --yes")["erased"]) == 1, "erase")
call("erase --party custody:club/p3 --yes", 1, "no rows")
call("erase --party custody:club/p4 --table nothing --yes", 1)
call(f"export-my-data --party custody:club/p4 --to {work}/mine", says="walks.csv")
expect(open(f"{work}/mine/walks.csv").read().count("2025-03") == 3, "export-my-data")
expect(len(ask(f"export-my-data --party custody:club/p4 --to {work}/mine2")["files"]) == 8, "files")
hidden = json.load(open(work + "/mine2/hidden-account.json"))
expect(hidden["links"] and all(link["is_hers"] for link in hidden["links"]), f"hidden-account.json: {hidden}")
call(f"export-my-data --party custody:club/p4 --to {work}/mine", 1, "not empty")
os.makedirs(work + "/bought")
call(f"export-my-data --party buyer --to {work}/bought", says="orders.json")
bought = json.load(open(work + "/bought/orders.json"))
expect([order["id"] for order in bought] == [order["id"] for order in ask("order list --party buyer")]
       and bought[0]["question"] == SQL and bought[0]["answer"] == first["answer"], "orders.json")
call(f"verify {write('kept-receipt', json.dumps(bought[1]['receipt']))}", says="holds")
names = json.load(open(work + "/mine/pseudonyms.json"))
expect([pool["pool"] for pool in names["pools"]] == ["daily", "lonely", "steps"]
       and len({pool["did"] for pool in names["pools"]} | {names["party"], names["vault"]}) == 5, "pseudonyms.json")
for name in os.listdir(work + "/mine"):
    expect(os.stat(f"{work}/mine/{name}").st_mode & 0o077 == 0, f"{name} is open to others")
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
expect(ask(f"restore {work}/saved --home {work}/back3 --not-behind {work}/saved/checkpoint")["mend"] == [], "restore")
shutil.copytree(work + "/saved", work + "/ill")
pack = sorted(os.listdir(work + "/ill/vault"))[0]
with open(f"{work}/ill/vault/{pack}", "r+b") as file:
    file.seek(200)
    file.write(bytes(400))
call(f"restore {work}/ill --home {work}/back4 --not-behind {work}/ill/checkpoint", 1, "cannot be read")

# Nothing is written away into an exchange's own folder, by whatever name.
os.symlink(home, work + "/alias")
before = sorted(os.listdir(home))
for inside in [home + "/x", home + "/vault/x", home + "/x/y/z", work + "/alias/x", home + "/../home/x",
               work + "/new/../home/x", work + "/saved/x"]:
    for words in ["backup", "journal export --public", "export-my-data --party buyer --to", "init --home",
                  f"restore {work}/saved --not-behind {work}/saved/checkpoint --home"]:
        call(f"{words} {inside}", 1, "own files")
for words in [["backup", ""], ["journal", "export", "--public", ""], ["export-my-data", "--party", "buyer", "--to", ""]]:
    call(words, 1, "no place is named")
call(["restore", "", "--home", work + "/nobody"], 1, "dividend backup")
for inside in [home, work + "/alias", home + "/keys"]:
    call(f"journal export --public {inside}", 1, "own files")
expect(sorted(os.listdir(home)) == before and not os.path.exists(work + "/new"), "a refused copy left something")

# An older database put back; the word on how far the journal got, cut or gone.
shutil.copytree(work + "/back", work + "/aged")
call(f"account deposit 1 --party buyer --home {work}/aged")
call(f"journal export --public {work}/aged-public --home {work}/aged")
shutil.copytree(work + "/back", work + "/fork")
call(f"account deposit 2 --party buyer --home {work}/fork")
call(f"journal export --public {work}/fork-public --home {work}/fork")
lost = work + "/aged/checkpoint"
shutil.copy(lost, work + "/aged-checkpoint")
for spoil in [lambda: os.remove(lost), lambda: write("aged/checkpoint", ""), lambda: write("aged/checkpoint", "x"),
              lambda: os.truncate(lost, os.path.getsize(lost) - 9)]:
    spoil()
    call("pool list", 1, "dividend doctor --accept-journal", where=work + "/aged")
    call(["pool", "list", "--json"], 1, "checkpoint_lost", where=work + "/aged")
    call("doctor", 1, "--not-behind FILE", where=work + "/aged")
    call("doctor --not-behind nothing", 1, "nothing", where=work + "/aged")
    call(f"doctor --not-behind {work}/fork-public", 1, "lies behind", where=work + "/aged")
    call(f"doctor --not-behind {work}/aged-public --accept-journal", 64, "not both")
    call(f"doctor --not-behind {work}/aged-public", says="well", where=work + "/aged")
    call("doctor", says="well", where=work + "/aged")
    expect(open(lost).read() == open(work + "/aged-checkpoint").read(), "the checkpoint is not as it was")
os.remove(lost)
call("doctor --accept-journal", says="well", where=work + "/aged")
call("pool list", says="steps", where=work + "/aged")
for name in os.listdir(work + "/aged"):
    if name.startswith("exchange.sqlite"):
        os.remove(f"{work}/aged/{name}")
shutil.copy(work + "/saved/exchange.sqlite", work + "/aged/exchange.sqlite")
for words in ["pool list", "doctor", "doctor --accept-journal", f"doctor --not-behind {work}/saved/checkpoint"]:
    call(words, 1, "give back money and privacy", where=work + "/aged")
os.remove(lost)
call(f"doctor --not-behind {work}/aged-checkpoint", 1, "lies behind", where=work + "/aged")
call("pool list", 1, "checkpoint", where=work + "/aged")

# Things of another kind in the place of the exchange's own.
for name, word in [("lock", "folder"), ("checkpoint", "folder"), ("node.key", "regular file"),
                   ("exchange.sqlite", "cannot be opened")]:
    shutil.copytree(work + "/back", work + "/odd")
    os.remove(f"{work}/odd/{name}")
    os.mkdir(f"{work}/odd/{name}")
    call("pool list", 1, word, where=work + "/odd")
    shutil.rmtree(work + "/odd")
for name, command in [("vault", "pool list"), ("keys", "party create someone")]:
    shutil.copytree(work + "/back", work + "/odd")
    shutil.rmtree(f"{work}/odd/{name}")
    write(f"odd/{name}", "")
    call(command, 1, "move", where=work + "/odd")
    shutil.rmtree(work + "/odd")

# A damaged database, a folder that may not be written, a clock that was ahead.
shutil.copytree(work + "/back", work + "/hurt")
size = os.path.getsize(work + "/hurt/exchange.sqlite")
for name in os.listdir(work + "/hurt"):
    if name.startswith("exchange.sqlite-") or name == "state":
        os.remove(f"{work}/hurt/{name}")
with open(work + "/hurt/exchange.sqlite", "r+b") as file:
    for page in range(1, size // 4096):
        file.seek(page * 4096)
        file.write(b"\xee" * 64)
call("pool list", 1, "restore", where=work + "/hurt")
call("pool list --json", 1, where=work + "/hurt")
with open(work + "/hurt/exchange.sqlite", "wb") as file:
    file.write(b"nothing" * 4096)
call("pool list", 1, "damaged", where=work + "/hurt")
call(f"export-my-data --party buyer --to {work}/plain", 1, "plain")
call(f"export-my-data --party buyer --to {work}/plain/x", 1, "plain")
call(f"backup {work}/plain/x", 1, "plain")
call(f"journal export --public {work}/plain/x", 1, "plain")
call(f"journal export --public {work}/plain", 1, "plain")
call(["party", "list", "--home", work + "/" + "x" * 300], 1)
call(["init", "--home", work + "/" + "x" * 300], 1)
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
