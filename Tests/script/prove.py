# SPDX-License-Identifier: Apache-2.0
"""Proves a settlement with the built command and checks it, whole and damaged. Usage: prove.py BINARY"""
import json
import os
import pathlib
import random
import subprocess
import sys
import tempfile

BINARY = os.path.abspath(sys.argv[1])
DICE = random.Random(7)
faults = []


def run(*words):
    return subprocess.run([BINARY, *map(str, words)], capture_output=True, text=True, timeout=300)


def expect(is_so, words):
    if not is_so:
        faults.append(words)
        print("FAULT", words)


with tempfile.TemporaryDirectory() as folder:
    proof = pathlib.Path(folder, "one.proof")
    made = run("bench", "prove", "--payouts", 20, "--accounts", 100, "--keep", proof, "--json")
    expect(made.returncode == 0, made.stderr)
    figures = json.loads(made.stdout)
    expect(figures["payouts"] == 20 and figures["bytes"] < 491_520, f"figures: {figures}")
    again = run("bench", "prove", "--payouts", 20, "--accounts", 100, "--keep", proof)
    expect(again.returncode == 1 and "one.proof" in again.stderr, f"a file is written over: {again.stderr}")
    checked = run("verify", proof, "--json")
    expect(checked.returncode == 0 and json.loads(checked.stdout)["verified"], checked.stdout + checked.stderr)
    whole = proof.read_bytes()
    for turn in range(12):
        damaged = bytearray(whole)
        if turn < 8:
            damaged[DICE.randrange(len(damaged))] ^= 1 << DICE.randrange(8)
        elif turn < 10:
            del damaged[DICE.randrange(len(damaged)):]
        else:
            damaged += bytes(DICE.randrange(1, 50))
        proof.write_bytes(damaged)
        refused = run("verify", proof, "--json")
        # What no longer begins as a settlement does is no receipt either.
        expect(refused.returncode == 3 and not json.loads(refused.stdout)["verified"],
               f"turn {turn}: {refused.returncode} {refused.stdout} {refused.stderr}")
    for words in [["--payouts", 0], ["--payouts", 99, "--accounts", 100], ["--hash", "md5"], ["--threads", 0]]:
        wrong = run("bench", "prove", *words)
        expect(wrong.returncode == 64, f"{words}: {wrong.returncode}")
print(f"a settlement proved and checked, {len(faults)} faults")
sys.exit(1 if faults else 0)
