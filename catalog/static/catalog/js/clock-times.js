// Shows times in the reader's time zone, worded like the `clock_time` filter.
import { keepCurrent, write } from "./keep-current.js";
import { serverNow } from "./server-clock.js";

const HOUR = 3_600_000;
const DAYS = new Map([
  [0, ""],
  [1, "tomorrow "],
  [-1, "yesterday "],
]);
const hours = new Intl.DateTimeFormat("en-GB", { timeStyle: "short" });
const seconds = new Intl.DateTimeFormat("en-GB", { timeStyle: "medium" });
const date = new Intl.DateTimeFormat("en-GB", { day: "numeric", month: "short" });

// Count days from noon to noon: when the clocks change, a day has 23 or 25 hours.
const noon = (moment) => new Date(moment).setHours(12, 0, 0, 0);

function clockTime(moment) {
  const now = new Date(serverNow());
  const day = DAYS.get(Math.round((noon(moment) - noon(now)) / (24 * HOUR))) ?? `${date.format(moment)} `;
  return day + (Math.abs(moment - now) < HOUR ? seconds : hours).format(moment);
}

keepCurrent(() => {
  for (const time of document.querySelectorAll("time[data-clock][datetime]")) {
    const moment = new Date(time.dateTime);
    write(time, clockTime(moment));
    time.title = moment.toLocaleString("en", { dateStyle: "full", timeStyle: "medium" });
  }
});
