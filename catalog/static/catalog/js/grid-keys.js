// Arrows walk over the tiles of albums: left and right to the next one, up and down to the nearest of the next row.
// Home and End lead to the first and the last. Where there is none, the key scrolls as usual.

// A tile that has the focus is lifted by two pixels, and is still in its row.
const TOLERANCE = 10;

const tiles = () => [...document.querySelectorAll("[data-album-tile]")];
const next = (tile, step) => tiles()[tiles().indexOf(tile) + step];

function beyond(tile, way) {
  const { top, left } = tile.getBoundingClientRect();
  const placed = tiles().map((other) => ({ other, at: other.getBoundingClientRect() }));
  const further = placed.filter(({ at }) => (at.top - top) * way > TOLERANCE);
  const nearest = Math.min(...further.map(({ at }) => at.top * way));
  const row = further.filter(({ at }) => at.top * way < nearest + TOLERANCE);
  const aside = ({ at }) => Math.abs(at.left - left);
  return row.sort((one, another) => aside(one) - aside(another))[0]?.other;
}

const KEYS = {
  ArrowLeft: (tile) => next(tile, -1),
  ArrowRight: (tile) => next(tile, 1),
  ArrowUp: (tile) => beyond(tile, -1),
  ArrowDown: (tile) => beyond(tile, 1),
  Home: () => tiles()[0],
  End: () => tiles().at(-1),
};

document.addEventListener("keydown", (event) => {
  const tile = event.target.closest("[data-album-tile]");
  if (!tile || event.ctrlKey || event.metaKey || event.altKey || event.shiftKey) return;
  const goal = KEYS[event.key]?.(tile);
  if (!goal) return;
  event.preventDefault();
  goal.querySelector(".tile__link").focus({ preventScroll: true });
  goal.scrollIntoView({ block: "nearest" });
});
