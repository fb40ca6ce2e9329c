// Moves covers that have loaded into the new list, so that they don't flicker when results are swapped.
let covers = new Map();

const images = (part) => part.querySelectorAll("[data-album-tile] img");

document.addEventListener("htmx:beforeSwap", ({ detail: { target } }) => {
  if (!target.matches("[data-album-grid]")) return;
  covers = new Map([...images(target)].filter((image) => image.complete).map((image) => [image.src, image]));
});

document.addEventListener("htmx:afterSwap", () => {
  for (const image of covers.size ? images(document) : []) {
    const loaded = covers.get(image.src);
    if (!loaded || loaded.isConnected) continue;
    loaded.alt = image.alt;
    image.replaceWith(loaded);
  }
  covers.clear();
});
