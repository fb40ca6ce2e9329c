"""Covers on sight: one request for an album however many people look, and nobody waits for Spotify."""

import re
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta

import pytest
from django.db import connections
from django.utils import timezone

from catalog.models.album import Album
from catalog.models.spotify import SpotifyAlbum, SpotifyCall
from catalog.services.clock import Clock
from catalog.services.spotify.client import SpotifyClient
from catalog.services.spotify.cover_requests import CoverRequests
from catalog.services.spotify.errors import RateLimited
from catalog.services.spotify.pacer import Lane, Pacer
from demo.spotify import SpotifyStandIn
from tests.live import until
from tests.spotify_world import add_albums, settings_for

pytestmark = pytest.mark.django_db(transaction=True)

State = SpotifyAlbum.State
NOW = Clock()
Process = Callable[..., CoverRequests]


@pytest.fixture
def process(spotify: SpotifyStandIn) -> Process:
    """Return what stands for one more process: requests with a client, a pacer and a thread of their own."""

    def process(clock: Clock = NOW, **changes: object) -> CoverRequests:
        settings = settings_for(spotify, **changes)
        return CoverRequests(SpotifyClient(settings, clock, (1.0, 1.0)), Pacer(settings, clock), settings, clock)

    return process


class AMinuteLater(Clock):
    def now(self) -> datetime:
        return super().now() + timedelta(seconds=61)


def settle() -> None:
    """Wait until nothing is claimed any more."""
    until(lambda: not SpotifyAlbum.objects.exclude(leased_until=None).exists())


def test_an_album_comes_in_the_background(spotify: SpotifyStandIn, process: Process) -> None:
    (spotify_id,) = add_albums(1)
    spotify.fail("slow_start", seconds=0.8)
    assert process().ask_for(Album.objects.get().pk)
    assert spotify.paused == 0
    settle()
    stored = SpotifyAlbum.objects.get(pk=spotify_id)
    assert (stored.state, stored.asked_for_at) == (State.COMPLETE, None)
    assert stored.cover_medium


@pytest.mark.postgresql
def test_many_people_and_processes_cause_one_request_an_album(spotify: SpotifyStandIn, process: Process) -> None:
    add_albums(10)
    spotify.latency = (0.02, 0.02)
    keys = list(Album.objects.values_list("pk", flat=True))
    processes = [process() for _ in range(4)]

    def look(person: int) -> None:
        for key in keys:
            processes[person % 4].ask_for(key)
        connections.close_all()

    with ThreadPoolExecutor(4) as people:
        list(people.map(look, range(20)))
    settle()
    asked = re.findall(r"[0-9A-Za-z]{22}", " ".join(seen.path for seen in spotify.requests))
    assert len(asked) == len(set(asked)) == 10
    assert not any(processes[0].ask_for(key) for key in keys)


def test_an_album_with_a_cover_is_completed_by_the_web_api(spotify: SpotifyStandIn, process: Process) -> None:
    (spotify_id,) = add_albums(1)
    key = Album.objects.get().pk
    assert process(client_id="").ask_for(key)
    settle()
    assert SpotifyAlbum.objects.get(pk=spotify_id).state == State.COVER
    assert not process(client_id="").ask_for(key)
    assert process().ask_for(key)
    settle()
    assert SpotifyAlbum.objects.get(pk=spotify_id).state == State.COMPLETE
    assert (spotify.count("/oembed"), spotify.count("/v1/albums/")) == (1, 1)


def test_visitors_spend_half_of_the_budget_and_oembed_serves_the_others(
    spotify: SpotifyStandIn, process: Process
) -> None:
    add_albums(6)
    spotify.mode = "development"
    requests = process(daily_budget=4)
    for key in Album.objects.values_list("pk", flat=True):
        assert requests.ask_for(key)
    settle()
    assert (spotify.count("/v1/"), spotify.count("/oembed")) == (2, 4)
    assert SpotifyCall.objects.filter(for_visitor=True).count() == 2


