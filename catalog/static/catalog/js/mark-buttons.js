// Puts the buttons for marks beneath each album, and shows which are pressed.
import { has, toggle } from "./marks.js";

const template = document.getElementById("mark-buttons");
const titleOf = (album) => album.dataset.albumTitle ?? album.querySelector(".tile__link").textContent.trim();

function equip(album) {
  if (!album.matches("[data-marks]")) album.append(template.content.cloneNode(true));
  const title = titleOf(album);
  for (const button of album.querySelectorAll("[data-mark]")) {
    button.ariaLabel = `${button.title}: ${title}`;
  }
}

function paint() {
  for (const album of document.querySelectorAll("[data-album-id]")) {
    if (!album.querySelector("[data-mark][aria-label]")) equip(album);
    const id = album.dataset.albumId;
    for (const button of album.querySelectorAll("[data-mark]")) {
      const isPressed = String(has(button.dataset.mark, id));
      if (button.ariaPressed !== isPressed) button.ariaPressed = isPressed;
    }
    album.toggleAttribute("data-hidden", has("hide", id));
  }
}

paint();
document.addEventListener("htmx:afterSwap", paint);
document.addEventListener("htmx:historyRestore", paint);
document.addEventListener("marks:changed", paint);
document.addEventListener("click", ({ target }) => {
  const button = target.closest("[data-mark]");
  if (button) toggle(button.dataset.mark, button.closest("[data-album-id]").dataset.albumId);
});
