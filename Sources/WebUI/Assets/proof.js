// SPDX-License-Identifier: Apache-2.0
// A settlement's file, chosen here and checked here by stark.js; nothing of it leaves the browser. The circuit is
// public and comes from the node; what it hashes to is known here. Of a batch of this exchange the proof is also held
// against the entries by which it began and was settled, which log.js finds signed.
"use strict";

const check = document.getElementById("check");
const settled = document.getElementById("settled");

function show(kind, words) {
  check.className = kind;
  check.replaceChildren(Object.assign(document.createElement("p"), { textContent: words }));
}

/** Micro-units as people read them. */
function money(amount) {
  const digits = amount.toString().padStart(7, "0");
  return digits.slice(0, -6) + "." + digits.slice(-6);
}

const hex = (bytes) => Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");

/** What the journal has on a batch, where that is what a right proof of it states; else throws with what differs. */
async function standing(bytes, settlement) {
  const { batch, begun, settled } = check.dataset;
  const read = async (index) => {
    const { leaf, standing } = await signedLog.entryOf(Number(index));
    if (standing === "bad") throw new Error(`entry ${index} is not what the node signed`);
    return { ...JSON.parse(new TextDecoder().decode(leaf)), standing };
  };
  const start = await read(begun), end = await read(settled);
  const key = (await signedLog.nodeKey()).bytes;
  const name = new TextEncoder().encode(`dividend/batch/${batch}/`);
  const id = hex(await signedLog.sha256(name, key));
  const demand = (holds, what) => { if (!holds) throw new Error(what); };
  demand(Number(begun) < Number(settled), "it was settled before it began");
  demand(settlement.hash === 1 && settlement.parameters === 1, "an exchange's batches have another form");
  demand(end.kind === "settle" && ["payout", "hidden.draw"].includes(start.kind), "the entries are of other kinds");
  demand(end.body.batch === id && hex(settlement.batch) === id, "the batch is another one");
  demand(end.body.proof === hex(await signedLog.sha256(bytes)), "the proof is not the one that its entry names");
  demand(end.body.root === hex(settlement.newRoot), "the state after it is another one");
  const isPayout = start.kind === "payout";
  demand(settlement.weights === (isPayout ? settlement.revenue : 0n), "the weights are others");
  const amount = BigInt(isPayout ? start.body.total : start.body.amount), account = isPayout ? 0 : start.body.account;
  demand(settlement.revenue === amount && settlement.fee === (isPayout ? 0n : amount), "the amount is another one");
  demand(settlement.revenueIndex === account && settlement.feeIndex === (isPayout ? 1 : 0), "the accounts are others");
  return [start, end].every((entry) => entry.standing === "ok") ? "signed" : "unsigned";
}

let looks = 0;

/** Checks a file; whether it is that of the page's batch. What is looked at later has the last word. */
async function look(file, isBatch) {
  const turn = ++looks;
  const say = (kind, words) => { if (turn === looks) show(kind, words); };
  settled.hidden = true;
  say("", check.dataset.checking);
  const bytes = new Uint8Array(await file.arrayBuffer());
  let settlement;
  try {
    settlement = readSettlement(bytes);
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
  let word = "alone";
  if (isBatch) {
    try { word = await standing(bytes, settlement); } catch (error) {
      return say("problem", `${check.dataset.foreign} ${error.message}`);
    }
  }
  const facts = {
    oldRoot: hex(settlement.oldRoot), newRoot: hex(settlement.newRoot), batch: hex(settlement.batch),
    revenue: `${money(settlement.revenue)} (${settlement.revenueIndex})`,
    fee: `${money(settlement.fee)} (${settlement.feeIndex})`,
    others: money(settlement.revenue - settlement.fee), record: hex(settlement.record),
  };
  if (turn !== looks) return;
  for (const place of settled.querySelectorAll("[data-name]")) place.textContent = facts[place.dataset.name];
  settled.hidden = false;
  if (word === "unsigned") return say("soft", check.dataset.unsigned);
  say("good", `${check.dataset.ok} ${check.dataset[word]}`);
}

if (check.dataset.batch) {
  fetch(`/proofs/${check.dataset.batch}`)
    .then(async (answer) => (answer.ok ? look(await answer.blob(), true) : show("problem", check.dataset.missing)))
    .catch((error) => show("problem", `${check.dataset.bad} ${error.message}`));
}

document.getElementById("proof").addEventListener("change", (event) => {
  const [file] = event.target.files;
  if (file) look(file, false).catch((error) => show("problem", `${check.dataset.bad} ${error.message}`));
});
