// Suggestions under a field of areas. Without this module the server offers the same choices when the form is sent.

import { Combobox } from "./combobox.js";

class AreaChoice {
  constructor(root) {
    this.root = root;
    this.name = root.dataset.name;
    this.multiple = "multiple" in root.dataset;
    this.input = root.querySelector('input[type="text"]');
    this.asked = root.querySelector("[data-area-for]");
    root.addEventListener("area:restore", ({ detail }) => this.restore(detail)); // a text found again in this browser
    root.querySelector("[data-area-add]")?.setAttribute("hidden", "");
    new Combobox(this.input, this, { label: "Territoires proposés", css: "fi-area", shortest: 2 });
  }

  typed() {
    if (!this.multiple) this.forget();
  }

  async suggest(text, signal) {
    const url = new URL(this.root.dataset.url, document.baseURI);
    url.searchParams.set("q", text);
    const response = await fetch(url, { signal, headers: { Accept: "application/json" } });
    if (!response.ok) throw new Error(String(response.status));
    const found = await response.json();
    return { items: found.areas, more: found.more, note: note(found) };
  }

  counted(number, more) {
    if (number === 0) return "";
    if (more) return `Plus de ${number} territoires trouvés, les ${number} premiers sont proposés. Flèches haut et bas pour choisir.`;
    return `${number} ${number > 1 ? "territoires trouvés" : "territoire trouvé"}. Flèches haut et bas pour choisir.`;
  }

  choose(area) {
    this.root.querySelector("[data-area-proposals]")?.remove();
    if (this.multiple) this.add(area);
    else this.set(area);
    return this.multiple ? `${area.label} ajouté à la liste.` : `${area.label} choisi.`;
  }

  set(area) {
    let code = this.root.querySelector("[data-area-code]");
    if (!code) {
      code = document.createElement("input");
      code.type = "hidden";
      code.name = `${this.name}_code`;
      code.dataset.areaCode = "";
      this.root.prepend(code);
    }
    code.value = area.value;
    this.input.value = area.label;
    this.asked.value = area.label;
  }

  forget() {
    this.root.querySelector("[data-area-code]")?.remove();
    this.asked.value = "";
  }

  restore({ text, areas }) {
    if (this.multiple) {
      for (const box of this.root.querySelectorAll('input[type="checkbox"]')) box.checked = false;
      for (const area of areas) this.add(area);
    } else if (areas.length > 0) this.set(areas[0]);
    else this.forget();
    this.input.value = text;
  }

  add(area) {
    this.input.value = "";
    this.asked.value = "";
    const chosen = this.root.querySelector("[data-area-chosen]");
    const present = chosen.querySelector(`input[value="${CSS.escape(area.value)}"]`);
    if (present) {
      present.checked = true;
      return;
    }
    const item = this.root.querySelector("[data-area-option]").content.cloneNode(true);
    const box = item.querySelector("input");
    box.id = `${this.input.id}_${area.value}`;
    box.value = area.value;
    item.querySelector("label").htmlFor = box.id;
    item.querySelector("[data-area-label]").textContent = area.label;
    item.querySelector("[data-area-detail]").textContent = area.detail;
    chosen.append(item);
    chosen.hidden = false;
  }
}

function note(found) {
  if (found.areas.length === 0) return "Aucun territoire de ce nom : vérifiez l’orthographe ou écrivez le code.";
  return found.alike ? "Aucun territoire de ce nom. Voici des noms qui y ressemblent :" : "";
}

function enhance(scope) {
  for (const root of scope.querySelectorAll("[data-area-combobox]:not([data-area-ready])")) {
    root.dataset.areaReady = "";
    new AreaChoice(root);
  }
}

enhance(document);
document.addEventListener("htmx:load", (event) => enhance(event.target));
