// Says how many albums a list has, once typing rests. What a sync changes is said by its panel.
import { isSelfUpdate } from "./self-updates.js";

const REST_MS = 600;
let timer;

function say(text = "") {
  const region = document.getElementById("list-announcement");
  if (region) region.textContent = text;
}

// Emptied first: a screen reader doesn't say the same text again.
function announce() {
  clearTimeout(timer);
  say();
  timer = setTimeout(() => say(document.querySelector("[data-announcement]")?.content.textContent.trim()), REST_MS);
}

document.addEventListener("htmx:afterSwap", ({ target, detail }) => {
  if (target.matches("[data-album-grid]") && !isSelfUpdate(detail)) announce();
});
document.addEventListener("htmx:historyRestore", announce);
