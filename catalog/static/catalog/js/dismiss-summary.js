// Puts the summary of the last sync away. A cookie keeps it in mind, so that the server leaves it out of the first paint.
const A_YEAR = 365 * 24 * 60 * 60;

document.addEventListener("click", ({ target }) => {
  const panel = target.closest("[data-dismiss]")?.closest("[data-sync-panel]");
  if (!panel) return;
  document.cookie = `dismissed_sync=${panel.dataset.sync}; path=/; max-age=${A_YEAR}; samesite=lax`;
  panel.dataset.dismissed = "";
  panel.focus({ preventScroll: true });
});
