// Keys that mark the album which has the focus or, on its page, the album that the page is about.
import { toggle } from "./marks.js";
import { onKey } from "./shortcuts.js";

const KEYS = { w: "want", h: "heard", x: "hide" };

for (const [key, kind] of Object.entries(KEYS)) {
  onKey(key, ({ target }) => {
    const album = target.closest("[data-album-id]") ?? document.querySelector("[data-marks][data-album-id]");
    if (!album) return false;
    toggle(kind, album.dataset.albumId);
  });
}
