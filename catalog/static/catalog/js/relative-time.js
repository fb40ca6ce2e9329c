// Keeps "2 hours ago" true while the page is open. The units match the `ago` filter.
import { keepCurrent, write } from "./keep-current.js";
import { serverNow } from "./server-clock.js";

const UNITS = [
  ["year", 31_536_000],
  ["month", 2_592_000],
  ["day", 86_400],
  ["hour", 3_600],
  ["minute", 60],
];
const words = new Intl.RelativeTimeFormat("en", { numeric: "always" });
const full = new Intl.DateTimeFormat("en", { dateStyle: "full", timeStyle: "medium" });

function ago(moment) {
  const seconds = (serverNow() - moment) / 1000;
  const [unit, length] = UNITS.find(([, length]) => seconds >= length) ?? [];
  return unit ? words.format(-Math.floor(seconds / length), unit) : "just now";
}

keepCurrent(() => {
  for (const time of document.querySelectorAll("time[datetime][data-relative]")) {
    const moment = new Date(time.dateTime);
    write(time, ago(moment));
    time.title = full.format(moment);
  }
});
