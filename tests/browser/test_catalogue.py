"""Browsing the catalogue, and the main job, in a real Chromium."""

import re

import pytest
from playwright.sync_api import Browser, Page, Route, expect

from demo.upstreams import Upstreams
from tests.browser.pages import Scheme, check_pages, in_each_width_and_scheme, new_page, titles
from tests.live import App
from tests.long import IS_LONG

FOR_DJENT = re.compile("genre=djent")


@pytest.mark.journey
def test_a_filter_applies_at_once_and_can_be_walked_back(page: Page, address: str) -> None:
    page.goto(address)
    page.get_by_label("Djent").check()
    expect(page).to_have_url(f"{address}?genre=djent")
    expect(page.get_by_label("Djent")).to_be_focused()
    djent = titles(page)
    page.get_by_label("Post-rock").check()
    expect(page).to_have_url(f"{address}?genre=djent&genre=post-rock")
    expect(page.locator("[data-album-tile]")).not_to_have_count(len(djent))
    assert len(titles(page)) > len(djent)
    page.go_back()
    expect(page.get_by_label("Post-rock")).not_to_be_checked()
    expect(page.locator("[data-album-tile]")).to_have_count(len(djent))
    assert titles(page) == djent


def test_what_is_ticked_while_an_answer_is_on_its_way_stands(page: Page, address: str) -> None:
    held: list[Route] = []
    page.goto(address)
    page.route(FOR_DJENT, lambda route: held.append(route), times=1)
    with page.expect_request(FOR_DJENT):
        page.get_by_label("Djent").check()
    page.get_by_label("Post-rock").check()
    held[0].continue_()
    expect(page).to_have_url(f"{address}?genre=djent&genre=post-rock")
    expect(page.get_by_label("Post-rock")).to_be_checked()


def test_the_search_follows_the_typing_and_its_chip_clears_it(page: Page, address: str) -> None:
    page.goto(address)
    page.locator("input[name=q]").press_sequentially("zürich", delay=20)
    expect(page).to_have_url(f"{address}?q=z%C3%BCrich")
    expect(page.locator("input[name=q]")).to_be_focused()
    expect(page.locator("[data-album-tile]")).not_to_have_count(50)
    assert 0 < len(titles(page)) < 50
    page.get_by_role("link", name="Remove “zürich”").click()
    expect(page.locator("[data-album-tile]")).to_have_count(50)
    expect(page.locator("input[name=q]")).to_have_value("")


def test_pages_are_links_and_their_size_is_remembered(page: Page, address: str) -> None:
    page.goto(address)
    first = titles(page)
    page.get_by_role("link", name="Page 2").click()
    expect(page).to_have_url(f"{address}?page=2")
    expect(page.locator("[data-album-tile] h2").first).not_to_have_text(first[0])
    assert not set(titles(page)) & set(first)
    page.get_by_label("Albums a page").select_option("25")
    expect(page.locator("[data-album-tile]")).to_have_count(25)
    page.goto(address)
    expect(page.locator("[data-album-tile]")).to_have_count(25)


def test_the_skip_link_leads_past_the_filters_to_the_albums(page: Page, address: str) -> None:
    page.goto(address)
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to the albums")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("#results")).to_be_focused()


def test_the_rarer_genres_are_found_by_typing(page: Page, address: str) -> None:
    page.goto(address)
    page.get_by_text("More genres").click()
    page.get_by_label("Find a genre").fill("zeuhl")
    expect(page.locator("#genre-more li:visible")).to_have_count(1)
    with page.expect_response(re.compile("find_genre=zeuhl&genre=zeuhl|genre=zeuhl&.*find_genre=zeuhl")):
        page.get_by_label("Zeuhl").click()  # the answer takes its place, and nothing is left to look at
    expect(page).to_have_url(f"{address}?genre=zeuhl")
    page.reload()
    expect(page.get_by_label("Zeuhl")).to_be_checked()


def test_what_was_typed_is_found_even_if_all_the_rarer_genres_come_late(page: Page, address: str) -> None:
    page.goto(address)
    page.route(re.compile(r"find_genre=(&|$)"), lambda route: (page.wait_for_timeout(1000), route.continue_()))
    page.get_by_text("More genres").click()
    with page.expect_response(re.compile("find_genre=zeuhl")):
        page.get_by_label("Find a genre").fill("zeuhl")
    expect(page.locator("#genre-more li:visible")).to_have_count(1)
    page.wait_for_timeout(1500)
    expect(page.locator("#genre-more li:visible")).to_have_count(1)


