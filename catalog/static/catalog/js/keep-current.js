// Renews what changes by itself: now, each second, with every swap, and when the page is looked at again.
const MOMENTS = ["htmx:afterSwap", "htmx:afterSettle", "visibilitychange"];

export function keepCurrent(renew) {
  renew();
  setInterval(renew, 1000);
  for (const moment of MOMENTS) document.addEventListener(moment, renew);
}

export function write(element, text) {
  if (element.textContent !== text) element.textContent = text;
}
