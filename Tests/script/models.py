# SPDX-License-Identifier: Apache-2.0
"""Buys a model of real people, looks at it, and predicts with it. Usage: models.py BINARY"""
import json
import os
import pathlib
import re
import sqlite3
import subprocess
import sys
import tempfile

BINARY = os.path.abspath(sys.argv[1])
ROOT = pathlib.Path(__file__).resolve().parents[2]
work = pathlib.Path(tempfile.mkdtemp(prefix="dividend-models-"))
faults = []


def expect(is_so, words):
    if not is_so:
        faults.append(words)
        print("FAULT", words)


def run(*words, at=True):
    home = ["--home", str(work / "home")] if at else []
    return subprocess.run([BINARY, *map(str, words), *home], capture_output=True, text=True, timeout=900)


def ask(*words, at=True):
    done = run(*words, "--json", at=at)
    if done.returncode != 0:
        raise SystemExit(f"{words}: exit code {done.returncode}: {done.stderr}")
    return json.loads(done.stdout)


def balance():
    return int(ask("account", "show", "--party", "bob")["available"])


ask("init", "--name", "Models")
ask("import", ROOT / "Demo/fitabase-fitbit.zip", "--custody", "fitbit", "--yes")
ask("pool", "open", "walkers", "--table", "activity_days", "--rows", 31, "--premium", "0.001")
ask("grant", "give", "--pool", "walkers", "--purpose", "ResearchAndDevelopment", "--custody", "fitbit", "--epsilon", "60",
    "--per-study", "30")
ask("party", "create", "bob")
ask("account", "deposit", "--party", "bob", "500")
MODEL = ("CREATE MODEL burns FROM walkers PREDICT calories USING (features => (steps, distance_km)) "
         "WITH PRIVACY (epsilon => 20.0, delta => 1e-5)")

# What is asked is explained, tried and refused for nothing.
full = balance()
explained = run("query", "EXPLAIN " + MODEL).stdout
expect("the products of any two features" in explained, f"EXPLAIN: {explained}")
grown = run("query", "EXPLAIN " + MODEL.replace("USING (", "USING (model => trees, "))
expect(grown.returncode == 0 and "leaves" in grown.stdout + grown.stderr, f"EXPLAIN trees: {grown.stdout} {grown.stderr}")
leaf = ask("query", MODEL.replace("USING (", "USING (model => trees, "), "--mock", "--people", "300")["mock"]
expect({row[0]["value"] if isinstance(row[0], dict) else row[0] for row in leaf["rows"]} >= {"steps", "distance_km"}, f"trees: {leaf}")
kinds = ask("query", "CREATE MODEL kinds FROM walkers USING (model => clusters, clusters => 3, features => (steps, calories)) "
            "WITH PRIVACY (epsilon => 20.0, delta => 1e-5)", "--mock", "--people", "300")["mock"]
expect(kinds["columns"] == ["cluster", "share", "spread", "steps", "calories"], f"clusters: {kinds}")
mock = ask("query", MODEL, "--mock", "--people", "300")["mock"]
expect(mock["columns"] == ["feature", "weight"], f"mock: {mock}")
for sql, problem in [
    (MODEL.replace("calories", "nothing"), "no column 'nothing'"),
    (MODEL.replace("steps, distance_km", "calories"), "is what is to be predicted"),
    (MODEL.replace("walkers", "nobody"), "no pool nobody"),
    (MODEL.replace("PREDICT calories ", ""), "without PREDICT for"),
    (MODEL.replace("USING (", "USING (model => clusters, clusters => 3, "), "leave out PREDICT"),
    (MODEL.replace("USING", "USING (model => forest) --"), "no model 'forest'"),
]:
    done = run("query", sql, "--party", "bob")
    expect(done.returncode == 1 and problem in done.stderr, f"{sql}: {done.returncode} {done.stderr}")
expect(balance() == full, "what was refused was charged")

