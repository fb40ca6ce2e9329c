// Keeps the albums that are being read where they are on the screen while the list renews itself.
import { comesByItself } from "./arrivals.js";

let held = [];

const top = (element) => element.getBoundingClientRect().top;
const isSeen = (tile) => tile.getBoundingClientRect().bottom > 0 && top(tile) < innerHeight;

document.addEventListener("htmx:beforeSwap", ({ detail }) => {
  held = [];
  const isRead = detail.shouldSwap && detail.target.id === "results" && comesByItself(detail) && top(detail.target) < 0;
  if (!isRead) return;
  const tiles = [...detail.target.querySelectorAll("[data-album-tile]")].filter(isSeen);
  held = tiles.map((tile) => [tile.dataset.albumId, top(tile)]);
});

document.addEventListener("htmx:afterSwap", () => {
  for (const [album, before] of held.splice(0)) {
    const tile = document.querySelector(`[data-album-id="${album}"]`);
    if (tile) return scrollBy({ top: top(tile) - before, behavior: "instant" });
  }
});
