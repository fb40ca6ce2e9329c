// Writes moments by the reader's clock, in the words of the filter `clock_time`.
import { keepCurrent, write } from "./keep-current.js";

const AN_HOUR = 3_600_000;
const DAYS = new Map([[0, ""], [1, "tomorrow "], [-1, "yesterday "]]);
const hours = new Intl.DateTimeFormat("en-GB", { timeStyle: "short" });
const seconds = new Intl.DateTimeFormat("en-GB", { timeStyle: "medium" });
const date = new Intl.DateTimeFormat("en-GB", { day: "numeric", month: "short" });

// Days are counted between noons, as a day has 23 or 25 hours when the clocks change.
const noon = (moment) => new Date(moment).setHours(12, 0, 0, 0);

function clockTime(moment) {
  const now = new Date();
  const day = DAYS.get(Math.round((noon(moment) - noon(now)) / (24 * AN_HOUR))) ?? `${date.format(moment)} `;
  return day + (Math.abs(moment - now) < AN_HOUR ? seconds : hours).format(moment);
}

keepCurrent(() => {
  for (const time of document.querySelectorAll("time[data-clock][datetime]")) {
    const moment = new Date(time.dateTime);
    write(time, clockTime(moment));
    time.title = moment.toLocaleString("en", { dateStyle: "full", timeStyle: "medium" });
  }
});
