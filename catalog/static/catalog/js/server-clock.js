// The server's time, which the panel brings along: a reader's clock that is wrong must not bend a countdown.
let panel;
let ahead = 0;

export function serverNow() {
  const shown = document.querySelector("[data-now]");
  if (shown && shown !== panel) ahead = Date.parse(shown.dataset.now) - Date.now();
  panel = shown;
  return Date.now() + ahead;
}
