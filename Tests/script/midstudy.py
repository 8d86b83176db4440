#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Kills the node in the middle of a study's reading: after the budgets were reserved, before the answer.

usage: midstudy.py PATH-TO-dividend

What stands in the journal's file is read after each kill by SQLite alone, so it is known where the kill fell. The
next start finishes the study: charged once, paid for once, its privacy spent once. Killed again while it does so,
the price goes back and the privacy stays spent. Everything that tells of an order has to tell the same. How much
privacy so many studies cost is taken from a pool whose studies nobody kills.
"""
import contextlib
import hashlib
import http.client
import io
import json
import os
import re
import shutil
import sqlite3
import struct
import subprocess
import sys
import tempfile
import threading
import time
import uuid
import zipfile

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "interop"))
from served import Served  # noqa: E402

served = Served(sys.argv[1])
operator, bob, alice = (served.keys[name] for name in ["operator", "bob", "alice"])
faults = []
asked = 0


def expect(holds, words):
    if not holds:
        faults.append(words)
        print("FAULT", words)


def get(path, key=bob, want=200):
    answer = served.ask("GET", path, key=key)
    expect(answer.status == want, f"GET {path}: {answer.status}, not {want}: {answer.bytes[:200]}")
    return answer.json


def words_of(path, key=bob):
    """What a person reads on a page."""
    answer = served.ask("GET", path, key=key, Accept="text/html")
    return answer.status, " ".join(re.sub(r"<[^>]+>", " ", answer.text).split())


def change(path, body, key, want=201, **headers):
    answer = served.ask("POST", path, body, key=key, **headers)
    if answer.status != want:
        raise SystemExit(f"POST {path}: {answer.status}: {answer.bytes[:300]}")
    return answer.json


def written():
    """What stands in the journal's file: its entries, and the names of notes. Of a copy, as opening mends."""
    with tempfile.TemporaryDirectory(dir=served.work) as copy:
        for end in ["", "-wal"]:
            with contextlib.suppress(FileNotFoundError):
                shutil.copy(f"{served.home}/exchange.sqlite{end}", copy)
        with contextlib.closing(sqlite3.connect(copy + "/exchange.sqlite")) as base:
            groups = base.execute("SELECT lines FROM journal ORDER BY first").fetchall()
            notes = {name for name, in base.execute("SELECT name FROM mark")}
    entries = []
    for lines, in groups:
        count, = struct.unpack_from("<I", lines)
        place = 4 + 4 * count
        for length in struct.unpack_from(f"<{count}I", lines, 4):
            entries.append(json.loads(lines[place:place + length]))
            place += length
    return entries, notes


def steps_of(order, entries):
    """What the journal tells of an order, in order. An order is named by the digest of its quote."""
    steps = []
    for entry in entries:
        body = entry["body"]
        if entry["kind"] == "order.place":
            quote = json.dumps(body["quote"]["quote"], sort_keys=True, separators=(",", ":"), ensure_ascii=False)
            if hashlib.sha256(quote.encode()).hexdigest() == order:
                steps.append("order.place")
        elif body.get("order") == order:
            steps.append(entry["kind"])
    return steps


def quoted(count, condition):
    """A quote for what nobody asked before. All pairs of a person's days and hours take long to look at."""
    global asked
    asked += 1
    where = " AND ".join(condition.format(1000 * asked + place) for place in range(count))
    sql = ("SELECT COUNT(*) FROM long.activity_days AS d JOIN long.activity_hours AS h USING (contributor) "
           f"WHERE {where} WITH PRIVACY (epsilon => 0.5, delta => 1e-5)")
    return change("/api/v1/quotes", {"sql": sql}, bob)["id"]


# Alice has rows, and allows both pools to use them: one that is killed in, and one that tells what privacy costs.
served.stop()
served.run("pool", "open", "long", "--table", "activity_days", "--table", "activity_hours")
served.run("grant", "--custody", "fitbit", "--pool", "long", "--purpose", "dpv:ResearchAndDevelopment",
           "--epsilon", "40", "--per-study", "8")
served.start()
change("/api/v1/deposits", {"party": "bob", "microunits": 500_000_000}, operator)
packed = io.BytesIO()
with zipfile.ZipFile(packed, "w") as export:
    export.writestr("steps-2016-04-12.json", json.dumps(
        [{"dateTime": f"04/{day}/16 08:00:00", "value": str(1000 * day)} for day in range(12, 20)]))
sent = change("/api/v1/imports", packed.getvalue(), alice, Content_Type="application/octet-stream")["id"]
change(f"/api/v1/imports/{sent}", None, alice)
for pool in ["long", "walkers"]:
    change("/api/v1/grants", {"pool": pool, "purposes": ["dpv:ResearchAndDevelopment"], "epsilon": "40",
                              "epsilonPerStudy": "8"}, alice)


