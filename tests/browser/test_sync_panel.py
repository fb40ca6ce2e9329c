"""The sync button as people meet it: watched by many, reloaded, failed, cancelled, offline, without JavaScript."""

import re
from collections.abc import Iterator
from datetime import UTC, date, datetime
from functools import partial
from pathlib import Path
from typing import Any

import psutil
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, Route, expect

from demo.upstreams import Upstreams
from tests.browser.pages import FITS, RULES, Scheme, titles
from tests.live import ENDED, App, fresh_database, running_app, until
from tests.long import IS_LONG, short
from tests.panels import PANELS, show
from tests.sheets import album, sheet

SEEN_MOST = ("reading", "completed", "failed", "cool-down")
WATCH_SHIFTS = """() => {
  window.shifted = 0;
  const add = (list) => list.getEntries().forEach((entry) => entry.hadRecentInput || (window.shifted += entry.value));
  new PerformanceObserver(add).observe({type: "layout-shift"});
}"""
WATCH_PROGRESS = """() => {
  window.shares = [];
  setInterval(() => window.shares.push(document.querySelector("[data-sync-progress]:not([hidden])")?.value ?? -1), 50);
}"""
SEE = """(isHidden) => {
  Object.defineProperty(document, "hidden", {value: isHidden, configurable: true});
  document.dispatchEvent(new Event("visibilitychange"));
}"""


@pytest.fixture(autouse=True)
def _no_sync_is_left(request: pytest.FixtureRequest, upstreams: Upstreams) -> Iterator[None]:
    yield
    upstreams.google.heal()
    upstreams.spotify.latency = (0.0, 0.0)
    if "app" in request.fixturenames:
        app: App = request.getfixturevalue("app")
        if app.status()["status"] not in {*ENDED, "never"}:
            app.cancel()
            until(lambda: app.status()["status"] in ENDED, 30, pause=0.1)


def has_status(page: Page, status: str, sync: int | None = None) -> None:
    panel = page.locator("[data-sync-panel]" if sync is None else f"[data-sync-panel][data-sync='{sync}']")
    expect(panel).to_have_attribute("data-status", status)


def look(page: Page) -> None:
    """Look at a page again, which asks for the status at once."""
    page.evaluate(SEE, False)


# Seen by everyone


def test_a_page_opened_before_sees_the_sync_that_somebody_else_started(
    page: Page, new_app: App, upstreams: Upstreams
) -> None:
    upstreams.spotify.latency = (2.5, 3.0)
    other = page.context.new_page()
    for each in (other, page):
        each.goto(f"{new_app.url}/catalog/albums/")
        expect(each.get_by_text("Never synced")).to_be_visible()
    other.evaluate(WATCH_PROGRESS)
    page.locator("[data-sync-button]").click()
    expect(other.locator("[data-sync-button]")).to_be_disabled()
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
    shares = [share for share in other.evaluate("shares") if share >= 0]
    assert len(set(shares)) > 1
    assert shares == sorted(shares)
    assert max(shares) < 100


@pytest.mark.long
def test_many_pages_agree_and_show_the_share_in_their_titles(
    page: Page, address: str, app: App, upstreams: Upstreams
) -> None:
    upstreams.google.fail("slow_start", seconds=12.0)
    pages = [page, *(page.context.new_page() for _ in range(3))]
    for each in pages:
        each.goto(address)
    sync = app.start()
    page.wait_for_timeout(1200)  # until all processes have a status of after the press
    for each in pages:
        look(each)
        has_status(each, "running", sync)
        expect(each).to_have_title(re.compile(r"^\d+ % · Albums · progmetal$"))
    for each in pages:
        has_status(each, "completed", sync)
        expect(each).to_have_title("Albums · progmetal")
    assert len({each.locator("[data-sync-message]").inner_text() for each in pages}) == 1


