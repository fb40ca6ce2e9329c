"""A sync that is cancelled or stopped while Spotify is asked says what was stored by then, and keeps its warnings."""

import threading
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connections

from catalog.models import SpotifyAlbum, SyncOperation
from catalog.services.clock import Clock
from catalog.services.spotify.enricher import backlog_size
from catalog.services.sync import shutdown
from catalog.services.sync_manager import SyncManager
from demo.spotify import SpotifyStandIn
from demo.spotify_ids import spotify_id
from tests.live import until
from tests.sheets import album, sheet
from tests.spotify_world import enricher_for, settings_for

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.postgresql]


def stored() -> int:
    return SpotifyAlbum.objects.exclude(state="awaiting").count()


def ended(path: Path, spotify: SpotifyStandIn, end: Callable[[SyncManager], object]) -> SyncOperation:
    """Return a sync that was ended as soon as something of Spotify was stored."""
    rows = [album(artist=f"B {n}", title=f"T {n}", spotify=spotify_id("x", str(n))) for n in range(200)]
    url = sheet(path, {"2024 Prog-metal": [*rows, album(artist=None, title="Orphan")]}).as_uri()
    spotify_settings = settings_for(spotify, min_interval_seconds=0.2)
    sync_settings = replace(settings.SYNC, sheet_url=url, enrich_seconds=30.0)
    manager = SyncManager(sync_settings, lambda: enricher_for(spotify_settings, Clock()))
    operation = manager.start(SyncOperation.Trigger.COMMAND)

    def watch() -> None:
        until(lambda: stored() > 0)
        end(manager)
        connections.close_all()

    watcher = threading.Thread(target=watch)
    watcher.start()
    try:
        manager.run(operation.pk)
    finally:
        watcher.join()
        shutdown.stop_requested.clear()
    operation.refresh_from_db()
    return operation


@pytest.mark.parametrize("how", ["cancelled", "completed"])
def test_the_counts_are_those_of_what_was_stored(path: Path, spotify: SpotifyStandIn, how: str) -> None:
    operation = ended(
        path, spotify, lambda manager: manager.cancel() if how == "cancelled" else shutdown.stop_requested.set()
    )
    assert operation.status == how
    assert 0 < operation.enriched == operation.spotify_processed == stored() < 200
    assert operation.awaiting_enrichment == backlog_size() == 200 - stored()
    assert (operation.record.enriched, operation.record.awaiting_enrichment) == (stored(), backlog_size())
    codes = [warning["code"] for warning in operation.warnings]
    assert codes == ["failed_rows"] + ["spotify_blocked"] * (how == "completed")
