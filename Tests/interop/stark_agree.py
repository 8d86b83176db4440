#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Has proofs that we wrote, right ones and damaged ones, judged by a verifier that shares nothing with ours.

    PROOFS_DIR=/tmp/proofs swift test --filter 'ProofFilesTests|SettlementFilesTests'
    python3 Tests/interop/stark_agree.py /tmp/proofs

`make test` does this. Every verdict has to be the one that ours gave. Exits 1 otherwise.
"""
import json
import pathlib
import sys
import time

from stark_circuit import read_circuit
from stark_field import Refused
from stark_verify import read_statement, verify

folder = pathlib.Path(sys.argv[1])
agreed, wrong, slowest = {"taken": 0, "refused": 0}, 0, 0
for verdicts in sorted(folder.glob("*.verdicts.json")):
    name = verdicts.name.split(".")[0]
    circuit = read_circuit((folder / f"{name}.tape").read_bytes())
    statement = read_statement((folder / f"{name}.json").read_bytes())
    for place, wanted in enumerate(json.loads(verdicts.read_text())):
        proof, start = (folder / f"{name}.{place}.proof").read_bytes(), time.monotonic()
        try:
            verify(circuit, statement, proof)
            verdict, reason = "taken", ""
        except Refused as error:
            verdict, reason = "refused", str(error)
        slowest = max(slowest, time.monotonic() - start)
        if verdict == wanted:
            agreed[verdict] += 1
        else:
            wrong += 1
            print(f"{name}.{place}: we say {wanted}, the other says {verdict} {reason}")
print(f"{agreed['taken']} proofs taken and {agreed['refused']} refused by both, {wrong} otherwise; "
      f"{slowest:.1f} s at most")
sys.exit(0 if agreed["taken"] > 0 and agreed["refused"] > 0 and wrong == 0 else 1)