def grant(pool="long"):
    return next(grant for grant in get("/api/v1/grants", alice) if grant["pool"] == pool)


# What so many studies cost alice, by how many.
spent = [grant("walkers")["spent"]]
for place in range(12):
    sql = f"SELECT COUNT(*) FROM walkers WHERE steps <> {place} WITH PRIVACY (epsilon => 0.5, delta => 1e-5)"
    change("/api/v1/orders", {"quote": change("/api/v1/quotes", {"sql": sql}, bob)["id"]}, bob)
    spent.append(grant("walkers")["spent"])
expect(len(set(spent)) == len(spent), f"each study costs privacy: {spent}")


def money():
    return int(get("/api/v1/account")["available"])


def lines(key, order):
    """What a statement says of an order: the amount of each line, by its code."""
    return {line["code"]: int(line["amount"]) for line in get("/api/v1/statement?limit=500", key)["items"]
            if order[:8] in line["reason"]}


def told(order):
    """What an order cost and brought, by everything that tells of it. Only what happened once is told."""
    steps = steps_of(order, written()[0])
    stage = [placed["stage"] for placed in get("/api/v1/orders") if placed["id"] == order]
    uses = [use["read"] for use in get("/api/v1/uses?limit=500", alice)["items"] if use["order"] == order]
    page = words_of("/orders/" + order)[0]
    mine = re.search(rf"{order[:8]} .*? long (answered|refunded|running|paid, not begun) ", words_of("/me")[1])
    public = re.search(r"Stage (\S+)", words_of("/explorer/studies/" + order)[1])
    downloads = [served.ask("GET", f"/orders/{order}/{name}", key=bob).status
                 for name in ["answer.csv", "answer.json", "receipt.json"]]
    return {"journal": steps, "orders": stage, "study": get("/api/v1/studies/" + order)["stage"], "uses": uses,
            "order": served.ask("GET", "/api/v1/orders/" + order, key=bob).status, "page": page,
            "me": mine and mine.group(1), "explorer": public and public.group(1), "downloads": downloads}


ANSWERED = {"journal": ["order.place", "study.reserve", "study.commit"], "orders": ["done"], "study": "done",
            "uses": [True], "order": 200, "page": 200, "me": "answered", "explorer": "answered", "downloads": [200] * 3}
REFUNDED = {"journal": ["order.place", "study.reserve", "study.fail"], "orders": ["failed"], "study": "failed",
            "uses": [True], "order": 409, "page": 409, "me": "refunded", "explorer": "refunded", "downloads": [409] * 3}


def check(order, key, before, is_answered, words):
    """Looks that an order ended well, once, and stays as it is when it is sent again."""
    found, wanted = told(order), ANSWERED if is_answered else REFUNDED
    for what, value in wanted.items():
        expect(found[what] == value, f"{words}: {what} tells {found[what]}, not {value}")
    left, studies = before
    expect(money() == left - (price if is_answered else 0), f"{words}: {left - money()} of {price} was charged")
    used = grant()
    expect(used["studies"] == studies + 1 and used["spent"] == spent[studies + 1],
           f"{words}: {used['studies'] - studies} studies, {used['spent']} spent, not {spent[studies + 1]}")
    bought, earned = lines(bob, order), lines(alice, order)
    wanted = {"hold": -price, "release": price, **({"purchase": -price} if is_answered else {})}
    expect(bought == wanted, f"{words}: the buyer's statement has {bought}")
    expect(set(earned) == ({"sale_share"} if is_answered else set())
           and all(abs(share - amount) <= 1 for amount in earned.values()), f"{words}: alice's statement has {earned}")
    answers = [served.ask("POST", "/api/v1/orders", {"quote": order}, key=bob, **headers)
               for headers in [{"Idempotency_Key": key}, {}]]
    for answer in answers:
        expect(answer.status == (201 if is_answered else 409),
               f"{words}: sent again: {answer.status}: {answer.bytes[:150]}")
    if is_answered:
        shown = get("/api/v1/orders/" + order)["answer"]
        expect(all(answer.json["answer"] == shown for answer in answers), f"{words}: two answers")
        value = shown["rows"][0][0]
        expect(f"{value['value']} ± {value['margin']}" in words_of("/orders/" + order)[1],
               f"{words}: the page shows another answer")
    expect(money() == left - (price if is_answered else 0) and grant()["studies"] == studies + 1,
           f"{words}: sending it again changed something")
    unwell = [found["what"] for found in get("/api/v1/doctor", operator) if not found["ok"]]
    expect(not unwell, f"{words}: the doctor finds {unwell}")


def standing():
    return money(), grant()["studies"]