def test_a_press_during_a_sync_is_told_so_and_shown_its_progress(
    browser: Browser, address: str, app: App, upstreams: Upstreams
) -> None:
    upstreams.google.fail("slow_start", seconds=8.0)
    with browser.new_context(service_workers="block") as context:
        page = context.new_page()
        page.goto(address)
        sync = app.start()
        page.locator("[data-sync-button]").click()
        expect(page.locator("[data-sync-message]")).to_contain_text("A sync is already in progress")
        has_status(page, "running", sync)


def test_a_page_that_nobody_sees_rests_and_catches_up_at_once(page: Page, address: str, app: App) -> None:
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url) if "/sync/status/" in request.url else None)
    page.goto(address)
    page.evaluate(SEE, True)
    page.locator("#sync-panel").dispatch_event("sync:look")
    page.wait_for_timeout(500)
    assert asked == []
    sync = app.sync()["id"]
    look(page)
    expect(page.locator(f"[data-sync-panel][data-sync='{sync}']")).to_be_visible()


# Endings


@pytest.mark.journey
def test_a_failure_names_cause_and_remedy_and_trying_again_works(
    page: Page, address: str, upstreams: Upstreams
) -> None:
    upstreams.google.fail("forbidden")
    page.goto(address)
    page.locator("[data-sync-button]").click()
    has_status(page, "failed")
    expect(page.locator("[data-sync-message]")).to_contain_text("Anyone with the link")
    expect(page.locator("#sync-announcement")).to_contain_text("Anyone with the link")
    upstreams.google.heal()
    page.get_by_role("button", name="Try again").click()
    has_status(page, "completed")
    expect(page.locator("#sync-announcement")).to_contain_text("Up to date")


@pytest.mark.journey
def test_a_sync_can_be_cancelled_and_pressed_again(page: Page, address: str, upstreams: Upstreams) -> None:
    upstreams.google.fail("stall", seconds=30.0)
    page.goto(address)
    page.locator("[data-sync-button]").click()
    page.locator("[data-sync-cancel]").click()
    has_status(page, "cancelled")
    upstreams.google.heal()
    page.locator("[data-sync-button]").click()
    has_status(page, "completed")


def test_a_restart_of_the_server_shows_as_interrupted_and_the_button_works_again(
    page: Page, address: str, app: App, upstreams: Upstreams
) -> None:
    upstreams.google.fail("stall", seconds=60.0)
    page.goto(address)
    page.locator("[data-sync-button]").click()
    has_status(page, "running")
    for pid in app.worker_pids():
        psutil.Process(pid).kill()
    has_status(page, "interrupted")
    expect(page.locator("[data-sync-message]")).to_contain_text("The next sync will pick up from here")
    upstreams.google.heal()
    page.locator("[data-sync-button]").click()
    has_status(page, "completed")


def test_a_server_that_does_not_answer_is_told_and_forgotten_when_it_does(
    browser: Browser, address: str, upstreams: Upstreams
) -> None:
    upstreams.google.fail("stall", seconds=60.0)
    with browser.new_context(service_workers="block") as context:
        page = context.new_page()
        page.goto(address)
        page.locator("[data-sync-button]").click()
        has_status(page, "running")
        context.set_offline(True)
        told = page.get_by_text(re.compile(r"^No answer from the server since (yesterday )?\d\d:\d\d:\d\d\.$"))
        expect(told).to_be_visible()
        expect(page.locator("#sync-announcement")).to_have_text("The server does not answer.")
        context.set_offline(False)
        expect(told).to_be_hidden()
        has_status(page, "running")


def test_a_summary_that_was_put_away_stays_away_until_there_is_another(page: Page, address: str, app: App) -> None:
    app.sync()
    page.goto(address)
    page.get_by_role("button", name="Dismiss").click()
    message = page.locator("[data-sync-message]")
    expect(message).to_be_hidden()
    expect(page.locator("#sync-panel")).to_be_focused()
    expect(page.locator("time[data-last-synced]")).to_be_visible()
    page.reload()
    expect(message).to_be_hidden()
    app.sync()
    look(page)
    expect(message).to_be_visible()


# The list below