# The model is bought; its receipt holds it and its passport.
receipt = work / "model.json"
done = run("query", MODEL, "--party", "bob", "--receipt", receipt)
expect(done.returncode == 0 and "steps" in done.stdout, f"bought: {done.stdout} {done.stderr}")
kept = json.loads(receipt.read_text())
expect(kept["passport"]["type"] == "DividendModelPassport", "no passport")
# Of so few people the noise may leave nothing to say of how good it is; what is said is of the right kind.
expect([one["name"] for one in kept["passport"]["quality"]] in ([], ["r2"]), f"quality: {kept['passport']}")
expect(balance() < full, "a model for nothing")
paid = balance()
again = run("query", MODEL.replace("burns", "again"), "--party", "bob", "--receipt", work / "again.json")
expect(again.returncode == 0 and balance() == paid, f"asked again: {again.stderr}")
verified = run("verify", receipt, at=False)
expect(verified.returncode == 0 and "a model of walkers" in verified.stdout, f"verify: {verified.stdout} {verified.stderr}")
shown = run("model", "show", receipt, at=False)
expect("predicts calories, a number from" in shown.stdout and "by linear regression" in shown.stdout, f"show: {shown.stdout}")
expect("distance_km" in shown.stdout and "licence" in shown.stdout, f"show: {shown.stdout} {shown.stderr}")

# It predicts from rows of one's own, and a feature that is missing is an error.
rows = work / "rows.csv"
rows.write_text("steps,distance_km,name\n12000,8.5,a\n100,0.1,b\nNULL,3,c\n")
predicted = ask("model", "predict", receipt, rows, at=False)
values = [float(one["value"]) for one in predicted]
expect(len(values) == 3 and all(0 <= value <= 20_000 for value in values), f"predictions: {predicted}")
for text, problem in [
    ("steps\n12000\n", "the feature distance_km is missing"),
    ("steps,distance_km\n12000,\n", "distance_km is empty"),
    ("steps,distance_km\n12000\n", "2 values wanted"),
    ("steps,distance_km\nmany,1\n", "steps wants a number"),
    ("steps,steps\n1,1\n", "a column stands twice"),
    ("", "the file is empty"),
]:
    rows.write_text(text)
    done = run("model", "predict", receipt, rows, at=False)
    expect(done.returncode == 1 and problem in done.stderr, f"{text!r}: {done.returncode} {done.stderr}")
damaged = dict(kept, answer=dict(kept["answer"], model=dict(kept["answer"]["model"], name="other")))
(work / "damaged.json").write_text(json.dumps(damaged))
done = run("model", "show", work / "damaged.json", at=False)
expect(done.returncode != 0, "a damaged model was taken")

# It works in questions by its name, as private as a column; a file brings one too.
ASKED = "SELECT AVG(PREDICT(burns)), COUNT(*) FROM walkers WITH PRIVACY (epsilon => 20.0, delta => 1e-5)"
mean = ask("query", ASKED, "--party", "bob")["answer"]
expect(mean["columns"][0].startswith("avg"), f"PREDICT: {mean}")
brought = ask("quote", ASKED, "--model", receipt)
expect(brought["signed"]["quote"]["rho"] != "0", f"quote with --model: {brought}")
for sql, more, problem in [
    (ASKED, [], "no model 'burns' came with the question"),
    (ASKED.replace("burns", "other"), ["--model", receipt], "those that came are burns"),
    (ASKED.replace("PREDICT(burns)", "PREDICT(1)"), ["--model", receipt], "write PREDICT(name)"),
]:
    done = run("quote", sql, *more)
    expect(done.returncode == 1 and problem in done.stderr, f"{sql}: {done.stderr}")
described = run("query", "DESCRIBE MODEL burns", "--party", "bob")
expect("nobody of its people has withdrawn" in described.stdout, f"DESCRIBE: {described.stdout} {described.stderr}")
paid = balance()
again = run("query", "RETRAIN MODEL burns", "--party", "bob")
expect(again.returncode == 0 and balance() == paid, f"RETRAIN of the same rows: {again.stderr}")

