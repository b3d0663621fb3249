// On a dossier's page: says beside each section that this browser holds text of it which the server has not acknowledged.
import { Copies } from "./browser-copies.js";

for (const list of document.querySelectorAll("[data-copies-of]")) {
  const copies = new Copies(list.dataset.person, list.dataset.copiesOf);
  for (const row of list.querySelectorAll("[data-questions]")) {
    const place = row.querySelector("[data-copies-left]");
    const waiting = row.dataset.questions.split(" ").some((key) => key && copies.found(`q-${key}`).length > 0);
    if (waiting && place) place.hidden = false;
  }
}
