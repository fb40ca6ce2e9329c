// Calls a function that keeps a text current: now, every second, after each swap, and when the page is shown again.
const EVENTS = ["htmx:afterSwap", "htmx:afterSettle", "visibilitychange"];

export function keepCurrent(update) {
  update();
  setInterval(update, 1000);
  for (const event of EVENTS) document.addEventListener(event, update);
}

export function write(element, text) {
  if (element.textContent !== text) element.textContent = text;
}