told = run("query", "EXPLAIN RETRAIN MODEL burns", "--party", "bob")
expect(told.returncode == 0 and "price" in told.stdout and balance() == paid, f"EXPLAIN RETRAIN: {told.stdout} {told.stderr}")
priced = run("quote", "RETRAIN MODEL burns", "--party", "bob").stdout
prices = [re.search(r"price +([0-9.]+)", text)[1] for text in (told.stdout, priced)]
expect(prices[0] == prices[1], f"EXPLAIN says {prices[0]}, the quote {prices[1]}")
told = run("query", "EXPLAIN DROP MODEL burns", "--party", "bob")
expect(told.returncode == 1 and "nothing to explain" in told.stderr, f"EXPLAIN DROP: {told.stderr}")

# It is let by the row; whoever rents it pays the people again.
ask("party", "create", "rita")
ask("account", "deposit", "--party", "rita", "10")
let = ask("model", "rent", "burns", "--party", "bob", "--price", "0.05", "--own", 20)["order"]
expect([one["order"] for one in ask("model", "rentals")] == [let], "not let")
rows.write_text("steps,distance_km\n12000,8.5\n100,0.1\n")
called = ask("model", "call", let, rows, "--party", "rita")
expect([one["value"] for one in called["predictions"]] == [one["value"] for one in predicted[:2]], f"call: {called}")
left = lambda: int(ask("account", "show", "--party", "rita")["available"])
expect(left() == 9_900_000, f"two rows for {10_000_000 - left()}")
expect(called["stale"] is False, f"a model that nobody withdrew from: {called}")
own = run("model", "call", let, rows, "--party", "bob")
expect(own.returncode == 0 and "`dividend model predict`" in own.stdout, f"her own model is paid for: {own.stdout} {own.stderr}")
expect("yours" not in run("model", "call", let, rows, "--party", "rita").stdout, "somebody else's model is told to be hers")
again = ask("model", "call", let, rows, "--party", "rita")
expect(again["repeated"] and left() == 9_900_000, "the same rows were charged again")
for words, problem in [
    (["call", let, rows, "--party", "rita", "--purpose", "Marketing"], "the model was not made for"),
    (["call", "0" * 64, rows, "--party", "rita"], "rentals"),
    (["rent", "nothing", "--party", "bob", "--price", "1"], "CREATE MODEL nothing"),
    (["rent", "burns", "--party", "rita", "--price", "1"], "CREATE MODEL burns"),
    (["rent", "burns", "--party", "bob", "--price", "0"], "more than 0"),
]:
    done = run("model", *words)
    expect(done.returncode == 1 and problem in done.stderr, f"{words}: {done.returncode} {done.stderr}")
rows.write_text("steps,distance_km\n")
for words in [("call", let, rows, "--party", "rita"), ("predict", receipt, rows)]:
    done = run("model", *words) if words[0] == "call" else run("model", *words, at=False)
    expect(done.returncode == 1 and "no row below it" in done.stderr, f"{words[0]} of a header: {done.stdout} {done.stderr}")
rows.write_text("steps\n12000\n")
done = run("model", "call", let, rows, "--party", "rita")
expect(done.returncode == 1 and "distance_km is missing" in done.stderr and left() == 9_900_000, f"{done.stderr}")
ask("model", "rent", "burns", "--party", "bob", "--end")
ended = ask("model", "rentals")
expect([(one["let"], one["predictions"]) for one in ended] == [(False, "4")], f"still let, or forgotten: {ended}")
expect("ended" in run("model", "rentals").stdout, "how it ended")
done = run("model", "rent", "burns", "--party", "bob", "--price", "cheap")
expect(done.returncode != 0 and "--price takes an amount, not 'cheap'" in done.stderr, f"--price cheap: {done.stderr}")
ask("party", "create", "poor")
done = run("query", MODEL, "--party", "poor")
expect(done.returncode == 1 and "order " not in done.stdout, f"an order that was not taken is named: {done.stdout} {done.stderr}")

# What no quote is for says which command is.
for sql, problem in [("RETRAIN MODEL burns", "give --party NAME"),
                     ("DROP MODEL burns", "costs nothing, so there is no quote")]:
    done = run("quote", sql)
    expect(done.returncode != 0 and problem in done.stderr, f"quote {sql}: {done.stderr}")

