// Replaces nothing under a finger that is down, nor a list that is open; asks for it anew as soon as that is over.
import { comesByItself } from "./arrivals.js";

const AFTER_THE_CLICK = 300;
const PARTS = new Set(["sync-panel", "results"]);
const late = new Set();
let pressed = null;

const isBusy = (part) => part.contains(pressed) || part.querySelector(":popover-open");

document.addEventListener("htmx:beforeSwap", ({ detail }) => {
  const { target } = detail;
  if (!detail.shouldSwap || !PARTS.has(target.id) || !comesByItself(detail) || !isBusy(target)) return;
  detail.shouldSwap = false;
  late.add(target.id);
});

function catchUp() {
  for (const part of [...late].map((id) => document.getElementById(id))) {
    if (!part || isBusy(part)) continue;
    late.delete(part.id);
    part.dispatchEvent(new Event("sync:look"));
  }
}

function release() {
  pressed = null;
  setTimeout(catchUp, AFTER_THE_CLICK);
}

document.addEventListener("pointerdown", ({ target }) => (pressed = target), true);
for (const end of ["pointerup", "pointercancel"]) document.addEventListener(end, release, true);
document.addEventListener("toggle", () => setTimeout(catchUp), true);
