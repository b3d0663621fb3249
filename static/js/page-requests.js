// The requests of an open page: each ends with a status and, where there is some, JSON; 0 is a network that did not answer.

const PATIENCE = 20_000;
const PATIENCE_FOR_A_PIECE = 180_000;
const MOST_KEPT_ALIVE = 60_000;
const STAMP = "X-Arrival-Stamp";

function token() {
  const cookie = document.cookie.split("; ").find((one) => one.startsWith("csrftoken="));
  return cookie?.slice("csrftoken=".length);
}

function header() {
  return token() ?? document.querySelector("input[name=csrfmiddlewaretoken]")?.value ?? "";
}

async function sent(url, options) {
  try {
    const response = await fetch(url, { redirect: "manual", credentials: "same-origin", signal: AbortSignal.timeout(PATIENCE), ...options });
    // a redirection leads to a page where one signs in, or confirms who one is
    if (response.type === "opaqueredirect") return { status: 401, data: { why: "session", said: "Votre session demande à être confirmée." } };
    const isJson = response.headers.get("Content-Type")?.startsWith("application/json");
    // a server that lost its database seals when the request arrived: sent again with that, it counts from then
    return { status: response.status, data: isJson ? await response.json() : null, stamp: response.headers.get(STAMP) };
  } catch {
    return { status: 0, data: null };
  }
}

/** Sends bytes, telling how many have left: only XMLHttpRequest says so. */
function put(url, blob, progress) {
  return new Promise((done) => {
    const request = new XMLHttpRequest();
    request.open("PUT", url);
    request.timeout = PATIENCE_FOR_A_PIECE;
    request.setRequestHeader("Content-Type", "application/octet-stream");
    request.setRequestHeader("Accept", "application/json");
    request.setRequestHeader("X-CSRFToken", header());
    request.upload.addEventListener("progress", ({ loaded }) => progress(loaded));
    request.addEventListener("loadend", () => {
      let data = null;
      try {
        data = JSON.parse(request.responseText);
      } catch {
        // no JSON: a proxy's page, or nothing
      }
      done({ status: request.status, data });
    });
    request.send(blob);
  });
}

export const ask = {
  token,
  put,
  get: (url) => sent(url, { headers: { Accept: "application/json" }, cache: "no-store" }),
  // a request that its page outlives is short: the browser refuses to keep a long one alive
  post: (url, body, stamp = null) =>
    sent(url, {
      method: "POST",
      body,
      keepalive: body.length < MOST_KEPT_ALIVE,
      headers: {
        Accept: "application/json",
        ...(stamp ? { [STAMP]: stamp } : {}),
        "Content-Type": "application/x-www-form-urlencoded",
        "X-CSRFToken": header(),
      },
    }),
};
