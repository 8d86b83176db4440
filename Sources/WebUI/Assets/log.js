// Checks in the visitor's own browser that an entry is in the signed log: the leaf hash and the path give
// the checkpoint's root (RFC 6962), and the node's key signed the checkpoint (C2SP signed note).
"use strict";

{
  const utf8 = new TextEncoder();
  const base64 = (text) => Uint8Array.from(atob(text), (c) => c.charCodeAt(0));
  const sha256 = async (...parts) => {
    const all = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
    let place = 0;
    for (const part of parts) { all.set(part, place); place += part.length; }
    return new Uint8Array(await crypto.subtle.digest("SHA-256", all));
  };
  const same = (a, b) => a.length === b.length && a.every((byte, place) => byte === b[place]);

  /** The root that a leaf hash and its path give (RFC 9162, section 2.1.3.2). */
  async function rootOf(hash, index, size, path) {
    let node = BigInt(index), last = BigInt(size - 1);
    for (const sibling of path) {
      if (last === 0n) throw new Error("the path is too long");
      if (node & 1n || node === last) {
        hash = await sha256(Uint8Array.of(1), sibling, hash);
        while (!(node & 1n) && node !== 0n) { node >>= 1n; last >>= 1n; }
      } else {
        hash = await sha256(Uint8Array.of(1), hash, sibling);
      }
      node >>= 1n; last >>= 1n;
    }
    if (last !== 0n) throw new Error("the path is too short");
    return hash;
  }

  /** Whether the key that a verifier key text names signed the note. */
  async function isSigned(note, keyText) {
    const end = note.indexOf("\n\n") + 1;
    const plus = keyText.indexOf("+"), second = keyText.indexOf("+", plus + 1);
    const name = keyText.slice(0, plus), key = base64(keyText.slice(second + 1));
    const id = (await sha256(utf8.encode(name + "\n"), key)).slice(0, 4);
    if (key[0] !== 1) throw new Error("no Ed25519 key");
    const imported = await crypto.subtle.importKey("raw", key.slice(1), "Ed25519", false, ["verify"]);
    for (const line of note.slice(end + 1).split("\n")) {
      const [dash, signer, text] = line.split(" ");
      if (dash !== "\u2014" || signer !== name) continue;
      const signature = base64(text);
      if (!same(signature.slice(0, 4), id)) continue;
      return crypto.subtle.verify("Ed25519", imported, signature.slice(4), utf8.encode(note.slice(0, end)));
    }
    return false;
  }

  async function get(path) {
    const answer = await fetch(path);
    if (answer.status === 404) return null;
    if (!answer.ok) throw new Error(path);
    return answer;
  }

  /** A file that has to be there. */
  async function need(path) {
    const answer = await get(path);
    if (!answer) throw new Error(`${path} is missing`);
    return answer;
  }

  /** The node's verifier key, as a checkpoint names it, and the 32 bytes of it. */
  async function nodeKey() {
    const text = (await (await need("/key")).text()).trim();
    const bytes = base64(text.slice(text.indexOf("+", text.indexOf("+") + 1) + 1));
    if (bytes[0] !== 1 || bytes.length !== 33) throw new Error("no Ed25519 key");
    return { text, bytes: bytes.slice(1) };
  }

  /** How many entries the newest checkpoint is of; it has to be signed. */
  async function signedSize(key) {
    const answer = await get("/checkpoint");
    if (!answer) return 0;
    const note = await answer.text();
    if (!await isSigned(note, key.text)) throw new Error("the checkpoint is not signed");
    return Number(note.split("\n")[1]);
  }

  /** The exact bytes of an entry, and how it stands: "ok" where the node signed it, "unsigned" where it has not yet, "bad" where what
      it signed is something else. Throws where it hides the path of what it signed. */
  async function entryOf(index) {
    const key = await nodeKey();
    const leaf = new Uint8Array(await (await need(`/api/v1/journal/${index}`)).arrayBuffer());
    if (index >= await signedSize(key)) return { leaf, standing: "unsigned" };
    const text = await (await need(`/api/v1/journal/${index}/proof`)).text();
    const split = text.indexOf("\n\n");
    const lines = text.slice(0, split).split("\n");
    const note = text.slice(split + 2);
    const at = lines.findIndex((line) => line.startsWith("index "));
    if (Number(lines[at].slice(6)) !== index) throw new Error("another entry's proof");
    const path = lines.slice(at + 1).filter(Boolean).map(base64);
    const [, size, root] = note.split("\n");
    const hash = await sha256(Uint8Array.of(0), leaf);
    const good = same(await rootOf(hash, index, Number(size), path), base64(root));
    return { leaf, standing: good && await isSigned(note, key.text) ? "ok" : "bad" };
  }

  globalThis.signedLog = { entryOf, nodeKey, sha256 };
}
