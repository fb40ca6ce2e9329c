"""Pictures of the pages and of the sync panel's states, for people to look at; run it by script/screenshots."""

import itertools
import os
import sys
import tempfile
from collections.abc import Callable
from contextlib import AbstractContextManager
from io import BytesIO
from pathlib import Path

import django
import openpyxl
from playwright.sync_api import FloatRect, Page, expect, sync_playwright

os.environ |= {
    "ENV_FILE": os.devnull, "SECRET_KEY": "only-for-screenshots", "DATABASE_URL": "sqlite://",
    "DJANGO_SETTINGS_MODULE": "config.settings",
}  # fmt: skip

from demo.app import add_curator
from demo.upstreams import Upstreams, sample_workbook_bytes
from tests.browser.chromium import launch
from tests.live import App, environment, fresh_database, running_app
from tests.panels import PANELS, show

WIDTHS = {"phone": (375, 812), "desktop": (1440, 900)}
SCHEMES = ("dark", "light")


class Photographer:
    """Looks at one app with four browsers: two widths in two schemes."""

    def __init__(self, app: App, pages: dict[str, Page], folder: Path) -> None:
        self.app = app
        self.pages = pages
        self._folder = folder

    def look(self, path: str = "/catalog/albums/") -> None:
        """Open an address everywhere."""
        for page in self.pages.values():
            page.goto(f"{self.app.url}{path}")

    def shoot(self, name: str, prepare: Callable[[Page], object] | None = None, height: int | None = None) -> None:
        """Take a picture in each browser, of the upper part alone if its height is given."""
        for kind, page in self.pages.items():
            if prepare:
                prepare(page)
            page.wait_for_timeout(300)
            size = page.viewport_size or {"width": 0, "height": 0}
            clip: FloatRect | None = {"x": 0, "y": 0, "width": size["width"], "height": height} if height else None
            page.screenshot(path=self._folder / f"{name}-{kind}.png", clip=clip)

    def press(self) -> None:
        """Press Sync Now in the first browser."""
        next(iter(self.pages.values())).locator("[data-sync-button]").click()


def status(name: str) -> Callable[[Page], None]:
    """Wait until the panel shows a status."""
    return lambda page: expect(page.locator(f"[data-sync-panel][data-status={name}]")).to_be_visible(timeout=30_000)


def covers(page: Page) -> None:
    """Wait until the covers on the screen are there."""
    seen = "[...document.images].filter((image) => image.getBoundingClientRect().top < innerHeight)"
    page.wait_for_function(f"{seen}.every((image) => image.complete)")


def story(photographer: Photographer, upstreams: Upstreams) -> None:
    """Walk through the states, from the empty catalogue on."""
    photographer.look()
    photographer.shoot("never")
    upstreams.google.fail("forbidden")
    photographer.press()
    photographer.look()
    photographer.shoot("failed", status("failed"))
    upstreams.google.heal()
    upstreams.spotify.latency = (1.0, 1.5)
    photographer.press()
    photographer.look()
    photographer.shoot("running", status("running"))
    upstreams.spotify.fail("rate_limited", retry_after=12, times=1)
    for page in photographer.pages.values():
        expect(page.locator("[data-sync-message]")).to_contain_text("Waiting", timeout=30_000)
    photographer.shoot("waiting")
    photographer.app.cancel()
    photographer.look()
    photographer.shoot("cancelled", status("cancelled"))
    upstreams.spotify.heal()
    upstreams.spotify.latency = (0.0, 0.0)
    photographer.press()
    photographer.look()
    photographer.shoot("completed", status("completed"))
    panels(photographer)
    album = next(iter(photographer.pages.values())).locator("[data-album-tile]").nth(3).get_attribute("data-album-id")
    for name, path in {
        "album": f"/catalog/albums/{album}/",
        "filtered": "/catalog/albums/?genre=djent&vocal=clean",
        "nothing": "/catalog/albums/?q=nothing+like+this",
        "login": "/login/",
        "statistics": "/catalog/statistics/",
        "mine": "/catalog/mine/",
        "offline": "/offline/",
    }.items():
        photographer.look(path)
        photographer.shoot(name, covers)
    photographer.look()
    photographer.shoot("keys", lambda page: page.keyboard.press("?"))


