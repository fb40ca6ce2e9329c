"""What a sync would change, the way back from it, and a smaller sheet, as a curator meets them in the browser."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from demo.upstreams import Upstreams
from tests.browser.pages import Scheme, check_pages, in_each_width_and_scheme, new_page, sign_in
from tests.live import ENDED, App, add_staff, until
from tests.sheets import album, many, sheet

TAB = "2024 Prog-metal"
CURATOR = ("einar", "aphelion")


@pytest.fixture(scope="module")
def workbook(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return sheet(tmp_path_factory.mktemp("sheet") / "eighty.xlsx", {TAB: many(80)})


@pytest.fixture(scope="module")
def database(database: str) -> str:
    """Return a catalogue with an account for staff."""
    add_staff(database, *CURATOR)
    return database


@pytest.fixture
def eighty(app: App, tmp_path: Path) -> Path:
    """Sync a sheet of eighty albums, and return where the next one is to be written."""
    app.sync()
    return tmp_path / "next.xlsx"


def titles(page: Page, app: App) -> set[str]:
    page.goto(f"{app.url}/catalog/albums/?per_page=100")
    return set(page.locator(".tile__link").all_inner_texts())


def apply(page: Page) -> None:
    """Press Apply, and wait for the end of the sync that this starts."""
    before = page.locator("[data-sync-panel]").get_attribute("data-sync")
    page.get_by_role("button", name="Apply: sync now").click()
    ended = page.locator(f"[data-sync-panel][data-status=completed]:not([data-sync='{before}'])")
    expect(ended).to_be_visible()


def test_a_preview_appears_by_itself_and_is_applied_with_one_press(
    page: Page, app: App, upstreams: Upstreams, eighty: Path
) -> None:
    upstreams.google.workbook = sheet(eighty, {TAB: [*many(79), album("Haken", "Virus")]})
    page.goto(f"{app.url}/catalog/albums/")
    page.get_by_role("link", name="Preview").click()
    page.get_by_role("button", name="Compare").click()
    expect(page.locator(".change")).to_have_count(2)
    expect(page.locator(".change__head")).to_contain_text(["Virus", "Album 80"])
    assert "Virus" not in titles(page, app)
    page.go_back()
    apply(page)
    assert {"Virus"} <= titles(page, app)


def test_panel_and_live_region_say_the_same_of_a_preview_on_two_pages_and_nothing_moves(
    page: Page, app: App, upstreams: Upstreams, eighty: Path
) -> None:
    upstreams.google.workbook = sheet(eighty, {TAB: [*many(79), album("Haken", "Affinity")]})
    other = page.context.new_page()
    other.goto(f"{app.url}/catalog/albums/")
    page.goto(f"{app.url}/catalog/sync/preview/")
    tops = [top(each) for each in (page, other)]
    page.get_by_role("button", name="Compare").click()
    for each in (page, other):
        message = each.locator("[data-sync-message]")
        expect(message).to_contain_text("Nothing was changed yet.", timeout=40_000)
        expect(each.locator("#sync-announcement")).to_have_text(message.inner_text())
    assert [top(each) for each in (page, other)] == tops
    expect(page.locator(".change")).to_have_count(2)


def top(page: Page) -> int:
    """Return where the content below the panel begins."""
    return page.evaluate("Math.round(document.querySelector('main').getBoundingClientRect().top + scrollY)")


def test_staff_take_the_last_sync_back(page: Page, app: App, upstreams: Upstreams, eighty: Path) -> None:
    sign_in(page, f"{app.url}/login/", *CURATOR)
    before = titles(page, app)
    upstreams.google.workbook = sheet(eighty, {TAB: [*many(79), album("Haken", "Restoration")]})
    app.sync()
    page.goto(f"{app.url}/catalog/albums/")
    page.get_by_role("link", name="Undo").click()
    expect(page.locator(".change__kind")).to_have_text(["Removed", "Restored"])
    page.get_by_role("button", name="Undo this sync").click()
    expect(page.locator("[data-sync-message]")).to_contain_text("Last sync undone")
    expect(
        page.get_by_text(re.compile("After it, the sync of|It is the oldest sync that can be undone"))
    ).to_be_visible()
    assert titles(page, app) == before


def test_staff_accept_a_smaller_sheet_from_the_panel(page: Page, app: App, upstreams: Upstreams, eighty: Path) -> None:
    upstreams.google.workbook = sheet(eighty, {TAB: many(20)})
    page.goto(f"{app.url}/catalog/albums/")
    page.locator("[data-sync-button]").click()
    expect(page.locator("[data-sync-message]")).to_contain_text("60 of 80 albums")
    page.get_by_role("button", name="What to do").click()
    expect(page.get_by_role("button", name="Accept the removal")).to_have_count(0)
    sign_in(page, f"{app.url}/login/", *CURATOR)
    page.get_by_role("button", name="What to do").click()
    page.get_by_role("link", name="See what would be removed").click()
    expect(page.locator(".chip", has_text="Removed")).to_contain_text("60")
    page.goto(f"{app.url}/catalog/albums/")
    page.get_by_role("button", name="What to do").click()
    page.get_by_role("button", name="Accept the removal").click()
    expect(page.locator("[data-sync-panel]")).to_have_attribute("data-status", "completed")
    assert len(titles(page, app)) == 20


@pytest.mark.long
def test_without_javascript_previews_and_undos_are_forms_and_pages(
    browser: Browser, app: App, upstreams: Upstreams, eighty: Path
) -> None:
    page = browser.new_context(java_script_enabled=False).new_page()
    sign_in(page, f"{app.url}/login/", *CURATOR)
    before = titles(page, app)
    upstreams.google.workbook = sheet(eighty, {TAB: many(79)})
    page.goto(f"{app.url}/catalog/sync/preview/")
    page.get_by_role("button", name="Compare").click()
    expect(page.locator(".change__kind")).to_have_text(["Removed"])
    apply(page)
    assert len(titles(page, app)) == len(before) - 1
    page.goto(f"{app.url}/catalog/sync/undo/")
    page.get_by_role("button", name="Undo this sync").click()
    expect(page.locator("[data-sync-message]")).to_contain_text("Last sync undone")
    assert titles(page, app) == before


@pytest.mark.long
@in_each_width_and_scheme
def test_axe_finds_nothing_on_the_pages_about_syncs_and_nothing_overflows(
    browser: Browser, app: App, upstreams: Upstreams, eighty: Path, width: int, scheme: Scheme
) -> None:
    page = new_page(browser, width, scheme)
    sign_in(page, f"{app.url}/login/", *CURATOR)
    link = "https://open.spotify.com/album/" + "x" * 500
    upstreams.google.workbook = sheet(
        eighty, {TAB: [*many(60), *many(80, country="Norway")[60:78], album(spotify=link)]}
    )
    app.client.press("preview")
    page.wait_for_timeout(1200)  # until all processes have a status of after the press
    until(lambda: app.status()["status"] in ENDED, 30)
    names = ("genres/", "genres/suggestions/", "artists/", "artists/suggestions/", "artists/1/", "places/")
    staff = ("sync/review/", "albums/removed/", "curate/", *(f"curate/{name}" for name in names))
    rarer = ("sync/preview/?q=nothing", "sync/history/", *staff, "../login/")
    latest = app.sync()["id"]
    check_pages(page, f"{app.url}/catalog/", ("sync/preview/", "sync/undo/", f"sync/history/{latest}/", *rarer), scheme)