def test_on_a_phone_the_filters_are_a_sheet_that_stays_open_while_choosing(page: Page, address: str) -> None:
    page.set_viewport_size({"width": 375, "height": 812})
    page.goto(address)
    expect(page.get_by_label("Djent")).to_be_hidden()
    page.get_by_role("button", name="Filters").click()
    page.get_by_label("Djent").check()
    expect(page).to_have_url(f"{address}?genre=djent")
    page.get_by_role("button", name=re.compile(r"Show \d+ albums")).click()
    expect(page.get_by_label("Djent")).to_be_hidden()
    expect(page.locator("#results h1")).to_be_focused()


@pytest.mark.journey
def test_without_javascript_it_is_links_and_forms(browser: Browser, address: str) -> None:
    page = browser.new_context(java_script_enabled=False).new_page()
    page.goto(address)
    page.locator("input[name=q]").fill("zürich")
    page.locator("input[name=q]").press("Enter")
    expect(page).to_have_url(re.compile("q=z%C3%BCrich"))
    assert 0 < len(titles(page)) < 50
    page.get_by_role("link", name="Clear all").click()
    expect(page).to_have_url(address)
    page.get_by_label("Djent").check()
    page.get_by_role("button", name="Show these albums").click()
    expect(page).to_have_url(re.compile("genre=djent"))
    title = titles(page)[0]
    page.get_by_role("link", name=title, exact=True).first.click()
    expect(page.get_by_role("heading", level=1)).to_have_text(title)


def test_times_are_told_by_the_readers_clock(page: Page, address: str) -> None:
    page.goto(address)
    page.evaluate(
        """() => {
          document.querySelector("[data-last-synced]").dateTime = new Date(Date.now() - 7_300_000).toISOString();
          document.dispatchEvent(new Event("visibilitychange"));
        }"""
    )
    expect(page.locator("[data-last-synced]")).to_have_text("2 hours ago")
    expect(page.locator("[data-last-synced]")).to_have_attribute("title", re.compile(r"day, .* \d{4} at "))


def test_the_first_sync_fills_the_shelves_under_the_readers_eyes(
    page: Page, new_app: App, upstreams: Upstreams
) -> None:
    upstreams.google.seconds, upstreams.spotify.latency = 0.6, (0.08, 0.12)
    page.goto(f"{new_app.url}/catalog/albums/?scene=metal")
    expect(page.locator("[data-sync-panel]")).to_have_attribute("data-status", "never")
    heading = page.get_by_role("heading", level=1).bounding_box()
    page.get_by_role("button", name="Sync Now").click()
    assert page.locator("[data-sync-button]").is_disabled()
    expect(page.locator("[data-sync-button]")).to_have_text("Syncing…")
    expect(page.locator("[data-sync-progress]")).to_be_visible()
    expect(page.locator("#sync-announcement")).to_have_text(re.compile("sync", re.IGNORECASE))
    assert page.get_by_role("heading", level=1).bounding_box() == heading
    expect(page.locator("[data-album-tile]")).to_have_count(50)
    expect(page.locator("[data-sync-panel]")).to_have_attribute("data-status", "completed")
    expect(page.locator("[data-last-synced]")).to_be_visible()
    expect(page.locator("[id='scene:metal']")).to_be_checked()
    page.get_by_role("button", name="Show why").click()
    expect(page.get_by_role("dialog", name="Warnings of the last sync")).to_be_visible()


@pytest.mark.journey
@in_each_width_and_scheme
def test_axe_finds_nothing_and_nothing_overflows(browser: Browser, app: App, width: int, scheme: Scheme) -> None:
    rarer = ("albums/?q=polka", "albums/?genre=djent", "sync/history/1/") if IS_LONG else ()
    paths = ("albums/?per_page=25", "albums/1/", "artists/1/", "sync/history/", *rarer)
    check_pages(new_page(browser, width, scheme), f"{app.url}/catalog/", paths, scheme)


@pytest.mark.parametrize("is_running", [False, True])
def test_the_first_cover_is_on_the_first_screen_of_a_phone(
    page: Page, address: str, app: App, upstreams: Upstreams, is_running: bool
) -> None:
    page.set_viewport_size({"width": 375, "height": 667})
    if is_running:
        upstreams.google.fail("slow_start", seconds=30.0)
        app.start()
    page.goto(address)
    expect(page.locator("[data-sync-panel]")).to_have_attribute("data-status", "running" if is_running else "completed")
    expect(page.locator("[data-album-tile] img").first).to_be_in_viewport(ratio=0.7)
    if is_running:
        app.cancel()
        upstreams.google.heal()
