#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Sends the same change again: at once a thousand times, after a crash, and with another body. Two buyers
race for one budget, and the node dies in the middle of a file and of an order.

usage: repeats.py PATH-TO-dividend
"""
import http.client
import sys
import threading
import time
import uuid
from concurrent.futures import ThreadPoolExecutor

from contract import Document
from served import SQL, Served

# A large study leaves too little for another such.
served = Served(sys.argv[1], epsilon="8")
operator, bob, alice = (served.keys[name] for name in ["operator", "bob", "alice"])
document = Document(served.ask("GET", "/openapi.json").json)
faults = []


def expect(holds, words):
    if not holds:
        faults.append(words)
        print("FAULT", words)


def ask(method, path, body=None, key=None, want=None, **more):
    answer = served.ask(method, path, body, key=key, **more)
    for fault in document.faults(method, path, answer.status, answer.headers, answer.bytes):
        expect(False, fault)
    expect(want is None or answer.status == want, f"{method} {path}: {answer.status}, not {want}: {answer.bytes[:150]}")
    return answer


def left(key):
    return int(ask("GET", "/api/v1/account", key=key, want=200).json["available"])


def quoted(epsilon):
    return ask("POST", "/api/v1/quotes", {"sql": SQL.format(epsilon)}, want=201).json["id"]


def at_once(count, body):
    with ThreadPoolExecutor(min(count, 64)) as pool:
        return list(pool.map(lambda _: body(), range(count)))


# Fifty deposits with one key are one deposit.
once = str(uuid.uuid4())
gift = {"party": "bob", "microunits": 2_000_000_000}
answers = at_once(50, lambda: served.ask("POST", "/api/v1/deposits", gift, key=operator, Idempotency_Key=once))
expect({answer.status for answer in answers} == {201}, f"deposits: { {answer.status for answer in answers} }")
expect(len({answer.bytes for answer in answers}) == 1, "deposits are answered the same")
expect(sum("idempotency-replayed" in answer.headers for answer in answers) == 49, "one of them was the first")
expect(left(bob) == 2_000_000_000, f"one deposit, not {left(bob)}")
# Another body, another path, another party.
ask("POST", "/api/v1/deposits", {**gift, "microunits": 1}, key=operator, want=422, Idempotency_Key=once)
ask("POST", "/api/v1/parties", {"name": "carol"}, key=operator, want=422, Idempotency_Key=once)
ask("POST", "/api/v1/keys", {}, key=bob, want=201, Idempotency_Key=once)
# What was refused did nothing and may be tried again; a key that is none is refused.
again = str(uuid.uuid4())
ask("POST", "/api/v1/cashouts", {"microunits": 5}, key=alice, want=409, Idempotency_Key=again)
ask("POST", "/api/v1/deposits", {"party": "alice", "microunits": 2_000_000_000}, key=operator, want=201)
ask("POST", "/api/v1/cashouts", {"microunits": 5}, key=alice, want=201, Idempotency_Key=again)
ask("POST", "/api/v1/cashouts", {"microunits": 5}, key=alice, want=201, Idempotency_Key=again)
expect(left(alice) == 1_999_999_995, "cashed out once")
for none in ["", "a b", "x" * 256, "ä"]:
    headers = {"Authorization": "Bearer " + alice, "Idempotency-Key": none, "Content-Type": "application/json"}
    connection = served.connect()
    connection.request("POST", "/api/v1/cashouts", '{"microunits":5}', {
        name: value.encode() for name, value in headers.items()})
    expect(connection.getresponse().status == 400, f"the key {none[:8]!r} is taken")
    connection.close()

# A thousand orders of one quote with one key are one charge and one answer.
quote, key = quoted("0.5"), str(uuid.uuid4())
before = left(bob)
start = time.monotonic()
answers = at_once(1000, lambda: served.ask("POST", "/api/v1/orders", {"quote": quote}, key=bob, Idempotency_Key=key))
took = time.monotonic() - start
expect({answer.status for answer in answers} == {201}, f"orders: { {answer.status for answer in answers} }")
expect(len({answer.bytes for answer in answers}) == 1, "orders are answered the same")
price = before - left(bob)
signed = answers[0].json["receipt"]["quote"]
expect(price == int(signed["base"]) + int(signed["premium"]), f"charged {price}")
expect(len(ask("GET", "/api/v1/orders", key=bob).json) == 1, "one order")
# Without a key the quote itself says that it is one order.
ask("POST", "/api/v1/orders", {"quote": quote}, key=bob, want=201)
ask("POST", "/api/v1/orders", {"quote": quote}, key=alice, want=409)
expect(before - left(bob) == price, "charged twice")

# Two buyers and one remaining budget: exactly one gets it, the other keeps her money.
quotes = {bob: quoted("6.0"), alice: quoted("5.9")}
before = {who: left(who) for who in quotes}
with ThreadPoolExecutor(2) as pool:
    results = dict(zip(quotes, pool.map(
        lambda who: served.ask("POST", "/api/v1/orders", {"quote": quotes[who]}, key=who), quotes)))
statuses = sorted(answer.status for answer in results.values())
expect(statuses == [201, 409], f"two buyers: {statuses}: {[answer.bytes[:120] for answer in results.values()]}")
for who, answer in results.items():
    paid = before[who] - left(who)
    expect((paid > 0) == (answer.status == 201), f"{answer.status} and paid {paid}")

# Dead right after a deposit: the same again does nothing, and says so.
key = str(uuid.uuid4())
before = left(alice)
gift = {"party": "alice", "microunits": 7_000_000}
ask("POST", "/api/v1/deposits", gift, key=operator, want=201, Idempotency_Key=key)
served.kill()
served.start()
expect(left(alice) == before + 7_000_000, "the deposit outlived the crash")
answer = ask("POST", "/api/v1/deposits", gift, key=operator, want=409, Idempotency_Key=key)
expect(answer.code == "already_done" and "journal entry" in answer.json["detail"], f"{answer.bytes}")
expect(left(alice) == before + 7_000_000, "deposited twice")

# Dead in the middle of a file: it is gone, and can be sent anew.
octets = {"Content_Type": "application/octet-stream"}


def begun():
    return ask("POST", "/api/v1/imports?name=steps.csv", b"day,steps\n", key=bob, want=201, Upload_Complete="?0",
               **octets).json["id"]


upload = begun()
ask("PATCH", f"/api/v1/imports/{upload}", b"2026-01-01,5\n", key=bob, want=204, Upload_Offset="10",
    Upload_Complete="?0", **octets)
half = served.connect()
half.putrequest("PATCH", f"/api/v1/imports/{upload}")
for name, value in {"Authorization": "Bearer " + bob, "Upload-Offset": "23", "Content-Length": "1000000",
                    "Content-Type": "application/octet-stream"}.items():
    half.putheader(name, value)
half.endheaders()
half.send(b"2026-01-02,6\n" * 1000)
time.sleep(0.3)
served.kill()
half.close()
served.start()
ask("GET", f"/api/v1/imports/{upload}", key=bob, want=404)
ask("PATCH", f"/api/v1/imports/{upload}", b"x", key=bob, want=404, Upload_Offset="10", **octets)
upload = begun()
ask("DELETE", f"/api/v1/imports/{upload}", key=bob, want=200)

# Dead in the middle of an order, at several moments: not charged, or charged and answered when asked again.
fates = []
for moment in [0.0, 0.01, 0.03, 0.1]:
    quote = quoted(f"0.2{len(fates) + 1}")
    before = left(alice)

    def order():
        try:
            served.ask("POST", "/api/v1/orders", {"quote": quote}, key=alice)
        except (OSError, http.client.HTTPException):
            pass
    buyer = threading.Thread(target=order)
    buyer.start()
    time.sleep(moment)
    served.kill()
    buyer.join()
    served.start()
    paid = before - left(alice)
    known = ask("GET", f"/api/v1/orders/{quote}", key=alice)
    page = served.ask("GET", f"/orders/{quote}", key=alice, Accept="text/html")
    expect((known.status == 200) == (paid > 0) == (page.status == 200),
           f"paid {paid}, asked {known.status}, page {page.status}")
    fates.append("answered" if paid > 0 else "not charged")
    if paid == 0:
        answer = ask("POST", "/api/v1/orders", {"quote": quote}, key=alice)
        expect(answer.status in (201, 409), f"ordered again: {answer.status}: {answer.bytes[:150]}")
        expect((before - left(alice) > 0) == (answer.status == 201), "charged without an answer")

faults += served.end()
print(f"1,000 orders at once in {took:.1f} s; killed orders: {', '.join(fates)}; "
      f"{document.checked} answers held against the document, {len(faults)} faults")
sys.exit(1 if faults else 0)
