"""Without a connection: what was viewed last is shown, and with one nothing is old."""

from collections.abc import Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.browser.pages import FITS, RULES, Scheme, in_each_width_and_scheme, sign_in, titles
from tests.live import App, add_staff, rows, until

CONTROLLED = """navigator.serviceWorker.ready.then(() => navigator.serviceWorker.controller
    || new Promise((resolve) => navigator.serviceWorker.addEventListener("controllerchange", resolve)))
    .then(() => true)"""
KEPT = """caches.open("pages").then((cache) => cache.keys())
    .then((kept) => kept.map(({ url }) => new URL(url).pathname + new URL(url).search))"""
TEXTS = """caches.open("pages").then(async (cache) => {
    const kept = await Promise.all((await cache.keys()).map((request) => cache.match(request, { ignoreVary: true })));
    return Promise.all(kept.map((page) => page.text()));
})"""
FILL = """caches.open("pages").then(async (cache) => {
    for (let each = 0; each < 40; each++) await cache.put(`/catalog/albums/?page=${each}`, new Response("old"));
})"""

UNHEARD = """
    addEventListener("online", (event) => event.stopImmediatePropagation());
    const ours = window.fetch;
    window.tries = 0;
    window.fetch = async (address, options) => {
        try {
            return await ours(address, options);
        } finally {
            if (options?.method === "HEAD") window.tries += 1;
        }
    };
"""
"""No event tells that the connection is back, as where only the way to the site was lost."""


@pytest.fixture
def online(browser: Browser, address: str) -> Iterator[BrowserContext]:
    """A browser whose service worker is there; its console may tell what failed offline."""
    context = browser.new_context(reduced_motion="reduce")
    page = context.new_page()
    page.goto(address)
    page.evaluate(CONTROLLED)
    yield context
    context.set_offline(False)
    context.close()


def kept(page: Page, path: str) -> None:
    """Wait until a page is kept."""
    until(lambda: path in page.evaluate(KEPT))


def path_of(page: Page) -> str:
    return page.evaluate("location.pathname + location.search")


def test_what_was_viewed_last_is_shown_without_a_connection(online: BrowserContext, address: str) -> None:
    page = online.pages[0]
    page.goto(f"{address}?genre=djent")
    kept(page, "/catalog/albums/?genre=djent")
    shown = titles(page)
    page.locator(".tile__link").first.click()
    expect(page.get_by_role("heading", level=1)).to_have_text(shown[0])
    kept(page, path_of(page))
    online.set_offline(True)
    page.reload()
    expect(page.get_by_role("heading", level=1)).to_have_text(shown[0])
    expect(page.locator(".offline-note")).to_contain_text("You’re offline. This page is as it was on")
    assert page.evaluate("getComputedStyle(document.querySelector('.album')).display") == "grid"
    page.goto(f"{address}?genre=djent")
    assert titles(page) == shown
    page.goto(f"{address}?genre=post-rock")
    expect(page.get_by_role("heading", level=1)).to_have_text("You’re offline")
    expect(page.locator(".kept-pages a")).to_have_count(2)
    assert path_of(page).endswith("?genre=post-rock")
    page.goto(page.get_by_role("link", name="Djent").get_attribute("href") or "")
    assert path_of(page) == "/catalog/albums/?genre=djent"
    assert path_of(page) in page.evaluate(KEPT)
    expect(page.locator(".offline-note")).to_be_visible()
    assert titles(page) == shown


def test_with_a_connection_nothing_is_old(online: BrowserContext, address: str, database: str) -> None:
    page = online.pages[0]
    page.locator(".tile__link").first.click()
    expect(page.locator(".album__title")).to_be_visible()
    kept(page, path_of(page))
    key = path_of(page).rstrip("/").rpartition("/")[2]
    title = page.locator(".album__title").inner_text()
    for new in ("Renamed", title.replace("'", "''")):
        rows(database, f"UPDATE catalog_album SET title = '{new}' WHERE id = {key}", "COMMIT")
        page.reload()
        expect(page.locator(".album__title")).to_have_text(new.replace("''", "'"))
        expect(page.locator(".offline-note")).to_have_count(0)
    online.set_offline(True)
    page.reload()
    expect(page.locator(".album__title")).to_have_text(title)
    online.set_offline(False)
    page.evaluate("dispatchEvent(new Event('online'))")
    page.reload()
    expect(page.locator(".offline-note")).to_have_count(0)


