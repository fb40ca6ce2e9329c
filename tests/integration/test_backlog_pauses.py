"""How long an album waits after Spotify could not be understood."""

from datetime import timedelta

import pytest

from catalog.models import SpotifyAlbum
from catalog.services.spotify.backlog import SpotifyBacklog, WantedAlbum
from tests.spotify_world import NOON, SimulatedClock

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("failures", "pause", "stored"),
    [
        (0, timedelta(minutes=10), 1),
        (1, timedelta(minutes=20), 2),
        (7, timedelta(minutes=1280), 8),
        (8, timedelta(minutes=2560), 9),
        (9, timedelta(days=2), 10),
        (19, timedelta(days=2), 20),
        (20, timedelta(days=2), 20),
    ],
)
def test_each_failure_doubles_the_pause_up_to_two_days(failures: int, pause: timedelta, stored: int) -> None:
    backlog = SpotifyBacklog(30, SimulatedClock(), fence=lambda: None)
    SpotifyAlbum.objects.create(pk="a" * 22, attempts=failures)
    backlog.store([WantedAlbum("a" * 22)], {})
    album = SpotifyAlbum.objects.get()
    assert (album.attempts, album.next_try_at) == (stored, NOON + pause)
    assert (album.state, album.fetched_at) == ("awaiting", None)
