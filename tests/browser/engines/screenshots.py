"""Pictures of pages in three engines side by side, for people to look at.

Usage: python -m tests.browser.engines.screenshots FOLDER.
"""

import base64
import os
import sys
import tempfile
from collections import defaultdict
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

os.environ |= {"ENV_FILE": os.devnull, "SECRET_KEY": "only-for-screenshots", "DATABASE_URL": "sqlite://"}

from demo.upstreams import Upstreams
from tests.browser.chromium import launch
from tests.browser.engines.engine import Engine
from tests.browser.engines.launch import NAMES, running_engine
from tests.browser.pages import Scheme
from tests.live import App, fresh_database, running_app

SCHEMES: tuple[Scheme, ...] = ("dark", "light")
WIDTHS = {1440: 900, 375: 812}
COVERS_ARE_THERE = """[...document.images].filter((image) => image.getBoundingClientRect().top < innerHeight)
  .every((image) => image.complete)"""
HREF = "document.querySelectorAll('{}')[3].href"

Pictures = dict[str, list[bytes]]


def shoot(engine: Engine, name: str, pictures: Pictures) -> None:
    """Take a picture of the page at each width."""
    for width, height in WIDTHS.items():
        engine.resize(width, height)
        engine.sees(COVERS_ARE_THERE)
        engine.evaluate("new Promise((resolve) => setTimeout(resolve, 500))")
        pictures[f"{name}-{width}"].append(engine.screenshot())


def walk(engine: Engine, app: App, upstreams: Upstreams, pictures: Pictures) -> None:
    """Look at the list, an album, its artist, and the panel while a sync runs."""
    albums = f"{app.url}/catalog/albums/"
    engine.open(albums)
    album, artist = (engine.evaluate(HREF.format(link)) for link in (".tile__link", ".tile__artist a"))
    for name, address in {"list": albums, "album": album, "artist": artist}.items():
        engine.open(address)
        shoot(engine, name, pictures)
    upstreams.google.fail("stall", seconds=60.0)
    sync = app.start()
    app.wait_for("fetching", sync=sync)
    engine.open(f"{albums}?genre=djent&when=all")
    shoot(engine, "syncing", pictures)
    app.cancel()
    app.end_of(sync)
    upstreams.google.heal()


def paste(browser: Browser, pictures: list[bytes], path: Path) -> None:
    """Write pictures side by side."""
    page = browser.new_page(viewport={"width": 6000, "height": 1000})
    images = (f'<img src="data:image/png;base64,{base64.b64encode(each).decode()}">' for each in pictures)
    page.set_content(f'<p style="display: inline-flex; gap: 20px; background: magenta">{"".join(images)}</p>')
    page.locator("p").screenshot(path=path)
    page.close()


def main(folder: Path) -> None:
    """Take all pictures."""
    folder.mkdir(parents=True, exist_ok=True)
    with (
        tempfile.TemporaryDirectory() as home,
        Upstreams(lifelike=True) as upstreams,
        running_app(fresh_database(Path(home)), upstreams.environment(), PROGMETAL_DEMO="on") as app,
        sync_playwright() as playwright,
    ):
        app.sync()
        browser = launch(playwright)
        for scheme in SCHEMES:
            pictures: Pictures = defaultdict(list)
            for name in NAMES:
                with running_engine(name, lambda: browser, scheme) as engine:
                    walk(engine, app, upstreams, pictures)
            for name, taken in pictures.items():
                paste(browser, taken, folder / f"{name}-{scheme}.png")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