def test_the_grid_keeps_filter_page_and_scroll_when_it_renews_itself(page: Page, address: str, app: App) -> None:
    page.goto(f"{address}?scene=metal&page=2")
    second = titles(page)
    page.locator("[data-album-tile] img").first.evaluate("(image) => image.decode().then(() => (image.drawn = true))")
    page.evaluate("scrollTo(0, 900)")
    with page.expect_response(lambda answer: "scene=metal" in answer.url):
        app.sync()
        look(page)
    page.wait_for_timeout(500)
    assert page.evaluate("scrollY") == 900
    assert page.url.endswith("?scene=metal&page=2")
    assert titles(page) == second
    assert page.locator("[data-album-tile] img").first.evaluate("(image) => image.drawn"), "the cover was drawn anew"


@pytest.mark.parametrize("width", short([375], [375, 1440]))
def test_new_albums_are_marked_and_nothing_moves_under_the_readers_eyes(
    page: Page, upstreams: Upstreams, tmp_path: Path, width: int
) -> None:
    rows = [album(f"Artist {number}", f"Album {number}", date(2024, 1, 1 + number)) for number in range(28)]
    newer = [album("Haken", f"Newest {number}", date(2024, 9, 1 + number)) for number in range(8)]
    book = tmp_path / "sheet.xlsx"
    sheet(book, {"2024 Prog-metal": rows})
    source = {**upstreams.environment(), "GOOGLE_SHEETS_XLSX_URL": book.as_uri()}
    with running_app(fresh_database(tmp_path), source, workers=1, SYNC_ENRICH_SECONDS=0) as app:
        app.sync()
        page.set_viewport_size({"width": width, "height": 700})
        page.goto(f"{app.url}/catalog/albums/")
        read = page.get_by_role("link", name="Album 10", exact=True)
        read.focus()
        page.evaluate("scrollTo(0, document.activeElement.getBoundingClientRect().top + scrollY - 300)")
        before = read.bounding_box()
        page.evaluate(WATCH_SHIFTS)
        sheet(book, {"2024 Prog-metal": [*newer, *rows]})
        app.sync()
        look(page)
        expect(page.get_by_text("New here")).to_have_count(8)
        after = read.bounding_box()
        assert before
        assert after
        assert abs(after["y"] - before["y"]) < 6  # a tile that is looked at is lifted by 2
        expect(read).to_be_focused()
        expect(page.locator("[data-sync-message]")).to_contain_text("8 new")
        expect(page.locator(".sync__facts")).to_contain_text("36 albums · +8 new")
        assert page.evaluate("shifted") < 0.05


def test_nothing_is_replaced_under_a_finger_or_while_a_list_is_open(page: Page, address: str, app: App) -> None:
    page.goto(address)
    page.evaluate("document.querySelector('.grid').dataset.old = ''")
    page.locator("[data-album-tile] h2").first.hover()
    page.mouse.down()
    with page.expect_response(lambda answer: answer.url == address):
        app.sync()
        look(page)
    page.wait_for_timeout(300)
    expect(page.locator("[data-old]")).to_have_count(1)
    page.mouse.move(2, 2)
    page.mouse.up()
    expect(page.locator("[data-old]")).to_have_count(0)
    show(page, "failed-rows")
    page.get_by_role("button", name="Show the 5 skipped rows").click()
    page.unroute("**/catalog/sync/status/*")
    sync = app.sync()["id"]
    look(page)
    page.wait_for_timeout(500)
    expect(page.get_by_role("dialog")).to_be_visible()
    page.get_by_role("button", name="Close").click()
    expect(page.locator(f"[data-sync-panel][data-sync='{sync}']")).to_be_visible()


def test_covers_come_into_view_after_a_sync_of_the_sheet_alone(
    page: Page, upstreams: Upstreams, tmp_path: Path
) -> None:
    upstreams.spotify.requests.clear()
    with running_app(fresh_database(tmp_path), upstreams.environment(), SYNC_ENRICH_SECONDS=0) as app:
        app.sync()
        assert upstreams.spotify.count() == 0
        page.goto(f"{app.url}/catalog/albums/?per_page=25")
        tile = page.locator("[data-album-tile]").nth(1)
        expect(tile.locator("img")).to_be_visible()
        asked = {seen.path for seen in upstreams.spotify.requests if "/albums/" in seen.path}
        assert len(asked) == sum("/albums/" in seen.path for seen in upstreams.spotify.requests)


