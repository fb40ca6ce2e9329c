"""What is read off a page, and what axe finds on it, in each width and colour scheme."""

from collections.abc import Iterable
from typing import Any, Literal

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page

from tests.long import short

Scheme = Literal["dark", "light"]

RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
in_each_width_and_scheme = pytest.mark.parametrize(
    ("width", "scheme"), short([(1440, "light")], [(1440, "light"), (375, "dark")])
)
FITS = "document.documentElement.scrollWidth <= document.documentElement.clientWidth"


def titles(page: Page) -> list[str]:
    """Return the titles on the tiles, in their order, once the page is there whole."""
    page.wait_for_load_state()
    return page.locator("[data-album-tile] h2").all_inner_texts()


def sign_in(page: Page, login: str, name: str, password: str) -> None:
    """Sign in on the page at this address, and wait for the answer."""
    page.goto(login)
    send_login(page, name, password)


def send_login(page: Page, name: str, password: str) -> None:
    page.get_by_label("Name").fill(name)
    page.get_by_label("Password").fill(password)
    with page.expect_event("load"):
        page.get_by_role("main").get_by_role("button", name="Sign in").click()


def new_page(browser: Browser, width: int, scheme: Scheme) -> Page:
    return browser.new_context(
        color_scheme=scheme, viewport={"width": width, "height": 900}, service_workers="block"
    ).new_page()


def check_pages(page: Page, catalog: str, paths: Iterable[str], scheme: Scheme) -> None:
    """Axe finds nothing on these pages, and nothing overflows.

    What can differ in the dark scheme, which phones are looked at in, is the contrast, and there the size of targets.
    """
    rules = RULES if scheme == "light" else ["color-contrast", "target-size"]
    options = {"runOnly": rules, "resultTypes": ["violations"]}
    for path in paths:
        page.goto(f"{catalog}{path}")
        found: list[dict[str, Any]] = Axe().run(page, options=options).response["violations"]
        said = [(path, broken["id"], broken["nodes"][0]["html"]) for broken in found]
        assert said == [], said
        assert page.evaluate(FITS), path
    page.context.close()  # or it would go on polling while the next tests run
