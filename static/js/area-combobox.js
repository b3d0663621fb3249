// Suggestions under a field of areas (ARIA 1.2 combobox with a list). Without this module the server offers the same choices.

const WAIT = 200;
const SHORTEST = 2;
let serial = 0;

class AreaCombobox {
  constructor(root) {
    this.root = root;
    this.name = root.dataset.name;
    this.multiple = "multiple" in root.dataset;
    this.input = root.querySelector('input[type="text"]');
    this.asked = root.querySelector("[data-area-for]");
    this.areas = [];
    this.active = -1;
    this.build();
    this.listen();
  }

  build() {
    serial += 1;
    this.list = document.createElement("ul");
    this.list.id = `area-list-${serial}`;
    this.list.className = "fi-area__list";
    this.list.setAttribute("role", "listbox");
    this.list.setAttribute("aria-label", "Territoires proposés");
    this.list.hidden = true;
    this.status = document.createElement("p");
    this.status.className = "fr-sr-only";
    this.status.setAttribute("role", "status");
    this.note = document.createElement("p");
    this.note.className = "fi-area__note fr-hint-text";
    this.note.setAttribute("aria-hidden", "true"); // the status says it
    this.note.hidden = true;
    this.input.after(this.note, this.list);
    this.root.append(this.status);
    this.input.setAttribute("role", "combobox");
    this.input.setAttribute("aria-autocomplete", "list");
    this.input.setAttribute("aria-expanded", "false");
    this.input.setAttribute("aria-controls", this.list.id);
    this.root.querySelector("[data-area-add]")?.setAttribute("hidden", "");
  }

  listen() {
    this.input.addEventListener("input", () => this.typed());
    this.input.addEventListener("keydown", (event) => this.pressed(event));
    this.input.addEventListener("blur", () => this.close());
    // a press on an option must not take the focus from the field, or the list would close before the click
    this.list.addEventListener("mousedown", (event) => event.preventDefault());
    this.list.addEventListener("click", (event) => {
      const option = event.target.closest('[role="option"]');
      if (option) this.choose(Number(option.dataset.index));
    });
  }

  typed() {
    if (!this.multiple) this.forget();
    this.note.hidden = true;
    clearTimeout(this.timer);
    this.request?.abort();
    const text = this.input.value.trim();
    if (text.length < SHORTEST) {
      this.close();
      return;
    }
    this.timer = setTimeout(() => this.search(text), WAIT);
  }

  async search(text) {
    this.request = new AbortController();
    const url = new URL(this.root.dataset.url, document.baseURI);
    url.searchParams.set("q", text);
    try {
      const response = await fetch(url, { signal: this.request.signal, headers: { Accept: "application/json" } });
      if (!response.ok) throw new Error(String(response.status));
      const found = await response.json();
      if (document.activeElement === this.input) this.show(found.areas, found.more, found.alike);
    } catch (error) {
      // no suggestion is no obstacle: the server answers when the form is sent
      if (error.name !== "AbortError") this.close();
    }
  }

  show(areas, more, alike) {
    this.areas = areas;
    this.activate(-1);
    this.list.replaceChildren(...areas.map((area, index) => this.option(area, index)));
    this.note.hidden = areas.length > 0 && !alike;
    this.note.textContent = areas.length === 0
      ? "Aucun territoire de ce nom : vérifiez l’orthographe ou écrivez le code."
      : "Aucun territoire de ce nom. Voici des noms qui y ressemblent :";
    this.list.hidden = areas.length === 0;
    this.input.setAttribute("aria-expanded", String(areas.length > 0));
    this.say((alike ? "Aucun territoire de ce nom, mais des noms qui y ressemblent. " : "") + this.count(areas.length, more));
  }

  count(number, more) {
    if (number === 0) return "Aucun territoire trouvé.";
    if (more) return `Plus de ${number} territoires trouvés, les ${number} premiers sont proposés. Flèches haut et bas pour choisir.`;
    return `${number} ${number > 1 ? "territoires trouvés" : "territoire trouvé"}. Flèches haut et bas pour choisir.`;
  }

  option(area, index) {
    const item = document.createElement("li");
    item.id = `${this.list.id}-${index}`;
    item.className = "fi-area__option";
    item.dataset.index = index;
    item.setAttribute("role", "option");
    item.setAttribute("aria-selected", "false");
    const detail = document.createElement("span");
    detail.className = "fr-hint-text";
    detail.textContent = area.detail;
    item.append(area.label, " ", detail);
    return item;
  }

  pressed(event) {
    const open = !this.list.hidden;
    if (event.key === "Escape" && open) {
      event.preventDefault();
      this.close();
    } else if (event.key === "Enter" && open && this.active >= 0) {
      event.preventDefault();
      this.choose(this.active);
    } else if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      if (open) this.step(event.key === "ArrowDown" ? 1 : -1);
      else if (this.input.value.trim().length >= SHORTEST) this.search(this.input.value.trim());
    }
  }

  step(by) {
    const last = this.areas.length - 1;
    let next = this.active + by;
    if (next > last) next = 0;
    if (next < 0) next = last;
    this.activate(next);
  }

  activate(index) {
    this.list.children[this.active]?.setAttribute("aria-selected", "false");
    this.active = index;
    const option = this.list.children[index];
    if (!option) {
      this.input.removeAttribute("aria-activedescendant");
      return;
    }
    option.setAttribute("aria-selected", "true");
    option.scrollIntoView({ block: "nearest" });
    this.input.setAttribute("aria-activedescendant", option.id);
  }

  choose(index) {
    const area = this.areas[index];
    this.root.querySelector("[data-area-proposals]")?.remove();
    if (this.multiple) this.add(area);
    else this.set(area);
    this.close();
    this.say(this.multiple ? `${area.label} ajouté à la liste.` : `${area.label} choisi.`);
    this.input.dispatchEvent(new Event("change", { bubbles: true }));
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

  close() {
    clearTimeout(this.timer);
    this.request?.abort();
    this.activate(-1);
    this.list.hidden = true;
    if (this.areas.length > 0) this.note.hidden = true;
    this.input.setAttribute("aria-expanded", "false");
  }

  say(text) {
    this.status.textContent = text;
  }
}

function enhance(scope) {
  for (const root of scope.querySelectorAll("[data-area-combobox]:not([data-area-ready])")) {
    root.dataset.areaReady = "";
    new AreaCombobox(root);
  }
}

enhance(document);
document.addEventListener("htmx:load", (event) => enhance(event.target));
