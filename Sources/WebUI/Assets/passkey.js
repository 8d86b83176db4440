// Makes and uses passkeys (WebAuthn): to open an account, to recover one, and to say yes to a grant.
// The server makes the challenges and checks what comes back; a grant's challenge is its own digest.
"use strict";

const toBytes = (text) => Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (c) => c.charCodeAt(0));
const toText = (buffer) => btoa(String.fromCharCode(...new Uint8Array(buffer)))
  .replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");

async function send(path, body) {
  const answer = await fetch(path, {
    method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body),
  });
  const json = await answer.json();
  if (!answer.ok) throw Object.assign(new Error(json.detail), { code: json.code });
  return json;
}

// A new passkey, under a name that the device shows for it.
async function create(name, residentKey = "preferred") {
  const asked = await send("/api/v1/passkeys/challenge", {});
  const made = await navigator.credentials.create({
    publicKey: {
      challenge: toBytes(asked.challenge), rp: { id: asked.relyingParty, name: document.title },
      user: { id: toBytes(asked.user), name, displayName: name },
      pubKeyCredParams: [{ type: "public-key", alg: -8 }, { type: "public-key", alg: -7 }],
      authenticatorSelection: { residentKey, userVerification: "required" },
      attestation: "none", timeout: 120000,
    },
  });
  return {
    id: made.rawId,
    registration: {
      challenge: asked.challenge, attestationObject: toText(made.response.attestationObject),
      clientDataJSON: toText(made.response.clientDataJSON),
    },
  };
}

// Signs a challenge with a passkey.
async function sign(challenge, relyingParty, id) {
  const got = await navigator.credentials.get({
    publicKey: {
      challenge: toBytes(challenge), rpId: relyingParty, userVerification: "required",
      allowCredentials: id ? [{ type: "public-key", id }] : [],
    },
  });
  return {
    credential: toText(got.rawId),
    parts: {
      authenticatorData: toText(got.response.authenticatorData),
      clientDataJSON: toText(got.response.clientDataJSON), signature: toText(got.response.signature),
    },
  };
}

async function make(name) {
  return send("/api/v1/passkeys", { name, ...(await create(name)).registration });
}

async function enter() {
  const asked = await send("/api/v1/passkeys/challenge", {});
  const signed = await sign(asked.challenge, asked.relyingParty);
  return send("/api/v1/sessions", { challenge: asked.challenge, credential: signed.credential, ...signed.parts });
}

async function recover(code) {
  return send("/api/v1/passkeys/recover", { recovery: code, ...(await create("recovered")).registration });
}

// Signing in, a new account, a lost passkey.
const box = document.getElementById("passkey");
if (box && window.PublicKeyCredential) {
  box.hidden = false;
  const said = document.getElementById("passkey-said");
  const sheet = document.getElementById("recovery-sheet");
  const go = (doing) => async () => {
    said.textContent = "";
    try {
      const done = await doing();
      if (!done.recovery) { location.assign("/me"); return; }
      // The code is shown this once: it opens the account when the passkey is lost.
      sheet.querySelector(".party").textContent = done.party;
      sheet.querySelector(".code").textContent = done.recovery;
      for (const part of document.querySelectorAll("main > *")) part.hidden = part !== sheet && part.tagName !== "H1";
      sheet.hidden = false;
      sheet.querySelector("h2").focus();
    } catch (error) { said.textContent = error.message; said.className = "problem"; }
  };
  document.getElementById("make-passkey").addEventListener("click", go(() => make(document.getElementById("name").value)));
  document.getElementById("enter-passkey").addEventListener("click", go(enter));
  document.getElementById("recover").addEventListener("click", go(() => recover(document.getElementById("recovery").value)));
  document.getElementById("print-sheet").addEventListener("click", () => window.print());
}

// "12.50" in micro-units, without a float.
function micro(text) {
  const found = /^(\d{1,9})(?:[.,](\d{1,6}))?$/.exec(text.trim() || "0");
  return found ? Number(found[1]) * 1000000 + Number((found[2] || "").padEnd(6, "0")) : -1;
}

// Says yes to a grant: it is made ready, shown to the passkey of its pool, and recorded.
async function consent(form) {
  const fields = new FormData(form);
  const wish = { pool: fields.get("pool"), purposes: fields.getAll("purpose") };
  if (fields.get("floor")) wish.priceFloor = micro(fields.get("floor"));
  if (fields.get("days")) wish.days = Number(fields.get("days"));
  if (fields.get("uses")) wish.uses = Number(fields.get("uses"));
  if (fields.get("epsilon")) wish.epsilon = fields.get("epsilon");
  if (fields.get("uses")) wish.uses = Number(fields.get("uses"));
  if (fields.get("despiteOptOut")) wish.despiteOptOut = true;
  if (fields.get("perStudy")) wish.epsilonPerStudy = fields.get("perStudy");
  let asked;
  try { asked = await send("/api/v1/grants/prepare", wish); } catch (error) {
    if (error.code !== "opted_out" || !window.confirm(error.message)) throw error;
    asked = await send("/api/v1/grants/prepare", { ...wish, despiteOptOut: true });
  }
  let id = asked.passkey && toBytes(asked.passkey);
  let registration;
  if (!id) ({ id, registration } = await create(`${wish.pool}: ${document.title}`, "discouraged"));
  const signed = await sign(asked.challenge, asked.relyingParty, id);
  const body = { grant: asked.id, ...signed.parts };
  if (registration) body.registration = registration;
  return send("/api/v1/grants/confirm", body);
}

async function armConsents() {
  const forms = document.querySelectorAll('form[action="/me/grants"]');
  if (!forms.length || !window.PublicKeyCredential) return;
  const answer = await fetch("/api/v1/passkeys");
  if (!answer.ok || !(await answer.json()).length) return;
  for (const form of forms) {
    form.dataset.passkey = "armed";
    form.addEventListener("submit", async (event) => {
      event.preventDefault();
      let said = form.querySelector(".consent-said");
      if (!said) {
        said = document.createElement("p");
        said.className = "consent-said";
        said.setAttribute("role", "status");
        form.append(said);
      }
      said.textContent = "";
      try { await consent(form); location.assign("/me?said=granted#grants"); } catch (error) {
        said.textContent = error.message;
        said.classList.add("problem");
      }
    });
  }
}
armConsents();
