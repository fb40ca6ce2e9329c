// Narrows the folded list of genres to those that hold what is typed. Without this script the whole list is shown.
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

// What is typed here is no filter of its own: the form need not hear of it.
document.addEventListener("change", (event) => isNarrower(event.target) && event.stopPropagation(), true);
document.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && isNarrower(event.target)) event.preventDefault();
});
