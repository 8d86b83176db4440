# SPDX-License-Identifier: Apache-2.0
"""Nodes that send too much, nothing, or elsewhere: whoever asks them ends in time, with little memory, and idles meanwhile.

usage: hostile_place.py PATH-TO-dividend
"""
import concurrent.futures
import http.server
import os
import subprocess
import sys
import threading
import time

dividend = sys.argv[1]
faults = []


def expect(holds, words):
    if not holds:
        faults.append(words)
        print("FAULT", words)


class Hostile(http.server.BaseHTTPRequestHandler):
    """What it answers, its port says."""

    protocol_version = "HTTP/1.1"

    def log_message(self, *words):
        pass

    def do_GET(self):
        try:
            getattr(self, self.server.manner)()
        except OSError:
            pass  # whoever asked has heard enough
        self.close_connection = True

    do_POST = do_GET

    def large(self):
        """Says that it is long, and sends it."""
        self.send_response(200)
        self.send_header("Content-Length", str(1 << 30))
        self.end_headers()
        for _ in range(1 << 10):
            self.wfile.write(b"x" * (1 << 20))

    def endless(self):
        """Says nothing of the length, and never ends."""
        self.send_response(200)
        self.send_header("Transfer-Encoding", "chunked")
        self.end_headers()
        while True:
            self.wfile.write(b"100000\r\n" + b"x" * (1 << 20) + b"\r\n")

    def silent(self):
        time.sleep(200)

    def dripping(self):
        self.send_response(200)
        self.send_header("Content-Length", "1000000")
        self.end_headers()
        while True:
            self.wfile.write(b"x")
            time.sleep(0.5)

    def elsewhere(self):
        self.send_response(302)
        self.send_header("Location", "http://127.0.0.1:1/elsewhere")
        self.send_header("Content-Length", "0")
        self.end_headers()

    def nonsense(self):
        self.wfile.write(b"NONSENSE\r\n\r\n")


def serve(manner):
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Hostile)
    server.daemon_threads, server.manner = True, manner
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return f"http://127.0.0.1:{server.server_address[1]}"


def ask(*words):
    """Exit code, what was said, wall and processor seconds, and the most megabytes."""
    began = time.monotonic()
    process = subprocess.Popen([dividend, *words], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    said = process.stdout.read()
    _, status, usage = os.wait4(process.pid, 0)
    code = status >> 8 if status & 127 == 0 else -(status & 127)
    return code, said, time.monotonic() - began, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024


reasons = {
    "large": "more than 64 MiB", "endless": "more than 64 MiB", "elsewhere": "does not list its batches",
    "nonsense": "is no answer", "silent": "no whole answer after 30 s", "dripping": "no whole answer after 30 s",
}


def tried(manner):
    code, said, wall, cpu, megabytes = ask("sample", serve(manner))
    expect(code == 1, f"{manner}: exit code {code}")
    expect(reasons[manner] in said, f"{manner}: {said}")
    expect(wall < 60, f"{manner}: took {wall:.0f} s")
    expect(cpu < 10, f"{manner}: {cpu:.1f} s of processor")
    expect(megabytes < 500, f"{manner}: {megabytes:.0f} MB")
    if manner in ("silent", "dripping"):
        expect(cpu < 3, f"{manner}: waiting took {cpu:.1f} s of processor")


# Waiting is done side by side.
with concurrent.futures.ThreadPoolExecutor() as waiting:
    both = [waiting.submit(tried, manner) for manner in ("silent", "dripping")]
    for manner in ("large", "endless", "elsewhere", "nonsense"):
        tried(manner)
for one in both:
    one.result()
code, said, wall, *_ = ask("sample", "http://127.0.0.1:1")
expect(code == 1 and "no connection to it can be made" in said and wall < 5, f"nobody there, after {wall:.1f} s: {said}")
if faults:
    sys.exit(f"{len(faults)} faults")
print(f"{len(reasons) + 1} hostile places are left in time, with little memory")
