"""The catalogue by keyboard and by ear, in a real Chromium: where the focus goes, what is said, and what keys do."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, Route, expect

from tests.browser.pages import FITS, RULES, Scheme, in_each_width_and_scheme, new_page, titles
from tests.live import App

A_WHILE_MS = 1000
"""After so long the list would have said what it is."""

SAID = "#list-announcement"
HEADING = "#results h1"
FOCUSED_TILE = "document.activeElement.closest('[data-album-tile]')"
PLACE = f"[...document.querySelectorAll('[data-album-tile]')].indexOf({FOCUSED_TILE})"
HEARD = f"""() => {{
    window.heard = [];
    const region = document.querySelector("{SAID}");
    new MutationObserver(() => region.textContent && window.heard.push(region.textContent))
        .observe(region, {{ childList: true }});
}}"""


def test_a_filter_keeps_the_focus_and_the_list_says_what_it_is(page: Page, address: str) -> None:
    page.goto(address)
    page.get_by_label("Djent").check()
    expect(page.locator(SAID)).to_have_text(re.compile(r"^\d+ albums$"))
    expect(page).to_have_title("Djent · Albums · progmetal")
    expect(page.get_by_label("Djent")).to_be_focused()
    page.go_back()
    expect(page).to_have_title("Albums · progmetal")
    expect(page.locator(SAID)).to_have_text(re.compile(r"^\d+ albums$"))
    expect(page.get_by_label("Djent")).to_be_focused()


def test_the_list_is_silent_while_somebody_types_and_when_a_sync_renews_it(page: Page, address: str) -> None:
    page.clock.install()
    page.goto(f"{address}?genre=djent")
    page.clock.pause_at(datetime.now(UTC) + timedelta(minutes=5))
    page.evaluate(HEARD)
    for number, letter in enumerate("polka", 1):
        page.locator("input[name=q]").press(letter)
        page.clock.run_for(200)
        expect(page).to_have_title(f"{'polka'[:number]} · Djent · Albums · progmetal")
    assert page.evaluate("heard") == []
    page.clock.run_for(A_WHILE_MS)
    assert page.evaluate("heard") == ["No albums match “polka”."]
    page.clock.resume()
    page.evaluate("document.body.dispatchEvent(new Event('sync:finished'))")
    expect(page.locator("#results.results--renewed")).to_be_visible()
    page.wait_for_timeout(A_WHILE_MS)
    assert page.evaluate("heard") == ["No albums match “polka”."]


def test_another_page_begins_at_its_heading(page: Page, address: str) -> None:
    page.goto(address)
    page.get_by_role("link", name="Page 2").press("Enter")
    expect(page.locator(HEADING)).to_be_focused()
    expect(page.locator(HEADING)).to_be_in_viewport()
    assert page.evaluate("document.querySelector('#results').getBoundingClientRect().top") < 100
    expect(page.locator(SAID)).to_have_text(re.compile(r"^\d+ albums, page 2 of \d+$"))
    expect(page).to_have_title("Albums, page 2 · progmetal")
    page.go_back()
    expect(page).to_have_title("Albums · progmetal")
    expect(page.locator(HEADING)).to_be_focused()
    expect(page.get_by_role("button", name="Keys")).to_be_visible()
    page.get_by_label("Page", exact=True).fill("3")
    page.keyboard.press("Enter")
    expect(page).to_have_title("Albums, page 3 · progmetal")
    expect(page.locator(HEADING)).to_be_focused()
    page.get_by_role("link", name="Upcoming").press("Enter")
    expect(page).to_have_title("Upcoming · Albums · progmetal")
    expect(page.get_by_role("link", name="Upcoming")).to_be_focused()


def test_the_focus_goes_from_chip_to_chip_and_never_to_the_body(page: Page, address: str) -> None:
    chip = page.locator(".chip:not(.chip--all)")
    page.goto(f"{address}?genre=djent&genre=post-rock&vocal=clean&scene=metal")
    names = [" ".join(text.split()[:2]) for text in chip.all_inner_texts()]
    for removed, focused in ((1, 2), (3, 2), (2, 0)):
        page.get_by_role("link", name=names[removed]).press("Enter")
        expect(page.get_by_role("link", name=names[removed])).to_have_count(0)
        expect(page.get_by_role("link", name=names[focused])).to_be_focused()
    page.keyboard.press("Enter")
    expect(chip).to_have_count(0)
    expect(page.locator(HEADING)).to_be_focused()
    page.goto(f"{address}?q=polka")
    page.get_by_role("link", name="Show all albums").press("Enter")
    expect(page.locator(HEADING)).to_be_focused()


@pytest.mark.parametrize("width", [375, 1440])
def test_arrows_walk_over_the_tiles_of_any_grid(page: Page, app: App, address: str, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 900})
    page.goto(address)
    columns = page.evaluate("getComputedStyle(document.querySelector('.grid')).gridTemplateColumns.split(' ').length")
    page.get_by_role("link", name="Page 2").press("Enter")
    expect(page).to_have_title("Albums, page 2 · progmetal")
    page.locator(".tile__link").first.focus()
    walk = {"ArrowRight": 1, "ArrowDown": columns + 1, "ArrowLeft": columns, "ArrowUp": 0, "End": 49, "Home": 0}
    for key, place in walk.items():
        page.keyboard.press(key)
        assert page.evaluate(PLACE) == place, key
        assert page.evaluate("document.activeElement.matches('.tile__link')")
        expect(page.locator("[data-album-tile]").nth(place)).to_be_in_viewport(ratio=0.95)
    page.keyboard.press("ArrowLeft")
    assert page.evaluate(PLACE) == 0
    title = titles(page)[0]
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text(title)
    page.locator(".tile__link").first.focus()
    page.keyboard.press("ArrowRight")
    assert page.evaluate(PLACE) == 1


def test_a_slash_searches_and_a_question_mark_shows_the_keys_unless_turned_off(page: Page, address: str) -> None:
    field, keys = page.locator("input[name=q]"), page.get_by_role("dialog", name="Keys")
    page.goto(address)
    page.get_by_label("Djent").focus()
    page.keyboard.press("Control+/")
    expect(page.get_by_label("Djent")).to_be_focused()
    page.keyboard.press("/")
    expect(field).to_be_focused()
    page.keyboard.type("a/?")
    expect(field).to_have_value("a/?")
    expect(keys).to_be_hidden()
    link = page.get_by_role("link", name="Clear all")
    link.focus()
    page.keyboard.press("?")
    expect(keys).to_be_visible()
    page.keyboard.press("/")
    expect(field).not_to_be_focused()
    page.keyboard.press("Escape")
    expect(keys).to_be_hidden()
    expect(link).to_be_focused()
    page.keyboard.press("?")
    link.evaluate("link => link.replaceWith(link.cloneNode(true))")
    page.keyboard.press("Escape")
    expect(page.locator("main")).to_be_focused()
    page.get_by_role("button", name="Keys").click()
    page.get_by_label("Use the shortcuts / ? w h x").uncheck()
    page.get_by_role("button", name="Close").click()
    expect(page.get_by_role("button", name="Keys")).to_be_focused()
    page.reload()
    page.keyboard.press("/")
    page.keyboard.press("?")
    expect(keys).to_be_hidden()
    expect(field).not_to_be_focused()
    page.get_by_role("button", name="Keys").click()
    expect(page.get_by_label("Use the shortcuts / ? w h x")).not_to_be_checked()


def test_spotifys_player_comes_when_it_is_asked_for_and_not_before(page: Page, app: App, address: str) -> None:
    asked: list[str] = []

    def answer(route: Route) -> None:
        asked.append(route.request.url)
        route.fulfill(content_type="text/html", body="<p>a player")

    page.route(re.compile(r"https://[^/]*spotify\.com/"), answer)
    page.goto(address)
    album = page.locator("[data-album-tile]:has(.listen__link[href*='open.spotify.com/album/'])").first
    album.locator(".tile__link").click()
    listen = page.get_by_role("link", name="Listen here")
    expect(listen).to_be_visible()
    page.wait_for_load_state()
    size = page.evaluate("document.documentElement.scrollHeight")
    assert asked == []
    listen.press("Enter")
    expect(page.locator("iframe.player")).to_be_focused()
    expect(page.frame_locator("iframe.player").locator("p")).to_have_text("a player")
    assert len(asked) == 1
    assert re.fullmatch(r"https://open\.spotify\.com/embed/album/[0-9A-Za-z]{22}", asked[0])
    assert page.evaluate("document.querySelector('.player').clientHeight") >= 352
    assert page.evaluate("document.documentElement.scrollHeight") == size
    expect(listen).to_be_hidden()


def test_without_javascript_there_are_no_keys_and_listening_is_a_link(browser: Browser, address: str) -> None:
    page = browser.new_context(java_script_enabled=False).new_page()
    page.goto(address)
    expect(page.locator("[data-keys]")).to_be_hidden()
    expect(page.locator("#keys")).to_be_hidden()
    page.locator("[data-album-tile]:has(.listen__link[href*='/album/']) .tile__link").first.click()
    expect(page.get_by_role("link", name="Listen here")).to_have_attribute("href", re.compile(r"spotify\.com/album/"))
    expect(page.locator("iframe")).to_have_count(0)
    page.context.close()


@in_each_width_and_scheme
def test_axe_finds_nothing_in_the_dialog_nor_beside_the_player(
    browser: Browser, address: str, width: int, scheme: Scheme
) -> None:
    page = new_page(browser, width, scheme)
    page.goto(f"{address}?per_page=25")
    page.keyboard.press("?")
    expect(page.get_by_role("dialog", name="Keys")).to_be_visible()
    check(page)
    page.keyboard.press("Escape")
    page.locator("[data-album-tile]:has(.listen__link[href*='/album/']) .tile__link").first.click()
    expect(page.get_by_role("link", name="Listen here")).to_be_visible()
    check(page)
    page.context.close()


def check(page: Page) -> None:
    found = Axe().run(page, options={"runOnly": RULES, "resultTypes": ["violations"]}).response["violations"]
    assert [(broken["id"], broken["nodes"][0]["html"]) for broken in found] == []
    assert page.evaluate(FITS)
