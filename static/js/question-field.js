// One question of a section in its page: what it holds, what the server acknowledged of it, and what is said beside it.

const NOT_TEXT = new Set(["radio", "checkbox", "hidden", "submit", "button"]);

// Only a page that one reloads or comes back to has its fields filled in by the browser.
const CAME_BACK = performance.getEntriesByType("navigation")[0]?.type !== "navigate";

/** What a control held when the page was drawn. */
const drawn = (one) => one.defaultValue ?? [...one.options].find((option) => option.defaultSelected)?.value ?? "";

export class QuestionField {
  constructor(root) {
    this.root = root;
    this.name = root.dataset.question;
    this.label = (root.querySelector("legend, label")?.firstChild?.textContent ?? "").trim();
    this.restored = null; // what the browser put back by itself on coming to the page, which nobody saved
    const drawn = this.text(true);
    if (CAME_BACK && this.text() !== drawn) {
      this.restored = this.copy();
      this.reset();
    }
    this.adopt();
    this.saved = drawn; // on a new page, what differs was typed before this script came
    this.conflict = Number(root.querySelector("[data-conflict]")?.dataset.conflict ?? 0);
    this.held = null; // a text that the server did not keep: it is sent again once it has changed
    if ("unkept" in root.dataset) {
      this.saved = null;
      this.held = this.text();
    }
    this.showChoices();
  }

  /** What stands in the page is what the server holds. */
  adopt() {
    this.saved = this.text();
    this.version = Number(this.versionInput.value);
    this.pending = null;
  }

  get versionInput() {
    return this.root.querySelector(`input[name="${this.name}-version"]`);
  }

  get controls() {
    return [...this.root.querySelectorAll("input, textarea, select")].filter(
      (one) => one.name && one.type !== "file" && ![`${this.name}-version`, `${this.name}-base`].includes(one.name) && one.type !== "submit",
    );
  }

  pairs(asDrawn = false) {
    return this.controls
      .filter((one) => !["radio", "checkbox"].includes(one.type) || (asDrawn ? one.defaultChecked : one.checked))
      .map((one) => [one.name, asDrawn && !["radio", "checkbox", "hidden"].includes(one.type) ? drawn(one) : one.value]);
  }

  text(asDrawn = false) {
    return JSON.stringify(this.pairs(asDrawn));
  }

  get isDirty() {
    return this.text() !== this.saved;
  }

  /** Whether there is something to send now: a conflict waits for a choice, a text refused for a change. */
  get isDue() {
    return !this.conflict && this.isDirty && this.text() !== this.held;
  }

  /** Whether nothing stands in it: no text, no box ticked. A table says under its own name only that it was sent. */
  get isBlank() {
    return this.pairs().every(([name, value]) => (this.table && name === this.name) || !value.trim());
  }

  get hasFocus() {
    return this.root.contains(document.activeElement);
  }

  get places() {
    return this.root.querySelector("[data-area-combobox]");
  }

  get table() {
    return this.root.querySelector("[data-table]");
  }

  get entry() {
    return this.controls.find((one) => !NOT_TEXT.has(one.type));
  }

  /** The field as it may be put back, with its words for people. */
  copy() {
    const ticked = this.controls.filter((one) => ["radio", "checkbox"].includes(one.type) && one.checked);
    const labels = ticked.map((one) => ({
      value: one.value,
      label: (one.labels[0]?.querySelector("[data-area-label]") ?? one.labels[0])?.textContent.trim() ?? one.value,
      detail: one.labels[0]?.querySelector("[data-area-detail]")?.textContent.trim() ?? "",
    }));
    const code = this.root.querySelector("[data-area-code]");
    const text = this.entry?.value ?? "";
    const areas = this.places ? [...labels, ...(code ? [{ value: code.value, label: text, detail: "" }] : [])] : [];
    const shown = this.table ? this.lines() : [...labels.map((one) => one.label), text].filter(Boolean).join("\n");
    return { pairs: this.pairs(), shown, areas, text };
  }

  /** A table in words, a line for each of its own that holds something. */
  lines() {
    const rows = [...this.root.querySelectorAll("tr[data-row]")].map((row) => {
      const head = row.querySelector("th")?.textContent.trim();
      const cells = [...row.querySelectorAll("input, select")].map((one) => (one.selectedOptions?.[0]?.text ?? one.value).trim()).filter(Boolean);
      return cells.length > 0 ? [head, ...cells].filter(Boolean).join(" · ") : "";
    });
    return rows.filter(Boolean).join("\n");
  }

  fill(copy) {
    if (this.table) this.root.dispatchEvent(new CustomEvent("table:restore", { detail: { pairs: copy.pairs } }));
    if (this.places) {
      this.places.dispatchEvent(new CustomEvent("area:restore", { detail: { text: copy.text, areas: copy.areas } }));
    } else {
      for (const one of this.controls) {
        if (["radio", "checkbox"].includes(one.type)) one.checked = copy.pairs.some(([name, value]) => name === one.name && value === one.value);
        else one.value = copy.pairs.find(([name]) => name === one.name)?.[1] ?? "";
      }
    }
    (this.entry ?? this.controls[0])?.dispatchEvent(new Event("input", { bubbles: true }));
  }

  reset() {
    for (const one of this.controls) {
      if (["radio", "checkbox"].includes(one.type)) one.checked = one.defaultChecked;
      else if (one.type !== "hidden") one.value = drawn(one);
    }
  }

  /** Draws the field anew as the server holds it; what stands beside it (a text found again) stays. */
  draw(html) {
    const beside = this.root.querySelectorAll("[data-found]");
    const focused = this.hasFocus;
    this.root.innerHTML = html;
    this.root.append(...beside);
    this.conflict = 0;
    this.held = null;
    this.adopt();
    this.root.dispatchEvent(new CustomEvent("htmx:load", { bubbles: true })); // its other scripts find it
    if (focused) this.focus();
  }

  focus() {
    (this.root.querySelector("fieldset[tabindex]") ?? this.entry ?? this.controls[0])?.focus();
  }

  /** The server holds `text`, under this version. */
  acknowledge(text, version) {
    this.saved = text;
    this.held = null;
    this.setVersion(version);
  }

  setVersion(version) {
    this.version = version;
    this.versionInput.value = version;
    this.root.querySelector(`input[name="${this.name}-base"]`).value = ""; // what the page was drawn with is no longer what is stored
  }

  /** What is wrong with the field, drawn by the server, or nothing. */
  trouble(html) {
    const place = this.root.querySelector(`[id="${this.name}-etat"]`);
    if (!place) return;
    place.innerHTML = html;
    const isWrong = place.querySelector(".fr-error-text") !== null;
    for (const kind of ["input-group", "fieldset"]) {
      for (const one of this.root.querySelectorAll(`:scope > .fr-${kind}`)) one.classList.toggle(`fr-${kind}--error`, isWrong);
    }
    this.entry?.classList.toggle("fr-input--error", isWrong && !this.places && !this.table);
    this.showChoices();
  }

  showChoices() {
    for (const choices of this.root.querySelectorAll("[data-conflict]")) {
      choices.hidden = false;
      choices.parentElement.querySelector("[data-without-script]")?.remove();
    }
  }

  say(words) {
    this.root.querySelector("[data-field-saved]").textContent = words;
  }
}
