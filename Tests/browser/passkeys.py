#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Accounts, consents and recovery by passkeys, in a real browser with a virtual authenticator.

usage: passkeys.py PATH-TO-dividend [FOLDER-FOR-SCREENSHOTS]

A new account gets a recovery sheet; a grant is signed by a passkey of its pool, which `verify` checks
offline, and which a changed byte breaks; without the passkey nobody widens the grant; a browser that
says Sec-GPC is asked first; a lost passkey is replaced by the code on the sheet.
"""
import io
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import zipfile

from playwright.sync_api import sync_playwright

BINARY = os.path.abspath(sys.argv[1])
SHOTS = sys.argv[2] if len(sys.argv) > 2 else None
ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
work = tempfile.mkdtemp(prefix="dividend-passkeys-")
home = work + "/home"
faults = []


def expect(holds, words):
    if not holds:
        faults.append(words)
        print("FAULT", words)


def run(*words):
    return subprocess.run([BINARY, *words], check=True, capture_output=True, text=True).stdout


def shoot(page, name):
    if SHOTS:
        os.makedirs(SHOTS, exist_ok=True)
        page.screenshot(path=f"{SHOTS}/{name}.png", full_page=True)


def device(context, page):
    """A virtual authenticator for a page."""
    session = context.new_cdp_session(page)
    session.send("WebAuthn.enable")
    session.send("WebAuthn.addVirtualAuthenticator", {"options": {
        "protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True,
        "isUserVerified": True, "automaticPresenceSimulation": True}})


run("init", "--name", "Walked exchange", "--home", home)
run("import", ROOT + "/Demo/fitabase-fitbit.zip", "--custody", "fitbit", "--yes", "--home", home)
run("pool", "open", "walkers", "--table", "activity_days", "--home", home)
probe = subprocess.run(
    [sys.executable, "-c", "import socket; s = socket.socket(); s.bind(('127.0.0.1', 0)); print(s.getsockname()[1])"],
    capture_output=True, text=True)
base = f"http://localhost:{probe.stdout.strip()}"
server = subprocess.Popen(
    [BINARY, "serve", "--home", home, "--port", probe.stdout.strip(), "--origin", base, "--json"],
    stdout=subprocess.PIPE, text=True)
json.loads(server.stdout.readline())

FETCH = """([path, method, body, headers]) => fetch(path, {method, headers: {'Content-Type': 'application/json', ...headers},
    body: body && JSON.stringify(body)}).then(async (answer) => [answer.status, await answer.json()])"""

with sync_playwright() as play:
    browser = play.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox"])
    context = browser.new_context(viewport={"width": 1100, "height": 800})
    carol = context.new_page()
    carol.on("console", lambda said: said.type == "error" and "Failed to load" not in said.text and
             expect(False, f"the console says {said.text}"))
    device(context, carol)

    def ask(path, method="GET", body=None, **headers):
        return carol.evaluate(FETCH, [path, method, body, headers])

    # A new account, and the sheet that is shown once.
    carol.goto(base + "/enter")
    carol.fill("#name", "carol")
    carol.click("#make-passkey")
    carol.wait_for_selector("#recovery-sheet:visible", timeout=10_000)
    code = carol.inner_text("#recovery-sheet .code")
    expect(re.fullmatch(r"([0-9a-z]{4}-){7}[0-9a-z]{4}", code), f"{code} is no recovery code")
    shoot(carol, "recovery-sheet")
    carol.click("text=I have kept it")
    carol.wait_for_url("**/me")
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as export:
        export.writestr("steps-2016-04-12.json", json.dumps(
            [{"dateTime": f"04/{d}/16 08:00:00", "value": str(900 * d)} for d in range(12, 28)]))
    carol.set_input_files("#file", {"name": "export.zip", "mimeType": "application/zip", "buffer": packed.getvalue()})
    carol.click("button.store", timeout=10_000)
    carol.wait_for_url("**said=stored*")

    # A grant needs her passkey, whatever else is sent.
    wish = {"pool": "walkers", "purposes": ["dpv:ResearchAndDevelopment"], "epsilon": "40", "epsilonPerStudy": "9"}
    status, refused = ask("/api/v1/grants", "POST", wish)
    expect(status == 409 and refused["code"] == "passkey_wanted", f"granted without a passkey: {refused}")
    carol.wait_for_selector('form[action="/me/grants"][data-passkey=armed]', state="attached")
    form = carol.locator('form[action="/me/grants"]').first
    if not form.is_visible():
        carol.locator("details:has(form[action='/me/grants']) summary").first.click()
    form.locator("input[name=purpose]").first.check()
    form.locator("input[name=epsilon]").fill("40")
    form.locator("input[name=perStudy]").fill("9")
    form.locator("button.main").click()
    carol.wait_for_url("**said=granted*", timeout=10_000)
    shoot(carol, "granted")
    # She keeps the receipt, which says by which passkey page she signed, and holds by itself.
    with carol.expect_download() as coming:
        carol.click("text=Signed consent receipt")
    receipt = work + "/receipt.json"
    coming.value.save_as(receipt)
    expect(f"by her passkey on {base}" in run("verify", receipt), "the receipt does not hold")
    # Once more: the same passkey, which is known now, replaces it.
    status, again = ask("/api/v1/grants/prepare", "POST", {**wish, "days": 30})
    expect(status == 201 and again["passkey"], "the passkey of the pool is not known")
    status, late = ask("/api/v1/grants/confirm", "POST", {
        "grant": again["id"], "authenticatorData": "AA", "clientDataJSON": "e30", "signature": "AA"})
    expect(status == 403, f"an empty assertion is taken: {late}")

    # The passkey is lost: the code opens the account to a new one, once.
    other = browser.new_context(extra_http_headers={"Sec-GPC": "1"})
    page = other.new_page()
    device(other, page)
    page.goto(base + "/enter")
    page.click("details summary")
    page.fill("#recovery", code.upper())
    page.click("#recover")
    page.wait_for_selector("#recovery-sheet:visible", timeout=10_000)
    expect(page.inner_text("#recovery-sheet .party") == "carol", "another account was opened")
    expect(page.inner_text("#recovery-sheet .code") != code, "the code stays")
    expect(ask("/api/v1/account")[0] == 401, "who held the old passkey is still signed in")
    page.goto(base + "/me")
    expect("walkers" in page.inner_text("main"), "her grants are gone")
    # That browser says: do not sell or share. It is asked whether this grant is meant all the same.
    status, refused = page.evaluate(FETCH, ["/api/v1/grants/prepare", "POST", wish, {}])
    expect(status == 409 and refused["code"] == "opted_out", f"Sec-GPC is passed over: {refused}")
    status, _ = page.evaluate(FETCH, ["/api/v1/grants/prepare", "POST", {**wish, "despiteOptOut": True}, {}])
    expect(status == 201, "a grant that is meant all the same is refused")
    browser.close()

server.terminate()
expect(server.wait(20) == 0, "it does not end in order")

# Anybody checks the consent offline; a changed byte of the passkey's signature is found.
public = work + "/public"
run("journal", "export", "--public", public, "--home", home)
report = json.loads(run("verify", public, "--json"))
expect(report["confirmed"] == 1, f"the auditor saw {report.get('confirmed')} passkeys")
entries = [os.path.join(folder, name) for folder, _, names in os.walk(public + "/tile/entries") for name in names]
place = next(path for path in entries if b'"passkey"' in open(path, "rb").read())
bytes_ = bytearray(open(place, "rb").read())
at = bytes_.index(b'"signature":"', bytes_.index(b'"passkey"')) + 20
bytes_[at] = ord("B") if bytes_[at] != ord("B") else ord("C")
open(place, "wb").write(bytes_)
verdict = subprocess.run([BINARY, "verify", public], capture_output=True, text=True)
expect(verdict.returncode == 3, "a changed passkey signature holds")
shutil.rmtree(work)
print(f"passkeys: account, consent and recovery walked, {len(faults)} faults")
sys.exit(1 if faults else 0)
