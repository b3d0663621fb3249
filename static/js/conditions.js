// Shows and hides the questions of a section as their conditions become true or false. What is hidden keeps its text, which is saved as it is.
import { evaluate } from "./condition-engine.js";

class Conditions {
  constructor(form, description) {
    this.form = form;
    this.description = description;
    for (const event of ["input", "change", "htmx:load", "focusout"]) form.addEventListener(event, () => this.apply());
    form.addEventListener("answers:known", ({ detail }) => {
      Object.assign(this.description.within, detail.within ?? {});
      this.apply();
    });
    this.apply();
  }

  root(key) {
    return this.form.querySelector(`[data-question="q-${key}"]`);
  }

  /** The texts as they would be sent; nothing where what is typed still has to become a territory. */
  texts(key) {
    const root = this.root(key);
    if (!root) return undefined;
    const named = [...root.querySelectorAll("input, textarea, select")];
    const picked = (name) => named.filter((one) => one.name === name && (!["radio", "checkbox"].includes(one.type) || one.checked)).map((one) => one.value);
    if (!root.querySelector("[data-area-combobox]")) return picked(`q-${key}`);
    const [text] = picked(`q-${key}`);
    const [asked] = picked(`q-${key}_for`);
    const codes = picked(`q-${key}_code`);
    const isSettled = text === "" || (text === asked && codes.length > 0);
    return isSettled ? (text === "" && asked ? [] : codes) : undefined;
  }

  apply() {
    const { questions } = this.description;
    const now = new Set(questions.filter(({ key }) => this.root(key)?.hidden).map(({ key }) => key));
    const typed = Object.fromEntries(questions.map(({ key }) => [key, this.texts(key)]));
    const { hidden, required } = evaluate(this.description, typed, now);
    for (const question of questions) {
      const root = this.root(question.key);
      if (!root) continue;
      const stays = root.contains(document.activeElement) || root.querySelector("[data-conflict]") || "unkept" in root.dataset;
      if (question.shown_if) root.hidden = hidden.includes(question.key) && !stays;
      if (question.required_if) {
        for (const mark of root.querySelectorAll(".site-optional")) mark.hidden = required.includes(question.key);
      }
    }
  }
}

const form = document.querySelector("form[data-autosave], form[data-conditions]");
const description = document.getElementById("conditions");
if (form && description) new Conditions(form, JSON.parse(description.textContent));