def test_wrong_credentials_are_tried_once(spotify: SpotifyStandIn, process: Process) -> None:
    add_albums(3)
    requests = process(client_secret="wrong")
    for key in Album.objects.values_list("pk", flat=True):
        assert requests.ask_for(key)
    settle()
    assert (spotify.count("/token"), spotify.count("/oembed")) == (1, 3)
    assert SpotifyAlbum.objects.filter(state=State.COVER).count() == 3


def test_while_spotify_is_blocked_the_wish_is_noted_and_nothing_is_sent(
    spotify: SpotifyStandIn, process: Process
) -> None:
    (spotify_id,) = add_albums(1)
    clock = Clock()
    Pacer(settings_for(spotify), clock).learn(Lane.API, RateLimited(3600))
    for _ in range(3):
        assert not process().ask_for(Album.objects.get().pk)
    stored = SpotifyAlbum.objects.get(pk=spotify_id)
    assert (stored.state, stored.leased_until) == (State.AWAITING, None)
    assert stored.asked_for_at is not None
    assert spotify.requests == []


def test_a_429_is_heeded_and_the_wish_stays(spotify: SpotifyStandIn, process: Process) -> None:
    (spotify_id,) = add_albums(1)
    spotify.fail("quota")
    assert process().ask_for(Album.objects.get().pk)
    settle()
    assert not process().ask_for(Album.objects.get().pk)
    assert SpotifyAlbum.objects.get(pk=spotify_id).asked_for_at is not None
    assert spotify.count("/v1/") == 1


def test_a_failure_is_not_repeated_at_once(spotify: SpotifyStandIn, process: Process) -> None:
    (spotify_id,) = add_albums(1)
    spotify.fail("unavailable", on="/")
    assert process().ask_for(Album.objects.get().pk)
    settle()
    assert not process().ask_for(Album.objects.get().pk)
    assert SpotifyAlbum.objects.get(pk=spotify_id).attempts == 1


@pytest.mark.parametrize("state", [State.COMPLETE, State.DEAD])
def test_nothing_is_asked_of_an_album_that_is_known(spotify: SpotifyStandIn, process: Process, state: State) -> None:
    (spotify_id,) = add_albums(1)
    SpotifyAlbum.objects.create(pk=spotify_id, state=state)
    assert not process().ask_for(Album.objects.get().pk)


def test_nothing_is_asked_of_albums_without_an_id_or_a_place_in_the_sheet(process: Process) -> None:
    ids = add_albums(2)
    Album.objects.filter(spotify_id=ids[0]).update(spotify_id=None)
    Album.objects.filter(spotify_id=ids[1]).update(removed_at=timezone.now())
    assert not any(process().ask_for(key) for key in Album.objects.values_list("pk", flat=True))
    assert not process().ask_for(0)


@pytest.mark.postgresql
def test_the_claim_of_a_process_that_died_runs_out(spotify: SpotifyStandIn, process: Process) -> None:
    (spotify_id,) = add_albums(1)
    soon = timezone.now() + timedelta(seconds=0.3)
    SpotifyAlbum.objects.create(pk=spotify_id, leased_until=soon)
    key = Album.objects.get().pk
    assert process().ask_for(key)
    assert spotify.requests == []
    time.sleep(0.4)
    assert process().ask_for(key)
    settle()
    assert SpotifyAlbum.objects.get(pk=spotify_id).state == State.COMPLETE


@pytest.mark.postgresql
def test_a_claim_that_ran_out_while_it_waited_is_left_to_whoever_took_it(
    spotify: SpotifyStandIn, process: Process
) -> None:
    ids = add_albums(2)
    spotify.latency = (0.4, 0.4)
    slow = process()
    for key in Album.objects.values_list("pk", flat=True):
        assert slow.ask_for(key)
    assert process(AMinuteLater()).ask_for(Album.objects.get(spotify_id=ids[1]).pk)
    settle()
    assert sorted(spotify.count(album_id) for album_id in ids) == [1, 1]
