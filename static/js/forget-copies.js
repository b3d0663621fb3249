// Signing out erases what this browser kept for the person: once the page is really left, for the question before leaving may be answered no.
import { forgetCopiesOf } from "./browser-copies.js";

let person = "";
document.addEventListener("submit", ({ target, defaultPrevented }) => {
  person = defaultPrevented ? "" : (target.dataset.forgetCopies ?? "");
});
window.addEventListener("pagehide", () => {
  if (person) forgetCopiesOf(person);
});
