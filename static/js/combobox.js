// A text field with a list of suggestions under it (ARIA 1.2 combobox). Its owner says what is suggested and what a choice does:
// suggest(text, signal) -> {items: [{label, detail}], more, note} (`note` stands above the list), choose(item) -> what to announce, typed(), counted(number, more).

const WAIT = 200;
let serial = 0;

export class Combobox {
  constructor(input, owner, { label, css, shortest }) {
    this.input = input;
    this.owner = owner;
    this.css = css;
    this.shortest = shortest;
    this.items = [];
    this.active = -1;
    this.build(label);
    this.listen();
  }

  build(label) {
    serial += 1;
    this.list = document.createElement("ul");
    this.list.id = `combobox-list-${serial}`;
    this.list.className = `${this.css}__list`;
    this.list.setAttribute("role", "listbox");
    this.list.setAttribute("aria-label", label);
    this.list.hidden = true;
    this.status = document.createElement("p");
    this.status.className = "fr-sr-only ac-hidden";
    this.status.setAttribute("role", "status");
    this.note = document.createElement("p");
    this.note.className = `${this.css}__note fr-hint-text`;
    this.note.setAttribute("aria-hidden", "true"); // the status says it
    this.note.hidden = true;
    this.input.after(this.note, this.list, this.status);
    this.input.setAttribute("role", "combobox");
    this.input.setAttribute("aria-autocomplete", "list");
    this.input.setAttribute("aria-expanded", "false");
    this.input.setAttribute("aria-controls", this.list.id);
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
    this.owner.typed();
    this.note.hidden = true;
    clearTimeout(this.timer);
    this.request?.abort();
    const text = this.input.value.trim();
    if (text.length < this.shortest) {
      this.close();
      return;
    }
    this.timer = setTimeout(() => this.search(text), WAIT);
  }

  async search(text) {
    this.request = new AbortController();
    try {
      const { items, more, note = "" } = await this.owner.suggest(text, this.request.signal);
      if (document.activeElement === this.input) this.show(items, more, note);
    } catch (error) {
      // no suggestion is no obstacle: the server answers when the form is sent
      if (error.name !== "AbortError") this.close();
    }
  }

  show(items, more, note) {
    this.items = items;
    this.activate(-1);
    this.list.replaceChildren(...items.map((item, index) => this.option(item, index)));
    this.note.textContent = note;
    this.note.hidden = note === "";
    this.list.hidden = items.length === 0;
    this.input.setAttribute("aria-expanded", String(items.length > 0));
    this.say(`${note} ${this.owner.counted(items.length, more)}`.trim());
  }

  option(item, index) {
    const option = document.createElement("li");
    option.id = `${this.list.id}-${index}`;
    option.className = `${this.css}__option`;
    option.dataset.index = index;
    option.setAttribute("role", "option");
    option.setAttribute("aria-selected", "false");
    const detail = document.createElement("span");
    detail.className = "fr-hint-text";
    detail.textContent = item.detail;
    option.append(item.label, " ", detail);
    return option;
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
      const text = this.input.value.trim();
      if (open) this.step(event.key === "ArrowDown" ? 1 : -1);
      else if (text.length >= this.shortest) this.search(text);
    }
  }

  step(by) {
    const last = this.items.length - 1;
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
    const said = this.owner.choose(this.items[index]);
    this.close();
    this.say(said);
    this.input.dispatchEvent(new Event("change", { bubbles: true }));
  }

  close() {
    clearTimeout(this.timer);
    this.request?.abort();
    this.activate(-1);
    this.list.hidden = true;
    if (this.items.length > 0) this.note.hidden = true;
    this.input.setAttribute("aria-expanded", "false");
  }

  say(text) {
    this.status.textContent = text;
  }
}
