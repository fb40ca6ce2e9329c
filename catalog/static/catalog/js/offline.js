// Registers the service worker, which shows what was viewed last where there is no connection; writes when that was.
const worker = document.querySelector("meta[name=service-worker]").content;
const format = new Intl.DateTimeFormat("en-GB", { dateStyle: "long", timeStyle: "short" });

for (const time of document.querySelectorAll("time[data-kept]")) {
  time.textContent = format.format(new Date(time.dataset.kept));
}

if ("serviceWorker" in navigator) navigator.serviceWorker.register(worker);
