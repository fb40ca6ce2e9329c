// Shows dates with a time, which the server writes in UTC, in the reader's time zone.
const formats = {
  short: { day: "numeric", month: "short", year: "numeric", hour: "2-digit", minute: "2-digit" },
  long: { day: "numeric", month: "long", year: "numeric", hour: "2-digit", minute: "2-digit" },
};

function local(moment, length) {
  const parts = new Intl.DateTimeFormat("en-GB", formats[length] ?? formats.short).formatToParts(moment);
  const { day, month, year, hour, minute } = Object.fromEntries(parts.map(({ type, value }) => [type, value]));
  return `${day} ${month} ${year}, ${hour}:${minute}`;
}

function showAll() {
  for (const time of document.querySelectorAll("time[data-local][datetime]")) {
    const moment = new Date(time.dateTime);
    const text = local(moment, time.dataset.local);
    if (time.textContent !== text) time.textContent = text;
    time.title = moment.toLocaleString("en", { dateStyle: "full", timeStyle: "long" });
  }
  // A title in a drawing holds text only: its moment is replaced in the sentence.
  for (const title of document.querySelectorAll("title[data-moment]")) {
    title.textContent = title.textContent.replace(title.dataset.utc, local(new Date(title.dataset.moment)));
    title.removeAttribute("data-moment");
  }
}

showAll();
document.addEventListener("htmx:afterSettle", showAll);
