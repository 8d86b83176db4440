# SPDX-License-Identifier: Apache-2.0
"""Twelve people whose rows stay on their own machines, each a process with a folder of its own, and a node without a row.

usage: edge.py PATH-TO-dividend

An order is answered and pays those who stayed; who leaves in the middle is charged and not paid; too few there cost nobody
anything; a node that is killed in the middle gives the price back; and the public copy holds.
"""
import json
import os
import pathlib
import signal
import subprocess
import sys
import tempfile
import threading
import time
import zipfile

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "interop"))
from served import Served  # noqa: E402

PEOPLE = 12
RESEARCH = "dpv:ResearchAndDevelopment"
SQL = "SELECT COUNT(*), AVG(CLIP(steps, 0, 20000)) FROM homes WHERE steps <> {} WITH PRIVACY (epsilon => 2.0, delta => 1e-6)"
MODEL = ("CREATE MODEL m FROM homes WHERE steps <> {} PREDICT steps USING (features => (calories)) "
         "WITH PRIVACY (epsilon => 2.0, delta => 1e-6)")
served = Served(sys.argv[1], more=("--edge-gather", "8", "--edge-step", "5"))
work = pathlib.Path(tempfile.mkdtemp(prefix="dividend-edge-"))
faults = []


def expect(holds, words):
    if not holds:
        faults.append(words)
        print("FAULT", words)


