"""The backlog against a stand-in for Spotify, in both modes and in bad weather."""

import threading
from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import pytest

from catalog.models.album import Album
from catalog.models.spotify import SpotifyAlbum, SpotifyQuota
from catalog.services.album_enricher import AlbumEnricher, EnrichOutcome, EnrichProgress, backlog_size
from catalog.services.clock import Clock
from demo.spotify import SpotifyStandIn
from tests.spotify_world import SimulatedClock, add_albums, enricher_for, settings_for

pytestmark = pytest.mark.django_db

State = SpotifyAlbum.State


@pytest.fixture
def spotify() -> Iterator[SpotifyStandIn]:
    with SpotifyStandIn({}, unknown="invent") as stand_in:
        yield stand_in


@pytest.fixture
def clock() -> SimulatedClock:
    return SimulatedClock()


def nothing(*_: object) -> None:
    pass


def work(enricher: AlbumEnricher, seconds: float = 60, **options) -> EnrichOutcome:
    return enricher.work(seconds=seconds, beat=nothing, fence=nothing, **options)


def test_smoke(spotify, clock):
    ids = add_albums(45)
    outcome = work(enricher_for(settings_for(spotify), clock))
    assert outcome == EnrichOutcome(45, 45, 0, ())
    print(spotify.requests)
    print(vars(SpotifyAlbum.objects.get(pk=ids[0])))
