"""What only a browser shows of the rows to review: the clipboard, and what axe finds."""

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.pages import Scheme, check_pages, in_each_width_and_scheme, new_page
from tests.live import App

REVIEW = "sync/review/"


@pytest.fixture
def review(app: App) -> str:
    return f"{app.url}/catalog/{REVIEW}"


def copied(page: Page) -> str:
    return page.evaluate("navigator.clipboard.readText()")


def test_references_and_the_list_are_copied(page: Page, review: str) -> None:
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.goto(review)
    first = page.locator("[data-copy]").first
    reference = first.inner_text()
    first.get_by_role("button").press("Enter")
    expect(first).to_have_attribute("data-copied", "")
    assert copied(page) == reference
    page.get_by_role("link", name="Copy as text").click()
    expect(page.get_by_role("link", name="Copy as text")).to_have_attribute("data-copied", "")
    lines = copied(page).splitlines()
    assert lines[0].startswith(f"{reference} · ")
    assert len(lines) == page.locator(".review__row").count()
    assert page.url == review


def test_without_javascript_a_reference_is_text_and_the_list_a_link(browser: Browser, review: str) -> None:
    page = browser.new_context(java_script_enabled=False).new_page()
    page.goto(review)
    assert page.locator("[data-copy] button").count() == 0
    reference = page.locator("[data-copy]").first.inner_text()
    page.get_by_role("link", name="Copy as text").click()
    expect(page.locator("body")).to_contain_text(reference)
    page.context.close()


@in_each_width_and_scheme
def test_axe_finds_nothing_on_the_list(browser: Browser, app: App, width: int, scheme: Scheme) -> None:
    paths = (REVIEW, f"{REVIEW}?show=skipped", f"{REVIEW}?show=fixed")
    check_pages(new_page(browser, width, scheme), f"{app.url}/catalog/", paths, scheme)
