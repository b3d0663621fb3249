// Makes an answer that is a table livelier: lines added and taken away in the page, totals and balance of a budget said while typing.
// Without it the same buttons save the section and come back. What is typed is saved by autosave.js, which sees these fields as any others.

const QUIET = 1200;
const EUROS = [0, 2].map((digits) => new Intl.NumberFormat("fr", { style: "currency", currency: "EUR", minimumFractionDigits: digits }));
const AMOUNT = /^[0-9]{1,15}(?:[.,][0-9]{1,2})?$/;

const tables = new WeakMap();

class AnswerTable {
  constructor(root) {
    this.root = root;
    this.name = root.id;
    this.said = root.querySelector("[data-table-said]");
    root.addEventListener("click", (event) => this.pressed(event));
    root.addEventListener("input", ({ target }) => this.typed(target));
    root.closest("[data-question]")?.addEventListener("table:restore", ({ detail }) => this.restore(detail.pairs));
    this.sum();
  }

  body(key) {
    return [...this.root.querySelectorAll("[data-rows]")].find((one) => one.dataset.rows === key);
  }

  lines(body) {
    return [...body.querySelectorAll("tr[data-row]")].filter((row) => row.dataset.row);
  }

  pressed(event) {
    const add = event.target.closest("[data-add]");
    const remove = event.target.closest("[data-remove]");
    if (!add && !remove) return;
    event.preventDefault();
    if (add) this.add(add.dataset.add, { focuses: true });
    else this.remove(remove.closest("tr"));
  }

  place(row) {
    return Number(row.dataset.row.split(".").pop());
  }

  add(key, { focuses = false, at = null } = {}) {
    const body = this.body(key);
    const lines = this.lines(body);
    if (lines.length >= Number(body.dataset.most)) {
      if (focuses) this.say(`Ce tableau compte au plus ${body.dataset.most} lignes.`);
      return null;
    }
    const index = at ?? Math.max(-1, ...lines.map((row) => this.place(row))) + 1;
    const pattern = [...this.root.querySelectorAll("template[data-pattern]")].find((one) => one.dataset.pattern === key);
    const holder = document.createElement("template");
    holder.innerHTML = pattern.innerHTML.replaceAll("__n__", String(index)).replaceAll(/nouvelle ligne/gi, `ligne ${index + 1}`);
    const row = holder.content.querySelector("tr");
    const last = lines.at(-1) ?? body.querySelector(".site-table__title, tr[data-row]:last-of-type");
    if (lines.length > 0) last.after(row);
    else body.insertBefore(row, body.querySelector(".site-table__total"));
    if (focuses) row.querySelector("input, select").focus();
    return row;
  }

  remove(row) {
    const body = row.parentElement;
    const lines = this.lines(body);
    const next = lines[lines.indexOf(row) + 1] ?? lines[lines.indexOf(row) - 1];
    row.remove();
    const kept = next ?? this.add(body.dataset.rows);
    this.say("Ligne retirée.");
    kept?.querySelector("input, select").focus();
    this.sum();
    this.root.dispatchEvent(new Event("change", { bubbles: true }));
  }

  /** As many lines as a text found again needs, under the very names it has. */
  restore(pairs) {
    for (const body of this.root.querySelectorAll("[data-rows]")) {
      const key = body.dataset.rows;
      const stem = key ? `${this.name}.${key}.` : `${this.name}.`;
      if (Number(body.dataset.most) === 0) continue;
      const wanted = [...new Set(pairs.filter(([name]) => name.startsWith(stem)).map(([name]) => Number(name.slice(stem.length).split(".")[0])))];
      for (const row of this.lines(body)) if (!wanted.includes(this.place(row))) row.remove();
      for (const at of wanted.filter(Number.isInteger)) if (!this.lines(body).some((row) => this.place(row) === at)) this.add(key, { at });
    }
  }

  typed(input) {
    const problem = input.closest("td")?.querySelector("[data-cell-problem]");
    if (problem) {
      problem.remove(); // it was about another text
      input.classList.remove("fr-input--error", "fr-select--error");
      input.removeAttribute("aria-describedby");
    }
    this.sum();
  }

  /** The totals at once, for the eye; the balance after a pause, for the ear too. */
  sum() {
    const totals = new Map();
    for (const place of this.root.querySelectorAll("[data-total]")) {
      const side = place.dataset.total;
      const texts = [...this.root.querySelectorAll(`[data-summed="${side}"]`)].map((one) => this.read(one.value));
      if (texts.some((cents) => cents === null)) {
        totals.set(side, null);
        place.textContent = "Un montant ne se lit pas";
      } else {
        totals.set(side, texts.reduce((sum, cents) => sum + cents, 0));
        place.textContent = this.euros(totals.get(side));
      }
    }
    if (totals.size !== 2) return;
    clearTimeout(this.timer);
    const [charges, resources] = totals.values();
    this.timer = setTimeout(() => this.balance(charges, resources), QUIET);
  }

  balance(charges, resources) {
    if (charges === null || resources === null) this.say("Un montant ne se lit pas : écrivez-le en chiffres, par exemple 1 234,56.");
    else if (charges === 0 && resources === 0) this.say("");
    else if (charges === resources) this.say(`Le budget est équilibré : ${this.euros(charges)}.`);
    else
      this.say(`Les charges (${this.euros(charges)}) et les ressources (${this.euros(resources)}) diffèrent de ${this.euros(Math.abs(charges - resources))}.`);
    this.said.classList.toggle("site-table__balance--off", charges !== resources);
  }

  /** In cents, as the server reads it; nothing for what it would refuse. */
  read(text) {
    const plain = text.replace(/[\s\u00a0\u202f]/g, "").replace(/(€|euros?|eur)$/i, "");
    if (plain === "") return 0;
    if (!AMOUNT.test(plain)) return null;
    const [whole, part = ""] = plain.split(/[.,]/);
    return Number(whole) * 100 + Number(part.padEnd(2, "0"));
  }

  euros(cents) {
    return EUROS[cents % 100 === 0 ? 0 : 1].format(cents / 100);
  }

  say(words) {
    if (this.said.textContent !== words) this.said.textContent = words;
  }
}

function enhance(scope) {
  for (const root of scope.querySelectorAll("[data-table]")) if (!tables.has(root)) tables.set(root, new AnswerTable(root));
}

enhance(document);
document.addEventListener("htmx:load", (event) => enhance(event.target));
