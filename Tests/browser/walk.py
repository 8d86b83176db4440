#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Walks each person's path in a real browser, from an empty node to money in the account.

usage: walk.py PATH-TO-dividend [FOLDER-FOR-SCREENSHOTS]

Every page is looked at in both themes, on a desk and on a phone: by axe-core, for its one heading, for what
is too wide. Needs Chromium and the packages playwright and axe-playwright-python. A virtual
authenticator stands for the passkey's device.
"""
import io
import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import time
import zipfile

import axe_playwright_python
from playwright.sync_api import sync_playwright

BINARY = os.path.abspath(sys.argv[1])
SHOTS = sys.argv[2] if len(sys.argv) > 2 else None
ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
AXE = (pathlib.Path(axe_playwright_python.__file__).parent / "axe.min.js").read_text()
work = tempfile.mkdtemp(prefix="dividend-walk-")
home = work + "/home"
faults = []
looks = 0


def expect(holds, words):
    if not holds:
        faults.append(words)
        print("FAULT", words)


def run(*words):
    subprocess.run([BINARY, *words, "--home", home], check=True, capture_output=True)


def shoot(page, name):
    if SHOTS:
        os.makedirs(SHOTS, exist_ok=True)
        page.screenshot(path=f"{SHOTS}/{name}.png", full_page=True)


def look(page, name):
    """Looks at the page as it is now: light and on a desk, dark and on a phone, and each the other way."""
    global looks
    for theme, width in [("light", 1100), ("dark", 390), ("dark", 1100), ("light", 390)]:
        looks += 1
        page.emulate_media(color_scheme=theme)
        page.set_viewport_size({"width": width, "height": 800})
        wide = page.evaluate("document.documentElement.scrollWidth")
        expect(wide <= width, f"{name} is {wide} wide on {width}")
        expect(page.locator("h1").count() == 1, f"{name} has no one heading")
        page.evaluate(AXE)
        found = page.evaluate("axe.run(document, {resultTypes: ['violations']})")["violations"]
        for fault in found:
            words = f"{name}, {theme}: axe says {fault['impact']} {fault['id']}: {fault['help']}: " + "; ".join(
                node["html"][:120] for node in fault["nodes"][:3])
            if fault["impact"] in ("serious", "critical"):
                expect(False, words)
            else:
                print("note", words)
        shoot(page, f"{name}-{theme}-{width}")
    page.emulate_media(color_scheme="light")
    page.set_viewport_size({"width": 1100, "height": 800})


def watched(context):
    page = context.new_page()
    page.set_default_timeout(10_000)
    page.on("console", lambda said: expect(said.type != "error" or page.expects_errors, f"the console says {said.text}"))
    page.on("request", lambda asked: expect(asked.url.startswith(base), f"{asked.url} is elsewhere"))
    page.on("pageerror", lambda error: expect(False, f"a script fails: {error}"))
    page.expects_errors = False
    return page


run("init", "--name", "Walked exchange")
run("import", ROOT + "/Demo/fitabase-fitbit.zip", "--custody", "fitbit", "--yes")
run("pool", "open", "walkers", "--table", "activity_days", "--title", "Days of walkers", "--purpose",
    "dpv:ResearchAndDevelopment", "--purpose", "dpv:Marketing")
run("grant", "--custody", "fitbit", "--pool", "walkers", "--purpose", "dpv:ResearchAndDevelopment",
    "--epsilon", "60", "--per-study", "9")
# Passkeys are made for names, not for numbers, so browsers come by localhost.
probe = subprocess.run(
    [sys.executable, "-c", "import socket; s = socket.socket(); s.bind(('127.0.0.1', 0)); print(s.getsockname()[1])"],
    capture_output=True, text=True)
port = probe.stdout.strip()
base = f"http://localhost:{port}"
server = subprocess.Popen(
    [BINARY, "serve", "--home", home, "--port", port, "--origin", base, "--json"], stdout=subprocess.PIPE, text=True)
first = json.loads(server.stdout.readline())


class Path:
    """One person's way through the pages, counted: a step is what she does before she has to think again.

    The design says how many each may need."""

    def __init__(self, who, most):
        self.who, self.most, self.steps = who, most, []

    def step(self, words):
        self.steps.append(words)

    def end(self):
        print(f"{self.who}: {len(self.steps)} of {self.most} steps: " + "; ".join(self.steps))
        expect(0 < len(self.steps) <= self.most, f"{self.who} needs {len(self.steps)} steps, not {self.most}")


def anybody(browser):
    """Every public page; an entry checked in the browser; the catalogue and the explorer searched."""
    page = watched(browser.new_context())
    page.goto(base + "/")
    page.wait_for_load_state("networkidle")
    size = page.evaluate("performance.getEntries().reduce((sum, one) => sum + (one.encodedBodySize || 0), 0)")
    expect(0 < size < 50_000, f"the first page takes {size} bytes")
    for name, path in [("start", "/"), ("pools", "/pools"), ("pool", "/pools/walkers"), ("explorer", "/explorer"),
                       ("blocks", "/explorer/blocks"), ("studies-none", "/explorer/studies"),
                       ("reference", "/reference"), ("entry", "/explorer/5"), ("enter", "/enter")]:
        page.goto(base + path)
        if name == "entry":
            page.wait_for_selector("#check.good", timeout=15_000)
        if name == "reference":
            page.click("details.route >> nth=3")
        look(page, name)
    # The catalogue: found, sorted, not found.
    page.goto(base + "/pools")
    page.fill("#q", "steps research")
    page.press("#q", "Enter")
    expect(page.locator("tbody tr").count() == 1, "a search by column and purpose finds nothing")
    page.click("th a:has-text('Studies')")
    expect(page.locator("th[aria-sort=descending]").count() == 1 and "q=steps" in page.url, "it is not sorted")
    page.fill("#q", "tyres")
    page.press("#q", "Enter")
    expect("No pool has tyres" in page.inner_text("main").replace("“", "").replace("”", "").replace('"', ""),
           "an empty result says nothing")
    look(page, "pools-empty")
    # The auditor's one step in a browser: an entry's page checks itself against the node's signature.
    path = Path("auditor", 1)
    page.goto(base + "/explorer/5")
    path.step("open an entry")
    page.wait_for_selector("#check.good", timeout=15_000)
    path.end()
    # The explorer, by every kind of name, and by one that nothing has.
    digest = page.locator("dl.list code").nth(1).inner_text()
    did = page.locator("dl.list a[href*=parties]").first.inner_text()
    for words, place in [("5", "/explorer/5"), (did, "/explorer/parties/" + did), (digest, "/explorer/5"), ("walkers", "/explorer/pools/walkers")]:
        page.fill("#find", words)
        page.press("#find", "Enter")
        expect(page.url == base + place, f"{words} leads to {page.url}")
    page.expects_errors = True
    page.fill("#find", "f" * 64)
    page.press("#find", "Enter")
    expect("Nothing here is called" in page.inner_text("main"), "a name that nothing has")
    page.expects_errors = False
    page.goto(base + "/explorer")
    page.click("text=Older →")
    page.click("text=← Newer")
    expect(page.url == base + "/explorer", f"newer leads to {page.url}")
    # A settlement's proof, whole and damaged, checked here.
    proof = os.path.join(home, "..", "one.proof")
    subprocess.run([BINARY, "bench", "prove", "--payouts", "20", "--accounts", "100", "--keep", proof], check=True,
                   capture_output=True)
    page.goto(base + "/explorer/proof")
    page.set_input_files("#proof", proof)
    page.wait_for_selector("#check.good", timeout=30_000)
    expect("nobody else" in page.inner_text("main") and page.locator("#settled").is_visible(), "what is proven is not said")
    look(page, "proof")
    whole = bytearray(pathlib.Path(proof).read_bytes())
    whole[len(whole) // 2] ^= 1
    page.set_input_files("#proof", {"name": "bad.proof", "mimeType": "application/octet-stream", "buffer": bytes(whole)})
    page.wait_for_selector("#check.problem", timeout=30_000)
    expect(page.locator("#settled").is_hidden(), "a proof that does not hold shows what it claims")
    page.set_input_files("#proof", {"name": "no.proof", "mimeType": "text/plain", "buffer": b"no"})
    page.wait_for_selector("#check.problem:has-text('This is no settlement')", timeout=10_000)
    # German, to the last word.
    page.click("footer >> text=Deutsch")
    for path in ["/", "/pools", "/pools/walkers", "/explorer", "/explorer/proof", "/reference"]:
        page.goto(base + path)
        expect(page.locator("html[lang=de]").count() == 1, f"{path} is not German")
        page.set_viewport_size({"width": 390, "height": 800})
        expect(page.evaluate("document.documentElement.scrollWidth") <= 390, f"{path} is too wide in German")
        shoot(page, "german" + path.replace("/", "-"))
    page.context.close()


def workbench(page):
    """The editor: words completed by keyboard, values of categories, and an error at its place."""
    page.goto(base + "/pools/walkers")
    page.fill("#sql", "")
    page.type("#sql", "SELECT AVG(CLIP(ste")
    expect(page.locator("#sql-words [role=option]").first.inner_text().startswith("steps"), "steps is not offered")
    look(page, "completion")
    page.press("#sql", "Enter")
    page.type("#sql", ", 0, 25000)) FROM wal")
    page.press("#sql", "ArrowDown")
    page.press("#sql", "ArrowUp")
    page.press("#sql", "Tab")
    page.type("#sql", "\nWHERE sou")
    page.press("#sql", "Escape")
    expect(page.locator("#sql-words").is_hidden(), "Escape closes nothing")
    expect(page.input_value("#sql") == "SELECT AVG(CLIP(steps, 0, 25000)) FROM walkers\nWHERE sou",
           f"completed: {page.input_value('#sql')}")
    page.fill("#sql", "SELECT AVG(CLIP(steps, 0, 25000)),\n  MIN(steps) FROM walkers")
    page.click("button[value=quote]")
    expect(page.inner_text("#editor mark") == "MIN", "the error is not marked")
    page.wait_for_function("document.activeElement.id === 'sql'")
    expect(page.evaluate("document.getElementById('sql').selectionStart") == 37, "the caret is elsewhere")
    look(page, "wrong")


try:
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox"])
        anybody(browser)
        # Reading needs no script.
        plain = watched(browser.new_context(java_script_enabled=False))
        plain.goto(base + "/pools/walkers")
        plain.fill("#sql", "SELECT MIN(steps) FROM walkers")
        plain.click("button[value=quote]")
        expect("       ^" in plain.inner_text("#refusal pre"), "the place is not marked in the text")
        shoot(plain, "wrong-plain")
        # A contributor: an account by passkey, a file looked at and stored, a grant.
        context = browser.new_context(viewport={"width": 1100, "height": 800})
        carol = watched(context)
        device = context.new_cdp_session(carol)
        device.send("WebAuthn.enable")
        device.send("WebAuthn.addVirtualAuthenticator", {"options": {
            "protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True,
            "isUserVerified": True, "automaticPresenceSimulation": True}})
        carol.goto(base + "/enter")
        carol.fill("#name", "carol")
        carol.click("#make-passkey")
        carol.wait_for_selector("#recovery-sheet:visible", timeout=10_000)
        look(carol, "recovery-sheet")
        carol.click("text=I have kept it")
        carol.wait_for_url("**/me", timeout=10_000)
        look(carol, "me-empty")
        carol.click("text=Sign out")
        carol.goto(base + "/enter")
        carol.click("#enter-passkey")
        carol.wait_for_url("**/me", timeout=10_000)
        packed = io.BytesIO()
        with zipfile.ZipFile(packed, "w") as export:
            export.writestr("steps-2016-04-12.json", json.dumps(
                [{"dateTime": f"04/{d}/16 08:00:00", "value": str(400 * d + 3000 * (d % 3))} for d in range(12, 28)]))
        path = Path("contributor", 4)
        path.step("drop an export")
        carol.set_input_files("#file", {"name": "export.zip", "mimeType": "application/zip", "buffer": packed.getvalue()})
        carol.wait_for_selector("button.store", timeout=10_000)
        expect("activity_days: 16 / 16" in carol.inner_text("#report"), "what was read is not shown")
        look(carol, "me-preview")
        path.step("see what was read, and store it")
        carol.click("button.store")
        carol.wait_for_url("**said=stored*")
        path.step("choose purpose, price and expiry")
        carol.check("#grant-form-walkers input[value='dpv:ResearchAndDevelopment']")
        carol.wait_for_selector("#grant-form-walkers[data-passkey=armed]")
        carol.fill("#grant-form-walkers input[name=epsilon]", "40")
        carol.fill("#grant-form-walkers input[name=perStudy]", "9")
        path.step("confirm with the passkey")
        carol.click("#grant-form-walkers >> text=I allow this")
        carol.wait_for_url("**said=granted*")
        path.end()
        look(carol, "me-granted")
        # What her rows say for her alone.
        carol.click("nav >> text=My own trends")
        expect(carol.locator("svg polyline").count() >= 1 and "2016-04-12" in carol.inner_text("main"), "no trend")
        expect(carol.locator("svg .other").count() == 0, "a pool's average stands there that nobody published")
        carol.click("details.behind >> nth=0")
        look(carol, "trends")
        # The operator: the link, a party for a buyer, money.
        operator = watched(browser.new_context())
        path = Path("operator", 1)
        path.step("open the link that the one command printed")
        operator.goto(first["operator"])
        expect(operator.locator("nav >> text=Operator").count() == 1, "the link does not sign the operator in")
        path.end()
        send = """([path, body]) => fetch(path, {method: 'POST', headers: {'Content-Type': 'application/json'},
            body: JSON.stringify(body)}).then((answer) => answer.json())"""
        key = operator.evaluate(send, ["/api/v1/parties", {"name": "bob"}])["accessKey"]
        operator.evaluate(send, ["/api/v1/deposits", {"party": "bob", "microunits": 5_000_000_000}])
        # A buyer: browse, quote, order, answer.
        bob = watched(browser.new_context(viewport={"width": 1100, "height": 900}))
        bob.goto(base + "/enter")
        bob.fill("#key", key)
        bob.click("form[action='/enter'] button")
        workbench(bob)
        for epsilon in ["3.0", "6.0"]:
            path = Path("buyer", 4)
            bob.goto(base + "/pools")
            path.step("browse to a pool")
            bob.click("text=Days of walkers")
            path.step("try the question on the mock twin")
            bob.fill("#sql", "SELECT COUNT(DISTINCT contributor) AS people, AVG(CLIP(steps, 0, 25000)) AS mean FROM walkers\n"
                     f"WITH PRIVACY (epsilon => {epsilon}, delta => 1e-5)")
            bob.click("button[value=mock]")
            expect("people who do not exist" in bob.inner_text("main"), "the mock does not say so")
            bob.click("button[value=explain]")
            if epsilon == "3.0":
                look(bob, "explain")
            path.step("quote")
            bob.click("button[value=quote]")
            expect(all(words in bob.inner_text("main") for words in ["Who is paid what", "±", "20+"]), "a quote without words")
            if epsilon == "3.0":
                look(bob, "quote")
            path.step("pay, and have answer and receipt")
            bob.click("text=Order and pay")
            bob.wait_for_url("**/orders/**")
            expect("±" in bob.inner_text("main"), "an answer without a margin")
            expect(bob.locator("a[href$='/receipt.json']").count() == 1, "an answer without a receipt")
            path.end()
        look(bob, "answer")
        order = bob.url.split("/")[-1]
        for name in ["answer.csv", "answer.json", "receipt.json"]:
            with bob.expect_download() as coming:
                bob.click(f"a[href='/orders/{order}/{name}']")
            expect(os.path.getsize(coming.value.path()) > 40, f"{name} is empty")
        # A model is bought as any answer is, listed where its owner asks, and asked by its name.
        bob.goto(base + "/pools/walkers")
        bob.fill("#sql", "CREATE MODEL strides FROM walkers PREDICT calories USING (features => (steps, distance_km))\n"
                 "WITH PRIVACY (epsilon => 6.0, delta => 1e-5)")
        bob.click("button[value=quote]")
        bob.click("text=Order and pay")
        bob.wait_for_url("**/orders/**")
        look(bob, "model")
        bob.goto(base + "/pools/walkers")
        expect(bob.locator("#models + p + div tbody tr").count() == 1, "the page does not list her model")
        expect("nobody has withdrawn" in bob.inner_text("main"), "the page does not say how her model stands")
        look(bob, "pool-models")
        bob.fill("#sql", "SELECT AVG(CLIP(PREDICT(strides), 0, 8000)) AS foreseen FROM walkers WITH PRIVACY (epsilon => 1.0, delta => 1e-5)")
        bob.click("button[value=mock]")
        expect("foreseen" in bob.inner_text("main") and bob.locator("#refusal").count() == 0, "a model cannot be tried by name")
        bob.click("button[value=quote]")
        expect(bob.locator("#quoted").count() == 1, "a question with a model has no price")
        bob.fill("#sql", "RETRAIN MODEL strides")
        bob.click("button[value=quote]")
        expect(bob.locator("#quoted").count() == 1, "a retraining has no price")
        # A question in groups is drawn.
        bob.goto(base + "/pools/walkers")
        bob.fill("#sql", "SELECT BUCKET(steps, 5), COUNT(*) FROM walkers GROUP BY 1")
        bob.click("button[value=mock]")
        look(bob, "mock")
        # Anybody sees the study, and neither its question nor who asked for what.
        bob.click("nav >> text=Explorer")
        bob.fill("#find", order)
        bob.press("#find", "Enter")
        expect("/explorer/studies/" in bob.url and "clip" not in bob.inner_text("main").lower(), "the study is not shown right")
        look(bob, "study")
        # Until its buyer lets everybody read it.
        bob.goto(base + "/orders/" + order)
        bob.check("input[name=sure]")
        bob.click("text=Publish question and answer")
        bob.wait_for_url("**/explorer/studies/" + order)
        expect("CLIP(steps, 0, 25000)" in bob.inner_text("main") and "±" in bob.inner_text("main"), "nothing is published")
        look(bob, "study-published")
        bob.goto(base + "/orders/" + order)
        expect(bob.locator("text=Publish question and answer").count() == 0, "it can be published twice")
        bob.goto(base + "/pools/walkers")
        expect(bob.locator("#published + p + ul li").count() == 1, "the pool does not list what was published")
        look(bob, "pool-published")
        carol.goto(base + "/me/trends")
        expect("Everybody in Days of walkers" in carol.inner_text("main"), "the pool's average is not there")
        expect(carol.locator("svg .other").count() == 1, "the pool's average is not drawn")
        carol.click("details.behind >> nth=1")
        look(carol, "trends-beside")
        # And she is owed her share, and sees why.
        carol.goto(base + "/me")
        expect("A count of people and an average over 20+ people" in carol.inner_text("main"), "the use is not shown")
        expect("share of study" in carol.inner_text("main"), "the share is not in the statement")
        expect("a participant got about" in carol.inner_text("main"), "what others earned is not shown")
        look(carol, "me-paid")
        carol.click("footer >> text=Deutsch")
        carol.goto(base + "/me")
        for words in ["Eine Anzahl von Menschen und ein Durchschnitt über 20+ Menschen", "Forschung und Entwicklung",
                      "Anteil an Studie", "Ihre Zeilen bleiben im Tresor"]:
            expect(words in carol.text_content("main"), f"German lacks {words}")
        for words in ["Research and Development", "share of study"]:
            expect(words not in carol.inner_text("main"), f"German says {words}")
        shoot(carol, "german-me")
        carol.click("footer >> text=English")
        carol.goto(base + "/me")
        owed = carol.inner_text(".figures")
        operator.evaluate(send, ["/api/v1/pools/walkers/payout", {}])
        carol.goto(base + "/me")
        expect("On its way" in carol.inner_text(".figures"), f"what is pending is not shown: {owed}")
        # The node proves it by itself; then anybody's browser checks the proof.
        for _ in range(120):
            operator.goto(base + "/explorer/payouts")
            if operator.locator("a[href^='/explorer/proof?batch=']").count():
                break
            time.sleep(0.5)
        operator.click("a[href='/explorer/proof?batch=0']")
        for _ in range(20):
            operator.wait_for_selector("#check.good, #check.soft, #check.problem", timeout=30_000)
            if operator.locator("#check.soft").count() == 0:
                break
            time.sleep(1)  # what the node has yet to sign
            operator.reload()
        expect("the node signed both" in operator.inner_text("#check.good"), f"batch: {operator.inner_text('#check')}")
        look(operator, "proof-batch")
        carol.goto(base + "/me")
        expect("On its way" not in carol.inner_text(".figures"), "what was proven is still on its way")
        # Her receipt holds by itself; she takes some money out.
        for _ in range(20):
            if carol.locator("a[href='/me/balance.json']").count():
                break
            time.sleep(1)
            carol.reload()
        with carol.expect_download() as coming:
            carol.click("a[href='/me/balance.json']")
        held = subprocess.run([BINARY, "verify", coming.value.path()], capture_output=True, text=True)
        expect(held.returncode == 0 and "hidden account" in held.stdout, f"her receipt: {held.stdout}")
        look(carol, "me-balance")
        carol.fill("#cashout", "0.50")
        carol.click("form[action='/me/cashout'] button")
        carol.wait_for_url("**said=drawn*")
        expect("on its way" in carol.inner_text("main"), "what is drawn is not said to be on its way")
        operator.evaluate(send, ["/api/v1/backups", {"name": "first"}])
        for name, path in [("operator", "/operator"), ("studies", "/explorer/studies"), ("payouts", "/explorer/payouts"),
                           ("explorer-pool", "/explorer/pools/walkers"), ("explorer-pools", "/explorer/pools")]:
            operator.goto(base + path)
            look(operator, name)
        carol.goto(base + "/me")
        carol.click("text=Withdraw now")
        carol.wait_for_url("**said=withdrawn*")
        with carol.expect_download() as coming:
            carol.click("text=Download everything")
        expect("2016-04-12" in pathlib.Path(coming.value.path()).read_text(), "her own rows are not in the file")
        carol.check("input[name=sure]")
        carol.click("form[action='/me/erase'] button")
        carol.wait_for_url("**/me/erasures/*")
        expect("DividendErasureCertificate" in carol.inner_text("main"), "no certificate")
        look(carol, "certificate")
        with carol.expect_download() as coming:
            carol.click("a[href$='certificate.json']")
        expect(json.loads(pathlib.Path(coming.value.path()).read_text())["segments"], "a certificate of nothing")
        carol.goto(base + "/me/trends")
        expect("no rows" in carol.inner_text("main"), "erased rows are drawn")
        carol.goto(base + "/me")
        expect("Certificate of erasure" in carol.inner_text("main"), "the certificate is lost")
        browser.close()
finally:
    server.terminate()
expect(server.wait(20) == 0, "it does not end in order")
shutil.rmtree(work)
print(f"four people's paths walked, {looks} looks, {len(faults)} faults")
sys.exit(1 if faults else 0)
