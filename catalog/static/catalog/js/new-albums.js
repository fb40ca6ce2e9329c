// Puts a quiet dot beside each album that was added since the last visit.
import { since } from "./last-visit.js";

const template = document.getElementById("new-album");

function paint() {
  const start = since();
  for (const tile of document.querySelectorAll("[data-added]")) {
    if (Number(tile.dataset.added) <= start || tile.querySelector(".tile__since")) continue;
    tile.querySelector(".tile__title").prepend(template.content.cloneNode(true));
  }
}

paint();
document.addEventListener("htmx:afterSwap", paint);
document.addEventListener("htmx:historyRestore", paint);
