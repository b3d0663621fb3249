// Suggestions under a field where a colleague is named, from the list that the page carries. Without this module the browser's own
// suggestions serve, and the server understands a name or an e-mail.

import { Combobox } from "./combobox.js";

const MOST = 12;

function folded(text) {
  return text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase().replace(/[^0-9a-z@]+/g, " ").trim();
}

class PersonChoice {
  constructor(input) {
    this.input = input;
    this.people = Array.from(input.list.options, (option) => ({ label: option.value, detail: option.dataset.detail }));
    input.removeAttribute("list");
    new Combobox(input, this, { label: "Personnes proposées", css: "ad-person", shortest: 1 });
  }

  typed() {}

  suggest(text) {
    const words = folded(text).split(" ").filter(Boolean);
    const found = this.people.filter(({ label, detail }) => words.every((word) => folded(`${label} ${detail}`).includes(word)));
    return { items: found.slice(0, MOST), more: found.length > MOST };
  }

  counted(number, more) {
    if (number === 0) return "Aucune personne trouvée.";
    if (more) return `Plus de ${number} personnes trouvées, les ${number} premières sont proposées. Flèches haut et bas pour choisir.`;
    return `${number} ${number > 1 ? "personnes trouvées" : "personne trouvée"}. Flèches haut et bas pour choisir.`;
  }

  choose(person) {
    this.input.value = person.label;
    return `${person.label}.`;
  }
}

for (const input of document.querySelectorAll("input[data-person-combobox][list]")) new PersonChoice(input);
