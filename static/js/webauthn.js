// Security keys: runs the browser's ceremony for a form marked data-webauthn, then sends the form.
//
// A form says which ceremony it needs: "create" (register a key), "get" (use one) or "login" (use one without a password). The options of
// the first two are in the page's #webauthn-options; those of "login" are fetched when asked, so that a page left open still works.
// Without this module the buttons stay hidden, and a code can always be used instead.

const decode = (text) => Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (letter) => letter.charCodeAt(0));
const encode = (buffer) =>
  btoa(String.fromCharCode(...new Uint8Array(buffer)))
    .replace(/\+/g, "-")
    .replace(/\//g, "_")
    .replace(/=/g, "");
const known = (list) => (list ?? []).map((key) => ({ ...key, id: decode(key.id) }));

function create({ publicKey }, passwordless) {
  const selection = {
    ...publicKey.authenticatorSelection,
    residentKey: passwordless ? "required" : "discouraged",
    requireResidentKey: passwordless,
  };
  if (passwordless) selection.userVerification = "required";
  return navigator.credentials.create({
    publicKey: {
      ...publicKey,
      challenge: decode(publicKey.challenge),
      user: { ...publicKey.user, id: decode(publicKey.user.id) },
      excludeCredentials: known(publicKey.excludeCredentials),
      authenticatorSelection: selection,
    },
  });
}

function get({ publicKey }) {
  return navigator.credentials.get({
    publicKey: { ...publicKey, challenge: decode(publicKey.challenge), allowCredentials: known(publicKey.allowCredentials) },
  });
}

function asJson(credential) {
  const { response } = credential;
  const parts = { clientDataJSON: encode(response.clientDataJSON) };
  for (const name of ["attestationObject", "authenticatorData", "signature", "userHandle"]) {
    if (response[name]) parts[name] = encode(response[name]);
  }
  if (response.getTransports) parts.transports = response.getTransports();
  return JSON.stringify({
    id: credential.id,
    rawId: encode(credential.rawId),
    type: credential.type,
    authenticatorAttachment: credential.authenticatorAttachment,
    clientExtensionResults: credential.getClientExtensionResults(),
    response: parts,
  });
}

async function ceremony(form) {
  if (form.dataset.webauthn === "login") {
    const answer = await fetch(form.action, { headers: { Accept: "application/json" } });
    if (!answer.ok) throw new Error("no options");
    return get((await answer.json()).request_options);
  }
  const options = JSON.parse(document.getElementById("webauthn-options").textContent);
  return form.dataset.webauthn === "create"
    ? create(options.creation_options, form.elements.passwordless?.checked ?? false)
    : get(options.request_options);
}

function enable(form) {
  for (const button of document.querySelectorAll("button[type=submit][hidden]")) {
    if (button.form === form) button.hidden = false;
  }
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const trouble = form.querySelector("[data-webauthn-trouble]");
    trouble.hidden = true;
    try {
      form.elements.credential.value = asJson(await ceremony(form));
    } catch {
      trouble.hidden = false;
      return;
    }
    form.submit();
  });
}

if (window.PublicKeyCredential) document.querySelectorAll("form[data-webauthn]").forEach(enable);
