"""An album's page in a browser: what Spotify knows comes by itself, once somebody looks."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from demo.upstreams import Upstreams
from tests.live import App, command, rows, running_app
from tests.sheets import album, sheet, spotify_id

TITLES = [f"Demo {number}" for number in range(30)]


@pytest.fixture(scope="module")
def workbook(tmp_path_factory: pytest.TempPathFactory) -> Path:
    albums = [album(title=title, spotify=spotify_id(number)) for number, title in enumerate(TITLES)]
    return sheet(tmp_path_factory.mktemp("sheet") / "sheet.xlsx", {"2024 Prog-metal": albums})


@pytest.fixture(scope="module")
def spotify_facts() -> dict[str, Any]:
    return {"unknown": "invent"}


@pytest.fixture(scope="module")
def database(database: str, upstreams: Upstreams) -> str:
    """Return a catalogue of which Spotify was asked for the cover of one album only."""
    for arguments in (["import_albums", "--skip-spotify"], ["enrich_albums", "--limit", "1"]):
        filled = command(database, upstreams.environment(), *arguments, SPOTIFY_CLIENT_ID="")
        assert filled.wait() in {0, 2}, filled.output
    return database


@pytest.fixture(scope="module")
def shop(database: str, upstreams: Upstreams) -> Iterator[App]:
    with running_app(database, upstreams.environment(), workers=1) as app:
        yield app


def address_of(app: App, database: str, *, has_cover: bool) -> str:
    """Return the page of an album that lacks its full data, and has its cover or not."""
    kept = "SELECT id FROM catalog_spotifyalbum WHERE state = "
    known = f"IN ({kept}'cover')" if has_cover else "NOT IN (SELECT id FROM catalog_spotifyalbum)"
    found = rows(database, f"SELECT id FROM catalog_album WHERE spotify_id {known} ORDER BY id")
    return f"{app.url}/catalog/albums/{found[0][0]}/"


def questions(upstreams: Upstreams) -> list[str]:
    """Return what Spotify was asked, images aside, which browsers fetch by themselves."""
    return [seen.path for seen in upstreams.spotify.requests if "/image/" not in seen.path]


def expect_all(page: Page) -> None:
    """Expect what only the Web API tells."""
    expect(page.locator(".track").first).to_be_visible()
    expect(page.locator(".facts")).to_contain_text("Label")
    expect(page.locator(".facts")).to_contain_text("On Spotify")
    expect(page.locator(".album__cover img")).to_be_visible()


def test_cover_tracks_label_and_date_come_while_the_page_is_open(page: Page, shop: App, database: str) -> None:
    page.goto(address_of(shop, database, has_cover=False))
    expect(page.locator(".track")).to_have_count(0)
    expect_all(page)
    expect(page.locator("#album-about, #album-tracks, .album__cover .cover")).to_have_count(3)


def test_an_album_with_a_cover_gets_the_rest_and_its_cover_is_left_alone(page: Page, shop: App, database: str) -> None:
    page.goto(address_of(shop, database, has_cover=True))
    shown = page.locator(".album__cover img").element_handle()
    assert shown is not None
    expect_all(page)
    assert shown.evaluate("image => image.isConnected")


def test_while_spotify_may_not_be_asked_the_page_is_quiet(
    page: Page, shop: App, database: str, upstreams: Upstreams
) -> None:
    upstreams.spotify.fail("quota", on="/")
    try:
        page.goto(address_of(shop, database, has_cover=False))
        expect(page.locator(".album__cover svg.placeholder")).to_be_visible()
        page.wait_for_timeout(3000)
        asked = questions(upstreams)
        page.reload()
        page.wait_for_timeout(3000)
        assert questions(upstreams) == asked
    finally:
        upstreams.spotify.heal()


def test_without_a_script_the_page_shows_what_is_known(page: Page, shop: App, database: str) -> None:
    assert page.context.browser is not None
    plain = page.context.browser.new_page(java_script_enabled=False)
    plain.goto(address_of(shop, database, has_cover=False))
    expect(plain.locator(".album__cover svg.placeholder")).to_be_visible()
    expect(plain.locator(".facts")).to_contain_text("Released")
    expect(plain.locator("#album-tracks")).to_be_hidden()
    plain.close()
