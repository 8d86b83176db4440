// Sends a file, shows what was read, masked and dropped, and stores it only after a yes.
"use strict";

const drop = document.getElementById("drop");
if (drop) {
  const input = document.getElementById("file");
  const bar = document.getElementById("progress");
  const report = document.getElementById("report");
  const parts = document.getElementById("report-parts");
  const fail = (words) => { report.textContent = `${drop.dataset.failed} ${words}`; report.className = "problem"; };

  const show = (upload) => {
    report.replaceChildren(parts.content.cloneNode(true));
    report.className = "good";
    const found = upload.report;
    report.querySelector(".format").textContent = found.format;
    const list = (name, items) => {
      for (const words of items) {
        const item = document.createElement("li");
        item.textContent = words;
        report.querySelector(name).append(item);
      }
    };
    list(".tables", found.tables.map((t) =>
      `${t.table}: ${t.kept} / ${t.read}` + (t.first ? `, ${t.first} – ${t.last}` : "") + `; ${drop.dataset.columns}: ${t.columns.join(", ")}`));
    list(".masked", found.masked.map((m) => `✓ ${m.what} (${m.column}): ${m.count}`));
    list(".dropped", found.dropped.map((d) => `✗ ${d.sentence}: ${d.count}`));
    const act = async (method) => {
      const answer = await fetch(`/api/v1/imports/${upload.id}`, { method });
      if (answer.ok) location.assign("/me?said=" + (method === "POST" ? "stored" : ""));
      else fail((await answer.json()).detail);
    };
    report.querySelector(".store").addEventListener("click", () => act("POST"));
    report.querySelector(".discard").addEventListener("click", () => act("DELETE"));
  };

  const send = (file) => {
    const request = new XMLHttpRequest();
    request.open("POST", "/api/v1/imports");
    request.setRequestHeader("Content-Type", "application/octet-stream");
    bar.hidden = false;
    request.upload.addEventListener("progress", (event) => { bar.value = event.loaded / event.total; });
    request.addEventListener("load", () => {
      bar.hidden = true;
      let answer = {};
      try { answer = JSON.parse(request.responseText); } catch { /* no JSON: told below */ }
      if (request.status === 201) show(answer); else fail(answer.detail || request.status);
    });
    request.addEventListener("error", () => { bar.hidden = true; fail(""); });
    request.send(file);
  };

  input.addEventListener("change", () => { if (input.files.length) send(input.files[0]); });
  drop.addEventListener("dragover", (event) => { event.preventDefault(); drop.classList.add("over"); });
  drop.addEventListener("dragleave", () => drop.classList.remove("over"));
  drop.addEventListener("drop", (event) => {
    event.preventDefault();
    drop.classList.remove("over");
    if (event.dataTransfer.files.length) send(event.dataTransfer.files[0]);
  });
}
