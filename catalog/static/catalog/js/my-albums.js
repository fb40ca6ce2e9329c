// Asks for the list of marked albums, which the server doesn't know, and counts the marks.
import { since } from "./last-visit.js";
import { all } from "./marks.js";
import { saved } from "./marks-account.js";

const place = document.querySelector("[data-mine]");

function values() {
  const kind = place.dataset.mine;
  return kind === "new" ? { since: since() } : { albums: all()[kind].join() };
}

function count() {
  const marks = all();
  for (const counted of document.querySelectorAll("[data-count-of]")) {
    counted.textContent = marks[counted.dataset.countOf]?.length.toLocaleString("en") ?? "";
  }
}

const fail = () => (place.textContent = place.dataset.failed);

async function show() {
  count();
  await saved();
  const address = place.dataset.from + location.search;
  window.htmx.ajax("POST", address, { source: place, target: place, swap: "innerHTML", values: values() });
}

if (place) {
  place.addEventListener("htmx:responseError", fail);
  place.addEventListener("htmx:sendError", fail);
  document.addEventListener("marks:changed", count);
  show();
}