# A model of rows of one's own needs no exchange, and is used like one that was bought.
own = work / "own.csv"
own.write_text("id,Steps,distance km,kind,calories\n" + "".join(
    f"{row},{500 * (row % 23)},{round(0.4 * (row % 23) + row % 3, 2)},{'ab'[row % 2]},{1500 + 20 * (row % 23) + 300 * (row % 2)}\n"
    for row in range(1, 201)))
mine = work / "mine.json"
done = run("model", "fit", own, "CREATE MODEL mine FROM own PREDICT calories", "--out", mine, at=False)
expect(done.returncode == 0 and "a number that each row has for itself" in done.stdout and "quality: r2" in done.stdout, f"fit: {done.stdout} {done.stderr}")
same = ask("model", "fit", own, "CREATE MODEL mine FROM own PREDICT calories", "--out", work / "same.json", "--threads", 5, at=False)
expect(mine.read_bytes() == (work / "same.json").read_bytes() and same["rows"] == 200, "five threads make another model")
shown = run("model", "show", mine, at=False).stdout
expect("made from own rows, without privacy" in shown and "distance_km" in shown and "licence" not in shown, f"show: {shown}")
guess = ask("model", "predict", mine, own, at=False)
expect(abs(float(guess[4]["value"]) - (1500 + 20 * 5 + 300)) < 5, f"own predictions: {guess[:5]}")
expect(run("model", "onnx", mine, "--out", work / "mine.onnx", at=False).returncode == 0, "onnx")
wide = work / "wide.json"
done = run("model", "fit", own, "CREATE MODEL wide FROM own PREDICT calories USING (features => (steps, distance_km))",
           "--out", wide, at=False)
expect(run("quote", "SELECT AVG(PREDICT(wide)) FROM walkers", "--model", wide).returncode == 0, "PREDICT of an own model")
# Questions of rows of one's own: exact, for nothing, in the language of pools.
each = ask("query", "--rows", own, "SELECT id, PREDICT(mine) FROM own", "--model", mine, at=False)["own"]
expect([row[1] for row in each["rows"]] == [one["value"] for one in guess], "PREDICT differs from model predict")
kinds = ask("query", "--rows", own, "SELECT kind, COUNT(*), AVG(PREDICT(mine)) FROM own GROUP BY kind", "--model", mine, at=False)["own"]
means = [sum(float(one["value"]) for row, one in enumerate(guess, 1) if row % 2 == odd) / 100 for odd in (0, 1)]
expect([row[:2] for row in kinds["rows"]] == [["a", "100"], ["b", "100"]]
       and all(abs(float(row[2]) - mean) < 1e-8 for row, mean in zip(kinds["rows"], means)), f"own means: {kinds} {means}")
named = work / "named.csv"
named.write_text("steps,distance_km\n1000,1.5\n9000,7.25\n")
listed = ask("query", "--rows", named, "SELECT AVG(PREDICT(burns)) FROM own", "--party", "bob")["own"]
by_hand = [float(one["value"]) for one in ask("model", "predict", receipt, named, at=False)]
expect(abs(float(listed["rows"][0][0]) - sum(by_hand) / 2) < 1e-8, f"a model by its name: {listed} {by_hand}")
database = sqlite3.connect(":memory:")
database.execute("CREATE TABLE own (id INT, steps INT, distance_km REAL, kind TEXT, calories INT)")
database.executemany("INSERT INTO own VALUES (?, ?, ?, ?, ?)", [line.split(",") for line in own.read_text().splitlines()[1:]])
for sql in ["SELECT kind, COUNT(*), SUM(distance_km), AVG(steps), MIN(calories), MAX(distance_km) FROM own GROUP BY kind ORDER BY 1",
            "SELECT steps, COUNT(*) AS n FROM own WHERE distance_km > 2.5 GROUP BY steps HAVING n > 6 ORDER BY n DESC, 1",
            "SELECT id, distance_km FROM own WHERE kind = 'a' AND NOT steps BETWEEN 1000 AND 9000 ORDER BY 2 DESC, 1 LIMIT 40",
            "SELECT SUM(CASE WHEN kind = 'b' THEN calories ELSE 0 END) / COUNT(*) * 1.5 AS mean FROM own WHERE steps >= 500"]:
    found = ask("query", "--rows", own, sql, at=False)["own"]["rows"]
    # Whole numbers are not cut off here when they are divided.
    wanted = [[str(value) for value in row] for row in database.execute(sql.replace("/ COUNT", "* 1.0 / COUNT"))]
    expect(len(found) == len(wanted) > 0 and all(
        value == other or abs(float(value) - float(other)) < 1e-6
        for row, theirs in zip(found, wanted) for value, other in zip(row, theirs)), f"{sql}: {found[:3]} and SQLite {wanted[:3]}")
