# SPDX-License-Identifier: Apache-2.0
"""Values a pool of 800 interviewers and two cheats, sells from it, and lets a cheat appeal; then runs a market
experiment. Usage: value.py BINARY"""
import json
import os
import pathlib
import subprocess
import sys
import tempfile
import zipfile

BINARY = os.path.abspath(sys.argv[1])
ROOT = pathlib.Path(__file__).resolve().parents[2]
work = pathlib.Path(tempfile.mkdtemp(prefix="dividend-value-"))
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


def refused(problem, *words, at=True):
    done = run(*words, at=at)
    expect(done.returncode in (1, 64) and problem in done.stderr, f"{words}: {done.returncode} {done.stderr}")


def money(label):
    shown = ask("account", "show", "--party", f"custody:interviewer/{label}")
    return int(shown["available"]) + int(shown["claims"])


ask("init", "--name", "Value")
for name in ["interviews", "interviews-late"]:
    ask("import", ROOT / f"Demo/{name}.zip", "--custody", "interviewer", "--yes")
ask("pool", "open", "interviews", "--table", "profile", "--rows", 40, "--premium", "0.001", "--fee", 0, "--split", "value")
ask("pool", "open", "equal", "--table", "profile", "--rows", 40)
ask("grant", "give", "--pool", "interviews", "--purpose", "ResearchAndDevelopment", "--custody", "interviewer",
    "--epsilon", 12, "--per-study", 8)
ask("party", "create", "bob")
ask("account", "deposit", "--party", "bob", "500")
MODEL = ("CREATE MODEL worth FROM interviews PREDICT income USING (features => (age, education_years, capital_gain, "
         "hours_per_week, marital_status, sex)) WITH PRIVACY (epsilon => 2.0, delta => 1e-7)")
me = ["--party", "custody:interviewer/801", "--pool", "interviews"]

# What makes no sense is refused, and says what does.
refused("was not valued yet", "grant", "worth", *me)
refused("only a pool opened with --split value", "pool", "value", "equal", MODEL.replace("interviews", "equal"))
refused("has to be one over", "pool", "value", "interviews", MODEL.replace("interviews", "equal"))
refused("a model that is measured", "pool", "value", "interviews", MODEL.replace("USING (", "USING (quality => off, "))
refused("no column", "pool", "value", "interviews", MODEL.replace("income", "nothing", 1))
refused("people are needed whose grants", "pool", "value", "interviews", MODEL.replace("2.0", "20.0"))
refused("--epsilon", "pool", "value", "interviews", MODEL, "--epsilon", "much")
refused("no did:key", "pool", "suspend", "interviews", "did:key:nobody", "--reason", "why")
refused("no party", "pool", "suspend", "interviews", "somebody", "--reason", "why")
refused("no import", "pool", "suspend", "interviews", "custody:interviewer/9999", "--reason", "why")
refused("--reason", "pool", "suspend", "interviews", "somebody")
refused("no suspension", "grant", "appeal", *me)
expect(ask("pool", "suspended", "interviews") == [], "somebody is suspended")

# The valuation finds both cheats and nobody else.
valued = ask("pool", "value", "interviews", MODEL)
expect(valued["people"] == 802 and valued["epoch"] == 1, f"valued: {valued['people']}")
codes = {one["code"]: one["party"] for one in valued["suspended"]}
expect(sorted(codes) == ["contradicting", "copied"] and len(valued["suspended"]) == 2, f"suspended: {valued['suspended']}")
refused("the shares hold until", "pool", "value", "interviews", MODEL)
worth = {label: ask("grant", "worth", "--party", f"custody:interviewer/{label}", "--pool", "interviews")
         for label in ["7", "801", "802"]}
expect(float(worth["7"]["bits"]) > 0 and worth["7"]["suspended"] is None, f"7: {worth['7']}")
expect(worth["801"]["suspended"] == "copied" and worth["802"]["suspended"] == "contradicting", f"{worth}")
expect(float(worth["802"]["bits"]) < -20, f"802: {worth['802']}")

# A sale pays those who are not suspended.
COUNT = "SELECT COUNT(*) FROM interviews WHERE age > {} WITH PRIVACY (epsilon => 0.5, delta => 1e-7)"
done = run("query", COUNT.format(30), "--party", "bob")
expect(done.returncode == 0, f"sale: {done.stderr}")
expect([money(label) > 0 for label in ["7", "801", "802"]] == [True, False, False], "who was paid")
uses = run("grant", "uses", "--party", "custody:interviewer/801").stdout
expect("suspended" in uses, f"uses: {uses}")

