"""Adds what Spotify knows to the albums that lack it, at the pace that Spotify allows."""

import logging
from collections.abc import Callable
from dataclasses import dataclass

from catalog.services.clock import Clock
from catalog.services.enrich_run import EnrichProgress, EnrichRun
from catalog.services.pacing import Pacer, shared_pacer
from catalog.services.spotify import SpotifyClient, shared_client
from catalog.services.spotify_backlog import SpotifyBacklog, backlog_size
from config.environment import Spotify

logger = logging.getLogger(__name__)

__all__ = ["AlbumEnricher", "EnrichOutcome", "EnrichProgress", "backlog_size"]


@dataclass(frozen=True)
class EnrichOutcome:
    """What came of a run: albums that gained something, albums asked for, albums that still have nothing."""

    enriched: int
    processed: int
    awaiting: int
    warnings: tuple[str, ...] = ()


class AlbumEnricher:
    """Works on the backlog. Only SpotifyAlbum, SpotifyQuota and SpotifyCall are written."""

    def __init__(self, client: SpotifyClient, pacer: Pacer, settings: Spotify, clock: Clock) -> None:
        self._client = client
        self._pacer = pacer
        self._settings = settings
        self._clock = clock

    @classmethod
    def from_settings(cls, settings: Spotify) -> "AlbumEnricher":
        """Return an enricher that shares client and pacer with everybody else in this process."""
        return cls(shared_client(settings), shared_pacer(settings), settings, Clock())

    def work(
        self,
        *,
        seconds: float,
        beat: Callable[[EnrichProgress], None],
        fence: Callable[[], None],
        limit: int | None = None,
        full: bool = False,
    ) -> EnrichOutcome:
        """Work for so many seconds at most; `full` asks anew for everything.

        `beat` is called every half second or more often, whatever Spotify does, and cancels the run by raising.
        `fence` is called first in every transaction that writes albums, and undoes it by raising. Blocks and calls
        are noted without it: they are true whoever learned of them.
        """
        if seconds <= 0:
            return EnrichOutcome(0, 0, backlog_size())
        backlog = SpotifyBacklog(self._settings.ttl_days, self._clock, fence)
        run = EnrichRun(self._client, self._pacer, self._settings, self._clock, backlog, seconds)
        wanted = backlog.wanted(from_api=self._settings.has_credentials, full=full)
        logger.info("Enriching begins albums=%s seconds=%g", len(wanted[:limit]), seconds)
        run.work(wanted[:limit], beat, probe=full)
        outcome = EnrichOutcome(run.enriched, run.processed, backlog_size(), tuple(run.warnings.values()))
        logger.info("Enriching ends enriched=%s awaiting=%s", outcome.enriched, outcome.awaiting)
        return outcome
