// Says since when the server has not answered, as soon as two questions in a row were in vain, until it does again.
let inVain = 0;
let answered = Date.now();

function tell() {
  const note = document.querySelector("[data-lost]");
  if (!note) return;
  const isLost = inVain > 1;
  if (isLost) note.querySelector("time").dateTime = new Date(answered).toISOString();
  if (isLost && note.hidden) announce("The server does not answer.");
  if (!isLost && !note.hidden) announce("The server answers again.");
  note.hidden = !isLost;
}

function announce(text) {
  const region = document.getElementById("sync-announcement");
  if (region) region.textContent = text;
}

document.addEventListener("htmx:afterRequest", ({ detail: { elt, xhr } }) => {
  if (!elt.closest("[data-sync-panel]")) return;
  const isAnswer = xhr.status > 0 && xhr.status < 500;
  inVain = isAnswer ? 0 : inVain + 1;
  if (isAnswer) answered = Date.now();
  tell();
});

addEventListener("online", () => document.querySelector("[data-sync-panel]")?.dispatchEvent(new Event("sync:look")));
