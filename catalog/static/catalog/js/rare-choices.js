// The field that finds rare choices is no filter of the catalogue, nor is the number of a page: what is typed there
// must not submit the form around it. When other filters change, the choices that were found are brought anew, as their
// counts are old.
const isFinder = (element) => element instanceof HTMLInputElement && element.matches("[data-finder]");
const isNoFilter = (element) => isFinder(element) || element.matches("[form=jump]");

document.addEventListener("change", (event) => isNoFilter(event.target) && event.stopPropagation(), true);
document.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && isFinder(event.target)) event.preventDefault();
});
document.addEventListener("choices:counted", () => {
  for (const finder of document.querySelectorAll("details[open] > [data-finder]")) {
    finder.dispatchEvent(new Event("find:again"));
  }
});