# For everybody


def test_without_javascript_the_page_refreshes_itself_while_a_sync_runs(
    browser: Browser, address: str, upstreams: Upstreams
) -> None:
    upstreams.google.fail("slow_start", seconds=4.0)
    with browser.new_context(java_script_enabled=False) as context:
        page = context.new_page()
        page.goto(address)
        page.locator("[data-sync-button]").click()
        expect(page.locator("meta[http-equiv=refresh]")).to_have_count(1)
        expect(page.get_by_text("The sync has started.")).to_be_visible()
        has_status(page, "completed")
        expect(page.locator("meta[http-equiv=refresh]")).to_have_count(0)
        expect(page.locator("[data-album-tile]")).to_have_count(50)
        expect(page.get_by_role("button", name="Dismiss")).to_be_hidden()


def test_without_javascript_a_sync_can_be_cancelled_and_a_failure_is_told(
    browser: Browser, address: str, upstreams: Upstreams
) -> None:
    upstreams.google.fail("stall", seconds=60.0)
    with browser.new_context(java_script_enabled=False) as context:
        page = context.new_page()
        page.goto(address)
        page.locator("[data-sync-button]").click()
        page.locator("[data-sync-cancel]").click()
        has_status(page, "cancelled")
        upstreams.google.heal()
        upstreams.google.fail("not_found")
        page.locator("[data-sync-button]").click()
        has_status(page, "failed")
        expect(page.locator("[data-sync-message]")).to_contain_text("There is no sheet at this address")
        page.get_by_role("button", name="Show all").click()
        expect(page.get_by_role("dialog", name="What went wrong")).to_be_visible()


def test_the_button_works_with_the_keyboard_alone(page: Page, address: str, upstreams: Upstreams) -> None:
    upstreams.google.fail("slow_start", seconds=3.0)
    page.goto(address)
    for _ in range(30):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.matches('[data-sync-button]')"):
            break
    page.keyboard.press("Enter")
    has_status(page, "running")
    page.keyboard.press("Tab")
    expect(page.locator("[data-sync-cancel]")).to_be_focused()
    has_status(page, "completed")
    expect(page.locator("#sync-panel")).to_be_focused()


def test_a_slow_network_only_slows_it_down(page: Page, address: str) -> None:
    page.goto(address)
    page.set_viewport_size({"width": 375, "height": 700})
    expect(page.locator("[data-sync-button]")).to_be_in_viewport()
    slow = {"offline": False, "latency": 600, "downloadThroughput": 50_000, "uploadThroughput": 20_000}
    page.context.new_cdp_session(page).send("Network.emulateNetworkConditions", slow)
    page.locator("[data-sync-button]").click()
    assert page.locator("[data-sync-button]").is_disabled()  # before any answer can be there
    has_status(page, "completed")
    expect(page.locator("[data-album-tile]")).to_have_count(50)


def test_a_press_in_the_cooldown_is_told_when_to_come_back(
    browser: Browser, upstreams: Upstreams, tmp_path: Path
) -> None:
    settings: dict[str, Any] = {"SYNC_COOLDOWN_SECONDS": 600, "SYNC_ENRICH_SECONDS": 0}
    with (
        running_app(fresh_database(tmp_path), upstreams.environment(), workers=1, **settings) as app,
        browser.new_context(service_workers="block") as context,
    ):
        page = context.new_page()
        page.goto(f"{app.url}/catalog/albums/")
        page.locator("[data-sync-button]").click()
        has_status(page, "completed")
        page.locator("[data-sync-button]").click()
        expect(page.locator("[data-sync-message]")).to_contain_text("has only just started")


