// Counts seconds up and down between two polls, worded like the `duration` and `countdown` filters.
import { keepCurrent, write } from "./keep-current.js";
import { serverNow } from "./server-clock.js";

function duration(seconds) {
  if (seconds < 60) return `${seconds} s`;
  const [whole, rest, large, small] =
    seconds < 3600
      ? [Math.floor(seconds / 60), seconds % 60, "min", "s"]
      : [Math.floor(seconds / 3600), Math.floor((seconds % 3600) / 60), "h", "min"];
  return rest ? `${whole} ${large} ${rest} ${small}` : `${whole} ${large}`;
}

const unbroken = (text) => text.replaceAll(" ", "\u00a0");

keepCurrent(() => {
  const now = serverNow();
  for (const time of document.querySelectorAll("time[data-countdown]")) {
    const left = Math.round((Date.parse(time.dateTime) - now) / 1000);
    write(time, left > 0 ? unbroken(`in ${duration(left)}`) : "now");
  }
  for (const time of document.querySelectorAll("time[data-elapsed]")) {
    write(time, unbroken(duration(Math.max(0, Math.round((now - Date.parse(time.dateTime)) / 1000)))));
  }
});
