// Writes the counts of a new list beside the choices, ticks what it was asked for, and puts them in the order in which
// they are told: the boxes themselves stay, and so does the focus. A whole page has all of that in place.
const counted = () => document.querySelector("[data-album-grid][data-counts]");
const written = new Intl.NumberFormat("en");
let shown = counted();
// What is ticked while an answer is on its way stands, and is asked for next.
let isTicked = false;

document.addEventListener("change", ({ target }) => (isTicked ||= Boolean(target.closest("#filters"))), true);
document.addEventListener("htmx:configRequest", ({ detail }) => {
  if (detail.elt.matches("#catalog-filters, #search")) isTicked = false;
});

function update(choice, counts, chosen) {
  const boxes = choice.querySelectorAll("input");
  if (!isTicked) for (const box of boxes) box.checked = chosen.has(`${box.name}:${box.value}`);
  const count = counts[`${boxes[0].name}:${boxes[0].value}`] ?? 0;
  choice.querySelector(".choice__count").textContent = written.format(count);
  choice.toggleAttribute("data-empty", !count && !boxes[0].checked);
}

function putInOrder(list, names) {
  const place = (choice) => names.indexOf(choice.querySelector("input").id);
  const wanted = [...list.children].sort((one, other) => place(one) - place(other));
  if (wanted.every((choice, number) => choice === list.children[number])) return;
  // The others move around the one that has the focus: to give it back would lay out the page in between.
  const focused = wanted.findIndex((choice) => choice.contains(document.activeElement));
  if (focused < 0) return list.append(...wanted);
  wanted[focused].before(...wanted.slice(0, focused));
  wanted[focused].after(...wanted.slice(focused + 1));
}

document.addEventListener("htmx:afterSwap", () => {
  if (shown === counted()) return;
  shown = counted();
  if (!shown) return;
  const { counts, chosen } = JSON.parse(shown.dataset.counts);
  const ticked = new Set(chosen);
  for (const choice of document.querySelectorAll("#filters [id$='-main'] > .choice")) update(choice, counts, ticked);
  for (const list of document.querySelectorAll("#genre-main, #country-main")) putInOrder(list, Object.keys(counts));
  document.dispatchEvent(new Event("choices:counted"));
});
