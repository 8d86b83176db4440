#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The node on loopback, beside a Flask app that serves the same JSON: `Benchmarks/node/run.py [--quick]`.

Needs wrk (apt), and Flask in the Python that runs it; without Flask the peer is left out and said so.
Both share the machine with wrk: with two cores a server has about one to itself. Prints a table and
returns named figures; `--json FILE` keeps them. Not a part of `make bench`, since it wants two more programs.
"""
import argparse
import http.client
import json
import os
import re
import resource
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
import urllib.parse

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
BINARY = os.path.join(ROOT, ".build", "release", "dividend")
HERE = os.path.dirname(os.path.abspath(__file__))


class Served:
    """An exchange with one pool of real data, served; ended with the block."""

    def __init__(self, folder):
        self.home = os.path.join(folder, "home")
        self.run("init", "--name", "Measured")
        self.run("import", ROOT + "/Demo/fitabase-fitbit.zip", "--custody", "fitbit", "--yes")
        self.run("pool", "open", "walkers", "--table", "activity_days")
        self.run("grant", "--custody", "fitbit", "--pool", "walkers", "--purpose",
                 "dpv:ResearchAndDevelopment", "--epsilon", "60", "--per-study", "8")

    def run(self, *words):
        subprocess.run([BINARY, *words, "--home", self.home], check=True, capture_output=True)

    def __enter__(self):
        start = time.monotonic()
        self.process = subprocess.Popen(
            [BINARY, "serve", "--home", self.home, "--port", "0", "--rate", "1000000",
             "--streams-per-address", "4096", "--json"],
            stdout=subprocess.PIPE, text=True)
        first = json.loads(self.process.stdout.readline())
        self.base = first["address"]
        self.address = urllib.parse.urlparse(self.base)
        self.ask("GET", "/healthz")
        self.start_ms = (time.monotonic() - start) * 1000
        cookie = self.ask("GET", first["operator"][len(self.base):])[1]["set-cookie"].split(";")[0]
        self.operator = {"Cookie": cookie, "Origin": self.base}
        return self

    def __exit__(self, *_):
        self.process.send_signal(signal.SIGTERM)
        self.process.wait(60)

    def ask(self, method, path, body=None, headers=None):
        connection = http.client.HTTPConnection(self.address.hostname, self.address.port, timeout=600)
        headers = dict(headers or {})
        if isinstance(body, dict):
            body = json.dumps(body)
            headers["Content-Type"] = "application/json"
        connection.request(method, path, body, headers)
        answer = connection.getresponse()
        data = answer.read()
        connection.close()
        return answer.status, {name.lower(): value for name, value in answer.getheaders()}, data

    def memory_mb(self):
        with open(f"/proc/{self.process.pid}/status") as status:
            return next(int(line.split()[1]) for line in status if line.startswith("VmRSS")) / 1000


def wrk(url, seconds, connections=64, headers=(), script=None):
    """Requests a second, and the 99th percentile in milliseconds."""
    words = ["wrk", "-t2", f"-c{connections}", f"-d{seconds}s", "--latency"]
    for header in headers:
        words += ["-H", header]
    if script:
        words += ["-s", script]
    said = subprocess.run([*words, url], check=True, capture_output=True, text=True).stdout
    if "Non-2xx" in said:
        raise SystemExit(f"{url}: {said}")
    number, unit = re.search(r"99%\s+([\d.]+)(us|ms|s)", said).groups()
    return (float(re.search(r"Requests/sec:\s+([\d.]+)", said).group(1)),
            float(number) * {"us": 0.001, "ms": 1, "s": 1000}[unit])


def paced(url, per_second, seconds, folder, headers=()):
    """The 99th percentile in milliseconds, and the rate, at a steady pace: 128 connections, each of which
    waits between two requests so long that together they send that many a second."""
    script = os.path.join(folder, "pace.lua")
    with open(script, "w") as file:
        file.write(f"function delay() return {128 / per_second * 1000:.0f} end")
    rate, p99 = wrk(url, seconds, connections=128, headers=headers, script=script)
    return p99, rate


def streams(served, count):
    """The memory that so many open event streams add, in megabytes, once each has told something."""
    resource.setrlimit(resource.RLIMIT_NOFILE, (count + 500,) * 2)
    before = served.memory_mb()
    sockets = []
    for _ in range(count):
        each = socket.create_connection((served.address.hostname, served.address.port))
        each.sendall(b"GET /api/v1/events HTTP/1.1\r\nHost: " + served.address.netloc.encode() + b"\r\n\r\n")
        sockets.append(each)
    for each in sockets:
        got = b""
        while b"event: journal" not in got:
            got += each.recv(4096)
    total = served.memory_mb()
    for each in sockets:
        each.close()
    return total, total - before


def upload(served, size, key):
    """Sends a file of that many bytes as one body: megabytes a second, and the memory that it adds at most."""
    line = b"2024-01-01,1234567,some text that fills the line up to a length\n"
    connection = http.client.HTTPConnection(served.address.hostname, served.address.port, timeout=3600)
    connection.putrequest("POST", "/api/v1/imports?name=large.csv")
    for name, value in {"Authorization": "Bearer " + key, "Content-Length": str(size),
                        "Content-Type": "application/octet-stream"}.items():
        connection.putheader(name, value)
    connection.endheaders()
    before, most, done, block = served.memory_mb(), 0, threading.Event(), line * (1 << 14)

    def watch():
        nonlocal most
        while not done.wait(0.05):
            most = max(most, served.memory_mb())

    watcher = threading.Thread(target=watch)
    watcher.start()
    start, left = time.monotonic(), size
    head = b"day,number,text\n"
    connection.send(head)
    left -= len(head)
    while left > 0:
        connection.send(block[:left])
        left -= min(left, len(block))
    sent = time.monotonic() - start
    answer = connection.getresponse()
    answer.read()
    done.set()
    watcher.join()
    return size / 1e6 / sent, most - before, time.monotonic() - start


def collect(quick=False):
    """Measures everything; the figures by name."""
    if not os.path.exists(BINARY):
        raise SystemExit("build first: make build")
    if not shutil.which("wrk"):
        print("SKIPPED: wrk is not there (apt-get install wrk)")
        return {}
    seconds = 3 if quick else 8
    folder = tempfile.mkdtemp(prefix="dividend-node-bench-")
    figures = {}
    try:
        exchange = Served(folder)
        with exchange as served:
            figures["node_start_ms"] = served.start_ms
            key = json.loads(served.ask("POST", "/api/v1/parties", {"name": "bob"}, served.operator)[2])["accessKey"]
            for _ in range(20):
                served.ask("POST", "/api/v1/deposits", {"party": "bob", "microunits": 5_000_000}, served.operator)
            time.sleep(6)
            own = {"Authorization": "Bearer " + key}
            first = time.monotonic()
            page = served.ask("GET", "/")[2]
            styles = served.ask("GET", "/assets/dividend.css")[2]
            figures["first_page_ms"] = (time.monotonic() - first) * 1000
            figures["first_page_kb"] = (len(page) + len(styles)) / 1000
            figures["streams_memory_mb"], figures["streams_added_mb"] = streams(served, 1000)
            catalogue = json.loads(served.ask("GET", "/api/v1/pools")[2])
            statement = json.loads(served.ask("GET", "/api/v1/statement", headers=own)[2])
            peer = flask(folder, {"pools": catalogue, "statement": statement})
            for name, path, headers in [("catalogue_page", "/pools", ()), ("catalogue_json", "/api/v1/pools", ()),
                                        ("statement", "/api/v1/statement", ("Authorization: Bearer " + key,))]:
                rate, p99 = wrk(served.base + path, seconds, headers=headers)
                figures[f"{name}_per_second"], figures[f"{name}_p99_ms"] = rate, p99
                if peer and name != "catalogue_page":
                    short = "pools" if name == "catalogue_json" else name
                    figures[f"{name}_flask_per_second"] = wrk(f"{peer[1]}/{short}", seconds)[0]
            if peer:
                peer[0].terminate()
                peer[0].wait()
            for name, path, half in [("catalogue_page", "/pools", 10_000), ("statement", "/api/v1/statement", 5_000)]:
                headers = ("Authorization: Bearer " + key,) if name == "statement" else ()
                p99, rate = paced(served.base + path, half, seconds, folder, headers)
                figures[f"{name}_half_load_p99_ms"], figures[f"{name}_half_load_per_second"] = p99, rate
            rate, memory, whole = upload(served, (256 << 20) if quick else (2 << 30), key)
            figures["upload_mb_per_second"], figures["upload_added_mb"], figures["upload_seconds"] = rate, memory, whole
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    return figures


def flask(folder, documents):
    """The peer and its address; nothing where Flask is not there."""
    try:
        import flask as _  # noqa: F401
    except ImportError:
        print("SKIPPED: Flask is not there (pip install flask)")
        return None
    path = os.path.join(folder, "documents.json")
    with open(path, "w") as file:
        json.dump(documents, file)
    probe = socket.socket()
    probe.bind(("127.0.0.1", 0))
    port = probe.getsockname()[1]
    probe.close()
    process = subprocess.Popen(
        [sys.executable, os.path.join(HERE, "flask_peer.py"), str(port), path],
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    for _ in range(100):
        try:
            socket.create_connection(("127.0.0.1", port)).close()
            break
        except OSError:
            time.sleep(0.05)
    return process, f"http://127.0.0.1:{port}"


LIMITS = {
    "catalogue_page_per_second": (">=", 20_000), "statement_per_second": (">=", 10_000),
    "catalogue_page_half_load_p99_ms": ("<=", 20), "statement_half_load_p99_ms": ("<=", 20),
    "node_start_ms": ("<=", 300), "first_page_ms": ("<=", 100), "first_page_kb": ("<=", 50),
    "streams_memory_mb": ("<=", 100), "upload_added_mb": ("<=", 20),
}  # fmt: skip


def main():
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--quick", action="store_true")
    options.add_argument("--json", metavar="FILE")
    words = options.parse_args()
    figures = collect(words.quick)
    for name, value in figures.items():
        sign, limit = LIMITS.get(name, ("", 0))
        reached = "" if not sign else (
            "reached" if (value <= limit if sign == "<=" else value >= limit) else
            f"NOT REACHED: load {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores, wrk among it")
        print(f"  {name:<36} {value:>12,.1f}  {sign} {limit if sign else '':<8} {reached}")
    if words.json:
        with open(words.json, "w") as file:
            json.dump(figures, file, indent=2, sort_keys=True)


if __name__ == "__main__":
    main()
