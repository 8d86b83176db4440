#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Buys a stream over HTTP, and lets it go on over people who came since.

usage: streams.py PATH-TO-dividend
"""
import json
import pathlib
import sys

from contract import Document
from served import Served

served = Served(sys.argv[1])
operator, bob, alice = (served.keys[name] for name in ["operator", "bob", "alice"])
document = Document(served.ask("GET", "/openapi.json").json)
faults = []


def expect(holds, words):
    if not holds:
        faults.append(words)
        print("FAULT", words)


def ask(method, path, body=None, key=None, want=None):
    answer = served.ask(method, path, body, key=key)
    for fault in document.faults(method, path, answer.status, answer.headers, answer.bytes):
        expect(False, fault)
    expect(want is None or answer.status == want, f"{method} {path}: {answer.status}, not {want}: {answer.bytes[:200]}")
    return answer


def come(prefix, people):
    """People with rows and consent; the node is not there meanwhile."""
    folder = pathlib.Path(served.work)
    (folder / "mapping.json").write_text(json.dumps({
        "table": "walks", "person": "who", "key": ["day"], "columns": [
            {"source": "day", "name": "day", "kind": "date"},
            {"source": "steps", "name": "steps", "kind": "integer", "bounds": ["0", "20000"]},
            {"source": "tired", "name": "tired", "kind": "category", "categories": ["no", "yes"]}]}))
    counts = [(person, day, (person * 7919 + day * 4001) % 20_000) for person in people for day in range(1, 4)]
    (folder / "walks.csv").write_text("who,day,steps,tired\n" + "".join(
        f"{prefix}-{person},2025-03-0{day},{steps},{'yes' if steps > 9000 else 'no'}\n" for person, day, steps in counts))
    served.stop()
    served.run("import", str(folder / "walks.csv"), "--mapping", str(folder / "mapping.json"), "--custody", prefix, "--yes")
    if prefix == "early":
        served.run("pool", "open", "comers", "--table", "walks", "--rows", "3", "--premium", "0.01")
    served.run("grant", "--custody", prefix, "--pool", "comers", "--purpose", "dpv:ResearchAndDevelopment",
               "--epsilon", "40", "--per-study", "8")
    served.start()


def quoted(sql, key=bob, want=201):
    return ask("POST", "/api/v1/quotes", {"sql": sql}, key=key, want=want)


come("early", range(30))
ask("POST", "/api/v1/deposits", {"party": "bob", "microunits": 500_000_000}, key=operator, want=201)
STREAM = ("CREATE MODEL weary FROM comers PREDICT tired USING (model => stream, features => (steps)) "
          "WITH PRIVACY (epsilon => 4.0, delta => 1e-5)")
first = quoted(STREAM).json
ask("POST", "/api/v1/orders", {"quote": first["id"]}, key=bob, want=201)

# Nobody is new, and the model is nobody else's.
refused = quoted("RETRAIN MODEL weary", want=409)
expect("too few people are new" in refused.json["detail"], f"nobody new: {refused.text}")
quoted("RETRAIN MODEL weary", key=alice, want=404)
quoted("RETRAIN MODEL weary", key=None, want=401)

# Once enough came, they alone are read.
come("later", range(30, 55))
for more in [{"purpose": "dpv:AcademicResearch"}, {"models": [served.ask(
        "GET", "/api/v1/models/weary", None, key=bob).json["model"]]}]:
    refused = ask("POST", "/api/v1/quotes", {"sql": "RETRAIN MODEL weary", **more}, key=bob, want=422)
    expect("made anew" in refused.json["detail"], f"what a retraining does not take: {refused.text}")
priced = quoted("RETRAIN MODEL weary").json
expect(priced["signed"]["quote"]["continues"] == first["id"], f"what it goes on from: {priced}")
expect(any("goes on from the model that it was" in note for note in priced["notes"]), f"notes: {priced['notes']}")
# What that would cost is told for nothing, to whoever has the model.
quote = priced["signed"]["quote"]
price = (int(quote["base"]) + int(quote["premium"])) / 1e6
for sql in ["EXPLAIN RETRAIN MODEL weary", "RETRAIN weary"]:
    told = ask("POST", "/api/v1/explain", {"sql": sql}, key=bob, want=200).json
    lines = [line["text"] for line in told if line["subject"] == "price"]
    expect(len(lines) == 1 and lines[0].startswith(f"{price:.6f}, "), f"{sql}: {lines}, quoted {price:.6f}")
for sql, key, want in [("EXPLAIN RETRAIN MODEL weary", alice, 404), ("EXPLAIN RETRAIN MODEL weary", None, 401),
                       ("EXPLAIN DROP MODEL weary", bob, 422), ("DROP MODEL weary", bob, 422)]:
    ask("POST", "/api/v1/explain", {"sql": sql}, key=key, want=want)
done = ask("POST", "/api/v1/orders", {"quote": priced["id"]}, key=bob, want=201).json
passport = done["receipt"]["passport"]
expect((passport["trainings"], passport["cohort"], passport["people"]) == (2, "20+", "20+"), f"passport: {passport}")
owned = ask("GET", "/api/v1/models/weary", key=bob, want=200).json
expect(owned["order"] == priced["id"] and not owned["stale"], f"the newest of the name: {owned}")
quoted("RETRAIN MODEL weary", want=409)

dropped = ask("DELETE", "/api/v1/models/weary", key=bob, want=200).json
expect(dropped == {"dropped": "weary", "models": 2, "rentals": 0}, f"dropped: {dropped}")

faults += served.end()
if faults:
    raise SystemExit(f"{len(faults)} faults")
print("a stream went on over new people")
