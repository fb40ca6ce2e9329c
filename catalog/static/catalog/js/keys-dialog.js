// The dialog that lists the keys. "?" or the footer opens it; Escape, its button or a press beside it closes it.
import { areOn, onKey, turn } from "./shortcuts.js";

const dialog = () => document.getElementById("keys");

function open() {
  dialog().querySelector("[data-single-keys]").checked = areOn();
  dialog().showModal();
  dialog().querySelector("button").focus();
}

// Without this script the button would do nothing, so it isn't shown.
function showButton() {
  for (const button of document.querySelectorAll("[data-keys]")) button.hidden = false;
}

showButton();
document.addEventListener("htmx:load", showButton);
onKey("?", open);

document.addEventListener("click", ({ target }) => {
  if (target.closest("[data-keys]")) open();
  else if (target === dialog()) dialog().close();
});

document.addEventListener("change", ({ target }) => {
  if (target.matches("[data-single-keys]")) turn(target.checked);
});

// The browser gives the focus back, unless what had it was replaced meanwhile.
function keepFocus({ target }) {
  const { activeElement } = document;
  if (activeElement === document.body || target.contains(activeElement)) document.getElementById("main").focus();
}

document.addEventListener("close", keepFocus, true);
