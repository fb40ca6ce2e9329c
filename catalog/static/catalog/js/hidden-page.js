// A page that nobody sees asks for the status once a minute, and at once when it is looked at again.
const REST = 60_000;
let asked = Date.now();

const panel = () => document.querySelector("[data-sync-panel]");

document.addEventListener("htmx:beforeRequest", (event) => {
  if (event.target !== panel()) return;
  if (document.hidden && Date.now() - asked < REST) event.preventDefault();
  else asked = Date.now();
});

document.addEventListener("visibilitychange", () => {
  if (!document.hidden) panel()?.dispatchEvent(new Event("sync:look"));
});
