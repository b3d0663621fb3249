// Asks before leaving a page whose text is not saved; the form itself leaves freely. Without JavaScript nothing is asked.
// Where each field is saved as it is left, `data-unsaved` alone says whether something is not (autosave.js keeps it true).
for (const form of document.querySelectorAll("form[data-guard-unsaved]")) {
  const said = () => new URLSearchParams([...new FormData(form)].filter(([, value]) => typeof value === "string")).toString();
  const loaded = said();
  let leaving = false;
  form.addEventListener("submit", () => {
    leaving = true;
  });
  // Back from the browser's memory, the page is as it was left: the guard stands again.
  window.addEventListener("pageshow", () => {
    leaving = false;
  });
  window.addEventListener("beforeunload", (event) => {
    const changed = !("autosaving" in form.dataset) && said() !== loaded;
    if (!leaving && ("unsaved" in form.dataset || changed)) event.preventDefault();
  });
}
