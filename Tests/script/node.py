#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Serves an exchange on loopback and walks through it as programs and browsers do, by HTTP alone.

usage: node.py PATH-TO-dividend

Every route of the document answers, nobody gets in without a key, a file is stored only after a yes, an
order is charged once, a log reader finds the tiles, and SIGTERM ends it in order. Where `jsonschema` is
there, each answer is held against the document.
"""
import http.client
import io
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import urllib.parse
import zipfile

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "interop"))
from served import Answer  # noqa: E402

try:
    import contract
except ImportError:
    contract = None

BINARY = os.path.abspath(sys.argv[1])
ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
work = tempfile.mkdtemp(prefix="dividend-node-")
home = work + "/home"
faults = []
calls = 0


def expect(holds, words):
    if not holds:
        faults.append(words)
        print("FAULT", words)


def run(*words):
    done = subprocess.run([BINARY, *words, "--home", home], capture_output=True, text=True, stdin=subprocess.DEVNULL)
    if done.returncode != 0:
        raise SystemExit(f"{words}: {done.stderr}")


run("init", "--name", "Test exchange")
run("import", ROOT + "/Demo/fitabase-fitbit.zip", "--custody", "fitbit", "--yes")
run("pool", "open", "walkers", "--table", "activity_days")
run("grant", "--custody", "fitbit", "--pool", "walkers", "--purpose", "dpv:ResearchAndDevelopment",
    "--epsilon", "40", "--per-study", "8")
server = subprocess.Popen(
    [BINARY, "serve", "--home", home, "--port", "0", "--rate", "1000", "--json"], stdout=subprocess.PIPE,
    stderr=subprocess.PIPE, text=True)
first = json.loads(server.stdout.readline())
address = urllib.parse.urlparse(first["address"])


with open(ROOT + "/Sources/Node/OpenAPI/openapi.json") as file:
    promised = contract and contract.Document(json.load(file))


def ask(method, path, body=None, key=None, cookie=None, status=200, **headers):
    global calls
    calls += 1
    connection = http.client.HTTPConnection(address.hostname, address.port, timeout=30)
    headers = {name.replace("_", "-"): value for name, value in headers.items()}
    if isinstance(body, dict):
        body = json.dumps(body)
        headers.setdefault("Content-Type", "application/json")
    if key:
        headers["Authorization"] = "Bearer " + key
    if cookie:
        headers["Cookie"] = cookie
        headers.setdefault("Origin", first["address"])
    connection.request(method, path, body, headers)
    answer = Answer(connection.getresponse())
    connection.close()
    expect(answer.status == status, f"{method} {path}: {answer.status}, not {status}: {answer.bytes[:200]}")
    expect(answer.headers.get("x-content-type-options") == "nosniff", f"{path}: no security headers")
    expect("frame-ancestors 'none'" in answer.headers.get("content-security-policy", ""), f"{path}: no CSP")
    if answer.status >= 400 and method != "HEAD" and answer.headers.get("content-type", "").startswith("application/problem"):
        expect(answer.json["code"] and answer.json["detail"], f"{path}: a problem without words")
        expect(work not in answer.text, f"{path}: a problem names a folder")
    for fault in promised.faults(method, path, answer.status, answer.headers, answer.bytes) if promised else []:
        expect(False, fault)
    return answer


# What anybody may read.
expect(ask("GET", "/healthz").text == "ok\n", "health")
expect(ask("GET", "/readyz").text == "ready\n", "readiness")
answer = ask("PUT", "/api/v1/pools", status=405)
expect(answer.headers["allow"] == "GET, HEAD, POST" and answer.json["code"] == "method", "what a path takes")
ask("TRACE", "/api/v1/pools", key="nothing", status=405)
expect(ask("HEAD", "/api/v1/pools").bytes == b"", "HEAD wherever GET is")
expect(ask("GET", "/api/v1/exchange").json["people"] == "20+", "people come in bands")
pools = ask("GET", "/api/v1/pools")
expect(pools.json[0]["offer"]["name"] == "walkers", "the catalogue")
ask("GET", "/api/v1/pools", If_None_Match=pools.headers["etag"], status=304)
ask("GET", "/api/v1/pools/nothing", status=404)
ask("GET", "/nothing", status=404)
for page, words in [("/", "Answers from data"), ("/pools", "walkers"), ("/pools/walkers", "steps"),
                    ("/explorer", "data.add"), ("/explorer/0", "Entry 0"), ("/enter", "Sign in"), ("/reference", "/api/v1/quotes"),
                    ("/explorer/blocks", "Merkle root"), ("/explorer/pools/walkers", "20+"), ("/pools?q=steps", "walkers"),
                    ("/pools?q=none", "No pool has")]:
    expect(words in ask("GET", page, Accept="text/html").text, f"{page} does not say {words}")
german = ask("GET", "/", Accept_Language="de-AT,de;q=0.9").text
expect('lang="de"' in german and "Antworten aus Daten" in german, "German")
expect("<script>" not in german and "http" not in re.sub(r"http://www.w3.org\S*", "", german), "nothing from elsewhere")
for asset in ["dividend.css", "entry.js", "sql.js", "upload.js", "passkey.js"]:
    ask("GET", "/assets/" + asset)

expect(ask("GET", "/api/v1/studies").json["items"] == [], "studies")
ask("GET", "/api/v1/studies/" + "0" * 64, status=404)

# The log, as any reader of C2SP logs takes it.
size = int(ask("GET", "/checkpoint").text.split("\n")[1])
expect(size > 30, "the checkpoint signs what happened")
tile = ask("GET", f"/tile/0/000.p/{size}" if size < 256 else "/tile/0/000").bytes
expect(len(tile) == 32 * min(size, 256), "a tile has a hash for each entry")
ask("GET", f"/tile/0/000.p/{min(255, size + 1)}", status=404 if size < 255 else 200)
ask("GET", "/tile/../checkpoint", status=404)
expect(ask("GET", "/api/v1/journal/3/proof").text.startswith("c2sp.org/tlog-proof"), "a proof")
ask("GET", f"/api/v1/journal/{10 ** 9}", status=404)
ask("GET", "/api/v1/journal/-1", status=404)
expect(len(ask("GET", "/api/v1/journal?limit=3").json["items"]) == 3, "entries")
ask("GET", "/api/v1/journal?limit=100000", status=422)

# Nobody gets in without a key, and every route of the document answers in JSON.
document = ask("GET", "/openapi.json").json
for path, methods in document["paths"].items():
    for method, operation in methods.items():
        if method == "parameters" or "security" not in operation:
            continue
        place = re.sub(r"\{\w+\}", "0" * 64, path)
        if not operation["security"]:
            continue
        for key in [None, "dvd_" + "0" * 64, "nothing"]:
            answer = ask(method.upper(), place, body={} if method in ("post", "patch") else None, key=key, status=401)
            expect(method == "head" or answer.json["code"] == "sign_in", f"{method} {path} without a key")
sources = "".join(
    open(os.path.join(folder, name)).read()
    for folder, _, names in os.walk(ROOT + "/Sources/Node/Routes") for name in names)
for method, found in re.findall(r'api\.(get|post|delete|put|patch|head)\("([^"\\]+)"\)', sources):
    path = "/api/v1/" + re.sub(r":(\w+)", r"{\1}", found)
    expect(method in document["paths"].get(path, {}), f"{method} {path} is not in the document")
names = [operation["operationId"] for methods in document["paths"].values() for operation in methods.values()]
expect(len(set(names)) == len(names), "two operations have one name")
purposes = ask("GET", "/api/v1/purposes").json["purposes"]
expect(set(document["components"]["schemas"]["Purpose"]["enum"]) == set(purposes), "the document's purposes")

# The operator signs in by the link, once.
link = first["operator"].split(address.netloc)[1]
entered = ask("GET", link, status=303)
cookie = entered.headers["set-cookie"].split(";")[0]
for flag in ["HttpOnly", "SameSite=Strict", "Path=/"]:
    expect(flag.lower() in entered.headers["set-cookie"].lower(), f"the cookie is not {flag}")
ask("GET", link, status=403)
expect("Requests since" in ask("GET", "/operator", cookie=cookie).text, "the operator's page")
ask("GET", "/me", status=303)
bob = ask("POST", "/api/v1/parties", {"name": "bob"}, cookie=cookie, status=201).json["accessKey"]
alice = ask("POST", "/api/v1/parties", {"name": "alice"}, cookie=cookie, status=201).json["accessKey"]
ask("POST", "/api/v1/parties", {"name": "eve"}, cookie=cookie, status=403, Origin="https://evil.example")
ask("POST", "/api/v1/parties", {"name": "eve"}, key=bob, status=403)
signing = urllib.parse.urlencode({"key": bob})
FORM = "application/x-www-form-urlencoded"
ask("POST", "/enter", signing, Content_Type=FORM, Origin="https://evil.example", status=403)
ask("POST", "/enter", signing, Content_Type=FORM, Sec_Fetch_Site="cross-site", status=403)
ask("POST", "/enter", signing, Content_Type=FORM, Origin=first["address"], status=303)
ask("POST", "/leave", "", cookie="dividend-session=nothing", Content_Type=FORM, status=303)
ask("POST", "/api/v1/deposits", {"party": "bob", "microunits": 5_000_000_000}, cookie=cookie, status=201)
ask("POST", "/api/v1/deposits", {"party": "bob", "microunits": -5}, cookie=cookie, status=422)
ask("POST", "/api/v1/deposits", {"party": "bob", "microunits": 5, "mispelt": 1}, cookie=cookie, status=422)

# A buyer: try, explain, quote, order; the same quote is charged once.
SQL = "SELECT COUNT(DISTINCT contributor) FROM walkers WITH PRIVACY (epsilon => 4.0, delta => 1e-5)"
expect(ask("POST", "/api/v1/mock", {"sql": SQL}).json["rows"], "a mock")
expect(ask("POST", "/api/v1/explain", {"sql": SQL}).json, "an explanation")
wrong = ask("POST", "/api/v1/quotes", {"sql": "SELECT MIN(steps) FROM walkers"}, status=422).json
expect(wrong["code"] == "question" and wrong["line"] == 1 and wrong["column"] == 8, f"a place: {wrong}")
quote = ask("POST", "/api/v1/quotes", {"sql": SQL}, status=201).json["id"]
expect("columns" in ask("GET", f"/api/v1/quotes/{quote}").json, "who asked can look again")
ask("POST", "/api/v1/orders", {"quote": quote}, key=alice, status=402)
order = ask("POST", "/api/v1/orders", {"quote": quote}, key=bob, status=201).json
public = ask("GET", f"/api/v1/quotes/{quote}").json
expect(set(public) == {"id", "signed"} and "contributor" not in json.dumps(public), "a quote tells its question")
left = ask("GET", "/api/v1/account", key=bob).json["available"]
again = ask("POST", "/api/v1/orders", {"quote": quote}, key=bob, status=201).json
expect(again["answer"] == order["answer"], "an answer changed")
expect(ask("GET", "/api/v1/account", key=bob).json["available"] == left, "charged twice")
ask("GET", f"/api/v1/orders/{quote}", key=alice, status=404)
ask("GET", f"/orders/{quote}", key=alice, Accept="text/html", status=404)
ask("GET", f"/orders/{quote}/answer.json", key=alice, status=404)
study = ask("GET", f"/explorer/studies/{quote}", Accept="text/html").text
expect("20+" in study and "DISTINCT" not in study, "the explorer tells a question")
ask("GET", "/explorer?find=" + "0" * 64, Accept="text/html", status=404)
expect("±" in ask("GET", f"/orders/{quote}/answer.csv", key=bob).text, "a CSV with margins")
form = urllib.parse.urlencode({"sql": SQL, "do": "quote"})
page = ask("POST", "/pools/walkers", form, Content_Type="application/x-www-form-urlencoded").text
expect("Order and pay" in page, "a quote on the page")
form = urllib.parse.urlencode({"sql": "SELECT <b> FROM walkers", "do": "quote"})
page = ask("POST", "/pools/walkers", form, Content_Type="application/x-www-form-urlencoded").text
expect("<b>" not in page and "&lt;b&gt;" in page, "what is typed is shown as it is")

# A contributor: send, look, store; allow; withdraw; erase.
ask("POST", "/api/v1/imports", b"no export at all", key=alice, status=422, Content_Type="application/octet-stream")
packed = io.BytesIO()
with zipfile.ZipFile(packed, "w") as export:
    export.writestr("steps-2016-04-12.json", json.dumps(
        [{"dateTime": f"04/{d}/16 08:00:00", "value": str(1000 * d)} for d in range(12, 20)]))
sent = ask("POST", "/api/v1/imports", packed.getvalue(), key=alice, status=201,
           Content_Type="application/octet-stream").json
expect(sent["report"]["tables"][0]["kept"] == 8, f"a preview: {sent}")
ask("POST", f"/api/v1/imports/{sent['id']}", key=bob, status=404)
stored = ask("POST", f"/api/v1/imports/{sent['id']}", key=alice, status=201).json
expect(stored["stored"] == 8, f"stored: {stored}")
ask("POST", f"/api/v1/imports/{sent['id']}", key=alice, status=409)
grant = {"pool": "walkers", "purposes": ["dpv:ResearchAndDevelopment"], "epsilon": "40", "epsilonPerStudy": "8"}
expect("proof" in ask("POST", "/api/v1/grants", grant, key=alice, status=201).json["receipt"], "a receipt")
ask("POST", "/api/v1/grants", {**grant, "purposes": ["dpv:Nothing"]}, key=alice, status=422)
other = ask("POST", "/api/v1/quotes", {"sql": SQL.replace("4.0", "3.0")}, status=201).json["id"]
ask("POST", "/api/v1/orders", {"quote": other}, key=bob, status=201)
expect(ask("GET", "/api/v1/uses", key=alice).json["items"][-1]["read"] is True, "she sees the study")
expect(int(ask("GET", "/api/v1/account", key=alice).json["claims"]) > 0, "and is owed for it")
ask("POST", "/api/v1/pools/walkers/payout", cookie=cookie)
studies = ask("GET", "/api/v1/studies").json["items"]
expect([study["id"] for study in studies] == [quote, other], "the studies are listed")
expect("contributor" not in json.dumps(studies), "a list tells a question")
ask("GET", "/api/v1/studies/" + quote)
paid = ask("GET", "/api/v1/payouts?limit=1").json
expect(paid["items"][0]["pool"] == "walkers" and paid["next"] is None, f"payouts: {paid}")
expect(ask("GET", "/api/v1/statement?limit=1", key=alice).json["next"] == 1, "a statement in parts")
expect(ask("DELETE", "/api/v1/grants/walkers", key=alice).json["withdrawn"] == 1, "withdrawn")
ask("DELETE", "/api/v1/grants/walkers", key=alice, status=409)
ask("DELETE", "/api/v1/grants/prepare", key=alice, status=405)
reserved = {"name": "prepare", "tables": ["activity_days"], "purposes": ["dpv:ResearchAndDevelopment"]}
ask("POST", "/api/v1/pools", reserved, cookie=cookie, status=409)
mine = ask("GET", "/me/everything.json", key=alice).json
expect("grants.json" in mine and any("2016-04-12" in str(text) for text in mine.values()), "all that is hers")
expect(ask("DELETE", "/api/v1/rows", key=alice).json["erased"], "erased")
erased = re.search(r"/me/erasures/(\d+)", ask("GET", "/me", key=alice, Accept="text/html").text).group(1)
expect(ask("GET", f"/me/erasures/{erased}/certificate.json", key=alice).json["segments"], "a certificate")
ask("GET", f"/me/erasures/{erased}/certificate.json", key=bob, status=404)

# Passkeys: a challenge opens once, and nothing wrong gets in. (Right ones are tested in Swift.)
challenge = ask("POST", "/api/v1/passkeys/challenge", {}).json["challenge"]
made = {"name": "carol", "challenge": challenge, "attestationObject": "oA", "clientDataJSON": "e30"}
ask("POST", "/api/v1/passkeys", made, status=422)
ask("POST", "/api/v1/passkeys", made, status=409)
ask("POST", "/api/v1/passkeys", {**made, "challenge": "!"}, status=422)

# What no client should send.
ask("POST", "/api/v1/mock", b"{", status=400, Content_Type="application/json")
ask("POST", "/api/v1/mock", b"[]", status=400, Content_Type="application/json")
ask("POST", "/api/v1/mock", b"{}", status=415, Content_Type="text/plain")
ask("POST", "/api/v1/mock", b" " * (2 << 20), status=413, Content_Type="application/json")
ask("GET", "/api/v1/journal/%2e%2e", status=404)

server.send_signal(signal.SIGTERM)
expect(server.wait(20) == 0, "it does not end in order")
log = server.stderr.read()
expect("bob" not in log and "alice" not in log, "the log names somebody")
for words in [("doctor",), ("journal", "export", "--public", work + "/public")]:
    run(*words)
verdict = subprocess.run([BINARY, "verify", work + "/public"], capture_output=True, text=True)
expect(verdict.returncode == 0, f"verify: {verdict.stdout}")
shutil.rmtree(work)
print(f"{calls} requests, {promised.checked if promised else 0} answers held against the document, "
      f"{len(faults)} faults")
sys.exit(1 if faults else 0)
