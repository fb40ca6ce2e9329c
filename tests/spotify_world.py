"""What tests of the Spotify side share: a clock that can be moved, settings for a stand-in, albums to ask for."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

from catalog.conf import SpotifySettings
from catalog.models import Album, Artist
from catalog.services.clock import Clock
from catalog.services.spotify.client import SpotifyClient
from catalog.services.spotify.enricher import AlbumEnricher
from catalog.services.spotify.pacer import Pacer
from demo.spotify import SpotifyStandIn
from demo.spotify_ids import spotify_id

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
PATIENT = (60.0, 60.0)
"""Time-outs that a busy machine does not meet: it would repeat a call that the test counts."""


class SimulatedClock(Clock):
    """A clock that moves only when somebody sleeps."""

    def __init__(self) -> None:
        self.passed = 0.0

    def now(self) -> datetime:
        return NOON + timedelta(seconds=self.passed)

    def monotonic(self) -> float:
        return self.passed

    def sleep(self, seconds: float) -> None:
        self.passed += seconds


def settings_for(spotify: SpotifyStandIn, **changes: object) -> SpotifySettings:
    """Return settings that lead to a stand-in, with its credentials and without spacing unless told otherwise."""
    settings = SpotifySettings(
        client_id=spotify.client_id,
        client_secret=spotify.client_secret,
        api_url=spotify.api_url,
        token_url=spotify.token_url,
        oembed_url=spotify.oembed_url,
        min_interval_seconds=0,
        image_hosts=(spotify.host,),
        daily_budget=200,
        max_wait_seconds=60,
        ttl_days=30,
    )
    return replace(settings, **changes)


def enricher_for(settings: SpotifySettings, clock: Clock, timeouts: tuple[float, float] = PATIENT) -> AlbumEnricher:
    """Return an enricher as another process would have it: with a client and a pacer of its own."""
    return AlbumEnricher(SpotifyClient(settings, clock, timeouts), Pacer(settings, clock), settings, clock)


def add_albums(count: int) -> Sequence[str]:
    """Add albums to the catalogue, one a day, and return their Spotify ids, newest first."""
    artist, _ = Artist.objects.get_or_create(name="Leprous")
    newest = date(2026, 11, 20).toordinal()
    ids = [spotify_id("Leprous", str(number)) for number in range(count)]
    Album.objects.bulk_create(
        Album(
            artist=artist,
            title=f"Album {number}",
            release_date=date.fromordinal(newest - number),
            release_order=newest - number,
            artist_key="leprous",
            title_key=f"album {number}",
            spotify_id=album_id,
        )
        for number, album_id in enumerate(ids)
    )
    return ids