for words, problem in [
    (["SELECT PREDICT(mine) FROM own", "--model", mine], "wants a column 'kind', and own has none"),
    (["SELECT PREDICT(mine) FROM own"], "no model 'mine' came with the question"),
    (["SELECT COUNT(*) FROM own WITH PRIVACY (epsilon => 1.0)"], "need no privacy"),
    (["SELECT COUNT(*) FROM walkers"], "none of your files"),
    (["SELECT COUNT(*) FROM own", "--mock"], "leave out --mock"),
    (["SELECT COUNT(DISTINCT contributor) FROM own"], "--person COLUMN"),
]:
    done = run("query", "--rows", named, *words, at=False)
    expect(done.returncode != 0 and problem in done.stderr, f"query --rows {words}: {done.returncode} {done.stderr}")

for text, sql, problem in [
    (own.read_text(), "CREATE MODEL m FROM own PREDICT calories WITH PRIVACY (epsilon => 1.0)", "need no privacy"),
    (own.read_text(), "CREATE MODEL m FROM walkers PREDICT calories", "write FROM own"),
    (own.read_text(), "CREATE MODEL m FROM own PREDICT weight", "there is no column weight"),
    (own.read_text() + "1,2\n", "CREATE MODEL m FROM own PREDICT calories", "line 202: 5 values wanted"),
    ("", "CREATE MODEL m FROM own PREDICT calories", "the file is empty"),
]:
    rows.write_text(text)
    done = run("model", "fit", rows, sql, "--out", work / "never.json", at=False)
    expect(done.returncode == 1 and problem in done.stderr, f"fit {sql}: {done.returncode} {done.stderr}")
    expect(str(rows) in done.stderr or "line 1, column" in done.stderr, f"no place: {done.stderr}")
expect(not (work / "never.json").exists(), "a model of a bad file")

# What comes next is forecast from a series of one's own.
NEXT = ("CREATE MODEL ahead FROM walkers PREDICT steps ORDER BY day HORIZON 3 USING (model => forecast) "
        "WITH PRIVACY (epsilon => 20.0, delta => 1e-5)")
forecast = work / "ahead.json"
done = run("query", NEXT, "--party", "bob", "--receipt", forecast)
expect(done.returncode == 0, f"forecast: {done.stderr}")
rows.write_text("day,steps\n" + "".join(f"2026-03-{day:02},{7000 + 300 * (day % 7)}\n" for day in range(1, 29)))
coming = ask("model", "predict", forecast, rows, at=False)
expect(len(coming) == 3 and all(5000 < float(one["value"]) < 11_000 for one in coming), f"forecast: {coming}")
for sql, problem in [
    (NEXT.replace(" HORIZON 3", ""), "HORIZON"), (NEXT.replace("model => forecast", "model => linear"), "ORDER BY"),
    (NEXT.replace("HORIZON 3", "HORIZON 900"), "1 to 366"),
]:
    done = run("query", sql, "--party", "bob")
    expect(done.returncode == 1 and problem in done.stderr, f"{sql}: {done.stderr}")

