// Sends the files of a section piece by piece, one file at a time, and goes on where a lost connection stopped it.
// The server says at each step from which byte to go on: a reload, another tab or another day resume when the same file is chosen again.
import { ask } from "./page-requests.js";

const DELAYS = [2, 5, 10, 20, 30];
const LOOKS = [3, 5, 10, 15];

class Uploads {
  constructor(form) {
    this.form = form;
    this.jobs = [];
    this.checking = new Map(); // address of a file → how often its check was asked for
    form.addEventListener("change", ({ target }) => target.matches("[data-uploads] input[type=file]") && this.chosen(target));
    form.addEventListener("click", (event) => this.clicked(event));
    form.addEventListener("click", (event) => this.takeUp(event));
    form.addEventListener("submit", (event) => this.submitted(event), { capture: true });
    form.addEventListener("htmx:load", ({ target }) => this.enhance(target));
    window.addEventListener("online", () => this.wake());
    window.addEventListener("focus", () => this.wake());
    window.addEventListener("beforeunload", (event) => this.isBusy && event.preventDefault());
    for (const root of form.querySelectorAll("[data-question]")) this.enhance(root);
  }

  get isBusy() {
    return this.jobs.some((job) => !job.over);
  }

  // ── the page

  /** Called for each question as it is drawn, and drawn anew: what is under way stands below what is there. */
  enhance(question) {
    const root = question.querySelector?.("[data-uploads]");
    if (!root) return;
    root.querySelector("[data-without-script]")?.remove();
    root.querySelector("[data-drop-hint]")?.removeAttribute("hidden");
    for (const job of this.jobs.filter((one) => one.key === root.dataset.uploads)) root.querySelector("[data-files]").append(job.row);
    for (const [name, act] of [
      ["dragover", (event) => this.over(event, root)],
      ["dragleave", () => delete root.dataset.over],
      ["drop", (event) => this.dropped(event, root)],
    ]) {
      root.addEventListener(name, act);
    }
    for (const file of root.querySelectorAll('[data-state="checking"]')) this.watch(file.dataset.file, root.dataset.uploads);
  }

  rootOf(key) {
    return this.form.querySelector(`[data-uploads="${CSS.escape(key)}"]`);
  }

  hear(key, words) {
    this.rootOf(key).querySelector("[data-uploads-said]").textContent = words;
  }

  over(event, root) {
    if (![...event.dataTransfer.types].includes("Files")) return;
    event.preventDefault();
    root.dataset.over = "";
  }

  dropped(event, root) {
    delete root.dataset.over;
    if (event.dataTransfer.files.length === 0) return;
    event.preventDefault();
    this.add(root.dataset.uploads, [...event.dataTransfer.files]);
  }

  chosen(input) {
    const files = [...input.files];
    input.value = ""; // else the form would send them a second time
    this.add(input.closest("[data-uploads]").dataset.uploads, files);
  }

  add(key, files) {
    const under = new Set(this.jobs.filter((job) => !job.over && job.key === key).map((job) => job.mark));
    for (const file of files) {
      const mark = `${file.name}|${file.size}|${file.lastModified}`;
      if (under.has(mark)) continue;
      const job = { key, file, mark, over: false, url: null, offset: 0, failures: 0 };
      job.row = this.draw(job);
      this.jobs.push(job);
      this.rootOf(key).querySelector("[data-files]").append(job.row);
    }
    this.run();
  }

  draw(job) {
    const row = document.createElement("li");
    row.className = "site-file";
    const name = document.createElement("span");
    name.className = "site-file__name";
    name.textContent = job.file.name;
    const stop = document.createElement("button");
    stop.type = "button";
    stop.className = "fr-btn fr-btn--sm fr-btn--tertiary";
    stop.textContent = "Annuler";
    const whose = document.createElement("span");
    whose.className = "fr-sr-only";
    whose.textContent = ` l’envoi de ${job.file.name}`;
    stop.append(whose);
    stop.addEventListener("click", () => this.cancel(job));
    job.bar = document.createElement("progress");
    job.bar.max = 100;
    job.bar.value = 0;
    job.bar.setAttribute("aria-label", `Envoi de ${job.file.name}`);
    job.said = document.createElement("span");
    job.said.className = "site-file__said fr-hint-text";
    job.said.textContent = "En attente";
    row.append(name, stop, job.bar, job.said);
    return row;
  }

