// Colours a question, completes the pool's words, and marks where it is wrong. Without it the field is a
// plain one: the same form, the same answers.
"use strict";

const KEYWORDS = ("SELECT FROM WHERE GROUP BY HAVING ORDER LIMIT WITH PRIVACY ACCURACY EXPLAIN AS AND OR NOT IN IS NULL LIKE " +
  "BETWEEN CASE WHEN THEN ELSE END JOIN INNER USING ASC DESC DISTINCT TRUE FALSE DATE AUTO " +
  "CREATE MODEL PREDICT HORIZON RETRAIN").split(" ");
const FUNCTIONS = ("COUNT SUM AVG VAR VARIANCE STDDEV MEDIAN QUANTILE HISTOGRAM CLIP ABS SIGN FLOOR CEIL TRUNC ROUND MOD LEAST " +
  "GREATEST COALESCE NULLIF BUCKET YEAR QUARTER MONTH DAY DOW HOUR MINUTE DATE_TRUNC EXTRACT").split(" ");
const OPTIONS = ("epsilon delta rows proof contributor model features items factors clusters hidden step season lags " +
  "quality").split(" ");
const MOST = 8;

const field = document.getElementById("sql");
if (field) {
  const pool = field.dataset.pool;
  const tables = JSON.parse(field.dataset.words);
  const columns = new Map(tables.flatMap((table) => table.columns.map((column) => [column.name, column])));
  const names = new Set([pool, ...tables.map((table) => table.name)]);
  const words = [
    ...[...columns.keys()].map((word) => ({ word, kind: columns.get(word).kind })),
    ...[...names].map((word) => ({ word, kind: "" })),
    ...FUNCTIONS.map((word) => ({ word, kind: "()" })),
    ...KEYWORDS.map((word) => ({ word, kind: "" })),
    ...OPTIONS.map((word) => ({ word, kind: "" })),
  ];
  const known = new Map([...KEYWORDS.map((w) => [w.toLowerCase(), "k"]), ...FUNCTIONS.map((w) => [w.toLowerCase(), "f"])]);
  const part = new RegExp([
    "(?<c>--[^\\n]*|/\\*[^]*?(?:\\*/|$))", "(?<s>'(?:[^']|'')*(?:'|$))", "(?<n>\\d[\\d.]*(?:e[+-]?\\d+)?)",
    `(?<w>${pool.replace(/[^a-z0-9]/g, "\\$&")}|[a-z_]\\w*)`, "[^]",
  ].join("|"), "giy");

  const editor = document.getElementById("editor");
  const shown = document.createElement("pre");
  shown.setAttribute("aria-hidden", "true");
  editor.prepend(shown);
  editor.classList.add("lit");
  const list = document.createElement("ul");
  list.id = "sql-words";
  list.setAttribute("role", "listbox");
  list.setAttribute("aria-label", field.dataset.list);
  list.hidden = true;
  editor.append(list);
  const said = document.getElementById("sql-said");
  field.setAttribute("aria-autocomplete", "list");
  field.setAttribute("aria-controls", list.id);

  /** The parts of a text, each with where it begins and what it is. */
  const parts = (text) => [...text.matchAll(part)].map((match) => {
    const { c, s, n, w } = match.groups;
    const word = w && w.toLowerCase();
    const kind = c ? "c" : s ? "s" : n ? "n" : !w ? "" : known.get(word) || (columns.has(word) ? "v" : names.has(word) ? "t" : "");
    return { text: match[0], at: match.index, kind };
  });

  /** Where the server says that the question is wrong, counted in the text's own units; -1 for nowhere. */
  let wrong = -1;
  const placeOf = (line, column) => {
    const lines = field.value.split("\n");
    if (!(line >= 1 && line <= lines.length)) return -1;
    const before = lines.slice(0, line - 1).reduce((sum, text) => sum + text.length + 1, 0);
    return before + [...lines[line - 1]].slice(0, column - 1).join("").length;
  };

  const paint = () => {
    const text = field.value;
    const nodes = [];
    for (const { text: piece, at, kind } of parts(text)) {
      const isWrong = wrong >= at && wrong < at + piece.length && piece !== "\n";
      if (!kind && !isWrong) { nodes.push(piece); continue; }
      const node = document.createElement(isWrong ? "mark" : "span");
      node.className = kind;
      node.textContent = piece;
      nodes.push(node);
    }
    if (wrong >= 0 && (wrong >= text.length || text[wrong] === "\n")) {
      const mark = document.createElement("mark");
      mark.textContent = " ";
      let length = 0;
      const after = nodes.findIndex((node) => (length += (node.textContent ?? node).length) > wrong);
      nodes.splice(after < 0 ? nodes.length : after, 0, mark);
    }
    shown.replaceChildren(...nodes, "\n");
  };

  /** What could stand at the caret, and the stretch of text that it would replace. */
  const candidates = (asked) => {
    const caret = field.selectionStart;
    if (caret !== field.selectionEnd) return null;
    const before = parts(field.value.slice(0, caret));
    const last = before.at(-1);
    if (last && last.kind === "s" && last.text.match(/'/g).length % 2) {
      const column = before.findLast((one) => one.kind === "v" && columns.get(one.text.toLowerCase()).values.length);
      const typed = last.text.slice(1).toLowerCase();
      const values = column ? columns.get(column.text.toLowerCase()).values : [];
      const found = values.filter((value) => value.toLowerCase().startsWith(typed));
      return { from: last.at, to: caret, found: found.map((word) => ({ word, kind: column.text, put: `'${word.replace(/'/g, "''")}'` })) };
    }
    if (last && last.kind === "c") return null;
    const text = field.value.slice(0, caret);
    // A pool's name may have hyphens; anywhere else a hyphen is a minus.
    const hyphened = /[a-z][\w-]*$/i.exec(text)?.[0] ?? "";
    const typed = hyphened && pool.startsWith(hyphened) ? hyphened : /[a-z_]\w*$/i.exec(text)?.[0] ?? "";
    if (!typed && !asked) return null;
    const low = typed.toLowerCase();
    let found = words.filter((one) => one.word.toLowerCase().startsWith(low));
    if (found.some((one) => one.word.toLowerCase() === low)) found = [];
    return { from: caret - typed.length, to: caret, found: found.map((one) => ({ ...one, put: one.word })) };
  };

  let open = null, chosen = 0;
  const close = () => {
    open = null;
    list.hidden = true;
    list.replaceChildren();
    field.removeAttribute("aria-activedescendant");
    said.textContent = "";
  };
  const choose = (place) => {
    chosen = (place + list.children.length) % list.children.length;
    [...list.children].forEach((item, number) => item.setAttribute("aria-selected", String(number === chosen)));
    field.setAttribute("aria-activedescendant", list.children[chosen].id);
    list.children[chosen].scrollIntoView({ block: "nearest" });
  };
  const accept = () => {
    const { from, to, found } = open;
    const put = found[chosen].put;
    const end = put.endsWith("'") && field.value[to] === "'" ? to + 1 : to;
    field.setRangeText(put, from, end, "end");
    close();
    wrong = -1;
    paint();
  };
  /** Puts the list under the word that it would replace. */
  const settle = (from) => {
    const range = document.createRange();
    let left = from;
    const walker = document.createTreeWalker(shown, NodeFilter.SHOW_TEXT);
    for (let node = walker.nextNode(); node; node = walker.nextNode()) {
      if (left <= node.length) { range.setStart(node, left); range.setEnd(node, Math.min(left + 1, node.length)); break; }
      left -= node.length;
    }
    const at = range.getBoundingClientRect(), box = editor.getBoundingClientRect();
    list.style.top = `${at.bottom - box.top + 2}px`;
    list.style.left = `${Math.max(0, Math.min(at.left - box.left, box.width - list.offsetWidth))}px`;
  };
  const offer = (asked) => {
    const now = candidates(asked);
    if (!now || !now.found.length) { close(); return; }
    open = { ...now, found: now.found.slice(0, MOST) };
    list.replaceChildren(...open.found.map((one, number) => {
      const item = document.createElement("li");
      item.id = `sql-word-${number}`;
      item.setAttribute("role", "option");
      const hint = document.createElement("span");
      hint.textContent = one.kind;
      item.append(one.word, " ", hint);
      item.addEventListener("mousedown", (event) => { event.preventDefault(); chosen = number; accept(); });
      return item;
    }));
    list.hidden = false;
    settle(open.from);
    choose(0);
    said.textContent = `${open.found.length} ${field.dataset.found}`;
  };

  field.addEventListener("input", () => {
    wrong = -1;
    field.removeAttribute("aria-invalid");
    paint();
    offer(false);
  });
  field.addEventListener("keydown", (event) => {
    if (event.key === " " && event.ctrlKey) { event.preventDefault(); offer(true); return; }
    if (!open) return;
    const act = {
      ArrowDown: () => choose(chosen + 1), ArrowUp: () => choose(chosen - 1),
      Enter: accept, Tab: accept, Escape: close,
    }[event.key];
    if (act && !event.shiftKey) { event.preventDefault(); act(); }
    else if (["ArrowLeft", "ArrowRight", "Home", "End"].includes(event.key)) close();
  });
  field.addEventListener("blur", close);

  if (field.dataset.line) {
    wrong = placeOf(Number(field.dataset.line), Number(field.dataset.column));
    field.setAttribute("aria-invalid", "true");
    // After the browser has gone to the address's own place in the page.
    addEventListener("load", () => setTimeout(() => {
      field.focus();
      field.setSelectionRange(Math.max(0, wrong), Math.max(0, wrong));
    }));
  }
  paint();
}
