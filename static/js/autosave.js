// Saves each field of a section as it is left and after two seconds without typing, and brings what others changed.
// One request at a time: an answer that was lost is asked again with the very same text before anything newer leaves.
import { Copies } from "./browser-copies.js";
import { QuestionField } from "./question-field.js";
import { SavedLine } from "./saved-line.js";
import { offer } from "./found-text.js";
import { ask } from "./page-requests.js";

const QUIET = 2000;
const DELAYS = [5, 10, 20, 40, 60];
const MOST_SENT = 1_000_000;
const WAITS_FOR_LEAVING = 10_000;
const TOGETHER = 5;

class Autosave {
  constructor(form) {
    this.form = form;
    this.revision = Number(form.dataset.revision);
    this.pace = Number(form.dataset.pace);
    this.copies = new Copies(form.dataset.person, form.dataset.dossier);
    this.questions = new Map([...form.querySelectorAll("[data-question]")].map((root) => [root.dataset.question, new QuestionField(root)]));
    this.line = new SavedLine(form, () => this.retry());
    this.failures = 0;
    this.halt = null; // {why, said}: nothing leaves until it is lifted
    this.lost = null; // the request whose answer never came
    form.dataset.autosaving = "";
    this.channel = "BroadcastChannel" in window ? new BroadcastChannel(`dossier-${form.dataset.dossier}`) : null;
    this.watchPointer();
    this.listen();
    this.offerFound();
    for (const question of this.all.filter((one) => one.isDue)) this.typed(question);
    this.show();
    this.watchOthers();
  }

  get all() {
    return [...this.questions.values()];
  }

  questionOf(node) {
    return this.questions.get(node.closest?.("[data-question]")?.dataset.question);
  }

  // ── what the person does

  listen() {
    this.form.addEventListener("input", ({ target }) => this.typed(this.questionOf(target)));
    this.form.addEventListener("change", ({ target }) => this.typed(this.questionOf(target), { soon: true }));
    this.form.addEventListener("focusout", ({ target, relatedTarget }) => {
      const question = this.questionOf(target);
      if (question && !question.root.contains(relatedTarget)) this.left(question);
    });
    this.form.addEventListener("click", ({ target }) => {
      const question = this.questionOf(target);
      if (target.closest("[data-keep-mine]")) this.keepMine(question);
      if (target.closest("[data-take-theirs]")) this.takeTheirs(question);
    });
    this.form.addEventListener("click", (event) => this.takeUp(event));
    this.form.addEventListener("answer:stored", ({ target, detail }) => this.stored(this.questionOf(target), detail));
    this.form.addEventListener("submit", (event) => this.submitted(event), { capture: true });
    window.addEventListener("online", () => this.retry());
    window.addEventListener("focus", () => this.back());
    document.addEventListener("visibilitychange", () => (document.visibilityState === "visible" ? this.back() : this.flush()));
    window.addEventListener("pagehide", () => this.flush());
    window.addEventListener("pageshow", ({ persisted }) => persisted && this.back()); // from the browser's memory, as old as it was left
    this.copies.watch((key) => {
      for (const found of this.form.querySelectorAll("[data-found]")) if (found.dataset.found === key) found.remove();
    });
    this.channel?.addEventListener("message", () => this.lookSoon());
  }

