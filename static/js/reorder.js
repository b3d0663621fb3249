// Reorders the outline of a form without a reload: arrows keep the focus, the handle is dragged. Without this file the arrows still work.
const outline = () => document.getElementById("plan");
const status = document.getElementById("annonce");

// Sends a move, then draws the outline as the server now has it; whatever goes wrong, the page is read again.
async function send(url, values, focusId, said) {
  const token = outline().querySelector("input[name=csrfmiddlewaretoken]").value;
  try {
    const response = await fetch(url, {
      method: "POST",
      body: new URLSearchParams({ csrfmiddlewaretoken: token, ...values }),
      credentials: "same-origin",
    });
    const fresh = new DOMParser().parseFromString(await response.text(), "text/html").getElementById("plan");
    if (!response.ok || !fresh) throw new Error(String(response.status));
    outline().replaceWith(fresh);
    prepare();
    const target = document.getElementById(focusId);
    if (target && !target.disabled) target.focus();
    status.textContent = said;
  } catch {
    window.location.reload();
  }
}

function prepare() {
  const root = outline();
  if (root.dataset.reorder !== "yes") return;
  for (const hidden of root.querySelectorAll(".ac-handle, [data-drag-hint]")) hidden.hidden = false;
  for (const form of root.querySelectorAll(".ac-shift")) {
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      const button = form.querySelector("button");
      send(form.action, { step: form.elements.step.value }, button.id, `${button.textContent.trim()} : fait.`);
    });
  }
  for (const row of root.querySelectorAll(".ac-question")) {
    const handle = row.querySelector(".ac-handle");
    handle.addEventListener("pointerdown", () => { row.draggable = true; });
    row.addEventListener("dragstart", (event) => {
      event.dataTransfer.effectAllowed = "move";
      event.dataTransfer.setData("text/plain", row.id);
      row.classList.add("ac-question--dragged");
    });
    row.addEventListener("dragend", () => {
      row.draggable = false;
      row.classList.remove("ac-question--dragged");
    });
  }
  for (const list of root.querySelectorAll(".ac-questions")) {
    list.addEventListener("dragover", (event) => {
      const dragged = root.querySelector(".ac-question--dragged");
      if (!dragged) return;
      event.preventDefault();
      const next = [...list.querySelectorAll(".ac-question:not(.ac-question--dragged)")].find((row) => {
        const box = row.getBoundingClientRect();
        return event.clientY < box.top + box.height / 2;
      });
      list.insertBefore(dragged, next ?? null);
    });
    list.addEventListener("drop", (event) => {
      event.preventDefault();
      const dragged = root.querySelector(".ac-question--dragged");
      if (!dragged) return;
      const index = [...list.querySelectorAll(".ac-question")].indexOf(dragged);
      const link = dragged.querySelector("a");
      send(dragged.dataset.move, { section: list.dataset.section, index: String(index) }, "", `« ${link.textContent} » est déplacée.`);
    });
  }
}

prepare();