def curators_story(photographer: Photographer, upstreams: Upstreams, folder: Path) -> None:
    """Edit the sheet, and look at what a curator sees of that before and after the sync."""
    for page in photographer.pages.values():
        sign_in(page, photographer.app)
    upstreams.google.workbook = edited(folder / "edited.xlsx")
    photographer.app.client.press("preview")
    photographer.look("/catalog/sync/preview/")
    photographer.shoot("preview", lambda page: expect(page.locator(".change").first).to_be_visible(timeout=30_000))
    sync = photographer.app.sync()["id"]
    for name, path in {
        "undo": "/catalog/sync/undo/",
        "one-sync": f"/catalog/sync/history/{sync}/",
        "history": "/catalog/sync/history/",
        "removed": "/catalog/albums/removed/",
        "review": "/catalog/sync/review/",
        "catalogue": "/catalog/albums/",
    }.items():
        photographer.look(path)
        photographer.shoot(name, covers)


def sign_in(page: Page, app: App) -> None:
    """Sign in as the demo's curator."""
    page.goto(f"{app.url}/login/")
    page.get_by_label("Name").fill("curator")
    page.get_by_label("Password").fill("curator")
    page.get_by_role("main").get_by_role("button", name="Sign in").click()


def edited(path: Path) -> Path:
    """Write the sheet with the edits of an evening: a title corrected, a country, genres, a row taken out."""
    book = openpyxl.load_workbook(BytesIO(sample_workbook_bytes()))
    tab = book.worksheets[0]
    tab.cell(11, 2, "A Corrected Title That Is Rather Long, to See How It Wraps")
    tab.cell(12, 7, "Trondheim, Norway")
    tab.cell(13, 5, "Djent, Prog-metal")
    tab.cell(15, 1).value = tab.cell(15, 2).value = None
    book.save(path)
    return path


def panels(photographer: Photographer) -> None:
    """Show the panel in each of its states, with what surrounds it, and the lists behind one click."""
    for name in PANELS:
        photographer.shoot(f"panel-{name}", lambda page, name=name: show(page, name), height=330)
    for name in ("no-premium", "failed-endless", "shrunk"):
        photographer.shoot(f"panel-{name}-open", lambda page, name=name: opened(page, name))
    photographer.look()
    photographer.shoot("panel-dismissed", put_away, height=330)


def opened(page: Page, name: str) -> None:
    """Open the list of a state."""
    page.keyboard.press("Escape")
    show(page, name)
    page.locator("[popovertarget=sync-warnings]").first.click()


def put_away(page: Page) -> None:
    """Put the summary away, for good."""
    page.unroute("**/catalog/sync/status/*")
    page.locator("[data-dismiss]").click()
    page.reload()
    covers(page)


def main(folder: Path) -> None:
    """Take all pictures."""
    django.setup()
    folder.mkdir(parents=True, exist_ok=True)
    with (
        tempfile.TemporaryDirectory() as home,
        Upstreams(lifelike=True) as upstreams,
        sync_playwright() as playwright,
        serving(fresh_database(Path(home)), upstreams) as app,
    ):
        browser = launch(playwright)
        pages = {
            f"{width}-{scheme}": browser.new_page(
                viewport={"width": WIDTHS[width][0], "height": WIDTHS[width][1]}, color_scheme=scheme
            )
            for width, scheme in itertools.product(WIDTHS, SCHEMES)
        }
        photographer = Photographer(app, pages, folder)
        story(photographer, upstreams)
        curators_story(photographer, upstreams, Path(home))
        browser.close()


def serving(database_url: str, upstreams: Upstreams) -> AbstractContextManager[App]:
    """Serve the demo's app, with its curator."""
    add_curator(environment(database_url, upstreams.environment(), DJANGO_SETTINGS_MODULE="config.settings"))
    return running_app(database_url, upstreams.environment(), PROGMETAL_DEMO="on")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
