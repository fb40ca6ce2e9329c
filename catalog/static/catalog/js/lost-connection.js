// Shows since when the server hasn't answered, from the second failed poll in a row until the next answer.
import { serverNow } from "./server-clock.js";

let failures = 0;
let lastAnswer = serverNow();

function updateNote() {
  const note = document.querySelector("[data-lost]");
  if (!note) return;
  const isLost = failures > 1;
  if (isLost) note.querySelector("[data-since]").replaceChildren(clockTime(lastAnswer));
  if (isLost && note.hidden) announce("The server does not answer.");
  if (!isLost && !note.hidden) announce("The server answers again.");
  note.hidden = !isLost;
}

function clockTime(moment) {
  const time = document.createElement("time");
  time.dataset.clock = "";
  time.dateTime = new Date(moment).toISOString();
  return time;
}

function announce(text) {
  const region = document.getElementById("sync-announcement");
  if (region) region.textContent = text;
}

document.addEventListener("htmx:afterRequest", ({ detail: { elt, xhr } }) => {
  if (!elt.closest("[data-sync-panel]")) return;
  const isAnswer = xhr.status > 0 && xhr.status < 500;
  failures = isAnswer ? 0 : failures + 1;
  if (isAnswer) lastAnswer = serverNow();
  updateNote();
});

addEventListener("online", () => document.querySelector("[data-sync-panel]")?.dispatchEvent(new Event("sync:look")));
