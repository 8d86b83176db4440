#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Asks for more than its share: mocks, quotes, streams, signed bodies, files, from one address. Others have to be served
meanwhile, and whoever asks for too much is told so and when to come again.

usage: crowding.py PATH-TO-dividend
"""
import socket
import sys
import threading
import time

from contract import asking
from served import SQL, Served

served = Served(sys.argv[1], more=("--rate", "20"))
bob = served.keys["bob"]
expect, ask, document, faults = asking(served)
QUESTION = SQL.format("1.0")

# People who do not exist: a thousand for anybody, more for whoever is signed in, two questions at a time.
ask("POST", "/api/v1/mock", {"sql": QUESTION, "people": 1001}, want=422, code="format")
ask("POST", "/api/v1/mock", {"sql": QUESTION, "people": 10_001}, want=422, code="format", key=bob)
answers = []
mocks = [threading.Thread(target=lambda: answers.append(
    ask("POST", "/api/v1/mock", {"sql": QUESTION, "people": 10_000}, key=bob))) for _ in range(24)]
for mock in mocks:
    mock.start()
worst = 0.0
while any(mock.is_alive() for mock in mocks):
    start = time.monotonic()
    expect(ask("GET", "/api/v1/pools").status == 200, "others are served beside mocks")
    worst = max(worst, time.monotonic() - start)
    time.sleep(0.05)
expect(worst < 2, f"others wait {worst:.1f} s beside mocks")
expect({answer.status for answer in answers} <= {200, 503}, f"mocks: {[answer.status for answer in answers]}")
expect(all("retry-after" in answer.headers for answer in answers if answer.status == 503), "told when to come again")
expect(sum(answer.status == 200 for answer in answers) >= 8, "eight mocks are worked out")

# Questions are short, and so many quotes are open at once.
ask("POST", "/api/v1/quotes", {"sql": QUESTION + " " * 9000}, want=422)
given = 0
for number in range(260):
    answer = ask("POST", "/api/v1/quotes", {"sql": QUESTION})
    given += answer.status == 201
    if answer.status == 429 and given == 200:
        break
    if answer.status == 429:
        time.sleep(int(answer.headers["retry-after"]))
expect(given == 200 and answer.code == "too_fast", f"{given} quotes from one address")
ask("POST", "/api/v1/quotes", {"sql": QUESTION}, want=201, key=bob)

# Streams: thirty-two for one address, and places come back.
def stream():
    wire = socket.create_connection((served.address.hostname, served.address.port), timeout=10)
    wire.sendall(b"GET /api/v1/events HTTP/1.1\r\nHost: h\r\n\r\n")
    return wire, int(wire.recv(4096).split()[1])


open_ones = [stream() for _ in range(33)]
expect([status for _, status in open_ones] == [200] * 32 + [503], f"streams: {[status for _, status in open_ones]}")
for wire, _ in open_ones:
    wire.close()
deadline, status = time.monotonic() + 40, 503
while status != 200 and time.monotonic() < deadline:
    time.sleep(1)
    wire, status = stream()
    wire.close()
expect(status == 200, "places of streams that were closed do not come back")

# A body is not waited for before it is known who signed: sixty claims of one answer at once, and keep nothing.
begun = time.monotonic()
wires = []
for _ in range(60):
    wire = socket.create_connection((served.address.hostname, served.address.port), timeout=10)
    wire.sendall(b"GET /healthz HTTP/1.1\r\nHost: h\r\nSignature-Input: a\r\nContent-Length: 16000000\r\n\r\n")
    wires.append(wire)
said = [wire.recv(4096) for wire in wires]
expect(all(b" 401 " in back.split(b"\r\n")[0] or b" 429 " in back.split(b"\r\n")[0] for back in said),
       f"claims of a signature: {said[0][:40]}")
expect(time.monotonic() - begun < 5, "claims of a signature wait for a body")
for wire in wires:
    wire.close()

faults += served.end()
print(f"others waited {worst:.2f} s at most beside mocks, {document.checked} answers held against the document, "
      f"{len(faults)} faults")
sys.exit(1 if faults else 0)
