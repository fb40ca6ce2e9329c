"""The search as a combobox, and what it leaves in the history, in a real Chromium."""

import re
from datetime import UTC, datetime, timedelta
from urllib.parse import quote

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from tests.browser.pages import RULES, Scheme, in_each_width_and_scheme, new_page
from tests.live import App

FIELD = "input[name=q]"
OPTIONS = "#suggestions [role=option]"
A_PAUSE_MS = 1100


@pytest.fixture
def letters(app: App) -> str:
    """Return how the first artist of the catalogue begins."""
    catalogue = app.client.get("/catalog/albums/suggest/?q=a", headers={"Accept": "application/json"}).json()
    return str(catalogue["artists"][0]["name"])[:3].lower()


def test_the_keys_walk_through_the_suggestions(page: Page, address: str, letters: str) -> None:
    page.goto(address)
    field = page.get_by_role("combobox", name="Search albums")
    expect(field).to_have_attribute("aria-expanded", "false")
    field.press_sequentially(letters, delay=20)
    expect(field).to_have_attribute("aria-expanded", "true")
    expect(page.locator("#suggestion-count")).to_have_text(re.compile(r"^\d+ suggestions?$"))
    expect(field).not_to_have_attribute("aria-activedescendant", re.compile(""))
    first, last = page.locator(OPTIONS).first, page.locator(OPTIONS).last
    field.press("ArrowDown")
    expect(first).to_have_attribute("aria-selected", "true")
    expect(field).to_have_attribute("aria-activedescendant", str(first.get_attribute("id")))
    field.press("ArrowUp")
    expect(last).to_have_attribute("aria-selected", "true")
    field.press("ArrowDown")
    expect(first).to_have_attribute("aria-selected", "true")
    field.press("Home")
    expect(page.locator("#suggestions [aria-selected=true]")).to_have_count(0)
    field.press("Escape")
    expect(field).to_have_attribute("aria-expanded", "false")
    expect(field).to_have_value(letters)
    field.press("Escape")
    expect(field).to_have_value("")
    expect(page).to_have_url(address)
    field.press_sequentially(letters)
    expect(field).to_have_attribute("aria-expanded", "true")
    field.press("ArrowDown")
    goal = str(first.get_attribute("href"))
    field.press("Enter")
    expect(page).to_have_url(re.compile(re.escape(goal) + "$"))


TYPE_AND_SEND = """(field, letters) => {
    field.value = letters;
    field.dispatchEvent(new Event("input", { bubbles: true }));
    field.form.requestSubmit();
}"""
"""In one breath: between two presses of a busy machine typing may rest."""


def test_nothing_pops_up_once_the_search_was_sent_or_left(page: Page, address: str, letters: str) -> None:
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url) if "/suggest/" in request.url else None)
    page.goto(address)
    field = page.locator(FIELD)
    field.focus()
    field.evaluate(TYPE_AND_SEND, letters)
    expect(page).to_have_url(f"{address}?q={quote(letters)}")
    page.wait_for_timeout(400)
    expect(page.locator("#suggestions")).to_be_hidden()
    assert asked == []
    field.press("ArrowDown")
    expect(page.locator("#suggestions")).to_be_visible()
    field.press("Tab")
    expect(page.locator("#suggestions")).to_be_hidden()
    field.press("ArrowDown")
    expect(page.locator("#suggestions")).to_be_visible()
    page.locator(".site-footer").click()
    expect(page.locator("#suggestions")).to_be_hidden()
    assert len(asked) == 1


def test_an_older_answer_never_replaces_a_newer_one(page: Page, address: str) -> None:
    page.route("**/suggest/?q=a", lambda route: page.wait_for_timeout(600) or route.fallback())
    page.goto(address)
    field = page.locator(FIELD)
    field.press("a")
    page.wait_for_timeout(250)
    field.press_sequentially("zzz")
    expect(page.locator("#suggestion-count")).to_have_text("No suggestions")
    page.wait_for_timeout(700)
    expect(page.locator("#suggestions")).to_be_hidden()


def test_a_search_has_one_entry_in_the_history(page: Page, address: str) -> None:
    page.clock.install()
    page.goto(f"{address}?genre=djent")
    page.clock.pause_at(datetime.now(UTC) + timedelta(minutes=5))
    before = page.evaluate("history.length")
    field = page.locator(FIELD)

    def type_letter_by_letter(text: str, typed: str = "") -> None:
        for number, letter in enumerate(text, 1):
            field.press(letter)
            page.clock.run_for(200)
            expect(page).to_have_url(f"{address}?q={typed}{text[:number]}&genre=djent")

    type_letter_by_letter("opeth")
    field.press("Enter")
    assert page.evaluate("history.length") == before + 1
    page.clock.run_for(A_PAUSE_MS)
    type_letter_by_letter("xy", typed="opeth")
    assert page.evaluate("history.length") == before + 2
    page.clock.resume()
    page.go_back()
    expect(page).to_have_url(f"{address}?q=opeth&genre=djent")
    expect(page.locator(FIELD)).to_have_value("opeth")
    page.go_back()
    expect(page).to_have_url(f"{address}?genre=djent")
    expect(page.locator(FIELD)).to_have_value("")
    expect(page.locator("[data-album-tile]")).not_to_have_count(0)
    page.go_forward()
    expect(page.locator(FIELD)).to_have_value("opeth")


def test_a_filter_after_the_typing_has_an_entry_of_its_own(page: Page, address: str) -> None:
    page.goto(address)
    before = page.evaluate("history.length")
    page.locator(FIELD).press_sequentially("a", delay=20)
    expect(page).to_have_url(f"{address}?q=a")
    page.get_by_label("Djent").check()
    expect(page).to_have_url(f"{address}?q=a&genre=djent")
    page.locator(FIELD).press("End")
    page.locator(FIELD).press("e")
    expect(page).to_have_url(f"{address}?q=ae&genre=djent")
    assert page.evaluate("history.length") == before + 3


def test_other_pages_suggest_too(page: Page, address: str, letters: str) -> None:
    page.goto(f"{address}1/")
    page.locator(FIELD).press_sequentially(letters)
    expect(page.locator(OPTIONS).first).to_be_visible()
    page.locator(FIELD).press("Enter")
    expect(page).to_have_url(f"{address}?q={quote(letters)}")


@in_each_width_and_scheme
def test_axe_finds_nothing_in_the_open_list(
    browser: Browser, address: str, letters: str, width: int, scheme: Scheme
) -> None:
    page = new_page(browser, width, scheme)
    page.goto(address)
    page.locator(FIELD).press_sequentially(letters)
    page.locator(FIELD).press("ArrowDown")
    expect(page.locator(OPTIONS).first).to_be_visible()
    expect(page).to_have_url(f"{address}?q={quote(letters)}")
    expect(page.locator(".htmx-request, .htmx-added")).to_have_count(0)
    found = Axe().run(page, options={"runOnly": RULES, "resultTypes": ["violations"]}).response["violations"]
    assert [(broken["id"], broken["nodes"][0]["html"]) for broken in found] == []
    page.context.close()
