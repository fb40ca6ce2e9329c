// When the last visit ended, in the server's seconds: half an hour of silence ends one. At the first visit nothing is
// new but what is added during it.
import { serverNow } from "./server-clock.js";

const KEPT = "visit";
const SILENCE_S = 30 * 60;

const now = () => Math.floor(serverNow() / 1000);

function read() {
  try {
    const { since, last } = JSON.parse(localStorage.getItem(KEPT));
    if (Number.isSafeInteger(since) && Number.isSafeInteger(last)) return { since, last };
  } catch {}
  return { since: now(), last: now() };
}

function note() {
  const { since, last } = read();
  const visit = now() - last > SILENCE_S ? { since: last, last: now() } : { since, last: Math.max(last, now()) };
  localStorage.setItem(KEPT, JSON.stringify(visit));
}

note();
document.addEventListener("visibilitychange", note);
addEventListener("pagehide", note);

export const since = () => read().since;
