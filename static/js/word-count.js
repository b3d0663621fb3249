// Says how many words are left under each text that has a limit; the server counts again and decides.
const forms = new Intl.PluralRules("fr");

function enhance(scope) {
  for (const area of scope.querySelectorAll("textarea[data-words]:not([data-words-ready])")) {
    area.dataset.wordsReady = "";
    const limit = Number(area.dataset.words);
    const note = document.createElement("p");
    note.className = "fr-hint-text site-word-count";
    note.setAttribute("aria-live", "polite");
    area.after(note);
    const count = () => area.value.split(/\s+/u).filter((word) => /[\p{L}\p{N}]/u.test(word)).length;
    const say = () => {
      const words = count();
      note.textContent = `${words} ${forms.select(words) === "one" ? "mot" : "mots"} sur ${limit}`;
      note.classList.toggle("site-word-count--over", words > limit);
    };
    area.addEventListener("input", say);
    say();
  }
}

enhance(document);
document.addEventListener("htmx:load", (event) => enhance(event.target));
