"""Visits pages for the first time as a slow phone does, and measures the largest paint and what moves.

The phone has a quarter of this machine's speed, and 1.6 Mbit/s with 150 ms to the server. Measures nothing where there
is no Chromium.
"""

import json
import time
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

from playwright.sync_api import Browser, sync_playwright

from bench.tools.browser import chromium, launched

VISITS = 5
AFTER_LOAD = 2000
"""Milliseconds in which a larger paint may come."""

REST = 30
"""Seconds after the sync, in which the server renders what nobody has asked for yet."""

SLOWDOWN = 4
NETWORK = {"offline": False, "latency": 150, "downloadThroughput": 1.6e6 / 8, "uploadThroughput": 750e3 / 8}
PAGES = {
    "list": "/catalog/albums/",
    "upcoming": "/catalog/albums/?when=upcoming",
    "album": "/catalog/albums/1/",
    "artist": "/catalog/artists/1/",
    "statistics": "/catalog/statistics/",
}
WATCH = """
window.largest = window.moved = 0;
const watch = (type, note) =>
  new PerformanceObserver((list) => list.getEntries().forEach(note)).observe({ type, buffered: true });
watch("largest-contentful-paint", ({ startTime }) => { largest = startTime; });
watch("layout-shift", ({ value, hadRecentInput }) => { moved += hadRecentInput ? 0 : value; });
"""


def main(folder: Path) -> dict[str, dict[str, float]]:
    """Return the milliseconds until the largest paint, and the layout shift, of each page."""
    path = chromium()
    if not path:
        return {}
    from bench.tools.serving import collect, serving

    files = folder / "static"
    collect(files)
    with serving(folder, SYNC_ENRICH_SECONDS="20", STATIC_ROOT=files) as app, sync_playwright() as playwright:
        app.sync(seconds=120)
        time.sleep(REST)
        with launched(playwright, path) as browser:
            return {name: visited(browser, app.url + address) for name, address in PAGES.items()}


def visited(browser: Browser, address: str) -> dict[str, float]:
    visit(browser, address)  # others have been here before
    found = [visit(browser, address) for _ in range(VISITS)]
    return {
        "largest": median(largest for largest, _ in found),
        "slowest": max(largest for largest, _ in found),
        "moved": max(moved for _, moved in found),
    }


def visit(browser: Browser, address: str) -> tuple[float, float]:
    """Return when the largest paint came, in milliseconds, and the layout shift of one visit."""
    context = browser.new_context(viewport={"width": 375, "height": 812}, device_scale_factor=2, is_mobile=True)
    with context:
        page = context.new_page()
        phone = context.new_cdp_session(page)
        phone.send("Network.enable")
        phone.send("Network.emulateNetworkConditions", NETWORK)
        phone.send("Emulation.setCPUThrottlingRate", {"rate": SLOWDOWN})
        page.add_init_script(WATCH)
        page.goto(address, wait_until="load")
        page.wait_for_timeout(AFTER_LOAD)
        largest, moved = page.evaluate("[largest, moved]")
        return largest, moved


if __name__ == "__main__":
    with TemporaryDirectory(prefix="progmetal-bench-") as temporary:
        print(json.dumps(main(Path(temporary))))