# An appeal, and both decisions.
refused("no appeal", "pool", "uphold", "interviews", codes["copied"])
ask("grant", "appeal", *me)
refused("an appeal already", "grant", "appeal", *me)
expect("decide with pool lift or uphold" in run("pool", "suspended", "interviews").stdout, "the appeal is not listed")
ask("pool", "uphold", "interviews", codes["copied"])
refused("the suspension stands", "grant", "appeal", *me)
ask("pool", "lift", "interviews", codes["contradicting"])
expect([one["code"] for one in ask("pool", "suspended", "interviews")] == ["copied"], "lifting")
refused("not suspended", "pool", "lift", "interviews", codes["contradicting"])
run("query", COUNT.format(40), "--party", "bob")
expect([money(label) > 0 for label in ["801", "802"]] == [False, True], "who was paid after the decisions")

# By the name that the exchange knows her by, and in all pools at once.
ask("pool", "suspend", "interviews", "custody:interviewer/9", "--reason", "answers of a machine")
everywhere = ask("pool", "suspended")
expect([one["reason"] for one in everywhere["interviews"]] == [None, "answers of a machine"], f"suspended: {everywhere}")
expect("answers of a machine" in run("pool", "suspended").stdout, "the reason is not shown")
ask("pool", "lift", "interviews", "custody:interviewer/9")

# Who comes with a copy after the valuation waits for the next, and is told so.
with zipfile.ZipFile(ROOT / "Demo/interviews.zip") as archive, zipfile.ZipFile(work / "newcomer.zip", "w") as late:
    for name in archive.namelist():
        header, *lines = archive.read(name).decode().splitlines()
        late.writestr(name, "\n".join([header] + [line for line in lines if line.startswith("7,")]) + "\n")
ask("import", work / "newcomer.zip", "--custody", "late", "--yes")
newcomer = ["--party", "custody:late/7"]
ask("grant", "give", "--pool", "interviews", "--purpose", "ResearchAndDevelopment", *newcomer, "--epsilon", 12, "--per-study", 8)
expect("in force, not read" in run("grant", "list", *newcomer).stdout, "a newcomer's grant")
run("query", COUNT.format(50), "--party", "bob")
paid = ask("account", "show", *newcomer)
expect(int(paid["available"]) + int(paid["claims"]) == 0, f"a newcomer was paid: {paid}")
expect(ask("grant", "uses", *newcomer)[-1]["why_not"] == "not-valued", "a newcomer's uses")
expect(ask("grant", "worth", *newcomer, "--pool", "interviews")["standing"] == "waits", "a newcomer's worth")
expect(ask("grant", "worth", "--party", "bob", "--pool", "interviews")["standing"] == "no-grant", "a buyer's worth")
expect("No grant of yours" in run("grant", "worth", "--party", "bob", "--pool", "interviews").stdout, "what a buyer is told")
ask("grant", "give", "--pool", "interviews", "--purpose", "ResearchAndDevelopment", *newcomer, "--epsilon", 1, "--per-study", 1)
expect("which your grant does not allow" in run("grant", "worth", *newcomer, "--pool", "interviews").stdout, "what is lacking")
expect("the last valuation did not read you" in run("grant", "worth", *newcomer, "--pool", "interviews").stdout, "what a newcomer is told")

# Everybody can check it.
ask("journal", "export", "--public", work / "public")
verified = run("verify", work / "public", at=False)
expect(verified.returncode == 0 and "pool.value: 1" in verified.stdout, f"verify: {verified.stdout} {verified.stderr}")

# A market experiment gives the same bytes for the same seed, and does not write over anything.
small = ["--people", 30, "--buyers", 4, "--seed", 3]
for name in ["one", "two"]:
    done = run("simulate", *small, "--out", work / name, at=False)
    expect(done.returncode == 0, f"simulate: {done.stderr}")
one, two = ({path.name: path.read_bytes() for path in (work / name).iterdir()} for name in ["one", "two"])
expect(one == two and "report.json" in one and any(name.endswith(".svg") for name in one), f"simulate: {sorted(one)}")
expect(run("simulate", *small, "--out", work / "one", at=False).returncode != 0, "written over")
expect(run("simulate", "--people", 0, at=False).returncode != 0, "nobody")
expect(run("simulate", "--data", work / "nowhere.csv", at=False).returncode != 0, "no file")

# A model for other programs: a file is not written over, and what is no model is said to be none.
(work / "model.json").write_text(json.dumps(valued["model"]))
done = run("model", "onnx", work / "model.json", "--out", work / "model.onnx", at=False)
expect(done.returncode == 0 and (work / "model.onnx").stat().st_size > 500, f"onnx: {done.stderr}")
expect(run("model", "onnx", work / "one/report.json", "--out", work / "x.onnx", at=False).returncode == 1, "no model")
if faults:
    raise SystemExit(f"{len(faults)} faults")
print("interviews were valued, cheats suspended, appeals decided")
