// Never replaces a part while the reader presses something in it or has a list open there; refreshes it afterwards.
import { isSelfUpdate } from "./self-updates.js";

// Milliseconds after pointerup by which the click has come, on touch screens too.
const CLICK_DELAY = 300;
const PARTS = new Set(["sync-panel", "results"]);
const postponed = new Set();
let pressed = null;

const isBusy = (part) => part.contains(pressed) || part.querySelector(":popover-open");

document.addEventListener("htmx:beforeSwap", ({ detail }) => {
  const { target } = detail;
  if (!detail.shouldSwap || !PARTS.has(target.id) || !isSelfUpdate(detail) || !isBusy(target)) return;
  detail.shouldSwap = false;
  postponed.add(target.id);
});

function catchUp() {
  for (const part of [...postponed].map((id) => document.getElementById(id))) {
    if (!part || isBusy(part)) continue;
    postponed.delete(part.id);
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
