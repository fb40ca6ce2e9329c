"""The sync button as people meet it: watched from two pages, reloaded, failed, cancelled, without JavaScript."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from demo.upstreams import Upstreams
from tests.live import App, fresh_database, running_app

HALF_A_MINUTE = 30_000


@pytest.fixture
def upstreams() -> Iterator[Upstreams]:
    with Upstreams() as upstreams:
        yield upstreams


@pytest.fixture
def app(upstreams: Upstreams, tmp_path: Path) -> Iterator[App]:
    """Serve an empty catalogue with two processes: what one starts the other must know."""
    with running_app(fresh_database(tmp_path), upstreams.environment(), workers=2) as app:
        yield app


def has_status(page: Page, status: str) -> None:
    panel = page.locator("[data-sync-panel]")
    expect(panel).to_have_attribute("data-status", status, timeout=HALF_A_MINUTE)


def test_a_page_opened_before_sees_the_sync_that_somebody_else_started(
    page: Page, address: str, upstreams: Upstreams
) -> None:
    upstreams.spotify.latency = (2.5, 3.0)
    other = page.context.new_page()
    for each in (other, page):
        each.goto(address)
    page.locator("[data-sync-button]").click()
    expect(other.locator("[data-sync-button]")).to_be_disabled(timeout=16_000)
    expect(other.locator("[data-sync-button]")).to_have_text("Syncing…")
    page.reload()
    has_status(page, "running")
    expect(page.locator("[data-sync-message]")).to_contain_text("Asking Spotify for covers")
    upstreams.spotify.latency = (0.0, 0.0)
    for each in (page, other):
        has_status(each, "completed")
        expect(each.locator("[data-album-tile]")).to_have_count(50)
        expect(each.locator("time[data-last-synced]")).to_be_visible()
    expect(page.locator("[data-album-tile] img").first).to_be_visible()


def test_a_failure_names_cause_and_remedy_and_trying_again_works(
    page: Page, address: str, upstreams: Upstreams
) -> None:
    upstreams.google.fail("forbidden")
    page.goto(address)
    page.locator("[data-sync-button]").click()
    has_status(page, "failed")
    expect(page.locator("[data-sync-message]")).to_contain_text("Anyone with the link")
    upstreams.google.heal()
    page.get_by_role("button", name="Try again").click()
    has_status(page, "completed")


def test_a_sync_can_be_cancelled_and_pressed_again(page: Page, address: str, upstreams: Upstreams) -> None:
    upstreams.google.fail("stall", seconds=30.0)
    page.goto(address)
    page.locator("[data-sync-button]").click()
    page.locator("[data-sync-cancel]").click()
    has_status(page, "cancelled")
    upstreams.google.heal()
    page.locator("[data-sync-button]").click()
    has_status(page, "completed")


def test_the_grid_keeps_filter_page_and_scroll_when_it_renews_itself(
    page: Page, address: str, app: App, upstreams: Upstreams
) -> None:
    app.sync()
    page.goto(f"{address}?scene=metal&page=2")
    second = page.locator("[data-album-tile] h2").all_inner_texts()
    page.evaluate("scrollTo(0, 900)")
    with page.expect_response(lambda answer: "scene=metal" in answer.url, timeout=HALF_A_MINUTE):
        app.sync()
    page.wait_for_timeout(500)
    assert page.evaluate("scrollY") == 900
    assert page.url.endswith("?scene=metal&page=2")
    assert page.locator("[data-album-tile] h2").all_inner_texts() == second


def test_without_javascript_the_page_refreshes_itself_while_a_sync_runs(
    browser: Browser, address: str, upstreams: Upstreams
) -> None:
    upstreams.spotify.latency = (1.0, 1.5)
    page = browser.new_context(java_script_enabled=False).new_page()
    page.goto(address)
    page.locator("[data-sync-button]").click()
    expect(page.locator("meta[http-equiv=refresh]")).to_have_count(1)
    expect(page.get_by_text("The sync has started.")).to_be_visible()
    upstreams.spotify.latency = (0.0, 0.0)
    has_status(page, "completed")
    expect(page.locator("meta[http-equiv=refresh]")).to_have_count(0)
    expect(page.locator("[data-album-tile]")).to_have_count(50)


def test_the_button_works_with_the_keyboard_alone(page: Page, address: str) -> None:
    page.goto(address)
    for _ in range(30):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.matches('[data-sync-button]')"):
            break
    page.keyboard.press("Enter")
    has_status(page, "completed")


def test_covers_come_into_view_after_a_sync_of_the_sheet_alone(
    page: Page, upstreams: Upstreams, tmp_path: Path
) -> None:
    with running_app(fresh_database(tmp_path), upstreams.environment(), SYNC_ENRICH_SECONDS=0) as app:
        app.sync()
        assert upstreams.spotify.count() == 0
        page.goto(f"{app.url}/catalog/albums/?per_page=25")
        tile = page.locator("[data-album-tile]").nth(1)
        expect(tile.locator("img")).to_be_visible(timeout=HALF_A_MINUTE)
        asked = {seen.path for seen in upstreams.spotify.requests if "/albums/" in seen.path}
        assert len(asked) == sum("/albums/" in seen.path for seen in upstreams.spotify.requests)
