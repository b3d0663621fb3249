// « Déposer » outlives a server that dies: the same request, with its key and the stamp of its first arrival, again for half a minute.
// Without this module the form leaves as any other; the key alone then makes a second press the same deposit.

const PATIENCE = 30_000;
const BETWEEN = 2_000;
const LONGEST_ANSWER = 20_000;
const STAMP = "X-Arrival-Stamp";

const pause = (time) => new Promise((done) => setTimeout(done, time));
const firstPress = new WeakMap();

/** One try: the answer of the platform, or null where it has none to give. `words.stamp` keeps the arrival that a failing server sealed. */
async function tried(form, words) {
  try {
    const response = await fetch(form.action, {
      method: "POST",
      body: words.body,
      credentials: "same-origin",
      headers: words.stamp ? { [STAMP]: words.stamp } : {},
      signal: AbortSignal.timeout(LONGEST_ANSWER),
    });
    words.stamp = response.headers.get(STAMP) ?? words.stamp;
    return response.status >= 500 ? null : response;
  } catch {
    return null;
  }
}

async function answered(form, words, say) {
  const end = Date.now() + PATIENCE;
  for (let turn = 1; ; turn += 1) {
    const response = await tried(form, words);
    if (response || Date.now() + BETWEEN > end) return response;
    say(`Le site ne répond pas : nouvel essai (${turn + 1}). Ne fermez pas cette page, votre demande garde sa place.`);
    await pause(BETWEEN);
  }
}

/** The page that refuses takes the place of this one, under the same address. */
async function show(response) {
  const page = new DOMParser().parseFromString(await response.text(), "text/html");
  document.title = page.title;
  document.querySelector("main").replaceWith(page.querySelector("main"));
  watch();
  const first = document.querySelector("main .fr-alert, main h1");
  first.tabIndex = -1;
  first.focus();
}

async function deposit(form) {
  const button = form.querySelector("[type=submit]");
  const line = form.querySelector("[data-deposit-line]");
  const say = (text) => (line.textContent = text);
  const body = new URLSearchParams(new FormData(form));
  if (!firstPress.has(form)) firstPress.set(form, { at: new Date().toISOString(), stamp: null });
  const first = firstPress.get(form);
  body.set("tried_since", first.at);
  button.disabled = true;
  say("Dépôt en cours…");
  const words = { body, stamp: first.stamp };
  const response = await answered(form, words, say);
  first.stamp = words.stamp;
  if (!response) {
    button.disabled = false;
    say("Le site ne répond pas : votre dossier n’est pas déposé pour l’instant. Gardez cette page ouverte et appuyez de nouveau sur « Déposer » dans quelques instants.");
  } else if (response.redirected) {
    location.assign(response.url);
  } else {
    await show(response);
  }
}

function watch() {
  for (const form of document.querySelectorAll("form[data-deposit]"))
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      deposit(form);
    });
}

watch();
