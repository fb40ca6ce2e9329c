// The server's time, which the panel carries: a wrong clock on the reader's device must not skew a countdown.
let panel;
let ahead = 0;

export function serverNow() {
  const shown = document.querySelector("[data-now]");
  if (shown && shown !== panel) ahead = Date.parse(shown.dataset.now) - Date.now();
  panel = shown;
  return Date.now() + ahead;
}
