// Keys of the search: arrows walk through the suggestions, Enter goes to one or searches, Escape closes, then clears.
import { ask, stop } from "./suggest.js";
import { activate, active, field, isOpen, options } from "./suggestion-list.js";

async function move(step) {
  if (!isOpen()) await ask();
  const all = isOpen() ? options() : [];
  const from = all.indexOf(active());
  activate(all.at(from < 0 && step < 0 ? -1 : (from + step) % all.length));
}

function enter() {
  const option = isOpen() && active();
  if (option) option.click();
  else field().form.requestSubmit();
}

function leave() {
  if (isOpen()) return stop();
  field().value = "";
  field().dispatchEvent(new Event("input", { bubbles: true }));
}

const KEYS = { ArrowDown: () => move(1), ArrowUp: () => move(-1), Enter: enter, Escape: leave };
const TO_THE_TEXT = new Set(["Home", "End", "ArrowLeft", "ArrowRight"]);

document.addEventListener("keydown", (event) => {
  if (event.target !== field() || event.isComposing || event.ctrlKey || event.metaKey) return;
  if (TO_THE_TEXT.has(event.key)) activate(null);
  if (!KEYS[event.key]) return;
  event.preventDefault();
  KEYS[event.key]();
});

// The focus stays in the field while an option is pressed, so the list stays open until the click has come.
document.addEventListener("mousedown", (event) => {
  if (!event.button && event.target.closest("#suggestions")) event.preventDefault();
});