  // ── the sending

  async run() {
    if (this.running) return;
    this.running = true;
    for (let job = this.next; job; job = this.next) {
      this.current = job;
      await this.send(job);
    }
    this.running = false;
    this.current = null;
    if (this.leaving) {
      const { submitter } = this.leaving;
      this.leaving = null;
      if (!this.jobs.some((job) => job.failed)) this.form.requestSubmit(submitter);
    }
  }

  get next() {
    return this.jobs.find((job) => !job.over);
  }

  async send(job) {
    this.hear(job.key, `Envoi de ${job.file.name}`);
    while (!job.over) {
      const answer = job.url ? await this.piece(job) : await this.begin(job);
      if (job.over) {
        if (!job.url && answer.data?.url) await this.post(answer.data.url, "retirer/"); // cancelled while it was being announced
        return;
      }
      if (answer.status === 200 || (answer.status === 409 && answer.data?.offset !== undefined)) {
        job.failures = 0;
        this.told(job, answer.data);
      } else if (answer.data?.why === "gone" && job.url) {
        job.url = null; // removed elsewhere, or swept: it begins anew
        await this.wait(job, answer);
      } else if (["file", "refused", "right", "gone", "person", "unreadable"].includes(answer.data?.why)) {
        this.fail(job, answer.data.said);
      } else if (answer.status === 413) {
        this.fail(job, "Le réseau par lequel vous passez refuse ces envois.");
      } else {
        await this.wait(job, answer);
      }
    }
  }

  begin(job) {
    const body = new URLSearchParams({
      person: this.form.dataset.person,
      question: job.key,
      name: job.file.name,
      size: job.file.size,
      key: job.mark,
    });
    return ask.post(this.form.dataset.attach, body.toString());
  }

  piece(job) {
    const end = Math.min(job.offset + job.chunk, job.file.size);
    const query = new URLSearchParams({ person: this.form.dataset.person, offset: job.offset });
    return ask.put(`${job.url}morceau/?${query}`, job.file.slice(job.offset, end), (sent) => this.show(job, job.offset + sent));
  }

  told(job, data) {
    job.url = data.url;
    job.chunk = data.chunk;
    job.offset = data.offset;
    if (data.state === "receiving") this.show(job, data.offset);
    else if (data.state === "refused") this.fail(job, data.problem, data.field);
    else this.finish(job, data);
  }

  show(job, sent) {
    const percent = Math.min(100, Math.floor((sent * 100) / job.file.size));
    job.bar.value = percent;
    job.said.textContent = percent < 100 ? `Envoi : ${percent} %` : "Envoyé, vérification du fichier…";
  }

  finish(job, data) {
    this.drop(job);
    this.redraw(job.key, data.field);
    this.hear(job.key, data.state === "checking" ? `${data.name} est reçu, recherche de virus en cours.` : `${data.name} est enregistré.`);
  }

  fail(job, words) {
    job.over = true;
    job.failed = true;
    job.row.dataset.state = "refused";
    job.bar.remove();
    job.said.className = "site-file__said fr-error-text";
    job.said.textContent = words;
    job.row.querySelector("button").firstChild.textContent = "Fermer";
    this.hear(job.key, `${job.file.name} : ${words}`);
  }

  /** Waits for the network, the server or a new session, and asks again from where the server is. */
  async wait(job, answer) {
    const delay = DELAYS[Math.min(job.failures, DELAYS.length - 1)];
    job.failures += 1;
    const cause = answer.data?.why === "session" ? "votre session a expiré, connectez-vous de nouveau" : answer.status === 0 ? "pas de réseau" : "le service ne répond pas";
    job.said.textContent = `Envoi interrompu à ${Math.floor(job.bar.value)} % (${cause}) : il reprendra de lui-même.`;
    if (job.failures === 1) this.hear(job.key, job.said.textContent);
    await new Promise((done) => {
      this.awake = done;
      setTimeout(done, delay * 1000);
    });
    if (answer.status !== 404) job.url = null; // asks where to go on, with a session and a token of now
  }

