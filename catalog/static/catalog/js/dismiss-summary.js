// Dismisses the summary of the last sync. A cookie remembers that, so the server leaves it out of the next page.
const YEAR = 365 * 24 * 60 * 60;

document.addEventListener("click", ({ target }) => {
  const panel = target.closest("[data-dismiss]")?.closest("[data-sync-panel]");
  if (!panel) return;
  const [path] = panel.getAttribute("hx-get").split("sync/"); // all pages that have the panel
  // biome-ignore lint/suspicious/noDocumentCookie: the Cookie Store API needs HTTPS, which a home server may lack
  document.cookie = `dismissed_sync=${panel.dataset.sync}; path=${path}; max-age=${YEAR}; samesite=lax`;
  panel.dataset.dismissed = "";
  panel.focus({ preventScroll: true });
});
