#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Speaks HTTP as no honest client does: slowly, hugely, ambiguously, with tricks in the path. Others have to be
served meanwhile, and nobody is answered twice.

usage: hostile_http.py PATH-TO-dividend
"""
import json
import re
import select
import socket
import sys
import threading
import time

from served import Served

served = Served(sys.argv[1])
bob = served.keys["bob"]
faults = []
tried = 0


def expect(holds, words):
    if not holds:
        faults.append(words)
        print("FAULT", words)


def opened():
    return socket.create_connection((served.address.hostname, served.address.port), timeout=10)


def said(raw, wait=1.5):
    """What comes back for these bytes, until the node closes or says nothing more."""
    global tried
    tried += 1
    with opened() as wire:
        try:
            wire.sendall(raw)
        except OSError:
            pass
        back = b""
        wire.settimeout(wait)
        try:
            while part := wire.recv(65_536):
                back += part
        except OSError:
            pass
        return back


def statuses(back):
    return [int(status) for status in re.findall(rb"HTTP/1\.1 (\d{3})", back)]


def alive():
    answer = served.ask("GET", "/healthz")
    return answer.status == 200


# Slow: two hundred heads and fifty bodies, a byte a second each. They begin now, and are looked at below.
HEAD = b"GET /api/v1/pools HTTP/1.1\r\nHost: h\r\nX-Slow: "
BODY = (b"POST /api/v1/mock HTTP/1.1\r\nHost: h\r\nContent-Type: application/json\r\nContent-Length: 100000\r\n\r\n{")
PART = (f"POST /api/v1/imports HTTP/1.1\r\nHost: h\r\nAuthorization: Bearer {bob}\r\n"
        "Content-Type: application/octet-stream\r\nContent-Length: 100000\r\n\r\n").encode()
began = time.monotonic()
slow = {}
for count, first in [(200, HEAD), (25, BODY), (8, PART)]:
    for _ in range(count):
        wire = opened()
        wire.sendall(first)
        slow[wire] = first
silent = [opened() for _ in range(50)]
cut = {}
stop = threading.Event()


def trickle():
    while not stop.is_set() and slow:
        for wire in list(slow):
            try:
                readable, _, _ = select.select([wire], [], [], 0)
                if readable and wire.recv(4096) == b"":
                    raise OSError
                wire.sendall(b" ")
            except OSError:
                cut[wire] = (time.monotonic() - began, slow.pop(wire))
                wire.close()
        stop.wait(1)


trickler = threading.Thread(target=trickle)
trickler.start()
worst = 0.0
for _ in range(50):
    start = time.monotonic()
    expect(served.ask("GET", "/api/v1/pools").status == 200, "others are served beside slow ones")
    worst = max(worst, time.monotonic() - start)
expect(worst < 2, f"others wait {worst:.1f} s beside slow ones")

# Ambiguous: one answer at most, and no second request out of the body of the first.
CHUNKS = b"2\r\n{}\r\n0\r\n\r\n"
SECOND = b"GET /healthz HTTP/1.1\r\nHost: h\r\n\r\n"
POST = b"POST /api/v1/passkeys/challenge HTTP/1.1\r\nHost: h\r\nContent-Type: application/json\r\n"
ambiguous = {
    "two lengths": POST + b"Content-Length: 2\r\nContent-Length: 40\r\n\r\n{}" + SECOND,
    "two lengths in one": POST + b"Content-Length: 2, 40\r\n\r\n{}" + SECOND,
    "a length and chunks": POST + b"Content-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n" + CHUNKS + SECOND,
    "chunks and a length": POST + b"Transfer-Encoding: chunked\r\nContent-Length: 40\r\n\r\n" + CHUNKS + SECOND,
    "chunks twice": POST + b"Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n\r\n" + CHUNKS + SECOND,
    "chunks that are none": POST + b"Transfer-Encoding: xchunked\r\n\r\n" + CHUNKS + SECOND,
    "chunks behind a tab": POST + b"Transfer-Encoding:\x0bchunked\r\n\r\n" + CHUNKS + SECOND,
    "a negative length": POST + b"Content-Length: -2\r\n\r\n{}" + SECOND,
    "a signed length": POST + b"Content-Length: +2\r\n\r\n{}" + SECOND,
    "a hexadecimal length": POST + b"Content-Length: 0x2\r\n\r\n{}" + SECOND,
    "an endless length": POST + b"Content-Length: 99999999999999999999999\r\n\r\n{}" + SECOND,
    "a chunk of no size": POST + b"Transfer-Encoding: chunked\r\n\r\nz\r\n{}\r\n0\r\n\r\n" + SECOND,
    "a huge chunk": POST + b"Transfer-Encoding: chunked\r\n\r\nfffffffffffffffff\r\n{}\r\n0\r\n\r\n" + SECOND,
    "a folded header": POST + b"X-A: a\r\n Content-Length: 2\r\nContent-Length: 2\r\n\r\n{}" + SECOND,
    "a folded length": POST + b"Content-Length:\r\n 2\r\n\r\n{}" + SECOND,
    "bare line feeds": POST.replace(b"\r\n", b"\n") + b"Content-Length: 2\n\n{}" + SECOND,
    "a bare carriage return": POST + b"X-A: a\rContent-Length: 40\r\nContent-Length: 2\r\n\r\n{}" + SECOND,
    "a space before the colon": POST + b"Content-Length : 2\r\n\r\n{}" + SECOND,
    "a NUL in a header": POST + b"X-A: a\x00b\r\nContent-Length: 2\r\n\r\n{}" + SECOND,
    "another protocol": b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
    "no protocol": b"GET /healthz\r\n\r\n",
    "a method with a space": b"GE T /healthz HTTP/1.1\r\nHost: h\r\n\r\n",
    "garbage": bytes(range(256)) * 8,
    "TLS": b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + b"\x00" * 500,
}
# The body is one that every framing agrees on: a second answer then is the one to SECOND, in its own right.
honest = {"bare line feeds", "a folded length", "a folded header"}
for what, raw in ambiguous.items():
    back = said(raw)
    answers = statuses(back)
    fine = answers in ([], [400], [501], [505], [413]) or what in honest and answers[0] in (400, 200)
    expect(fine, f"{what}: answered {answers}")
    ambiguous[what] = answers
expect(alive(), "it is alive after ambiguous requests")
# Pipelined honestly, both are answered, in order.
expect(statuses(said(SECOND + SECOND)) == [200, 200], "two honest requests on one connection")

# Paths.
tricks = [
    "/assets/../openapi.json", "/assets/..%2f..%2fetc/passwd", "/assets/%2e%2e/%2e%2e/etc/passwd",
    "/tile/../../etc/passwd", "/tile/0/..%2f..%2fnode.key", "//etc/passwd", "/assets//dividend.css/../../..",
    "/api/v1/../../operator", "/api/v1//account", "/api/v1/pools/..%2f..", "/api/v1/pools/%00",
    "/api/v1/pools/walkers%00", "/api/v1/orders/%ff%fe", "/api/v1/journal/0x1",
    "/api/v1/journal/99999999999999999999", "/api/v1/journal/%D9%A1", "/API/V1/account", "/api/v1/account/",
    "/api/v1/account;a=b", "/api/v1/account%2f", "/explorer/-1", "/explorer/%00", "/" + "a/" * 2000,
    "/" + "a" * 60_000, "/api/v1/pools/" + "%2e" * 5000, "/?" + "a=b&" * 10_000, "/api/v1/journal?limit=%00",
    "/api/v1/journal?limit=1&limit=2", "/api/v1/journal?before=-1", "/language/..", "/enter?once=%00",
    "/me/../operator", "/api/v1/imports/../keys", "/api/v1/imports/%2e%2e%2fkeys", "/pools/%3Cscript%3E",
]
for path in tricks:
    back = said(f"GET {path} HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n".encode())
    answers = statuses(back)
    # Nobody is signed in: what is shown is a page for anybody, a refusal, or nothing.
    expect(len(answers) <= 1 and (not answers or answers[0] < 500), f"{path[:60]}: {answers}")
    expect(b"root:" not in back and b'"seed"' not in back and b"<script>" not in back, f"{path[:60]} gives away a file")
for path in ["/\x00", "/a b", "/\x7f", "*", "http://other/healthz", "/\xff"]:
    answers = statuses(said(b"GET " + path.encode("latin-1") + b" HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n"))
    expect(len(answers) <= 1 and (not answers or answers[0] < 500), f"{path!r}: {answers}")

# Huge: refused by their size, before they are kept.
sizes = {
    "a header of a megabyte": b"GET /healthz HTTP/1.1\r\nHost: h\r\nX-A: " + b"a" * (1 << 20) + b"\r\n\r\n",
    "ten thousand headers": b"GET /healthz HTTP/1.1\r\nHost: h\r\n" + b"X-A: a\r\n" * 10_000 + b"\r\n",
    "a line without an end": b"GET /" + b"a" * (1 << 20),
    "a cookie of a megabyte": b"GET /me HTTP/1.1\r\nHost: h\r\nCookie: dividend-session=" + b"a" * (1 << 20) + b"\r\n\r\n",
}
for what, raw in sizes.items():
    answers = statuses(said(raw))
    expect(answers in ([], [400], [414], [431]), f"{what}: {answers}")
announced = said(POST + b"Content-Length: 5000000000\r\n\r\n" + b" " * (3 << 20))
expect(statuses(announced) == [413] or not statuses(announced), f"a huge body: {statuses(announced)}")
deep = b"[" * 100_000
for body in [deep, b'{"a":' * 50_000, b'{"people":1e999}', b'{"people":' + b"9" * 100_000 + b"}",
             b'{"sql":"\\ud800"}', b'{"sql":"\xff"}', b'{"sql":"a","sql":"b"}', b'\xef\xbb\xbf{}',
             b'{"sql":"\\u0000"}', b"", b"nul", b'{"__proto__":1}']:
    answer = served.ask("POST", "/api/v1/mock", body, Content_Type="application/json")
    expect(answer.status in (400, 422) and answer.code, f"{body[:20]}: {answer.status}")
for kind in ["", "application/jsonp", "text/json", "application/json;charset=utf-16", "multipart/form-data", "a" * 5000,
             "application/x-www-form-urlencoded"]:
    answer = served.ask("POST", "/api/v1/mock", b'{"sql":"SELECT"}', Content_Type=kind)
    expect(answer.status in (400, 415, 422) and answer.code, f"{kind[:30]}: {answer.status}")
    answer = served.ask("POST", "/api/v1/imports", b"--x\r\n\r\n", key=served.keys["alice"], Content_Type=kind)
    expect(answer.status in (400, 415, 422), f"imports, {kind[:30]}: {answer.status}")
for accept in ["", "*", "image/png", "text/html;q=", "a" * 5000, "application/json;q=0"]:
    expect(served.ask("GET", "/api/v1/nothing", Accept=accept).code == "route_unknown", f"Accept: {accept[:20]}")
expect(alive(), "it is alive after huge requests")

# The slow ones were cut off by now, or will be: heads after half a minute, bodies by their pace.
deadline = began + 75
while slow and time.monotonic() < deadline:
    time.sleep(0.5)
stop.set()
trickler.join()
expect(not slow, f"{len(slow)} slow connections are still there: { {first[:20] for first in slow.values()} }")
for wire in silent:
    wire.settimeout(1)
    try:
        expect(wire.recv(1) == b"", "a silent connection gets an answer")
    except OSError as error:
        expect(not isinstance(error, TimeoutError), "a silent connection is still there")
    wire.close()
spans = [moment for moment, _ in cut.values()]
answer = served.ask("POST", "/api/v1/imports", b"nothing known", key=bob, Content_Type="application/octet-stream")
expect(answer.status == 422, f"files that were cut off hold no place: {answer.status}: {answer.bytes[:100]}")

faults += served.end()
print(f"{tried} requests, {len(cut)} slow ones cut off after {min(spans, default=0):.0f} to "
      f"{max(spans, default=0):.0f} s, "
      f"{len(faults)} faults")
sys.exit(1 if faults else 0)
