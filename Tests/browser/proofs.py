# SPDX-License-Identifier: Apache-2.0
"""Has proofs that we wrote, right ones and damaged ones, judged by the verifier of the pages, in a real browser.

    PROOFS_DIR=/tmp/proofs swift test --filter 'ProofFilesTests|SettlementFilesTests'
    .build/interop/bin/python Tests/browser/proofs.py /tmp/proofs

Every verdict has to be the one that ours gave. Exits 1 otherwise.
"""
import base64
import json
import pathlib
import sys

from playwright.sync_api import sync_playwright

ASSETS = pathlib.Path(__file__).parents[2] / "Sources/WebUI/Assets"
LOOK = """async ([tape, statement, proof]) => {
  const bytes = (text) => Uint8Array.from(atob(text), (c) => c.charCodeAt(0));
  const start = performance.now();
  const verdict = await stark.verifyProof(bytes(tape), statement, bytes(proof));
  return [verdict.taken, verdict.reason ?? "", performance.now() - start];
}"""


def text(path):
    return base64.b64encode(path.read_bytes()).decode()


folder = pathlib.Path(sys.argv[1])
agreed, wrong, slowest = {"taken": 0, "refused": 0}, 0, 0
with sync_playwright() as play:
    browser = play.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox"])
    page = browser.new_page()
    for name in ["stark-field.js", "stark.js"]:
        page.add_script_tag(path=str(ASSETS / name))
    for verdicts in sorted(folder.glob("*.verdicts.json")):
        name = verdicts.name.split(".")[0]
        tape, statement = text(folder / f"{name}.tape"), json.loads((folder / f"{name}.json").read_text())
        for place, wanted in enumerate(json.loads(verdicts.read_text())):
            taken, reason, took = page.evaluate(LOOK, [tape, statement, text(folder / f"{name}.{place}.proof")])
            slowest = max(slowest, took)
            if ("taken" if taken else "refused") == wanted:
                agreed[wanted] += 1
            else:
                wrong += 1
                print(f"{name}.{place}: we say {wanted}, the browser says {taken} {reason}")
    browser.close()
print(f"{agreed['taken']} proofs taken and {agreed['refused']} refused by the browser too, {wrong} otherwise; "
      f"{slowest:.0f} ms at most")
sys.exit(0 if agreed["taken"] > 0 and agreed["refused"] > 0 and wrong == 0 else 1)
