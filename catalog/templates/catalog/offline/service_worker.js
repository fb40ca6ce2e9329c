{% load static %}// Shows what was viewed last where there is no connection. Where there is one, the server answers.
const OFFLINE = new URL("{% url 'offline' %}", location).href;
const STATIC = new URL("{% get_static_prefix %}", location).href;
const ALBUMS = "{% url 'catalog:album_list' %}";
const ARTISTS = "{% url 'catalog:artist_detail' 0 %}".replace("0/", "");
const KEPT = new RegExp(`^(?:${ALBUMS}(?:\\d+/)?|${ARTISTS}\\d+/.*|{% url 'catalog:statistics' %})$`);
const PAGES = "pages";
const FILES = "files";
const MOST = { [PAGES]: 30, [FILES]: 200 };
const ASSET = /(?:href|src)="([^"]+\.(?:css|js|svg)(?:\?[^"]*)?)"/g;
const PERSONAL = /<html[^>]*\sdata-account=|<ul class="notices"/;
const TOKEN = /(name="csrfmiddlewaretoken" value=")[^"]*/g;

/* A new version of this text installs anew and takes over at once. So that a new release is one, here are its files:
{% static "catalog/css/site.css" %} {% static "catalog/js/site.js" %} */
async function install() {
  const page = await fetch(OFFLINE, { cache: "reload", credentials: "omit" });
  if (!page.ok) throw new Error(`no offline page: ${page.status}`);
  const html = await page.clone().text();
  await (await caches.open(PAGES)).put(OFFLINE, page);
  await (await caches.open(FILES)).addAll([...new Set([...html.matchAll(ASSET)].map(([, address]) => address))]);
  await skipWaiting();
}

async function activate() {
  for (const name of await caches.keys()) if (!(name in MOST)) await caches.delete(name);
  await registration.navigationPreload?.enable();
  await clients.claim();
}

// What was kept longest ago goes first. The offline page stays.
async function keep(name, request, response) {
  const cache = await caches.open(name);
  await cache.put(request, response);
  const kept = (await cache.keys()).filter(({ url }) => url !== OFFLINE);
  for (const old of kept.slice(0, -MOST[name])) await cache.delete(old, { ignoreVary: true });
}

async function keepPage(request, response) {
  if (!response.ok || response.redirected || !KEPT.test(new URL(request.url).pathname)) return;
  const html = await response.text();
  if (PERSONAL.test(html)) return;
  const headers = new Headers(response.headers);
  headers.delete("Content-Encoding");
  headers.delete("Content-Length");
  headers.delete("Vary"); // so that it replaces the one before in one step
  await keep(PAGES, request, new Response(html.replace(TOKEN, "$1"), { headers }));
}

async function keepFile(request, response) {
  const known = await caches.match(request, { cacheName: FILES });
  const isSame = known && known.headers.get("Last-Modified") === response.headers.get("Last-Modified");
  if (!isSame) await keep(FILES, request, response);
}

async function pageOffline(request) {
  const page = await caches.match(request, { cacheName: PAGES, ignoreVary: true });
  if (!page) return caches.match(OFFLINE, { cacheName: PAGES, ignoreVary: true });
  const html = await page.text();
  const note = `{% include "catalog/offline/note.html" %}`.replaceAll("WHEN", page.headers.get("Date"));
  return new Response(html.replace("<main", `${note}<main`), { headers: page.headers });
}

async function answerPage(event) {
  try {
    const response = (await event.preloadResponse) ?? (await fetch(event.request));
    event.waitUntil(keepPage(event.request, response.clone()));
    return response;
  } catch {
    return pageOffline(event.request);
  }
}

async function answerFile(event) {
  try {
    const response = await fetch(event.request);
    if (response.ok) event.waitUntil(keepFile(event.request, response.clone()));
    return response;
  } catch {
    return (await caches.match(event.request, { cacheName: FILES })) ?? Response.error();
  }
}

addEventListener("install", (event) => event.waitUntil(install()));
addEventListener("activate", (event) => event.waitUntil(activate()));
addEventListener("fetch", (event) => {
  const { method, mode, url } = event.request;
  if (method !== "GET") return;
  if (url.startsWith(STATIC)) event.respondWith(answerFile(event));
  else if (mode === "navigate") event.respondWith(answerPage(event));
});
