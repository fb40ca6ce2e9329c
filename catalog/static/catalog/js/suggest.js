// Asks for suggestions when typing rests. Only the newest answer counts, and none once the search was sent or left.
import { activate, close, field, list, open } from "./suggestion-list.js";

const DELAY = 150;
let timer;
let request = new AbortController();

const isSearch = (element) => element instanceof Element && element.matches("[data-suggest]");

export function stop() {
  clearTimeout(timer);
  request.abort();
  close();
}

async function fetchFor(text) {
  request = new AbortController();
  const address = `${field().dataset.suggest}?q=${encodeURIComponent(text)}`;
  const response = await fetch(address, { signal: request.signal });
  if (!response.ok) return close();
  list().innerHTML = await response.text();
  list().dataset.text = text;
  open();
}

export async function ask() {
  clearTimeout(timer);
  request.abort();
  const text = field().value.trim();
  if (!text) return close();
  if (text === list().dataset.text) return open();
  await fetchFor(text).catch(close); // another text is wanted, or nobody answers: searching works without
}

document.addEventListener("input", ({ target }) => {
  if (!isSearch(target)) return;
  activate(null);
  if (!target.value.trim()) return stop();
  clearTimeout(timer);
  timer = setTimeout(ask, DELAY);
});

document.addEventListener("submit", ({ target }) => field()?.form === target && stop(), true);
document.addEventListener("focusout", ({ target, relatedTarget }) => {
  if (isSearch(target) && !list().contains(relatedTarget)) stop();
});
document.addEventListener("pointerdown", ({ target }) => target.closest(".search") || stop());
addEventListener("pagehide", stop);