class Machine:
    """A contributor's folder, and the process that serves it."""

    def __init__(self, number):
        self.home = work / f"home-{number}"
        self.number = number
        self.process = None
        self.events = []
        self.on_began = None
        self.run("init", "--name", f"Person {number}")
        self.run("party", "create", "me")
        export = work / f"export-{number}.zip"
        with zipfile.ZipFile(export, "w") as packed:
            packed.writestr("steps-2016-04-12.json", json.dumps(
                [{"dateTime": f"04/{day}/16 08:00:00", "value": str(1000 * number + day)} for day in range(12, 20)]))
        self.run("import", export, "--party", "me", "--yes")

    def run(self, *words, fails=False):
        done = subprocess.run([served.binary, *map(str, words), "--home", str(self.home), "--json"], text=True,
                              capture_output=True, stdin=subprocess.DEVNULL)
        if (done.returncode != 0) != fails:
            raise SystemExit(f"{words}: {done.returncode}: {done.stdout}{done.stderr}")
        return json.loads((done.stderr if fails else done.stdout).strip().split("\n")[-1])

    def edge(self, *words, fails=False):
        return self.run("edge", *words, "--node", served.origin, "--party", "me", fails=fails)

    def start(self):
        self.process = subprocess.Popen(
            [served.binary, "edge", "run", "--node", served.origin, "--party", "me", "--home", str(self.home), "--json",
             "--every", "0.3"], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        threading.Thread(target=self.listen, args=(self.process,), daemon=True).start()

    def listen(self, process):
        for line in process.stdout:
            event = json.loads(line)
            self.events.append(event)
            if event["event"] == "began" and self.on_began:
                self.on_began(self)

    def kill(self):
        if self.process and self.process.poll() is None:
            self.process.send_signal(signal.SIGKILL)
            self.process.wait()

    def happened(self, order):
        return [event["event"] for event in self.events if event["order"] == order]

    def standing(self):
        """What she and the node know of her in homes, asked from a folder that nothing else uses now."""
        return next(item for item in self.edge("list") if item["pool"] == "homes")


def entries(kind, order):
    found = []
    query = "?limit=50"
    while query:
        page = served.ask("GET", "/api/v1/journal" + query).json
        found += [entry for entry in page["items"] if entry["kind"] == kind]
        query = f"?limit=50&before={page['next']}" if page["next"] else None
    return [entry["body"] for entry in found if entry["body"].get("order") == order]


def money():
    return int(served.ask("GET", "/api/v1/account", key=served.keys["bob"]).json["available"])


def quoted(sql):
    answer = served.ask("POST", "/api/v1/quotes", {"sql": sql}, key=served.keys["bob"])
    if answer.status != 201:
        raise SystemExit(f"quote: {answer.status}: {answer.text}")
    return answer.json["id"]


def ordered(sql):
    """Orders a question: the id, and the answer."""
    quote = quoted(sql)
    return quote, served.ask("POST", "/api/v1/orders", {"quote": quote}, key=served.keys["bob"])


# The pool is opened where no row of its people ever comes.
served.stop()
served.run("pool", "open", "homes", "--table", "activity_days", "--edge", "--minimum", "5", "--rows", "31", "--fee", "0")
refused = subprocess.run([served.binary, "pool", "open", "measured", "--table", "activity_days", "--edge", "--split", "days",
                          "--home", served.home], capture_output=True, text=True)
expect(refused.returncode == 1 and "--split" in refused.stderr, f"split by days: {refused.stderr}")
open_to_all = subprocess.run([served.binary, "pool", "invite", "homes", "--home", served.home], capture_output=True, text=True)
expect(open_to_all.returncode == 1 and "takes everybody" in open_to_all.stderr, f"a code for an open pool: {open_to_all.stderr}")
served.start()
opened = served.ask("POST", "/api/v1/pools", {"name": "club", "tables": ["activity_days"], "purposes": [RESEARCH], "minimumCohort": 5,
                                              "edge": True, "invited": True}, key=served.keys["operator"])
expect(opened.status == 201 and served.ask("GET", "/api/v1/edge/club").json["invited"] is True, f"a club over the API: {opened.text}")
vault = served.ask("POST", "/api/v1/pools", {"name": "vault", "tables": ["activity_days"], "purposes": [RESEARCH], "invited": True},
                   key=served.keys["operator"])
expect(vault.status == 422 and "invited goes with edge" in vault.text, f"an invited pool of the vault: {vault.status} {vault.text}")
served.ask("POST", "/api/v1/deposits", {"party": "bob", "microunits": 500_000_000}, key=served.keys["operator"])
machines = [Machine(number) for number in range(1, PEOPLE + 1)]
# Nobody is asked here, so nothing is signed; what would be is shown.
unasked = subprocess.run([served.binary, "edge", "join", "homes", "--node", served.origin, "--party", "me", "--purpose", RESEARCH,
                          "--home", str(machines[0].home)], capture_output=True, text=True, stdin=subprocess.DEVNULL)
expect(unasked.returncode == 1 and "--yes" in unasked.stderr and "nothing is granted" not in unasked.stdout
       and all(words in unasked.stdout for words in ("at least 5 people", "You allow", "epsilon 2.0 at most")),
       f"a grant without a word: {unasked.returncode} {unasked.stdout}{unasked.stderr}")
for machine in machines:
    machine.edge("join", "homes", "--purpose", RESEARCH, "--epsilon", "60", "--per-study", "20", "--yes", "--receipt",
                 work / f"receipt-{machine.number}.json")
expect("homes" in (work / "receipt-1.json").read_text(), "the receipt does not name the pool")
nothing = machines[0].run("edge", "join", "walkers", "--node", served.origin, "--party", "me", "--purpose", RESEARCH, fails=True)
expect(nothing["error"]["code"] == "pool_unknown", f"a pool of the vault: {nothing}")
# A pool that its operator invites to: each code lets in one.
code = served.ask("POST", "/api/v1/pools/club/invitations", {"count": 1}, key=served.keys["operator"]).json["codes"][0]
club = ("join", "club", "--purpose", RESEARCH, "--yes")
uninvited = machines[1].edge(*club, fails=True)
expect(uninvited["error"]["code"] == "edge" and "--code" in uninvited["error"]["message"], f"without a code: {uninvited}")
machines[0].edge(*club, "--code", code)
used = machines[1].edge(*club, "--code", code, fails=True)
expect(used["error"]["code"] == "edge", f"a code that was used: {used}")
hosted = served.ask("POST", "/api/v1/grants", {"pool": "homes", "purposes": [RESEARCH]}, key=served.keys["alice"])
expect(hosted.status == 409, f"a grant of somebody whose key the node has: {hosted.status}")
for sql, words in [("SELECT COUNT(*) FROM homes WITH PRIVACY (epsilon => 1.0, rows => auto)", "rows =>"),
                   ("SELECT COUNT(*) FROM homes WITH PRIVACY (epsilon => 1.0, proof => on)", "proof")]:
    answer = served.ask("POST", "/api/v1/quotes", {"sql": sql}, key=served.keys["bob"])
    expect(answer.status == 422 and words in answer.text, f"{sql}: {answer.status} {answer.text}")
stranger = served.ask("GET", "/api/v1/edge/homes/next")
expect(stranger.status == 401, f"somebody without a signature: {stranger.status}")

# Who cannot pay asks nobody. Nobody is there: nothing is recorded and nothing charged.
poor = served.ask("POST", "/api/v1/orders", {"quote": quoted(SQL.format(0))}, key=served.keys["alice"])
expect(poor.status == 402, f"an order without money: {poor.status} {poor.text}")
full = money()
order, answer = ordered(SQL.format(1))
expect(answer.status == 409 and answer.code == "cohort_too_small", f"nobody there: {answer.status} {answer.text}")
expect(money() == full and not entries("study.reserve", order), "an order that nobody was there for left something")

# Twelve are there: answered, paid, charged on both sides.
for machine in machines:
    machine.start()
time.sleep(1)
order, answer = ordered(SQL.format(2))
expect(answer.status == 201, f"an answer: {answer.status} {answer.text}")
rows = answer.json["answer"]["rows"] if answer.status == 201 else []
count = float(rows[0][0]["value"]) if rows else 0
expect(abs(count - 8 * PEOPLE) < 500, f"a count of {count}")
reserved, committed = entries("study.reserve", order), entries("study.commit", order)
expect(len(reserved) == 1 and len(committed) == 1 and committed[0]["left"] == "", f"{reserved} {committed}")
time.sleep(1)
expect(all(machine.happened(order) == ["there", "began", "finished"] for machine in machines),
       f"{[machine.happened(order) for machine in machines]}")
again, same = ordered(SQL.format(2))
expect(same.status == 201 and same.json["answer"] == answer.json["answer"], "the same question was another one")

# One is killed in the middle of a model: it goes on without her, and she is not paid.
paid = money()
lost = machines[3]
lost.on_began = lambda machine: machine.kill()
order, answer = ordered(MODEL.format(3))
lost.on_began = None
expect(answer.status == 201, f"a model without one: {answer.status} {answer.text}")
committed = entries("study.commit", order)
expect(len(committed) == 1 and committed[0]["left"].isdigit(), f"who left: {committed}")
expect(money() < paid, "a model for nothing")

# Everybody but four goes: too few.
for machine in machines[4:]:
    machine.kill()
before = money()
order, answer = ordered(SQL.format(4))
expect(answer.status == 409 and answer.code == "cohort_too_small", f"too few there: {answer.status} {answer.text}")
expect(money() == before, "an order of too few cost something")

# What each was charged and is owed, as the node has it and as she has it herself; it is told while the machine runs, too.
running = [machine.standing() for machine in machines[:3]]
for machine in machines:
    machine.kill()
expect(running == [machine.standing() for machine in machines[:3]], f"a list while it runs: {running}")
shares = []
for machine in machines:
    standing = machine.standing()
    expect(standing["spent"] == standing["standing"]["spent"] and standing["studies"] == 2, f"{machine.number}: {standing}")
    shares.append(int(standing["standing"]["claims"]))
expect(len(set(shares[:3] + shares[4:])) == 1 and 0 < shares[3] < shares[0], f"shares: {shares}")

# A machine that starts anew does not take part twice, and one that withdrew not at all.
# She says so while it runs and has her folder to itself: it withdraws, and has nothing left to do.
machines[0].start()
time.sleep(2)
begun = time.monotonic()
machines[0].edge("withdraw", "homes")
expect(time.monotonic() - begun < 9, "the running machine did not withdraw by itself")
machines[0].edge("withdraw", "club")
expect(machines[0].process.wait(10) == 0, "a machine that withdrew from everything goes on")
expect(machines[0].standing()["standing"]["in_force"] is False, "the withdrawal did not arrive")

# The node is killed in the middle: its next start gives the price back, the privacy stays spent.
for machine in machines[1:]:
    machine.start()
time.sleep(1)
killed = threading.Event()


def kill_node(machine):
    if not killed.is_set():
        killed.set()
        served.kill()


for machine in machines[1:]:
    machine.on_began = kill_node
before = money()
quote = quoted(MODEL.format(5))
try:
    served.ask("POST", "/api/v1/orders", {"quote": quote}, key=served.keys["bob"])
except OSError:
    pass
except Exception as error:
    expect("RemoteDisconnected" in type(error).__name__ or "Incomplete" in type(error).__name__, f"{error!r}")
expect(killed.wait(30), "the study never began")
for machine in machines[1:]:
    machine.on_began = None
served.start()
failed = entries("study.fail", quote)
expect(len(failed) == 1 and failed[0]["reason"] == "interrupted", f"after the crash: {failed}")
expect(money() == before, f"the price did not come back: {money()} of {before}")

# The machines find the node again, and the next order is answered; whoever withdrew is not in it.
time.sleep(4)
order, answer = ordered(SQL.format(6))
expect(answer.status == 201, f"after the crash: {answer.status} {answer.text}")
expect(machines[0].happened(order) == [], "somebody who withdrew took part")

# Payout, proof, and taking it out with the key that only she has.
for machine in machines:
    machine.kill()
served.ask("POST", "/api/v1/pools/homes/payout", {}, key=served.keys["operator"])
standing = machines[1].standing()["standing"]
expect(int(standing["claims"]) == 0 and int(standing["pending"]) + int(standing["available"]) > 0, f"paid: {standing}")
for _ in range(120):
    standing = machines[1].standing()["standing"]
    if int(standing["available"]) > 0:
        break
    time.sleep(1)
# Also while the machine is at work and has the folder to itself.
machines[1].start()
time.sleep(1)
taken = machines[1].edge("cash-out", "homes")
machines[1].kill()
expect(int(taken["pending"]) == int(standing["available"]) > 0, f"taken out: {taken} of {standing}")
everything = b"".join(path.read_bytes() for path in pathlib.Path(served.home).rglob("*") if path.is_file())
expect(b"Person 1" not in everything, "something of a contributor's folder is at the node")

# Whoever kept a study from an answer would be named.
spoiled = served.ask("GET", "/api/v1/pools/homes/spoiled", key=served.keys["operator"])
expect(spoiled.status == 200 and spoiled.json == [], f"who spoiled: {spoiled.status} {spoiled.text}")
expect(served.ask("GET", "/api/v1/pools/nowhere/spoiled", key=served.keys["operator"]).status == 404, "no such pool")

# Without a node that serves nobody can be asked.
served.stop()
named = subprocess.run([served.binary, "pool", "spoiled", "homes", "--home", served.home], capture_output=True, text=True)
expect(named.returncode == 0 and "No machine" in named.stdout, f"pool spoiled: {named.stdout} {named.stderr}")
alone = subprocess.run([served.binary, "query", SQL.format(7), "--party", "bob", "--home", served.home], capture_output=True,
                       text=True)
expect(alone.returncode == 1 and "own machines" in alone.stderr, f"without a node: {alone.stderr}")
served.start()
faults += served.end()
if faults:
    raise SystemExit(f"{len(faults)} faults")
print(f"{PEOPLE} people's rows stayed with them, and were paid for")
