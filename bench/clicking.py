"""Clicks filters and types searches in Chromium, from the press to the paint; measures nothing where there is none."""

import json
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

from playwright.sync_api import Page, sync_playwright

from bench.tools.browser import chromium, launched

CLICKS = 20
WORDS = ("opeth", "haken", "leprous", "tool", "progressive", "norway", "caligula", "swans")
BETWEEN_KEYS, REST = 60, 400
"""Milliseconds between two keys, and after a paint."""

# A paint is over when a task that was queued in its frame runs.
WATCH = """() => {
  let pressed = 0;
  window.measured = [];
  const press = (event) => { pressed = event.timeStamp; };
  addEventListener("pointerdown", press, true);
  addEventListener("keydown", press, true);
  const isOfResults = (node) => node.id === "results" || node.parentElement?.closest("#results");
  const changed = (records) => {
    if (!pressed || !records.some((record) => [...record.addedNodes].some(isOfResults))) return;
    const since = pressed;
    pressed = 0;
    requestAnimationFrame(() => {
      const { port1, port2 } = new MessageChannel();
      port1.onmessage = () => window.measured.push(performance.now() - since);
      port2.postMessage(null);
    });
  };
  new MutationObserver(changed).observe(document.body, { childList: true, subtree: true });
}"""


def main(folder: Path) -> dict[str, dict[str, float]]:
    path = chromium()
    if not path:
        return {}
    from bench.tools.serving import serving

    with serving(folder) as app, sync_playwright() as playwright:
        app.sync(seconds=120)
        with launched(playwright, path) as browser:
            page = browser.new_page(viewport={"width": 1440, "height": 900})
            page.goto(f"{app.url}/catalog/albums/")
            page.evaluate(WATCH)
            figures = {"filter": filter_clicks(page), "search": searches(page)}
    return {name: {"median": median(found), "slowest": max(found)} for name, found in figures.items()}


def filter_clicks(page: Page) -> list[float]:
    """Choose and leave filters in turn, and return the milliseconds of each."""
    begin(page)
    for number in range(CLICKS):
        page.locator(".facet .choice__label").nth(number // 2).click()
        wait(page, number + 1)
    return page.evaluate("window.measured")


def searches(page: Page) -> list[float]:
    """Type words as people do, and return the milliseconds from the last key of each."""
    begin(page)
    for number, word in enumerate(WORDS, 1):
        page.locator("#q").select_text()
        page.keyboard.type(word, delay=BETWEEN_KEYS)
        wait(page, number)
    return page.evaluate("window.measured")


def begin(page: Page) -> None:
    page.evaluate("() => { window.measured.length = 0; }")


def wait(page: Page, paints: int) -> None:
    page.wait_for_function("paints => window.measured.length >= paints", arg=paints)
    page.wait_for_timeout(REST)


if __name__ == "__main__":
    with TemporaryDirectory(prefix="progmetal-bench-") as temporary:
        print(json.dumps(main(Path(temporary))))
