// Restores focus after a swap has removed the focused element: to the same link of the same album, or to the panel.
let held = null;

function place(element) {
  const tile = element.closest("[data-album-tile]");
  const { mark } = element.dataset;
  if (tile) return { album: tile.dataset.albumId, address: element.getAttribute("href"), mark };
  return element.closest("[data-sync-panel]") ? { isPanel: true } : null;
}

function again({ album, address, mark, isPanel }) {
  if (isPanel) return document.querySelector("[data-sync-panel]");
  if (mark) return document.querySelector(`[data-album-id="${album}"] [data-mark="${mark}"]`);
  const links = document.querySelectorAll(`[data-album-id="${album}"] a:not([tabindex])`);
  return [...links].find((link) => link.getAttribute("href") === address);
}

// A button that is disabled while its form is sent loses focus long before the swap.
const remember = () => (held = place(document.activeElement) ?? held);

document.addEventListener("htmx:beforeRequest", remember);
document.addEventListener("htmx:beforeSwap", remember);

document.addEventListener("htmx:afterSwap", () => {
  if (held && document.activeElement === document.body) again(held)?.focus({ preventScroll: true });
  held = null;
});
