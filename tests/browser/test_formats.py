"""A list elsewhere, in a real Chromium: its links follow the filters, and an artist stays asked for."""

import re

from playwright.sync_api import Browser, Page, expect

from tests.browser.pages import Scheme, check_pages, in_each_width_and_scheme, new_page, titles


def test_the_links_below_a_list_follow_its_filters(page: Page, address: str) -> None:
    page.goto(address)
    page.get_by_label("Djent").check()
    formats = page.get_by_label("This list elsewhere")
    expect(formats.get_by_role("link", name="Feed")).to_have_attribute("href", "/catalog/feed/?genre=djent")
    shown = titles(page)
    formats.get_by_role("link", name="Random album").click()
    expect(page).to_have_url(re.compile(r"/albums/\d+/\?list=genre%3Ddjent$"))
    page.go_back()
    expect(page.locator("[data-album-tile]")).to_have_count(len(shown))


def test_an_artist_stays_asked_for_while_filters_change(page: Page, address: str) -> None:
    page.goto(address)
    artist = page.locator(".tile__artist a").first
    number = (artist.get_attribute("href") or "").split("/")[3]
    page.goto(f"{address}?artist={number}&when=all")
    shown = titles(page)
    page.locator("#sort").select_option("title")
    expect(page).to_have_url(f"{address}?when=all&artist={number}&sort=title")
    assert sorted(titles(page)) == sorted(shown)
    page.get_by_role("link", name="Remove").first.click()
    expect(page).to_have_url(f"{address}?when=all&sort=title")
    expect(page.locator("[data-album-tile]")).not_to_have_count(len(shown))


@in_each_width_and_scheme
def test_the_page_of_the_api_is_for_everybody(browser: Browser, address: str, width: int, scheme: Scheme) -> None:
    check_pages(new_page(browser, width, scheme), address.removesuffix("albums/"), ["api/"], scheme)
