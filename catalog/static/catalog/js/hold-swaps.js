// Never replaces a part while the reader presses something in it or has a list open there; refreshes it afterwards.
import { isSelfUpdate } from "./self-updates.js";

// Milliseconds after pointerup by which the click has come, on touch screens too.
const CLICK_DELAY = 300;
// The end of a press may never be told: the system's menu or a drag swallows it. Nobody presses for so long.
const LONGEST_PRESS = 30_000;
const ENDS = ["pointerup", "pointercancel", "contextmenu", "dragend"];
const PARTS = ["[data-sync-panel]", "[data-album-grid]"];
const postponed = new Set();
let pressed = null;
let limit;

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

function press({ target, button }) {
  if (button) return; // of a mouse, any but the first: it only opens a menu
  pressed = target;
  clearTimeout(limit);
  limit = setTimeout(release, LONGEST_PRESS);
}

function release() {
  pressed = null;
  clearTimeout(limit);
  setTimeout(catchUp, CLICK_DELAY);
}

document.addEventListener("pointerdown", press, true);
for (const end of ENDS) document.addEventListener(end, release, true);
document.addEventListener("visibilitychange", () => document.hidden && release());
addEventListener("blur", release);
document.addEventListener("toggle", () => setTimeout(catchUp), true);
