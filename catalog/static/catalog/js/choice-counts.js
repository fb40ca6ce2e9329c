// Writes the counts of a new list beside the choices, and ticks what it was asked for: the boxes themselves stay.
// A whole page, as when somebody goes back, has its counts in place.
const counted = () => document.querySelector("[data-album-grid][data-counts]");
const written = new Intl.NumberFormat("en");
let shown = counted();

function update(choice, counts, chosen) {
  const boxes = choice.querySelectorAll("input");
  for (const box of boxes) box.checked = chosen.has(`${box.name}:${box.value}`);
  const count = counts[`${boxes[0].name}:${boxes[0].value}`] ?? 0;
  choice.querySelector(".choice__count").textContent = written.format(count);
  choice.toggleAttribute("data-empty", !count && !boxes[0].checked);
}

document.addEventListener("htmx:afterSwap", () => {
  if (shown === counted()) return;
  shown = counted();
  if (!shown) return;
  const { counts, chosen } = JSON.parse(shown.dataset.counts);
  const ticked = new Set(chosen);
  for (const choice of document.querySelectorAll("#filters [id$='-main'] > .choice")) update(choice, counts, ticked);
  document.dispatchEvent(new Event("choices:counted"));
});
