"""The hard promises to Spotify, kept by all processes together: gunicorn's workers, commands, and after restarts.

BROWSERS sets how many people look at once. What the processes share is a row of the database that they lock, so that
PostgreSQL has to show it too.
"""

import re
import time
from concurrent.futures import ThreadPoolExecutor
from http.client import HTTPConnection
from itertools import pairwise
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from catalog.models import Album
from catalog.models.spotify import SpotifyAlbum
from catalog.services.clock import Clock
from demo.spotify import SpotifyStandIn
from demo.upstreams import Upstreams
from tests.live import App, command, rows, running_app, until
from tests.long import amount, short
from tests.sheets import album, sheet, spotify_id
from tests.spotify_world import SimulatedClock, add_albums, enricher_for, settings_for

BROWSERS = amount("BROWSERS", 3, 6)
BATCH, SINGLE, OEMBED, TOKEN = "/albums?ids=", "/albums/", "/oembed?", "/token"
AT_SPOTIFY = re.compile(r"[0-9A-Za-z]{22}")
ALBUMS = 60


@pytest.fixture(scope="module")
def workbook(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a sheet of sixty albums."""
    albums = [album(title=f"Record {number}", spotify=spotify_id(number)) for number in range(ALBUMS)]
    return sheet(tmp_path_factory.mktemp("sheet") / "sheet.xlsx", {"2024 Prog-metal": albums})


@pytest.fixture(scope="module")
def spotify_facts() -> dict[str, Any]:
    return {"unknown": "invent"}


@pytest.fixture
def database(new_database: str) -> str:
    return new_database


@pytest.fixture
def filled(database: str, upstreams: Upstreams) -> str:
    """Return a database with the sheet's albums, of which Spotify was not asked."""
    imported = command(database, upstreams.environment(), "import_albums", "--skip-spotify")
    assert imported.wait() == 0, imported.output
    return database


def covers_of(database: str, most: int = 50) -> list[str]:
    """Return the addresses of the cover fragments of the first page."""
    found = rows(database, f"SELECT id FROM catalog_album ORDER BY id LIMIT {most}")
    return [f"/catalog/albums/{key}/cover/" for (key,) in found]


def look(app: App, addresses: list[str]) -> list[str]:
    """Ask for covers from eight browsers at once, so that every worker is asked."""
    with ThreadPoolExecutor(8) as people:
        return list(people.map(lambda address: app.client.get(address).text, addresses * 4))


def asked(spotify: SpotifyStandIn) -> list[str]:
    """Return the ids that were asked for, in order."""
    paths = [seen.path for seen in list(spotify.requests)]
    return [album_id for path in paths for album_id in AT_SPOTIFY.findall(path)]


@pytest.mark.database
@pytest.mark.long
def test_no_process_asks_while_spotify_is_blocked_for_long(database: str, upstreams: Upstreams) -> None:
    spotify = upstreams.spotify
    spotify.fail("rate_limited", retry_after=3600, times=1, on="ids=")
    for launch in range(2):
        with running_app(database, upstreams.environment()) as app:
            if launch == 0:
                assert app.sync()["warnings"][0].startswith("spotify_blocked: ")
                assert (spotify.count(BATCH), spotify.count()) == (1, 2)
                spotify.requests.clear()
            look(app, covers_of(database, 4))
            assert app.sync()["warnings"][0].startswith("spotify_blocked: ")
            enriched = command(database, upstreams.environment(), "enrich_albums")
            assert enriched.wait() == 2, enriched.output
            assert "spotify_blocked: " in enriched.output
    assert spotify.requests == []


@pytest.mark.database
@pytest.mark.long
@pytest.mark.postgresql
def test_a_short_wait_is_sat_out_by_all_processes(filled: str, upstreams: Upstreams) -> None:
    spotify = upstreams.spotify
    spotify.fail("rate_limited", retry_after=3, times=1, on="ids=")
    with running_app(filled, upstreams.environment()) as app:
        number = app.start()
        until(lambda: rows(filled, "SELECT 1 FROM catalog_spotifyquota WHERE blocked_until IS NOT NULL"))
        look(app, covers_of(filled, 10))
        status = app.end_of(number)
        # A visitor's wish may still be under way when the sync ends.
        until(lambda: not rows(filled, "SELECT 1 FROM catalog_spotifyalbum WHERE state = 'awaiting'"), 30)
    assert status["status"] == "completed"
    refused, *later = [seen.time for seen in spotify.requests if TOKEN not in seen.path]
    assert min(later) - refused >= 3
    assert set(asked(spotify)) == {spotify_id(number) for number in range(ALBUMS)}


def browse(app: App, paths: list[str]) -> dict[str, str]:
    """Return what one browser gets for these paths, asked over one connection."""
    connection = HTTPConnection(urlsplit(app.url).netloc, timeout=60)
    shown: dict[str, str] = {}
    for path in paths:
        connection.request("GET", path, headers={"HX-Request": "true"})
        answer = connection.getresponse()
        shown[path] = answer.read().decode()
        assert answer.status == 200, shown[path]
    connection.close()
    return shown


def look_and_look_again(app: App, paths: list[str]) -> None:
    """Do what a page without covers does: ask for each, and once more where the fragment says so."""
    coming = [path for path, shown in browse(app, paths).items() if "retry=1" in shown]
    time.sleep(2)
    browse(app, [f"{path}?retry=1" for path in coming])


@pytest.mark.database
@pytest.mark.postgresql(long=True)
def test_however_many_look_each_album_is_asked_for_once(filled: str, upstreams: Upstreams) -> None:
    upstreams.spotify.latency = (0.3, 0.3)
    with running_app(filled, upstreams.environment(), workers=4) as app:
        addresses = covers_of(filled, 20)
        with ThreadPoolExecutor(BROWSERS) as people:
            list(people.map(lambda _: look_and_look_again(app, addresses), range(BROWSERS)))
        known = "SELECT count(*) FROM catalog_spotifyalbum WHERE state IN ('complete', 'cover')"
        until(lambda: rows(filled, known) == [(20,)], 60)
        assert all("<img" in shown for shown in look(app, addresses))
    assert len(asked(upstreams.spotify)) == len(set(asked(upstreams.spotify))) == 20


@pytest.mark.database
def test_no_cover_waits_for_spotify(filled: str, upstreams: Upstreams) -> None:
    for api in ("/v1/", "/oembed"):
        upstreams.spotify.fail("slow_start", on=api, seconds=120)  # longer than anybody waits for an answer of ours
    with running_app(filled, upstreams.environment(), workers=1) as app:
        answers = [app.client.get(address) for address in covers_of(filled, 10)]
        until(lambda: asked(upstreams.spotify))
    assert all("retry=1" in answer.text for answer in answers)


@pytest.mark.database
@pytest.mark.parametrize("secret", short(["wrong"], ["", "wrong"]))
def test_a_sync_without_good_credentials_is_whole_and_its_covers_come_from_oembed(
    database: str, upstreams: Upstreams, secret: str
) -> None:
    with running_app(database, upstreams.environment(), SPOTIFY_CLIENT_SECRET=secret) as app:
        status = app.sync()
    assert (status["status"], status["total_in_catalog"]) == ("completed", ALBUMS)
    said, unsaid = ("warnings", "notes") if secret else ("notes", "warnings")
    assert [each.partition(":")[0] for each in status[said]] == ["spotify_credentials"]
    assert status[unsaid] == []
    assert (status["counts"]["enriched"], status["counts"]["awaiting_enrichment"]) == (ALBUMS, 0)
    assert upstreams.spotify.count("/v1/") == 0
    assert upstreams.spotify.count(OEMBED) == ALBUMS
    assert rows(database, "SELECT count(*) FROM catalog_spotifyalbum WHERE cover_medium <> ''") == [(ALBUMS,)]


@pytest.mark.django_db
@pytest.mark.long
def test_two_thousand_albums_come_in_a_few_seconds() -> None:
    add_albums(2000)
    with SpotifyStandIn({}, unknown="invent", latency=(0.1, 0.1)) as spotify:
        outcome = enricher_for(settings_for(spotify), Clock()).work(seconds=60, beat=lambda _: None, fence=lambda: None)
        assert outcome.awaiting == 0
        assert len(spotify.requests) == 101
        arrivals = [seen.time for seen in spotify.requests]
    assert any(later - earlier < 0.1 for earlier, later in pairwise(arrivals)), "one after the other"


@pytest.mark.django_db
@pytest.mark.long
def test_in_development_mode_a_day_of_syncs_keeps_to_the_budget_and_asks_nothing_twice() -> None:
    add_albums(1000)
    newest = list(Album.objects.listed().exclude(spotify_id=None).newest_first().values_list("spotify_id", flat=True))
    clock = SimulatedClock()
    with SpotifyStandIn({}, mode="development", unknown="invent") as spotify:
        settings = settings_for(spotify, min_interval_seconds=None)

        def work(**options: Any) -> None:
            enricher_for(settings, clock).work(seconds=60, beat=lambda _: None, fence=lambda: None, **options)

        while clock.passed < 86_000:
            work()
            clock.sleep(14_400 - clock.passed % 14_400)
        singles = [path for path in (seen.path for seen in spotify.requests) if SINGLE in path]
        covers = [seen.path for seen in spotify.requests if OEMBED in seen.path]
        assert (spotify.count(BATCH), len(singles)) == (1, 200)
        assert len(set(singles)) == 200
        assert len(set(covers)) == len(covers) > 300
        complete = SpotifyAlbum.objects.filter(state="complete").values_list("pk", flat=True)
        assert set(complete) == set(newest[:200])
        spotify.requests.clear()
        work()
        assert not set(asked(spotify)) & set(AT_SPOTIFY.findall(" ".join(singles)))
        assert not {seen.path for seen in spotify.requests} & set(covers)
