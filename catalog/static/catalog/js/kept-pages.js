// Lists the pages that the service worker has kept, the latest first, and reloads once there is a connection again.
const part = document.querySelector("[data-kept-pages]");
const FIRST_TRY = 1000;
const BETWEEN_TRIES = 5000;
let isLeft = false;
const format = new Intl.DateTimeFormat("en-GB", { dateStyle: "medium", timeStyle: "short" });

async function show(cache, request) {
  const page = await cache.match(request, { ignoreVary: true });
  const { title } = new DOMParser().parseFromString(await page.text(), "text/html");
  const item = part.querySelector("template").content.cloneNode(true);
  item.querySelector("a").href = request.url;
  item.querySelector("a").textContent = title.replace(/^\d+ % · | · progmetal$/g, "");
  item.querySelector("time").textContent = format.format(new Date(page.headers.get("Date")));
  part.querySelector("ol").append(item);
}

async function list() {
  const cache = await caches.open("pages");
  const own = document.querySelector("meta[name=offline]").content;
  const kept = (await cache.keys()).filter(({ url }) => new URL(url).pathname !== own).reverse();
  for (const request of kept) await show(cache, request);
  part.hidden = !kept.length;
}

// Asks now and then, as a device that has a network may not reach the site, and no event tells when it does.
async function reloadOnceAnswered() {
  const response = document.hidden
    ? null
    : await fetch(location.href, { method: "HEAD", cache: "no-store" }).catch(() => null);
  if (response?.ok && !isLeft) location.reload();
  else setTimeout(reloadOnceAnswered, BETWEEN_TRIES);
}

if (part) {
  // Whoever is on the way to another page isn't called back; a way that leads nowhere ends soon.
  addEventListener("beforeunload", () => {
    isLeft = true;
    setTimeout(() => {
      isLeft = false;
    }, BETWEEN_TRIES);
  });
  addEventListener("online", () => isLeft || location.reload());
  setTimeout(reloadOnceAnswered, FIRST_TRY);
  list();
}