  wake() {
    this.awake?.();
  }

  drop(job) {
    job.over = true;
    job.row.remove();
    this.jobs = this.jobs.filter((one) => one !== job);
  }

  async cancel(job) {
    const { url, failed } = job;
    this.drop(job);
    this.wake();
    this.rootOf(job.key).querySelector("input[type=file]")?.focus();
    if (url && !failed) await this.post(url, "retirer/");
  }

  // ── what is there already

  async clicked(event) {
    const button = event.target.closest("[data-remove]");
    if (!button) return;
    event.preventDefault();
    const row = button.closest("[data-file]");
    const { uploads } = row.closest("[data-uploads]").dataset;
    button.disabled = true;
    const answer = await this.post(row.dataset.file, "retirer/");
    if (answer.status === 200) {
      this.redraw(uploads, answer.data.field);
      this.hear(uploads, `${answer.data.name} est retiré.`);
      (this.rootOf(uploads).querySelector("[data-remove]") ?? this.rootOf(uploads).querySelector("input[type=file]"))?.focus();
    } else {
      button.disabled = false;
      this.hear(uploads, answer.data?.said ?? "Ce fichier n’a pas pu être retiré : vérifiez votre connexion, puis recommencez.");
      row.querySelector(".site-file__said").textContent = answer.data?.said ?? "Pas retiré : pas de réseau. Recommencez.";
    }
  }

  /** Files given to an earlier dossier: the server copies them, the field comes back with them. */
  async takeUp(event) {
    const button = event.target.closest("[data-take]");
    if (!button) return;
    event.preventDefault();
    const { uploads } = button.closest("[data-uploads]").dataset;
    button.disabled = true;
    const answer = await ask.post(this.form.dataset.takeUp, new URLSearchParams({ person: this.form.dataset.person, take: button.value }).toString());
    if (answer.status === 200) {
      this.redraw(uploads, answer.data.field);
      this.hear(uploads, answer.data.names.map((name) => `${name} est enregistré.`).join(" "));
      (this.rootOf(uploads).querySelector("[data-remove]") ?? this.rootOf(uploads).querySelector("input[type=file]"))?.focus();
    } else {
      button.disabled = false;
      const said = answer.data?.said ?? "Pas repris : pas de réseau. Recommencez.";
      this.hear(uploads, said);
      const place = button.parentElement.querySelector("[data-take-said]");
      place.textContent = said;
      place.hidden = false;
    }
  }

  post(url, act) {
    return ask.post(`${url}${act}`, new URLSearchParams({ person: this.form.dataset.person }).toString());
  }

  /** The field as the server holds it; the script of the page's saving knows its version from it. */
  redraw(key, field) {
    if (!field) return;
    this.rootOf(key).dispatchEvent(new CustomEvent("answer:stored", { bubbles: true, detail: field }));
  }

  /** Asks, less and less often, whether the antivirus has answered. */
  watch(url, key) {
    if (this.checking.has(url)) return;
    this.checking.set(url, 0);
    const look = async () => {
      const turn = this.checking.get(url);
      this.checking.set(url, turn + 1);
      const answer = await ask.get(`${url}etat/?${new URLSearchParams({ person: this.form.dataset.person })}`);
      if (answer.status === 200 && answer.data.state !== "checking") {
        this.checking.delete(url);
        this.redraw(key, answer.data.field);
        this.hear(key, answer.data.problem ? `${answer.data.name} : ${answer.data.problem}` : `${answer.data.name} est prêt.`);
      } else if (answer.status !== 404) {
        setTimeout(look, LOOKS[Math.min(turn, LOOKS.length - 1)] * 1000);
      }
    };
    setTimeout(look, LOOKS[0] * 1000);
  }

  /** The page leaves once everything is sent. */
  submitted(event) {
    if (!this.isBusy || event.submitter?.matches("[data-remove]")) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    this.leaving = { submitter: event.submitter };
    this.hear(this.current?.key ?? this.next.key, "Des fichiers sont encore en cours d’envoi : la page continuera quand ils seront arrivés.");
  }
}

for (const form of document.querySelectorAll("form[data-attach]")) new Uploads(form);
