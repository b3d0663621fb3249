// Says, under the SIRET of a partner, who that is. The number is kept whether or not anybody knows it.
import { ask } from "./page-requests.js";

const DIGITS = 14;
const asked = new WeakMap();

async function name(input) {
  const place = document.getElementById(input.dataset.partner);
  const number = input.value.replace(/\D/g, "");
  if (!place || asked.get(input) === number) return;
  asked.set(input, number);
  place.textContent = "";
  if (number.length !== DIGITS) return;
  const answer = await ask.get(`/partenaires/nom/?${new URLSearchParams({ siret: number })}`);
  if (asked.get(input) === number && place.isConnected) place.textContent = answer.data?.said ?? "";
}

document.addEventListener("change", ({ target }) => target.matches?.("[data-partner]") && name(target));
