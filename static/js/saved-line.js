// The one line that says what is saved of a page. Eyes see each step; ears hear only what changes for them.

export class SavedLine {
  constructor(form, retry) {
    this.form = form;
    this.root = form.querySelector("[data-saved]");
    this.line = this.root.querySelector("[data-saved-line]");
    this.spoken = this.root.querySelector("[data-saved-said]");
    this.others = this.root.querySelector("[data-saved-others]");
    this.more = this.root.querySelector("[data-saved-more]");
    this.retry = retry;
    this.kind = "initial";
  }

  show(state) {
    const [kind, words] = this.words(state);
    if (kind === "initial") return;
    if (this.line.textContent !== words) this.line.textContent = words;
    this.root.dataset.kind = kind;
    const worries = ["network", "halt", "conflict", "refused"].includes(kind);
    if (kind !== this.kind) {
      if ((worries && kind !== "conflict") || (kind === "saved" && ["initial", "network", "halt", "conflict", "refused"].includes(this.heard))) this.hear(words);
      if (worries || kind === "saved") this.heard = kind;
    }
    this.heard ??= "initial";
    this.kind = kind;
    this.offer(state);
  }

  words({ halt, failure, sending, conflicts, refused, dirty, at, kept }) {
    const where = kept ? "Votre texte est gardé dans ce navigateur." : "Votre texte n’est gardé que dans cette page : ne la fermez pas.";
    const held = dirty > 0;
    if (halt) return ["halt", held ? `Non enregistré. ${halt.said} ${where}` : halt.said];
    if (failure && sending) return ["network", `Nouvel essai… ${where}`];
    if (failure) {
      const cause = failure.status === 0 ? "pas de réseau" : "le service ne répond pas";
      return ["network", `Non enregistré : ${cause}, nouvel essai dans ${failure.delay} s. ${where}`];
    }
    if (conflicts > 0) return ["conflict", conflicts === 1 ? "Une réponse attend votre choix : elle a changé entre-temps." : `${conflicts} réponses attendent votre choix.`];
    if (sending) return ["sending", "Enregistrement…"];
    if (refused > 0) return ["refused", `Une réponse n’est pas enregistrée : voyez sous le champ. ${where}`];
    if (held) return ["typing", kept ? "Pas encore enregistré" : `Pas encore enregistré. ${where}`];
    return at ? ["saved", `Enregistré ${at}`] : ["initial", ""];
  }

  /** What may be done about it. */
  offer({ halt, failure }) {
    const wanted = halt?.why === "session" || halt?.why === "person" ? "sign-in" : failure ? "retry" : "";
    if (this.more.dataset.remedy === wanted) return;
    this.more.dataset.remedy = wanted;
    this.more.replaceChildren();
    if (wanted === "sign-in") {
      const link = document.createElement("a");
      link.className = "fr-link";
      link.href = this.form.dataset.signIn;
      link.target = "_blank";
      link.rel = "noopener";
      link.textContent = "Se connecter de nouveau";
      link.title = "Se connecter de nouveau – nouvelle fenêtre";
      this.more.append(link, " puis revenez ici : la page reprend d’elle-même.");
    } else if (wanted === "retry") {
      const button = document.createElement("button");
      button.type = "button";
      button.className = "fr-btn fr-btn--sm fr-btn--secondary";
      button.textContent = "Réessayer maintenant";
      button.addEventListener("click", () => this.retry());
      this.more.append(button);
    }
  }

  /** Who else is here: for the eyes, and for whoever reads the line; nothing interrupts. */
  beside(words) {
    this.others.textContent = words;
  }

  hear(words) {
    this.spoken.textContent = words;
  }

  /** A button was pressed and the page did not leave: say again why. */
  insist() {
    this.hear("");
    setTimeout(() => this.hear(this.line.textContent), 50);
    this.root.scrollIntoView({ block: "nearest" });
  }
}
