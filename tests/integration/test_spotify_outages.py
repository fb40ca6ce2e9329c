"""An hour in which Spotify, or a proxy before it, answers wrongly: nothing known is lost, and little is asked."""

import json
import re
from collections.abc import Callable
from dataclasses import replace

import pytest

from catalog.models import SpotifyAlbum
from catalog.models.spotify import SpotifyQuota
from demo.responses import Request, Response, html_response, json_response
from demo.spotify import SpotifyStandIn, api_error
from tests.long import short
from tests.spotify_world import PATIENT, SimulatedClock, add_albums, enricher_for, settings_for

pytestmark = pytest.mark.django_db

HOUR, DAY, ALBUMS = 3600, 86_400, 7


def all_null(good: Response) -> Response:
    """Keep the shape of a good answer and empty each field."""
    content = json.loads(good.body)
    if isinstance(content.get("albums"), list):
        return json_response({"albums": [None] * len(content["albums"])})
    return json_response(dict.fromkeys(content))


def hollow(good: Response) -> Response:
    """Keep objects and their ids and leave out all that they hold."""
    content = json.loads(good.body)
    if isinstance(content.get("albums"), list):
        return json_response({"albums": [{} for _ in content["albums"]]})
    return json_response({})


KINDS: dict[str, Callable[[Response], Response]] = {
    "400 page": lambda _: html_response("400 Bad Request", 400),
    "404 page": lambda _: html_response("404 Not Found", 404),
    "400 own": lambda _: api_error(400, "Invalid base62 id"),
    "404 own": lambda _: api_error(404, "Resource not found"),
    "500": lambda _: html_response("500 Internal Server Error", 500),
    "page": lambda _: html_response("Welcome"),
    "empty": lambda good: replace(good, body=b""),
    "all null": all_null,
    "hollow": hollow,
    "time-out": lambda good: replace(good, wait=30, delivery="silence"),
}
WAYS = {"batch": "/v1/albums", "single": "/v1/albums/", "oembed": "/oembed", "token": "/api/token"}


class Outage(SpotifyStandIn):
    """Answers wrongly on one way, once `kind` is set."""

    kind = way = ""

    def timeouts(self) -> tuple[float, float]:
        """Return how long to wait for an answer: not for long where none will come."""
        return (5.0, 0.5) if self.kind == "time-out" else PATIENT

    def answer(self, request: Request) -> Response:
        good = super().answer(request)
        is_hit = self.kind and request.path.startswith(WAYS[self.way].rstrip("/"))
        return KINDS[self.kind](good) if is_hit and good.status == 200 else good


class World:
    """Albums that are known and stale, and what runs over them as a process that has just been started."""

    def __init__(self, spotify: Outage, way: str) -> None:
        self.spotify, self.clock = spotify, SimulatedClock()
        self.client_id = "" if way == "oembed" else spotify.client_id
        if way == "single":
            spotify.mode = "development"
        spotify.way = way
        add_albums(ALBUMS)
        self.work()
        self.clock.sleep(31 * DAY)
        spotify.requests.clear()

    def work(self) -> list[str]:
        settings = settings_for(self.spotify, client_id=self.client_id, daily_budget=60)
        enricher = enricher_for(settings, self.clock, self.spotify.timeouts())
        outcome = enricher.work(seconds=60, beat=lambda _: None, fence=lambda: None)
        return [str(warning.parameters.get("cause")) for warning in outcome.warnings]

    def known(self) -> list[tuple[object, ...]]:
        fields = ("pk", "state", "name", "cover_medium", "cover_large", "label", "total_tracks", "tracks")
        return list(SpotifyAlbum.objects.order_by("pk").values_list(*fields))

    def asked_at(self, since: int = 0) -> set[str]:
        return set(re.findall(r"[0-9A-Za-z]{22}", " ".join(seen.path for seen in self.spotify.requests[since:])))


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("kind", short(["400 page", "404 own", "all null"], KINDS))
def test_an_hour_of_wrong_answers_costs_nothing(kind: str, way: str) -> None:
    with Outage({}, unknown="invent") as spotify:
        world = World(spotify, way)
        before = world.known()
        spotify.kind = kind
        said: list[str] = []
        for _ in range(4):
            said += world.work()
            world.clock.sleep(900)
        assert world.known() == before
        assert len(spotify.requests) <= 20
        if way != "token" or kind != "400 own":
            assert {"failing", "refusing"} & set(said)
        spotify.kind = ""
        end, calls = world.clock.now(), len(spotify.requests)
        for _ in range(3):
            world.work()
            world.clock.sleep(HOUR)
        assert not SpotifyAlbum.objects.exclude(fetched_at__gte=end).exists()
        assert len(world.asked_at(calls)) == ALBUMS
        assert world.known() == before
        assert not SpotifyQuota.objects.filter(failures_in_a_row__gt=0).exists()


def test_refusals_of_albums_are_believed_while_spotify_knows_another(spotify: SpotifyStandIn) -> None:
    clock = SimulatedClock()
    ids = add_albums(12)
    spotify.albums = {}
    settings = settings_for(spotify, daily_budget=100)
    work = lambda: enricher_for(settings, clock).work(seconds=60, beat=lambda _: None, fence=lambda: None)  # noqa: E731
    work()
    gone = set(ids[1:])
    known = {ids[0]: spotify._known(ids[0])}  # noqa: SLF001 # pyright: ignore[reportPrivateUsage]
    spotify.albums, spotify.unknown = {key: album for key, album in known.items() if album}, "missing"
    spotify.mode = "development"
    before = dict(SpotifyAlbum.objects.values_list("pk", "tracks"))
    clock.sleep(31 * DAY)
    for _ in range(16):
        work()
        clock.sleep(DAY / 4)
    assert set(SpotifyAlbum.objects.filter(state="dead").values_list("pk", flat=True)) == gone
    assert not SpotifyAlbum.objects.filter(cover_medium="").exists()
    assert dict(SpotifyAlbum.objects.values_list("pk", "tracks")) == before


def test_credentials_that_come_later_are_used_at_once_whatever_oembed_said(spotify: SpotifyStandIn) -> None:
    clock = SimulatedClock()
    ids = add_albums(3)
    spotify.fail("gone", on="/oembed")
    for client_id in ("", spotify.client_id):
        enricher = enricher_for(settings_for(spotify, client_id=client_id), clock)
        enricher.work(seconds=60, beat=lambda _: None, fence=lambda: None)
    assert SpotifyAlbum.objects.filter(state="complete", pk__in=ids).count() == 3


def test_albums_that_an_earlier_version_gave_up_are_asked_for_at_once(spotify: SpotifyStandIn) -> None:
    clock = SimulatedClock()
    ids = add_albums(3)
    for album_id in ids:
        SpotifyAlbum.objects.create(pk=album_id, state="dead", next_try_at=clock.now().replace(year=2027))
    enricher_for(settings_for(spotify), clock).work(seconds=60, beat=lambda _: None, fence=lambda: None)
    assert SpotifyAlbum.objects.filter(state="complete").count() == 3
