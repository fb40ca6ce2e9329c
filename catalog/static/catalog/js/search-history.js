// Gives each search one entry in the history: the first letter after a pause adds it, further ones change its address.
const PAUSE = 1000;
const SEARCH = "input[name=q][form]";
let last = -Infinity;
let isNew = true;

const rest = () => (last = -Infinity);

document.addEventListener("input", ({ target }) => {
  if (!target.matches(SEARCH)) return;
  if (performance.now() - last > PAUSE) isNew = true;
  last = performance.now();
});

document.addEventListener("htmx:beforeHistoryUpdate", ({ detail: { history: update, requestConfig } }) => {
  if (update.type !== "replace") return rest();
  const isElsewhere = update.path !== location.pathname + location.search;
  if (isNew && isElsewhere) history.pushState({ htmx: true }, "", location.href);
  // The answer to Enter may come when the next search is being typed already.
  isNew = requestConfig.triggeringEvent?.type === "submit" || (isNew && !isElsewhere);
});

document.addEventListener("submit", rest, true);
addEventListener("popstate", () => {
  rest();
  // A list that was asked for before must not replace the one that is walked back to.
  document.querySelector(SEARCH)?.form.dispatchEvent(new CustomEvent("htmx:abort", { bubbles: true, detail: {} }));
});