def test_the_offline_page_reloads_by_itself_once_there_is_a_connection(online: BrowserContext, address: str) -> None:
    page = online.pages[0]
    online.set_offline(True)
    page.goto(f"{address}?vocal=clean")
    expect(page.get_by_role("heading", level=1)).to_have_text("You’re offline")
    online.set_offline(False)
    expect(page.get_by_role("heading", level=1)).to_contain_text("Albums")


def test_a_connection_that_is_back_is_noticed_without_an_event(online: BrowserContext, address: str) -> None:
    page = online.pages[0]
    online.set_offline(True)
    page.add_init_script(UNHEARD)
    page.goto(f"{address}?vocal=clean")
    expect(page.get_by_role("heading", level=1)).to_have_text("You’re offline")
    until(lambda: page.evaluate("window.tries"))
    online.set_offline(False)
    expect(page.get_by_role("heading", level=1)).to_contain_text("Albums")


def test_polls_and_changes_of_a_list_do_not_pass_through_the_worker(online: BrowserContext, address: str) -> None:
    page = online.pages[0]
    with page.expect_response(lambda response: "genre=djent" in response.url) as change:
        page.get_by_label("Djent").check()
    assert change.value.from_service_worker is False
    with page.expect_response(lambda response: "/sync/status/" in response.url) as poll:
        page.evaluate("document.querySelector('[data-sync-panel]').dispatchEvent(new Event('sync:look'))")
    assert poll.value.from_service_worker is False


def test_pages_of_an_account_and_tokens_are_never_kept(
    online: BrowserContext, address: str, app: App, database: str
) -> None:
    add_staff(database, "curator", "curator")
    page = online.pages[0]
    page.goto(address)
    kept(page, "/catalog/albums/")
    sign_in(page, f"{address}../../login/", "curator", "curator")
    expect(page.get_by_role("button", name="Sign out")).to_be_visible()
    page.locator(".tile__link").first.click()
    expect(page.locator(".album__title")).to_be_visible()
    page.goto(f"{address}?genre=djent")
    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_role("link", name="Sign in", exact=True)).to_be_visible()
    page.goto(f"{address}../sync/history/")
    token = next(each.get("value", "") for each in online.cookies() if each.get("name") == "csrftoken")
    texts = page.evaluate(TEXTS)
    assert not [text for text in texts if "data-account" in text or "curator" in text or token in text]
    assert not [path for path in page.evaluate(KEPT) if "sync" in path or "login" in path or "mine" in path]


def test_the_number_of_kept_pages_is_bounded(online: BrowserContext, address: str) -> None:
    page = online.pages[0]
    page.evaluate(FILL)
    page.goto(f"{address}?genre=djent")
    until(lambda: len(page.evaluate(KEPT)) == 31)
    paths = page.evaluate(KEPT)
    assert paths[-1] == "/catalog/albums/?genre=djent"
    assert "/offline/" in paths
    assert "/catalog/albums/?page=39" in paths


@in_each_width_and_scheme
def test_axe_finds_nothing_on_the_offline_page(
    online: BrowserContext, address: str, width: int, scheme: Scheme
) -> None:
    page = online.pages[0]
    page.set_viewport_size({"width": width, "height": 900})
    page.emulate_media(color_scheme=scheme)
    page.reload()
    kept(page, "/catalog/albums/")
    online.set_offline(True)
    page.goto(f"{address}?genre=post-rock")
    expect(page.locator(".kept-pages a").first).to_be_visible()
    found = Axe().run(page, options={"runOnly": RULES, "resultTypes": ["violations"]}).response["violations"]
    assert [(broken["id"], broken["nodes"][0]["html"]) for broken in found] == []
    assert page.evaluate(FITS)
