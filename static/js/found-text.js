// Offers, under its field, a text that this browser kept and that the server does not hold. It never enters the field by itself.

const WHEN = new Intl.DateTimeFormat("fr", { day: "numeric", month: "long" });

function said(at) {
  if (!at) return "Texte retrouvé dans ce navigateur";
  const date = new Date(at);
  const two = (number) => String(number).padStart(2, "0");
  return `Texte retrouvé dans ce navigateur, du ${WHEN.format(date)} à ${two(date.getHours())}\u00a0h\u00a0${two(date.getMinutes())}`;
}

function button(words, css, act) {
  const item = document.createElement("li");
  const one = document.createElement("button");
  one.type = "button";
  one.className = `fr-btn ${css}`;
  one.textContent = words;
  one.addEventListener("click", act);
  item.append(one);
  return item;
}

export function offer(question, copy, { take, leave }) {
  const box = document.createElement("div");
  box.className = "fr-alert fr-alert--info fr-alert--sm fr-mt-1w";
  box.dataset.found = copy.key;
  box.setAttribute("role", "group");
  const title = document.createElement("p");
  title.textContent = `${said(copy.at)}. Il n’est pas enregistré :`;
  box.setAttribute("aria-label", said(copy.at));
  const text = document.createElement("blockquote");
  text.className = "site-conflict site-conflict--typed";
  text.textContent = copy.shown || "(réponse effacée)";
  const choices = document.createElement("ul");
  choices.className = "fr-btns-group fr-btns-group--inline-sm fr-btns-group--sm";
  const end = (act) => () => {
    act();
    box.remove();
    question.focus();
  };
  choices.append(button("Reprendre ce texte", "", end(take)), button("Ne pas le reprendre", "fr-btn--secondary", end(leave)));
  box.append(title, text, choices);
  question.root.append(box);
}
