// Narrows a long list of choices to those that contain what is typed. Without this script the whole list is shown.
const isNarrower = (element) => element instanceof HTMLInputElement && element.matches("[data-narrow]");

function narrow(input) {
  const wanted = input.value.trim().toLowerCase();
  for (const choice of document.getElementById(input.dataset.narrow)?.children ?? []) {
    choice.hidden = !choice.textContent.toLowerCase().includes(wanted);
  }
}

function narrowAll() {
  for (const input of document.querySelectorAll("[data-narrow]")) {
    input.hidden = false;
    narrow(input);
  }
}

narrowAll();
document.addEventListener("input", ({ target }) => isNarrower(target) && narrow(target));
document.addEventListener("htmx:afterSettle", narrowAll);

// The typed text is not a filter of the catalogue: keep it from submitting the form around it.
document.addEventListener("change", (event) => isNarrower(event.target) && event.stopPropagation(), true);
document.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && isNarrower(event.target)) event.preventDefault();
});
