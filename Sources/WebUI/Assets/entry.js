// Says of the entry on this page whether the node signed it, as log.js finds.
"use strict";

const box = document.getElementById("check");
signedLog.entryOf(Number(box.dataset.index)).then((entry) => entry.standing).catch(() => "bad").then((word) => {
  box.textContent = box.dataset[word];
  box.className = word === "ok" ? "good" : word === "bad" ? "problem" : "soft";
});
