// Leaves hidden albums out of lists: by a style sheet, so that they are never seen, neither at first nor after a swap.
// By class, as browsers look that up: 2,000 selectors of an attribute take as long to match as a page to draw.
// An album that is hidden just now stays where it is, faded, until the next list: nothing moves under the pointer.
import { all, has, look } from "./marks.js";

const sheet = new CSSStyleSheet();
document.adoptedStyleSheets.push(sheet);

function leaveOut() {
  look(); // collected, this script and site.js have marks of their own
  const albums = all().hide.map((id) => `[data-album-grid]:not([data-mine]) .album-${id}`);
  sheet.replaceSync(albums.length ? `${albums.join()} { display: none }` : "");
}

function count() {
  for (const note of document.querySelectorAll("[data-hidden-note]")) {
    const tiles = [...note.closest("[data-album-grid]").querySelectorAll("[data-album-tile]")];
    const left = tiles.filter((tile) => has("hide", tile.dataset.albumId) && !tile.getClientRects().length);
    note.querySelector("[data-hidden-count]").textContent = left.length;
    note.hidden = !left.length;
  }
}

leaveOut();
if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", count);
else count();
document.addEventListener("htmx:beforeSwap", ({ target }) => target.matches("[data-album-grid]") && leaveOut());
document.addEventListener("htmx:afterSwap", count);
document.addEventListener("htmx:historyRestore", count);
document.addEventListener("click", ({ target }) => {
  if (!target.closest("[data-show-hidden]")) return;
  sheet.replaceSync("");
  count();
  document.querySelector("[data-album-grid] h1").focus({ preventScroll: true });
});
