// Makes and uses passkeys (WebAuthn). The server makes the challenges and checks what comes back.
"use strict";

const toBytes = (text) => Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (c) => c.charCodeAt(0));
const toText = (buffer) => btoa(String.fromCharCode(...new Uint8Array(buffer)))
  .replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");

async function send(path, body) {
  const answer = await fetch(path, {
    method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body),
  });
  const json = await answer.json();
  if (!answer.ok) throw new Error(json.detail);
  return json;
}

async function make(name) {
  const asked = await send("/api/v1/passkeys/challenge", { name });
  const made = await navigator.credentials.create({
    publicKey: {
      challenge: toBytes(asked.challenge), rp: { id: asked.relyingParty, name: document.title },
      user: { id: toBytes(asked.user), name, displayName: name },
      pubKeyCredParams: [{ type: "public-key", alg: -8 }, { type: "public-key", alg: -7 }],
      authenticatorSelection: { residentKey: "preferred", userVerification: "required" },
      attestation: "none", timeout: 120000,
    },
  });
  await send("/api/v1/passkeys", {
    name, challenge: asked.challenge, attestationObject: toText(made.response.attestationObject),
    clientDataJSON: toText(made.response.clientDataJSON),
  });
}

async function enter() {
  const asked = await send("/api/v1/passkeys/challenge", {});
  const got = await navigator.credentials.get({
    publicKey: { challenge: toBytes(asked.challenge), rpId: asked.relyingParty, userVerification: "required" },
  });
  await send("/api/v1/sessions", {
    challenge: asked.challenge, credential: toText(got.rawId),
    authenticatorData: toText(got.response.authenticatorData),
    clientDataJSON: toText(got.response.clientDataJSON), signature: toText(got.response.signature),
  });
}

const box = document.getElementById("passkey");
if (box && window.PublicKeyCredential) {
  box.hidden = false;
  const said = document.getElementById("passkey-said");
  const go = (doing) => async () => {
    said.textContent = "";
    try { await doing(); location.assign("/me"); } catch (error) { said.textContent = error.message; said.className = "problem"; }
  };
  document.getElementById("make-passkey").addEventListener("click", go(() => make(document.getElementById("name").value)));
  document.getElementById("enter-passkey").addEventListener("click", go(enter));
}