def say_it_is(now: datetime, route: Route) -> None:
    """Answer as the server does, but for its time."""
    answer = route.fetch()
    route.fulfill(response=answer, body=re.sub('data-now="[^"]*"', f'data-now="{now.isoformat()}"', answer.text()))


def test_times_are_right_after_midnight_after_sleep_and_in_any_time_zone(browser: Browser, address: str) -> None:
    with browser.new_context(timezone_id="Pacific/Auckland", service_workers="block") as context:
        page = context.new_page()
        now = datetime(2031, 3, 4, 10, 59, 30, tzinfo=UTC)
        page.clock.install(time=now)
        page.route(address, partial(say_it_is, now))
        page.goto(address)
        page.evaluate(
            """() => document.querySelector("#main").insertAdjacentHTML("beforeend",
              '<time data-clock id="soon" datetime="2031-03-04T11:10:00Z"></time>' +
              '<time data-clock id="later" datetime="2031-03-05T01:30:00Z"></time>' +
              '<time data-relative id="earlier" datetime="2031-03-04T10:59:10Z"></time>')"""
        )
        page.clock.run_for(2000)
        soon, later, earlier = (page.locator(f"#{name}") for name in ("soon", "later", "earlier"))
        expect(soon).to_have_text("tomorrow 00:10:00")
        expect(later).to_have_text("tomorrow 14:30")
        expect(earlier).to_have_text("just now")
        page.clock.run_for(60_000)
        expect(soon).to_have_text("00:10:00")
        expect(later).to_have_text("14:30")
        expect(earlier).to_have_text("1 minute ago")
        page.clock.fast_forward("08:00:00")
        expect(soon).to_have_text("00:10")
        expect(earlier).to_have_text("8 hours ago")
        expect(earlier).to_have_attribute("title", "Tuesday, March 4, 2031 at 11:59:10 PM")


def test_a_countdown_goes_on_between_the_answers_of_the_server(page: Page, address: str) -> None:
    page.goto(address)
    show(page, "cool-down")
    for left in (r"in\s[87]\ss", r"in\s[65]\ss", r"in\s[21]\ss", "now"):
        expect(page.locator("time[data-countdown]")).to_have_text(re.compile(f"^{left}$"))


@pytest.mark.parametrize("width", short([1440], [1440, 375]))
def test_every_state_is_accessible_in_both_schemes_and_has_the_same_height(
    browser: Browser, address: str, width: int
) -> None:
    # While a service worker takes over, answers of a test may be passed by.
    with browser.new_context(viewport={"width": width, "height": 900}, service_workers="block") as context:
        page = context.new_page()
        page.goto(f"{address}?q=no+such+album")  # axe reads the whole page, however small the part that it is asked for
        page.evaluate(Axe().axe_script)
        page.evaluate(WATCH_SHIFTS)
        heading = page.get_by_role("heading", level=1).bounding_box()
        # Others see one quiet line, which never takes the place of the panel.
        quiet = [name for name, (_, context) in PANELS.items() if not context.get("may_sync", True)]
        for name in [name for name in PANELS if name not in quiet] if IS_LONG else SEEN_MOST:
            show(page, name)
            assert (name, violations(page, "light", RULES)) == (name, [])
            if IS_LONG and width == 1440:  # colours are the same in each width
                assert (name, violations(page, "dark", ["color-contrast"])) == (name, [])
            assert (name, page.get_by_role("heading", level=1).bounding_box()) == (name, heading)
            assert page.evaluate(FITS), name
        assert page.evaluate("shifted") < 0.05
        for name in quiet:
            show(page, name)
            assert (name, violations(page, "light", RULES)) == (name, [])
            assert page.evaluate(FITS), name


def violations(page: Page, scheme: Scheme, rules: list[str]) -> list[str]:
    page.emulate_media(color_scheme=scheme)
    options = {"runOnly": rules, "resultTypes": ["violations"]}
    found = page.evaluate("(options) => axe.run('#sync-panel', options)", options)["violations"]
    return [f"{broken['id']}: {broken['nodes'][0]['html']}" for broken in found]
