// The server's time: a wrong clock on the reader's device must not skew a countdown. The page carries it, and the panel
// brings it anew with each poll. A page that the browser had kept is old: there, the difference found earlier counts,
// or else the device's clock.
const KEPT = "server-clock-ahead";
let source;
let ahead = Number(sessionStorage.getItem(KEPT));

function isOld() {
  const [visit] = performance.getEntriesByType("navigation");
  const isWalkedBackTo = visit?.type === "back_forward" && visit.transferSize === 0;
  return isWalkedBackTo || visit?.responseStatus === 304 || visit?.transferSize < visit?.encodedBodySize;
}

function learn(shown) {
  const isFirst = !source;
  source = shown;
  const now = Date.parse(shown.dataset.now);
  if (Number.isNaN(now) || (isFirst && isOld())) return;
  ahead = now - Date.now();
  sessionStorage.setItem(KEPT, ahead);
}

export function serverNow() {
  const shown = document.querySelector("[data-sync-panel][data-now]") ?? document.body;
  if (shown !== source) learn(shown);
  return Date.now() + ahead;
}