# A stream goes on over those who came since and over nobody else; where too few did, it says so and costs nothing.
mapping = work / "walks.json"
mapping.write_text(json.dumps({
    "table": "walks", "person": "who", "key": ["day"], "columns": [
        {"source": "day", "name": "day", "kind": "date"},
        {"source": "steps", "name": "steps", "kind": "integer", "bounds": ["0", "20000"]},
        {"source": "tired", "name": "tired", "kind": "category", "categories": ["no", "yes"]}]}))


def come(prefix, people):
    walks = work / f"{prefix}.csv"
    counts = [(person, day, (person * 7919 + day * 4001) % 20_000) for person in people for day in range(1, 4)]
    walks.write_text("who,day,steps,tired\n" + "".join(
        f"{prefix}-{person},2025-03-0{day},{steps},{'yes' if steps > 9000 else 'no'}\n" for person, day, steps in counts))
    ask("import", walks, "--mapping", mapping, "--custody", prefix, "--yes")


def allow(prefix):
    ask("grant", "give", "--pool", "comers", "--purpose", "ResearchAndDevelopment", "--custody", prefix, "--epsilon", "60",
        "--per-study", "30")


come("early", range(30))
ask("pool", "open", "comers", "--table", "walks", "--rows", 3, "--premium", "0.001")
allow("early")
STREAM = ("CREATE MODEL weary FROM comers PREDICT tired USING (model => stream, features => (steps)) "
          "WITH PRIVACY (epsilon => 20.0, delta => 1e-5)")
explained = run("query", "EXPLAIN " + STREAM).stdout
expect("parts of people by their keys" in explained and "nobody in more than" in explained, f"EXPLAIN stream: {explained}")
expect(run("query", STREAM, "--party", "bob").returncode == 0, "a stream is sold")
paid = balance()
for came in [], range(30, 40):
    if came:
        come("some", came)
        allow("some")
    done = run("query", "RETRAIN MODEL weary", "--party", "bob")
    expect(done.returncode == 1 and "too few people are new" in done.stderr, f"RETRAIN of few: {done.stderr}")
expect(balance() == paid, "nothing was made, and it was charged")
come("later", range(40, 60))
allow("later")
went = work / "weary.json"
ask("model", "rent", "weary", "--party", "bob", "--price", "0.01")
done = run("query", "RETRAIN MODEL weary", "--party", "bob", "--receipt", went)
expect(done.returncode == 0 and "goes on from the model that it was" in done.stdout, f"RETRAIN: {done.stdout} {done.stderr}")
expect("still the old model" in done.stdout and "dividend model rent weary --party bob" in done.stdout, f"what is let: {done.stdout}")
expect(balance() < paid, "new people for nothing")
described = run("query", "DESCRIBE MODEL weary", "--party", "bob")
expect("trainings: 2, over 20+ people" in described.stdout, f"DESCRIBE: {described.stdout} {described.stderr}")
verified = run("verify", went, at=False)
expect("the last of 2 trainings over 20+ in all" in verified.stdout, f"verify: {verified.stdout} {verified.stderr}")
rows.write_text("steps\n15000\n")
expect(len(ask("model", "predict", went, rows, at=False)) == 1, "a stream predicts")
expect(run("model", "onnx", went, "--out", work / "weary.onnx", at=False).returncode == 0, "onnx of a stream")
done = run("query", "DROP MODEL burns", "--party", "bob")
expect(done.returncode == 0, f"DROP: {done.stderr}")
done = run("query", "DESCRIBE MODEL burns", "--party", "bob")
expect(done.returncode == 1 and "CREATE MODEL burns" in done.stderr, f"dropped: {done.stderr}")

# Nothing of the model is public.
ask("journal", "export", "--public", work / "public")
expect(run("verify", work / "public", at=False).returncode == 0, "the public copy does not hold")
compared = run("verify", receipt, "--copy", work / "public", at=False)
expect("both as the journal has them" in compared.stdout, f"--copy: {compared.stdout} {compared.stderr}")
public = b"".join(path.read_bytes() for path in (work / "public").rglob("*") if path.is_file())
expect(b"DividendModel" not in public and b"CREATE MODEL" not in public, "the model is public")
if faults:
    raise SystemExit(f"{len(faults)} faults")
print("a model was sold, checked and used")
