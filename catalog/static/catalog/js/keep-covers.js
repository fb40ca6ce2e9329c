// Covers that are on the screen stay there while the list renews itself, and need not be drawn anew.
let covers = new Map();

const images = (part) => part.querySelectorAll("[data-album-tile] img");

document.addEventListener("htmx:beforeSwap", ({ detail: { target } }) => {
  if (target.id !== "results") return;
  covers = new Map([...images(target)].filter((image) => image.complete).map((image) => [image.src, image]));
});

document.addEventListener("htmx:afterSwap", () => {
  for (const image of covers.size ? images(document) : []) {
    const drawn = covers.get(image.src);
    if (!drawn || drawn.isConnected) continue;
    drawn.alt = image.alt;
    image.replaceWith(drawn);
  }
  covers.clear();
});
