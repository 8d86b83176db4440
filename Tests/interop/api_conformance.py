#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Has schemathesis try every operation of the API's document on a served exchange, with all its checks.

usage: api_conformance.py PATH-TO-dividend [MORE-OPTIONS-OF-st-run]

Once as the operator, once as a buyer beside another whose objects she must not see, once as nobody.
The seed is fixed.
"""
import json
import os
import subprocess
import sys
import time

from served import ROOT, SQL, Served

DOCUMENT = ROOT + "/Sources/Node/OpenAPI/openapi.json"
HERE = os.path.dirname(os.path.abspath(__file__))

# Where a request that keeps to its schema may be refused all the same.
NARROW = {
    # The grammar and the columns of a question, the content of a file, and what a passkey signed are beyond
    # what a schema can say.
    "422": ["POST /api/v1/explain", "POST /api/v1/mock", "POST /api/v1/quotes", "POST /api/v1/imports",
            "PATCH /api/v1/imports/{upload}", "POST /api/v1/imports/{upload}/preview",
            "POST /api/v1/rentals/{order}/calls"],
    # Money runs out.
    "402": ["POST /api/v1/orders", "POST /api/v1/rentals/{order}/calls"],
}
REFUSED = ["400", "401", "403", "404", "405", "406", "409", "413", "415", "422", "428", "429"]
USUAL = ["2xx", "3xx", "401", "403", "404", "409", "429"]


def configuration(served, who):
    """The tool's settings: every check, and the exceptions above, each for its operations alone."""
    lines = ['hooks = "api_hooks"', "seed = 1", "request-timeout = 30", "max-stream-events = 2",
             "warnings = false", "[cache]", "enabled = false",
             # A body that is too large is refused before its members are looked at.
             "[checks.negative_data_rejection]", f"expected-statuses = {json.dumps(REFUSED)}", "[generation]",
             'database = "none"', "no-shrink = true"]
    for status, operations in NARROW.items():
        for name in operations:
            lines += ["[[operations]]", f'include-name = "{name}"', "[operations.checks.positive_data_acceptance]",
                      f"expected-statuses = {json.dumps(USUAL + [status])}"]
    if who == "bob":
        people = [{"name": name, "fixedHeaders": [{"name": "Authorization", "value": "Bearer " + served.keys[name]}]}
                  for name in ["bob", "alice"]]
        with open(served.work + "/people.json", "w") as file:
            json.dump({"auth": people}, file)
        lines += ["[auth.wfc]", f'path = "{served.work}/people.json"', 'user = "bob"', 'peers = ["bob", "alice"]']
    path = f"{served.work}/{who}.toml"
    with open(path, "w") as file:
        file.write("\n".join(lines) + "\n")
    return path


def tried(served, who, options):
    """Runs it as somebody; its report where something does not hold."""
    start = time.monotonic()
    words = [os.path.join(os.path.dirname(sys.executable), "st"), "--config-file", configuration(served, who), "run",
             DOCUMENT, "--url", served.origin, "--checks", "all", "--no-color", "--continue-on-failure", *options]
    if who == "operator":
        words += ["--header", "Authorization: Bearer " + served.keys[who]]
    done = subprocess.run(words, capture_output=True, text=True, cwd=served.work, env={
        **os.environ, "PYTHONPATH": HERE, "OWN_KEYS": " ".join(served.keys.values())})
    report = done.stdout + done.stderr
    if done.returncode != 0:
        print(report)
    cases = [line.strip() for line in report.splitlines() if "generated" in line]
    print(f"as {who}: {' '.join(cases)} in {time.monotonic() - start:.0f} s")
    return done.returncode == 0


served = Served(sys.argv[1])
operator = served.keys["operator"]
for name in ["bob", "alice"]:
    served.ask("POST", "/api/v1/deposits", {"party": name, "microunits": 5_000_000_000}, key=operator)
    quote = served.ask("POST", "/api/v1/quotes", {"sql": SQL.format("0.5")}).json["id"]
    served.ask("POST", "/api/v1/orders", {"quote": quote}, key=served.keys[name])
more = sys.argv[2:]
holds = [
    tried(served, "operator", more or ["--phases", "examples,coverage,fuzzing", "--max-examples", "12"]),
    tried(served, "bob", more or ["--phases", "fuzzing,stateful", "--max-examples", "15"]),
    tried(served, "nobody", more or ["--phases", "examples,fuzzing", "--max-examples", "10"]),
]
faults = served.end()
print("\n".join(faults))
sys.exit(0 if all(holds) and not faults else 1)
