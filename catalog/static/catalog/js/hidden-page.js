// While the page is hidden, polls the status once a minute instead of every few seconds; refreshes it when shown again.
const HIDDEN_INTERVAL = 60_000;
let lastPoll = Date.now();

const panel = () => document.querySelector("[data-sync-panel]");

document.addEventListener("htmx:beforeRequest", (event) => {
  if (event.target !== panel()) return;
  if (document.hidden && Date.now() - lastPoll < HIDDEN_INTERVAL) event.preventDefault();
  else lastPoll = Date.now();
});

document.addEventListener("visibilitychange", () => {
  if (!document.hidden) panel()?.dispatchEvent(new Event("sync:look"));
});
