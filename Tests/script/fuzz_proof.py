# SPDX-License-Identifier: Apache-2.0
"""Has the built command verify damaged settlements, each in a process of its own: refused, never a trap, never long.

Check 5 of the reference: a trap of Swift's ends the process, so only another one can see it.
Usage: fuzz_proof.py BINARY [RUNS], 320 runs otherwise; 3,000 with DIVIDEND_SLOW=1.
"""
import collections
import json
import os
import pathlib
import random
import resource
import subprocess
import sys
import tempfile
import time

BINARY = os.path.abspath(sys.argv[1])
RUNS = int(sys.argv[2]) if len(sys.argv) > 2 else 3000 if os.environ.get("DIVIDEND_SLOW") == "1" else 320
REFUSED, UNREADABLE = 3, 1
SECONDS, MEMORY = 30, 2 << 30
P = 2**31 - 2**24 + 1
DICE = random.Random(5)
faults = []


def bounded():
    resource.setrlimit(resource.RLIMIT_DATA, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def run(*words):
    return subprocess.run([BINARY, *map(str, words)], capture_output=True, text=True, timeout=SECONDS,
                          preexec_fn=bounded)


def flip(data):
    for _ in range(DICE.choice([1, 1, 1, 2, 20])):
        data[DICE.randrange(len(data))] ^= 1 << DICE.randrange(8)


def early(data):
    """Near the beginning, where sizes and the statement stand."""
    data[DICE.randrange(min(1024, len(data)))] = DICE.choice([0, 1, 0x7F, 0x80, 0xFF])


def cut(data):
    del data[DICE.randrange(len(data)):]


def lengthen(data):
    data += DICE.randbytes(DICE.randrange(1, 5000))


def drop(data):
    start = DICE.randrange(len(data))
    del data[start:start + DICE.randrange(1, 3000)]


def double(data):
    start = DICE.randrange(len(data))
    data[start:start] = data[start:start + DICE.randrange(1, 3000)]


def swap(data):
    size = DICE.choice([4, 20, 32, 640])
    one, other = DICE.randrange(len(data) - size), DICE.randrange(len(data) - size)
    data[one:one + size], data[other:other + size] = data[other:other + size], data[one:one + size]


def respell(data):
    """A number with the prime added: another spelling of the same element."""
    start = DICE.randrange(len(data) // 4) * 4
    number = int.from_bytes(data[start:start + 4], "little") + P
    data[start:start + 4] = (number % 2**32).to_bytes(4, "little")


def huge(data):
    start = DICE.randrange(min(4096, len(data) - 8))
    data[start:start + 8] = DICE.choice([2**60, 2**63, 2**64 - 1, 2**32]).to_bytes(8, "little")


def empty(data):
    data[:] = DICE.choice([b"", b"\0", b"{}", bytes(100_000), b"\xff" * 100_000])


WAYS = [flip, flip, early, early, cut, lengthen, drop, double, swap, respell, huge, empty]
codes = collections.Counter()
with tempfile.TemporaryDirectory() as folder:
    proof = pathlib.Path(folder, "one.proof")
    made = subprocess.run([BINARY, "bench", "prove", "--payouts", "20", "--accounts", "100", "--keep", proof, "--json"],
                          capture_output=True, text=True, timeout=300)
    if made.returncode != 0 or run("verify", proof, "--json").returncode != 0:
        sys.exit(f"no proof to damage: {made.stderr}")
    whole, slowest = proof.read_bytes(), 0.0
    for turn in range(RUNS):
        damaged, way = bytearray(whole), WAYS[turn % len(WAYS)]
        way(damaged)
        if damaged == whole:
            continue
        proof.write_bytes(damaged)
        start = time.monotonic()
        try:
            code = run("verify", proof, "--json")
            slowest = max(slowest, time.monotonic() - start)
        except subprocess.TimeoutExpired:
            faults.append(f"turn {turn}, {way.__name__}: not done after {SECONDS} s")
            continue
        codes[code.returncode] += 1
        said = json.loads(code.stdout) if code.returncode == REFUSED else {}
        if code.returncode not in (REFUSED, UNREADABLE) or said.get("verified"):
            faults.append(f"turn {turn}, {way.__name__}: {code.returncode} {code.stdout} {code.stderr[:500]}")
for fault in faults:
    print("FAULT", fault)
print(f"{codes.total()} damaged settlements: {codes[REFUSED]} refused, {codes[UNREADABLE]} not read, "
      f"{slowest:.1f} s at most, {len(faults)} faults")
sys.exit(1 if faults else 0)
