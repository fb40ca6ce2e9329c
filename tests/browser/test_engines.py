"""What people do most, in Chromium, Firefox and WebKit: sync, cancel, filter, search, albums and artists."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser

from demo.upstreams import Upstreams
from tests.browser.engines.engine import Engine
from tests.browser.engines.launch import NAMES, running_engine
from tests.live import ENDED, App, until

pytestmark = [pytest.mark.database, pytest.mark.long]

TITLES = "[...document.querySelectorAll('[data-album-tile] h2')].map((title) => title.textContent.trim())"
TILES = "document.querySelectorAll('[data-album-tile]').length"
ADDRESS = "location.pathname + location.search"
ALBUMS = "/catalog/albums/"
FIELD = "input[name=q]"
WATCH = """(() => {
  window.stages = new Set();
  setInterval(() => {
    const panel = document.querySelector("[data-sync-panel]");
    stages.add(panel.dataset.status);
    const told = panel.querySelector("[data-sync-message]").innerText;
    for (const stage of ["Fetching albums", "Asking Spotify"]) if (told.includes(stage)) stages.add(stage);
  }, 20);
})()"""


@pytest.fixture(scope="module", params=NAMES)
def running(request: pytest.FixtureRequest) -> Iterator[Engine]:
    """Start each engine once, and skip what it is for where it is missing."""

    def chromium() -> Browser:
        return request.getfixturevalue("browser")

    with running_engine(request.param, chromium) as engine:
        engine.resize(1440, 900)
        yield engine


@pytest.fixture(autouse=True)
def _quiet_console(running: Engine) -> Iterator[None]:
    """Fail on errors of scripts and on violations of the Content-Security-Policy."""
    yield
    assert running.complaints() == []


@pytest.fixture
def visitor(running: Engine, app: App, _quiet_console: None) -> Engine:
    """Return an engine at the list of albums, with nothing kept from before."""
    running.open(f"{app.url}{ALBUMS}")
    running.evaluate("localStorage.clear()")
    running.open(f"{app.url}{ALBUMS}")
    return running


@pytest.fixture(autouse=True)
def _no_sync_is_left(app: App, upstreams: Upstreams) -> Iterator[None]:
    yield
    upstreams.google.heal()
    if app.status()["status"] not in ENDED:
        app.cancel()
        until(lambda: app.status()["status"] in ENDED, 30, pause=0.1)


def has_status(visitor: Engine, status: str) -> None:
    visitor.sees("document.querySelector('[data-sync-panel]').dataset.status", status)


def attribute(visitor: Engine, selector: str, name: str) -> str:
    return visitor.evaluate(f"document.querySelector({json.dumps(selector)}).getAttribute({json.dumps(name)})")


def test_a_sync_fills_the_list_while_its_stages_are_told(running: Engine, new_app: App, upstreams: Upstreams) -> None:
    upstreams.google.fail("slow_start", seconds=3.0)
    upstreams.spotify.latency = (0.3, 0.5)
    running.open(f"{new_app.url}{ALBUMS}")
    running.reads(".sync__facts", "No albums Never synced")
    running.evaluate(WATCH)
    running.click("[data-sync-button]")
    running.sees("document.querySelector('[data-sync-button]').innerText", "Syncing…")
    running.sees("stages.has('Asking Spotify')")
    upstreams.spotify.latency = (0.0, 0.0)
    has_status(running, "completed")
    running.sees(TILES, 50)
    assert set(running.evaluate("[...stages]")) >= {"never", "running", "Fetching albums", "Asking Spotify"}
    running.reads(".sync__facts", "Last synced")
    running.reads(".sync__total", f"{new_app.status()['total_in_catalog']:,} albums")
    running.reads(".results__count", "of")
    assert running.complaints() == []


def test_a_sync_is_cancelled_and_pressed_again(visitor: Engine, upstreams: Upstreams) -> None:
    upstreams.google.fail("stall", seconds=30.0)
    visitor.click("[data-sync-button]")
    visitor.click("[data-sync-cancel]")
    has_status(visitor, "cancelled")
    visitor.reads("[data-sync-message]", "Sync cancelled. Nothing was changed.")
    upstreams.google.heal()
    visitor.click("[data-sync-button]")
    has_status(visitor, "completed")
    visitor.reads("[data-sync-message]", "Up to date.")


def test_an_album_without_a_cover_has_its_drawing(visitor: Engine, app: App) -> None:
    visitor.open(f"{app.url}{ALBUMS}?when=upcoming")
    visitor.sees("document.querySelector('.placeholder use').getBBox().width > 20")
    drawn = "getComputedStyle(document.querySelector('.placeholder use')).stroke"
    assert visitor.evaluate(drawn) not in ("none", "")


def test_a_filter_changes_list_counts_and_address_and_is_walked_back(visitor: Engine) -> None:
    all_albums, count = visitor.evaluate(TITLES), visitor.text(".results__count")
    visitor.click("label:has(> [id='genre:djent'])")
    visitor.sees(ADDRESS, f"{ALBUMS}?genre=djent")
    visitor.sees("document.activeElement.id", "genre:djent")
    visitor.sees(f"JSON.stringify({TITLES}) !== {json.dumps(json.dumps(all_albums, separators=(',', ':')))}")
    assert visitor.text(".results__count") != count
    djent = visitor.evaluate(TITLES)
    visitor.click("label:has(> [id='genre:post-rock'])")
    visitor.sees(ADDRESS, f"{ALBUMS}?genre=djent&genre=post-rock")
    visitor.sees(f"{TITLES}.length > {len(djent)}")
    visitor.back()
    visitor.sees("document.getElementById('genre:post-rock').checked", False)
    visitor.sees(TITLES, djent)
    visitor.back()
    visitor.sees(TITLES, all_albums)
    visitor.reads(".results__count", count)


def test_the_search_suggests_and_leads_to_an_artist_by_keyboard(visitor: Engine, app: App) -> None:
    artist = first_artist(app)
    visitor.click(FIELD)
    visitor.type(artist["name"][:4].lower())
    visitor.sees("document.querySelectorAll('#suggestions [role=option]').length > 0")
    visitor.sees("document.querySelector('#suggestions').checkVisibility()")
    visitor.press("ArrowDown")
    visitor.sees("document.querySelector('#suggestions [role=option]').ariaSelected", "true")
    goal = attribute(visitor, "#suggestions [role=option]", "href")
    visitor.press("Enter")
    visitor.sees("location.pathname", goal)
    visitor.sees("document.querySelector('h1').innerText.length > 0")


def test_enter_searches_for_what_was_typed(visitor: Engine, app: App) -> None:
    name = first_artist(app)["name"]
    visitor.click(FIELD)
    visitor.type(name)
    visitor.press("Enter")
    visitor.sees("new URLSearchParams(location.search).get('q')", name)
    visitor.sees(f"{TILES} < 50")
    visitor.reads(".tile__artist", name)
    visitor.sees("document.querySelector('#suggestions').checkVisibility()", False)
    visitor.click(".chip--all")
    visitor.sees(TILES, 50)


def first_artist(app: App) -> dict[str, Any]:
    """Return the first artist that is suggested, as the search knows it."""
    return app.client.get("/catalog/albums/suggest/?q=a", headers={"Accept": "application/json"}).json()["artists"][0]


def test_an_album_page_leads_to_the_next_and_back(visitor: Engine) -> None:
    titles = visitor.evaluate(TITLES)
    visitor.click("[data-album-tile] .tile__link")
    visitor.reads("h1", titles[0])
    for goal in (titles[1], titles[2]):
        visitor.click(".way [rel=next]")
        visitor.reads("h1", goal)
    visitor.click(".way [rel=prev]")
    visitor.reads("h1", titles[1])
    visitor.click(".way [href]:first-child")
    visitor.sees(TITLES, titles)


def test_listen_loads_the_player_on_a_click_only(visitor: Engine) -> None:
    visitor.click("[data-album-tile]:has([href*='open.spotify.com']) .tile__link")
    visitor.reads("[data-listen]", "Listen here")
    assert visitor.evaluate("document.querySelectorAll('iframe').length") == 0
    visitor.click("[data-listen]")
    visitor.sees("document.querySelector('iframe.player').checkVisibility()")
    visitor.sees("document.activeElement.className", "player")
    assert attribute(visitor, "iframe.player", "src").startswith("https://open.spotify.com/embed/album/")


def test_an_artists_page_lists_the_albums_and_leads_to_one(visitor: Engine) -> None:
    artist = visitor.text(".tile__artist")
    visitor.click(".tile__artist a")
    visitor.reads("h1", artist)
    titles = visitor.evaluate(TITLES)
    assert titles
    visitor.reads(".artist__facts", f"{len(titles)} album")
    visitor.click("[data-album-tile] .tile__link")
    visitor.reads("h1", titles[0])
    visitor.reads(".album__artist", artist)


def test_marks_survive_a_reload(visitor: Engine, app: App) -> None:
    for kind in ("want", "heard"):
        visitor.click(f"[data-album-tile] [data-mark={kind}]")
    pressed = "document.querySelectorAll('[data-album-tile]:first-child [data-mark][aria-pressed=true]').length"
    visitor.sees(pressed, 2)
    visitor.open(f"{app.url}{ALBUMS}")
    visitor.sees(pressed, 2)
    visitor.open(f"{app.url}/catalog/mine/")
    visitor.sees(TILES, 1)


def test_what_goes_wrong_on_a_page_is_heard(visitor: Engine) -> None:
    """If this fails, the other tests could not fail."""
    visitor.evaluate("void setTimeout(() => noSuchName(), 0)")
    visitor.evaluate("void document.body.append(Object.assign(document.createElement('script'), {text: 'true'}))")
    visitor.evaluate("new Promise((resolve) => setTimeout(resolve, 200))")
    heard = " ".join(visitor.complaints())
    assert "noSuchName" in heard
    assert "Content Security Policy" in heard
