"""Decides which albums Spotify is asked for, and in which order."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

AWAITING, COVER, COMPLETE, DEAD = "awaiting", "cover", "complete", "dead"
EARLY_TRIES = 3
"""How often an album that was never answered may fail before those that were never asked for come first."""
LONG_AGO = datetime(2000, 1, 1, tzinfo=UTC)


class Known(NamedTuple):
    """What the database knows of an album that decides whether Spotify is asked."""

    id: str
    state: str = AWAITING
    fetched_at: datetime | None = None
    attempts: int = 0
    next_try_at: datetime | None = None
    asked_for_at: datetime | None = None
    refused_days: int = 0
    cover_attempts: int = 0
    cover_next_try_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class WantedAlbum:
    """One album of the backlog; the rank tells who comes first."""

    id: str
    rank: int = 0
    attempts: int = 0
    lacks_cover: bool = True
    cover_attempts: int = 0
    had_cover: bool = False


@dataclass(frozen=True)
class Order:
    """First what visitors look at, then what was never answered, newest first, then whatever has been due for longest.

    So every album is asked for in the end, however few calls a day there are: renewals wait for what is not known.
    """

    now: datetime
    ttl: timedelta
    from_api: bool
    full: bool = False

    def of(self, newest_first: Iterable[Known]) -> list[WantedAlbum]:
        """Return the albums to ask for: from the Web API, or without it for covers alone."""
        due = [row for row in newest_first if (self._api_due(row) if self.from_api else self._cover_due(row))]
        due.sort(key=self._turn)
        return [
            WantedAlbum(
                row.id, rank, row.attempts, self._cover_due(row), row.cover_attempts, row.state in {COVER, COMPLETE}
            )
            for rank, row in enumerate(due)
        ]

    def _turn(self, row: Known) -> tuple[int, float]:
        if row.asked_for_at:
            return 0, -row.asked_for_at.timestamp()
        return (1, 0.0) if self._never_answered(row) else (2, self._due_since(row).timestamp())

    def _never_answered(self, row: Known) -> bool:
        if self.from_api:
            return row.state != COMPLETE and not row.refused_days and row.attempts <= EARLY_TRIES
        return row.state in {AWAITING, DEAD} and row.cover_attempts <= EARLY_TRIES

    def _due_since(self, row: Known) -> datetime:
        again = row.next_try_at if self.from_api else row.cover_next_try_at
        return again or (row.fetched_at + self.ttl if row.fetched_at else LONG_AGO)

    def _api_due(self, row: Known) -> bool:
        # An album that an earlier version took for dead at the first refusal has no days of refusal.
        may_be_tried = self._has_come(row.next_try_at) or (row.state == DEAD and not (row.refused_days or row.attempts))
        return self.full or (may_be_tried and (row.state != COMPLETE or bool(row.next_try_at) or self._is_old(row)))

    def _cover_due(self, row: Known) -> bool:
        lacks = row.state in {AWAITING, DEAD} or (row.state == COVER and (self.full or self._is_old(row)))
        return lacks and (self.full or self._has_come(row.cover_next_try_at))

    def _has_come(self, moment: datetime | None) -> bool:
        return moment is None or moment <= self.now

    def _is_old(self, row: Known) -> bool:
        return row.fetched_at is None or row.fetched_at < self.now - self.ttl
