// When the list updates itself, keeps the album being read in the same place on the screen: the one with focus, or else
// the one nearest the middle.
import { isSelfUpdate } from "./self-updates.js";

let held = [];

const top = (element) => element.getBoundingClientRect().top;
const isSeen = (tile) => tile.getBoundingClientRect().bottom > 0 && top(tile) < innerHeight;

function distance(tile) {
  const { top, bottom } = tile.getBoundingClientRect();
  return tile.contains(document.activeElement) ? -1 : Math.abs((top + bottom - innerHeight) / 2);
}

document.addEventListener("htmx:beforeSwap", ({ detail }) => {
  held = [];
  const { target, shouldSwap } = detail;
  if (!shouldSwap || !target.matches("[data-album-grid]") || !isSelfUpdate(detail) || top(target) >= 0) return;
  const tiles = [...target.querySelectorAll("[data-album-tile]")].filter(isSeen);
  tiles.sort((one, other) => distance(one) - distance(other));
  held = tiles.map((tile) => [tile.dataset.albumId, top(tile)]);
});

document.addEventListener("htmx:afterSwap", () => {
  for (const [album, before] of held.splice(0)) {
    const tile = document.querySelector(`[data-album-id="${album}"]`);
    if (tile) return scrollBy({ top: top(tile) - before, behavior: "instant" });
  }
});