  typed(question, { soon = false } = {}) {
    if (!question) return;
    if (question.isDirty) this.copies.keep(question.name, { ...question.copy(), base: question.version });
    else this.copies.forget(question.name);
    if (["refused", "right", "unreadable"].includes(this.halt?.why)) this.halt = null; // it may be allowed by now: the next try says
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.flush(), soon ? 0 : QUIET);
    this.show();
  }

  left(question) {
    this.still(() => {
      const { later } = question;
      question.later = undefined;
      if (later?.html && question.text() === later.text) question.draw(later.html);
      else if (later) question.trouble(later.trouble);
    });
    if (question.pending && !question.isDirty) this.bring(question, question.pending);
    if (question.isDue) this.flush();
    this.show();
  }

  /** Puts what was offered for an empty field in it; where only the server can, the button sends the page as it does without script. */
  takeUp(event) {
    const button = event.target.closest("button[data-offer]");
    if (!button?.dataset.offer) return;
    event.preventDefault();
    const question = this.questionOf(button);
    if (question.isBlank) question.fill(JSON.parse(button.dataset.offer));
    this.typed(question, { soon: true });
    question.root.querySelectorAll("[data-offered]").forEach((box) => box.remove());
    question.focus();
  }

  keepMine(question) {
    question.setVersion(question.conflict);
    question.conflict = 0;
    question.saved = null;
    question.held = null;
    question.trouble("");
    question.focus();
    this.flush();
  }

  async takeTheirs(question) {
    const answer = await this.look({ except: question });
    const info = answer?.fields?.[question.name];
    if (!info) {
      question.say("La réponse enregistrée n’a pas pu être lue : essayez de nouveau.");
      return;
    }
    this.copies.forget(question.name);
    question.root.querySelector("[data-take-theirs]")?.focus();
    this.bring(question, info);
    this.show();
  }

  /** The buttons of the page save everything first: the answers that an open request will change must be known before the form leaves. */
  async submitted(event) {
    if (this.passes) {
      this.passes = false;
      return;
    }
    const token = this.form.querySelector("input[name=csrfmiddlewaretoken]");
    token.value = ask.token() ?? token.value;
    if (!this.request && !this.all.some((one) => one.isDue) && !this.halt && !this.failures) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    const { submitter } = event;
    if (this.halt?.why !== "session" && this.halt?.why !== "person") this.halt = null;
    await Promise.race([this.saveAll(), new Promise((done) => setTimeout(done, WAITS_FOR_LEAVING))]);
    if (this.failures || ["session", "person", "gone"].includes(this.halt?.why)) {
      this.line.insist();
      return;
    }
    this.passes = true;
    this.form.requestSubmit(submitter);
  }

  async saveAll() {
    for (let turn = 0; turn < 5 && (this.request || this.lost || this.all.some((one) => one.isDue)); turn += 1) {
      await (this.request ?? this.flush());
      if (this.failures || this.halt) return;
    }
  }

  /** Does what may move the page once no press is under way: what is pressed must still be there when the finger lifts. */
  still(act) {
    if (this.pressed) this.waiting.push(act);
    else act();
  }

  watchPointer() {
    this.waiting = [];
    const lifted = () => {
      this.pressed = false;
      setTimeout(() => this.waiting.splice(0).forEach((act) => act()), 0); // after the click
    };
    document.addEventListener("pointerdown", () => (this.pressed = true), { capture: true });
    for (const end of ["pointerup", "pointercancel", "dragend"]) document.addEventListener(end, lifted, { capture: true });
  }

  // ── what leaves, and what comes back

  /** Sends what changed, or the request whose answer was lost. */
  flush() {
    clearTimeout(this.timer);
    if (this.halt) return undefined;
    if (this.request) {
      this.again = true;
      return this.request;
    }
    const batch = this.lost ?? this.batch();
    if (!batch) return undefined;
    this.sending = batch;
    this.request = this.send(batch).finally(() => {
      this.request = null;
      this.sending = null;
      const again = this.again || batch.resent;
      this.again = false;
      this.show();
      if (this.failures || this.halt || !this.all.some((one) => one.isDue)) return;
      clearTimeout(this.timer);
      this.timer = setTimeout(() => this.flush(), again ? 0 : QUIET); // nothing typed waits for the next keystroke
    });
    this.show();
    return this.request;
  }

  batch() {
    const texts = new Map();
    const body = new URLSearchParams({ person: this.form.dataset.person });
    let size = 0;
    for (const question of this.all.filter((one) => one.isDue)) {
      const text = question.text();
      if (texts.size > 0 && size + text.length > MOST_SENT) {
        this.again = true;
        break;
      }
      size += text.length;
      texts.set(question.name, text);
      for (const [name, value] of question.pairs()) body.append(name, value);
      body.append(`${question.name}-version`, question.version);
    }
    return texts.size > 0 ? { texts, body: body.toString() } : null;
  }

  async send(batch) {
    const answer = await ask.post(this.form.dataset.autosave, batch.body, batch.stamp);
    if (answer.status === 403 && !answer.data && !batch.renewed) {
      batch.renewed = true; // a token of before the last sign-in: asking what changed brings one of now
      await ask.get(`${this.form.dataset.changes}?${new URLSearchParams({ person: this.form.dataset.person, revision: -1 })}`);
      return this.send(batch);
    }
    if (answer.status === 200) {
      this.lost = null;
      this.failures = 0;
      this.copies.resume();
      this.acknowledged(batch, answer.data);
    } else if (answer.data?.why) {
      this.lost = answer.data.why === "session" ? { ...batch, resent: true } : null;
      this.failures = 0;
      this.stop(answer.data);
    } else if (answer.status >= 400 && answer.status < 500 && ![403, 408, 429].includes(answer.status)) {
      this.lost = null;
      this.failures = 0;
      this.stop({ why: "unreadable", said: "Le serveur n’a pas pu lire cette saisie." });
    } else {
      this.lost = { ...batch, resent: true, stamp: answer.stamp ?? batch.stamp };
      this.failed(answer.status);
    }
    return undefined;
  }

  acknowledged(batch, data) {
    if (data.revision === this.revision + (data.changed ? 1 : 0)) this.revision = data.revision; // else someone else wrote too: the next look tells
    for (const [name, text] of batch.texts) {
      const question = this.questions.get(name);
      const info = data.fields[name];
      if (!info?.kept) {
        question.held = text;
        question.conflict = info?.conflict ?? 0;
      } else {
        question.acknowledge(text, info.version);
        if (question.isDirty) this.copies.keep(name, { ...question.copy(), base: question.version });
        else this.copies.forget(name);
      }
      this.still(() => {
        this.tell(question, info, text);
        question.say(info?.kept ? `Enregistré ${data.at}` : "");
      });
    }
    this.form.dispatchEvent(new CustomEvent("answers:known", { detail: data }));
    this.at = data.at;
    if (data.changed) this.channel?.postMessage("changed");
  }

  /** What is wrong is said when the field is left: a sentence about half a date would only disturb. What met another text is said at once. */
  tell(question, info, text) {
    const trouble = info?.trouble ?? "";
    if (info?.html && !question.hasFocus && question.text() === text) {
      question.draw(info.html);
    } else if (question.hasFocus && trouble && !question.conflict) {
      question.later = { trouble, html: info?.html, text };
    } else {
      question.later = undefined;
      question.trouble(trouble);
      if (question.conflict) this.line.hear(`La réponse à « ${question.label} » a changé entre-temps : les deux textes sont sous le champ.`);
    }
  }

  failed(status) {
    const delay = DELAYS[Math.min(this.failures, DELAYS.length - 1)];
    this.failures += 1;
    this.failure = { status, delay };
    clearTimeout(this.retryTimer);
    this.retryTimer = setTimeout(() => this.flush(), delay * 1000);
  }

  retry() {
    clearTimeout(this.retryTimer);
    if (this.failures || this.halt?.why === "refused" || this.halt?.why === "right") {
      this.halt = null;
      this.flush();
    } else this.back();
  }

  stop(halt) {
    this.halt = halt;
    clearTimeout(this.retryTimer);
  }

  // ── what others changed

  watchOthers() {
    const turn = async () => {
      if (document.visibilityState === "visible") await this.look();
      this.watch = setTimeout(turn, (this.halt ? TOGETHER : this.pace) * 1000);
    };
    this.watch = setTimeout(turn, this.pace * 1000);
  }

  back() {
    if (this.halt?.why === "session" || this.halt?.why === "person") this.look();
    else this.lookSoon();
  }

  lookSoon() {
    clearTimeout(this.soon);
    this.soon = setTimeout(() => document.visibilityState === "visible" && this.look(), 200);
  }

  /** Asks what changed; `except` is a question whose stored answer is wanted whatever its version. */
  async look({ except = null } = {}) {
    if (this.request || (this.looking && !except)) return null;
    if (this.halt?.why === "gone") return null;
    this.looking = true;
    const seen = new URLSearchParams({ person: this.form.dataset.person, revision: except ? -1 : this.revision, others: this.others ?? "" });
    for (const one of this.all) seen.append(`${one.name}-version`, one === except ? 0 : one.version);
    const answer = await ask.get(`${this.form.dataset.changes}?${seen}`);
    this.looking = false;
    if (answer.data?.why) {
      if (["session", "person", "gone"].includes(answer.data.why)) this.stop(answer.data);
    } else if (answer.status === 200 || answer.status === 204) {
      this.reached(answer);
    }
    this.show();
    return answer.data;
  }

  reached({ status, data }) {
    if (this.halt?.why === "session" || this.halt?.why === "person") {
      this.halt = null;
      this.copies.resume();
      for (const one of this.all.filter((each) => each.isDirty)) this.copies.keep(one.name, { ...one.copy(), base: one.version });
    }
    if (data?.others) {
      this.others = data.others.mark;
      this.line.beside(data.others.said);
      if (this.others) this.pace = Math.min(this.pace, TOGETHER);
    }
    if (status === 200 && !this.request) {
      this.revision = data.revision;
      for (const [name, info] of Object.entries(data.fields)) this.changed(this.questions.get(name), info);
    }
    if (this.lost || this.all.some((one) => one.isDue)) this.lookAtTimer();
  }

  /** After a halt nothing else would wake what waits. */
  lookAtTimer() {
    if (!this.request && !this.halt && !this.failures) {
      clearTimeout(this.timer);
      this.timer = setTimeout(() => this.flush(), this.lost ? 0 : QUIET);
    } else if (this.failures) this.retry();
  }

  changed(question, info) {
    if (!question || info.version <= Math.max(question.version, question.conflict)) return;
    if (this.lost?.texts.has(question.name)) return; // its own answer is still to come, and may be this very version
    this.pace = Math.min(this.pace, TOGETHER);
    if (question.isDirty) {
      question.conflict = info.version;
      question.trouble(info.trouble);
      this.line.hear(`La réponse à « ${question.label} » a changé entre-temps : les deux textes sont sous le champ.`);
    } else if (question.hasFocus) {
      question.pending = info;
      question.say(`${info.said} Le champ montrera ce texte quand vous le quitterez.`);
      this.line.hear(`${question.label} : ${info.said}`);
    } else {
      this.bring(question, info);
      this.line.hear(`${question.label} : ${info.said}`);
    }
  }

  /** Another script stored an answer by itself (files are sent apart): the page shows what the server holds now. */
  stored(question, info) {
    this.still(() => {
      question.draw(info.html);
      question.say(`Enregistré ${info.at}`);
      this.at = info.at;
      this.show();
    });
    this.channel?.postMessage("changed");
  }

  bring(question, info) {
    this.still(() => {
      if (question.isDirty && !question.conflict) return; // written in since: the next save tells
      question.draw(info.html);
      question.say(info.said);
      this.show();
    });
  }

  // ── what is said

  offerFound() {
    for (const question of this.all) {
      const found = this.copies.found(question.name);
      if (question.restored) found.push({ key: "", at: null, ...question.restored });
      const seen = new Set([question.text()]);
      for (const copy of found) {
        const text = JSON.stringify(copy.pairs);
        if (seen.has(text)) this.copies.remove(copy.key);
        else
          offer(question, copy, {
            take: () => {
              question.fill(copy);
              this.typed(question, { soon: true });
              this.copies.remove(copy.key);
            },
            leave: () => this.copies.remove(copy.key),
          });
        seen.add(text);
      }
    }
  }

  show() {
    const conflicts = this.all.filter((one) => one.conflict);
    const dirty = this.all.filter((one) => one.isDirty);
    for (const one of dirty) if (!one.conflict) one.say(this.sending?.texts.has(one.name) ? "Enregistrement…" : "Pas encore enregistré");
    if (dirty.length > 0) this.form.dataset.unsaved = "";
    else delete this.form.dataset.unsaved;
    this.line.show({
      halt: this.halt,
      failure: this.failures ? this.failure : null,
      sending: Boolean(this.request),
      conflicts: conflicts.length,
      refused: dirty.filter((one) => !one.conflict && !one.isDue).length,
      dirty: dirty.length,
      at: this.at,
      kept: this.copies.stand,
    });
  }
}

for (const form of document.querySelectorAll("form[data-autosave]")) new Autosave(form);
