// SPDX-License-Identifier: Apache-2.0
// A settlement's file, chosen here and checked here by stark.js; nothing of it leaves the browser. The circuit is
// public and comes from the node; what it hashes to is known here.
"use strict";

const check = document.getElementById("check");
const settled = document.getElementById("settled");

function say(kind, words) {
  check.className = kind;
  check.replaceChildren(Object.assign(document.createElement("p"), { textContent: words }));
}

/** Micro-units as people read them. */
function money(amount) {
  const digits = amount.toString().padStart(7, "0");
  return digits.slice(0, -6) + "." + digits.slice(-6);
}

async function look(file) {
  settled.hidden = true;
  say("", check.dataset.checking);
  let settlement;
  try {
    settlement = readSettlement(new Uint8Array(await file.arrayBuffer()));
  } catch (error) {
    return say("problem", `${check.dataset.unread} ${error.message}`);
  }
  const answer = await fetch(`/explorer/circuits/${settlement.hash}/${settlement.range}/${settlement.parts}`);
  if (!answer.ok) return say("problem", check.dataset.unread);
  const tape = new Uint8Array(await answer.arrayBuffer());
  if (!isSettlementCircuit(settlement, tape)) {
    return say("problem", `${check.dataset.bad} the node's circuit is another one than this page knows`);
  }
  const verdict = await stark.verifyProof(tape, settlement.statement, settlement.proof);
  if (!verdict.taken) return say("problem", `${check.dataset.bad} ${verdict.reason}`);
  const hex = (bytes) => Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
  const facts = {
    oldRoot: hex(settlement.oldRoot), newRoot: hex(settlement.newRoot), batch: hex(settlement.batch),
    revenue: `${money(settlement.revenue)} (${settlement.revenueIndex})`,
    fee: `${money(settlement.fee)} (${settlement.feeIndex})`,
    others: money(settlement.revenue - settlement.fee), record: hex(settlement.record),
  };
  for (const place of settled.querySelectorAll("[data-name]")) place.textContent = facts[place.dataset.name];
  settled.hidden = false;
  say("good", check.dataset.ok);
}

const batch = new URLSearchParams(location.search).get("batch");
if (/^\d{1,9}$/.test(batch ?? "")) {
  fetch(`/proofs/${batch}`)
    .then(async (answer) => (answer.ok ? look(await answer.blob()) : say("problem", check.dataset.missing)))
    .catch((error) => say("problem", `${check.dataset.bad} ${error.message}`));
}

document.getElementById("proof").addEventListener("change", (event) => {
  const [file] = event.target.files;
  if (file) look(file).catch((error) => say("problem", `${check.dataset.bad} ${error.message}`));
});
