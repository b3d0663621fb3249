// Hides the description of a new project while an existing one is chosen; without JavaScript everything is shown.
const part = document.querySelector("[data-new-project]");
const choices = [...document.querySelectorAll("input[type=radio][name=project]")];
const show = () => {
  part.hidden = choices.some((choice) => choice.checked && choice.value !== part.dataset.newProject);
};
if (part && choices.length) {
  for (const choice of choices) choice.addEventListener("change", show);
  window.addEventListener("pageshow", show);
  show();
}
