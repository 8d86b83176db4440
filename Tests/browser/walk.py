#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Walks each person's path in a real browser, from an empty node to money in the account.

usage: walk.py PATH-TO-dividend [FOLDER-FOR-SCREENSHOTS]

Needs Chromium and the package playwright. A virtual authenticator stands for the passkey's device.
"""
import io
import json
import os
import shutil
import subprocess
import sys
import tempfile
import urllib.parse
import zipfile

from playwright.sync_api import sync_playwright

BINARY = os.path.abspath(sys.argv[1])
SHOTS = sys.argv[2] if len(sys.argv) > 2 else None
ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
work = tempfile.mkdtemp(prefix="dividend-walk-")
home = work + "/home"
faults = []


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


def watched(context):
    page = context.new_page()
    page.on("console", lambda said: expect(said.type != "error", f"the console says {said.text}"))
    page.on("request", lambda asked: expect(asked.url.startswith(base), f"{asked.url} is elsewhere"))
    return page


run("init", "--name", "Walked exchange")
run("import", ROOT + "/Demo/fitabase-fitbit.zip", "--custody", "fitbit", "--yes")
run("pool", "open", "walkers", "--table", "activity_days", "--title", "Days of walkers")
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

with sync_playwright() as play:
    browser = play.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox"])
    # Anybody: every public page, in both themes, on a desk and on a phone; an entry checked in the browser.
    for theme, width in [("light", 1100), ("dark", 390)]:
        context = browser.new_context(viewport={"width": width, "height": 800}, color_scheme=theme)
        page = watched(context)
        for name, path in [("start", "/"), ("pools", "/pools"), ("pool", "/pools/walkers"),
                           ("explorer", "/explorer"), ("entry", "/explorer/5"), ("enter", "/enter")]:
            page.goto(base + path)
            if name == "entry":
                page.wait_for_selector("#check.good", timeout=10_000)
            wide = page.evaluate("document.documentElement.scrollWidth")
            expect(wide <= width, f"{path} is {wide} wide on {width}")
            expect(page.locator("h1").count() == 1, f"{path} has no one heading")
            shoot(page, f"{name}-{theme}")
        context.close()
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
    carol.wait_for_url("**/me", timeout=10_000)
    carol.click("text=Sign out")
    carol.goto(base + "/enter")
    carol.click("#enter-passkey")
    carol.wait_for_url("**/me", timeout=10_000)
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as export:
        export.writestr("steps-2016-04-12.json", json.dumps(
            [{"dateTime": f"04/{d}/16 08:00:00", "value": str(900 * d)} for d in range(12, 28)]))
    carol.set_input_files("#file", {"name": "export.zip", "mimeType": "application/zip", "buffer": packed.getvalue()})
    carol.wait_for_selector("button.store", timeout=10_000)
    expect("activity_days: 16 / 16" in carol.inner_text("#report"), "what was read is not shown")
    shoot(carol, "me-preview")
    carol.click("button.store")
    carol.wait_for_url("**said=stored*")
    carol.click("summary")
    carol.check("input[name=purpose]")
    carol.fill("input[name=epsilon]", "40")
    carol.fill("input[name=perStudy]", "9")
    carol.click("text=I allow this")
    carol.wait_for_url("**said=granted*")
    # The operator: the link, a party for a buyer, money.
    operator = watched(browser.new_context())
    operator.goto(first["operator"])
    shoot(operator, "operator")
    send = """([path, body]) => fetch(path, {method: 'POST', headers: {'Content-Type': 'application/json'},
        body: JSON.stringify(body)}).then((answer) => answer.json())"""
    key = operator.evaluate(send, ["/api/v1/parties", {"name": "bob"}])["accessKey"]
    operator.evaluate(send, ["/api/v1/deposits", {"party": "bob", "microunits": 5_000_000_000}])
    # A buyer: browse, quote, order, answer.
    bob = watched(browser.new_context(viewport={"width": 1100, "height": 900}))
    bob.goto(base + "/enter")
    bob.fill("#key", key)
    bob.click("form[action='/enter'] button")
    bob.goto(base + "/pools/walkers")
    bob.fill("#sql", "SELECT COUNT(DISTINCT contributor) AS people FROM walkers "
             "WITH PRIVACY (epsilon => 6.0, delta => 1e-5)")
    bob.click("button[value=mock]")
    expect("people who do not exist" in bob.inner_text("main"), "the mock does not say so")
    bob.click("button[value=explain]")
    shoot(bob, "explain")
    bob.click("button[value=quote]")
    shoot(bob, "quote")
    bob.click("text=Order and pay")
    bob.wait_for_url("**/orders/**")
    expect("±" in bob.inner_text("main"), "an answer without a margin")
    shoot(bob, "answer")
    # And she is owed her share, and sees why.
    carol.goto(base + "/me")
    expect("read with everybody else's" in carol.inner_text("main"), "the use is not shown")
    expect("share of study" in carol.inner_text("main"), "the share is not in the statement")
    shoot(carol, "me-paid")
    carol.click("text=Withdraw now")
    carol.wait_for_url("**said=withdrawn*")
    browser.close()

server.terminate()
expect(server.wait(20) == 0, "it does not end in order")
shutil.rmtree(work)
print(f"four people's paths walked, {len(faults)} faults")
sys.exit(1 if faults else 0)