# A question that takes long enough, by nobody killing it; more of it is asked where the program was built optimised.
# An answer waits for the next power of two after its study began: so at least half of the time goes into reading.
for question in [(3, "d.steps <> {}"), (2, "d.steps % {} <> 0"), (8, "d.steps % {} <> 0"), (32, "d.steps % {} <> 0"),
                 (64, "d.steps % {} <> 0")]:
    before, order, key = standing(), quoted(*question), str(uuid.uuid4())
    start = time.monotonic()
    change("/api/v1/orders", {"quote": order}, bob, Idempotency_Key=key)
    took = time.monotonic() - start
    if took > 0.8:
        break
else:
    raise SystemExit(f"no question takes long enough to kill the node in its midst: {took} s")
price, share = before[0] - money(), lines(alice, order)["sale_share"]
check(order, key, before, True, "nobody killed it")


def worked():
    """The seconds that the node's threads have worked."""
    with open(f"/proc/{served.process.pid}/stat") as file:
        fields = file.read().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def until(holds, words):
    limit = time.monotonic() + 30
    while not holds():
        if time.monotonic() > limit:
            raise SystemExit(f"it did not happen: {words}")
        time.sleep(0.005)


def is_reserved(order):
    items = get("/api/v1/journal?limit=10")["items"]
    return any(entry["kind"] == "study.reserve" and entry["body"]["order"] == order for entry in items)


def is_resumed(order):
    # The file is copied while it is written: a torn copy is looked at again.
    with contextlib.suppress(sqlite3.DatabaseError, struct.error, ValueError):
        return "resumed/" + order in written()[1]
    return False


def is_open(order):
    """Whether the journal has an order whose budgets are reserved, and no end of it."""
    return steps_of(order, written()[0]) == ["order.place", "study.reserve"]


def program(order, key, answers):
    """A program that orders, and is cut off."""
    try:
        answers.append(served.ask("POST", "/api/v1/orders", {"quote": order}, key=bob, Idempotency_Key=key).status)
    except (OSError, http.client.HTTPException):
        pass


def doctor():
    served.run("doctor")
    served.run("journal", "export", "--public", f"{served.work}/public-{asked}")
    verdict = subprocess.run([served.binary, "verify", f"{served.work}/public-{asked}"], capture_output=True, text=True)
    expect(verdict.returncode == 0, f"verify: {verdict.stdout}")


# At which part of the least time of reading it is killed, and what happens then.
fates, kills, reading = [], 0, 0
for part, then in [(0.0, "start"), (0.25, "start"), (0.45, "doctor"), (0.65, "start"), (0.85, "kill")]:
    before, order, key, answers = standing(), quoted(*question), str(uuid.uuid4()), []
    buyer = threading.Thread(target=program, args=(order, key, answers))
    buyer.start()
    until(lambda: is_reserved(order), "budgets are reserved")
    start, work = time.monotonic(), worked()
    time.sleep(part * took / 2)
    # Who waits for the moment of an answer does not work.
    is_reading = worked() - work > (time.monotonic() - start) / 4
    served.kill()
    buyer.join()
    hit = is_open(order)
    expect(not (hit and answers), f"killed at {part}: not answered, and the program was told {answers}")
    kills += hit
    reading += hit and part > 0 and is_reading
    is_answered = True
    if hit and then == "kill":
        served.launch()
        until(lambda: is_resumed(order), "the study is run again")
        time.sleep(took / 8)
        served.kill()
        kills += is_open(order)
        is_answered = not is_open(order)
    elif then == "doctor":
        doctor()
    served.start()
    check(order, key, before, is_answered, f"killed at {part}, then {then}")
    fates.append("answered" if is_answered else "refunded")
expect(kills >= 3, f"only {kills} kills fell between reserving and answering")
expect(reading >= 1, "no kill fell into the reading")
expect({"answered", "refunded"} == set(fates), f"not both ends were seen: {fates}")

# All that alice is owed can be paid, and the statements add up.
claims = int(get("/api/v1/account", alice)["claims"])
for pool in ["long", "walkers"]:
    change(f"/api/v1/pools/{pool}/payout", None, operator, want=200)
expect(int(get("/api/v1/account", alice)["pending"]) + int(get("/api/v1/account", alice)["available"]) == claims,
       "what alice is owed is not on its way")
until(lambda: int(get("/api/v1/account", alice)["pending"]) == 0, "the payouts are proven")
expect(int(get("/api/v1/account", alice)["available"]) == claims > 0, "alice is paid what she is owed")
for key in [alice, bob]:
    account, items = get("/api/v1/account", key), get("/api/v1/statement?limit=500", key)["items"]
    expect(sum(int(line["amount"]) for line in items) == int(account["available"]) + int(account["pending"])
           + int(account["claims"]), "a statement does not add up")
faults += served.end()
print(f"{kills} kills in the middle of a study, {reading} surely while it was reading; {', '.join(fates)}; "
      f"{len(faults)} faults")
sys.exit(1 if faults else 0)
