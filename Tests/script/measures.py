# SPDX-License-Identifier: Apache-2.0
"""Every measurement of the exchange's own state still runs, in small: a rule that changes can leave one behind.

    python3 Tests/script/measures.py path/to/dividend
"""
import json
import pathlib
import subprocess
import sys
import tempfile

BENCH = pathlib.Path(sys.argv[1]).resolve().parent / "bench"
faults = []
for name, count in [("batches", 2), ("hot", 2), ("sqlite", 2), ("singles", 1), ("sale", 100), ("payouts", 500),
                    ("people", 8000), ("node", 2000), ("commands", 1), ("study", 2000), ("questions", 20)]:
    with tempfile.TemporaryDirectory() as folder:
        done = subprocess.run([BENCH, name, folder, str(count)], capture_output=True, text=True, timeout=600)
        figures = json.loads(done.stdout) if done.returncode == 0 else {}
        # Of what the node records itself nothing is signed by others.
        if name == "node":
            figures.pop("signatures", None)
        if not figures or not all(value > 0 for value in figures.values()):
            faults.append(name)
            print(f"FAULT {name}: {done.returncode} {figures} {done.stderr.strip()}")
print("every measurement runs" if not faults else f"{len(faults)} measurements do not run")
sys.exit(len(faults) > 0)
