"""The page of statistics in a browser: read, pressed, and by keyboard."""

import re

from playwright.sync_api import Browser, Page, expect

from tests.browser.pages import Scheme, check_pages, in_each_width_and_scheme, new_page

STATISTICS = "../statistics/"


def test_a_bar_leads_into_the_list(page: Page, address: str) -> None:
    page.goto(address)
    page.get_by_role("link", name="Statistics").click()
    segment = page.locator("[aria-labelledby=by-vocals] .columns__drawing a").first
    number = re.search(r": ([\d,]+) album", segment.locator("title").text_content() or "")
    assert number
    segment.click()
    expect(page.locator(".results__title")).to_contain_text(f"{number[1]} of ")


def test_the_keyboard_reaches_each_number_in_the_tables(page: Page, address: str) -> None:
    page.goto(f"{address}{STATISTICS}")
    page.get_by_text("All years as a table").focus()
    page.keyboard.press("Enter")
    table = page.locator("[aria-labelledby=by-vocals] table")
    expect(table).to_be_visible()
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    expect(table.locator("a").first).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator(".results__title")).to_be_visible()


@in_each_width_and_scheme
def test_axe_finds_nothing_on_the_statistics(browser: Browser, address: str, width: int, scheme: Scheme) -> None:
    check_pages(new_page(browser, width, scheme), address, [STATISTICS], scheme)
