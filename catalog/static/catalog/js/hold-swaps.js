// Never replaces a part while the reader presses something in it or has a list open there; refreshes it afterwards.
import { isSelfUpdate } from "./self-updates.js";

// Milliseconds after pointerup by which the click has come, on touch screens too.
const CLICK_DELAY = 300;
const PARTS = ["[data-sync-panel]", "[data-album-grid]"];
const postponed = new Set();
let pressed = null;

const isBusy = (part) => part.contains(pressed) || part.querySelector(":popover-open");

document.addEventListener("htmx:beforeSwap", ({ detail }) => {
  const part = PARTS.find((selector) => detail.target.matches(selector));
  if (!detail.shouldSwap || !part || !isSelfUpdate(detail) || !isBusy(detail.target)) return;
  detail.shouldSwap = false;
  postponed.add(part);
});

function catchUp() {
  for (const selector of postponed) {
    const part = document.querySelector(selector);
    if (!part || isBusy(part)) continue;
    postponed.delete(selector);
    part.dispatchEvent(new Event("sync:look"));
  }
}

function release() {
  pressed = null;
  setTimeout(catchUp, CLICK_DELAY);
}

document.addEventListener("pointerdown", ({ target }) => (pressed = target), true);
for (const end of ["pointerup", "pointercancel"]) document.addEventListener(end, release, true);
document.addEventListener("toggle", () => setTimeout(catchUp), true);
