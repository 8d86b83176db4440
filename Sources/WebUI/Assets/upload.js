// Sends a file, in parts that can be sent again where the net breaks off; shows what was read, masked and
// dropped; and stores it only after a yes.
"use strict";

const drop = document.getElementById("drop");
if (drop) {
  const partSize = 8 * 1024 * 1024;
  const input = document.getElementById("file");
  const bar = document.getElementById("progress");
  const report = document.getElementById("report");
  const parts = document.getElementById("report-parts");
  const fail = (words) => {
    bar.hidden = true;
    report.textContent = `${drop.dataset.failed} ${words}`;
    report.className = "problem";
  };
  const put = (tag, text, to) => {
    const made = document.createElement(tag);
    made.textContent = text;
    to.append(made);
    return made;
  };

  const show = (upload) => {
    report.replaceChildren(parts.content.cloneNode(true));
    report.className = "good";
    const found = upload.report;
    report.querySelector(".format").textContent = found.format;
    const list = (name, items) => { for (const words of items) put("li", words, report.querySelector(name)); };
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

  // A table that nobody knows: the draft of how to read it is shown, and can be changed.
  const ask = (upload) => {
    report.replaceChildren();
    report.className = "good";
    put("p", drop.dataset.unknown, report);
    put("label", drop.dataset.mapping, report).htmlFor = "mapping";
    const box = put("textarea", JSON.stringify(upload.draft, null, 1), report);
    box.id = "mapping";
    box.rows = 16;
    put("button", drop.dataset.look, report).addEventListener("click", async () => {
      let mapping;
      try { mapping = JSON.parse(box.value); } catch (error) { put("p", error.message, report).className = "problem"; return; }
      const answer = await fetch(`/api/v1/imports/${upload.id}/preview`, {
        method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify({ mapping }),
      });
      const json = await answer.json();
      if (answer.ok) show(json); else put("p", json.detail, report).className = "problem";
    });
  };

  const wait = (ms) => new Promise((done) => { setTimeout(done, ms); });

  // Sends one part; where the net breaks off, asks how far it came and goes on from there.
  async function sendPart(place, file, start) {
    const end = Math.min(file.size, start + partSize);
    for (let attempt = 0; ; attempt += 1) {
      try {
        const answer = await fetch(place, {
          method: "PATCH", body: file.slice(start, end),
          headers: {
            "Content-Type": "application/partial-upload", "Upload-Offset": String(start),
            "Upload-Complete": end === file.size ? "?1" : "?0",
          },
        });
        return { answer, end };
      } catch (error) {
        if (attempt === 5) throw error;
        await wait(500 * 2 ** attempt);
        const head = await fetch(place, { method: "HEAD" }).catch(() => null);
        if (head && head.ok) start = Number(head.headers.get("Upload-Offset"));
      }
    }
  }

  const send = async (file) => {
    bar.hidden = false;
    bar.value = 0;
    try {
      const begun = await fetch(`/api/v1/imports?name=${encodeURIComponent(file.name)}`, {
        method: "POST",
        headers: { "Content-Type": "application/octet-stream", "Upload-Complete": "?0", "Upload-Length": String(file.size) },
      });
      if (!begun.ok) { fail((await begun.json()).detail); return; }
      const place = begun.headers.get("Location");
      let start = 0;
      for (;;) {
        const { answer, end } = await sendPart(place, file, start);
        bar.value = file.size ? end / file.size : 1;
        if (!answer.ok) { fail((await answer.json()).detail); return; }
        if (answer.status === 201) {
          bar.hidden = true;
          const upload = await answer.json();
          if (upload.draft) ask(upload); else show(upload);
          return;
        }
        start = end;
      }
    } catch (error) { fail(error.message); }
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
