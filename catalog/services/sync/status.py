"""What is said of a sync, in numbers and codes; the words are in templates."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

QUIET_SECONDS = 5
"""After this time without a sign of life a page says since when there has been none."""

LONG_ERROR = 140
"""From so many characters on, an error does not fit into the panel of a phone."""


@dataclass(frozen=True)
class SyncProblem:
    """Why a sync failed, and what to do."""

    code: str
    message: str
    hint: str

    @property
    def is_long(self) -> bool:
        """Whether it takes more room than the panel has."""
        return len(self.message) + len(self.hint) > LONG_ERROR


@dataclass(frozen=True)
class SyncStatus:
    """The latest sync and the catalogue it left, at one moment."""

    id: int | None = None
    kind: str = "sync"
    status: str = "never"
    stage: str = ""
    tab: str = ""
    albums_processed: int = 0
    total_albums: int | None = None
    spotify_processed: int = 0
    spotify_total: int | None = None
    percent: int = 0
    cancel_requested: bool = False
    is_applied: bool = False
    """Whether the sheet's part is in the catalogue already."""
    started_at: datetime | None = None
    updated_at: datetime | None = None
    finished_at: datetime | None = None
    waiting_until: datetime | None = None
    elapsed_seconds: float | None = None
    eta_seconds: float | None = None
    counts: dict[str, int] = field(default_factory=dict[str, int], hash=False)
    warnings: tuple[str, ...] = ()
    error: SyncProblem | None = None
    last_synced_at: datetime | None = None
    unchanged_since: datetime | None = None
    """When the last sync that found something new in the sheet took it in."""
    undone_at: datetime | None = None
    """When the latest sync was undone: the schedule is paused, and the next sync applies the sheet again."""
    spotify_blocked_until: datetime | None = None
    spotify_blocked_reason: str = ""
    added_by_last_sync: int = 0
    total_in_catalog: int = 0

    @property
    def is_active(self) -> bool:
        """Whether a sync is pending or running, so that another one cannot start."""
        return self.status in {"pending", "running"}

    @property
    def silent_since(self) -> datetime | None:
        """The last sign of life of a running sync, where that was a while ago."""
        if self.status != "running" or self.updated_at is None:
            return None
        return self.updated_at if datetime.now(UTC) - self.updated_at > timedelta(seconds=QUIET_SECONDS) else None

    @property
    def is_spotify_blocked(self) -> bool:
        """Whether Spotify may not be asked at the moment."""
        return self.spotify_blocked_until is not None and self.spotify_blocked_until > datetime.now(UTC)

    @property
    def warning_codes(self) -> set[str]:
        """The codes that the warnings begin with."""
        return {warning.partition(":")[0] for warning in self.warnings}

    @property
    def has_details(self) -> bool:
        """Whether there is more to say than the panel has room for."""
        if self.error is not None:
            return bool(self.warnings) or self.error.is_long or self.error.code == "sheet_shrunk"
        return bool(self.warnings) or (self.status == "completed" and self.is_spotify_blocked)

    @property
    def seen(self) -> str:
        """What a panel that shows this status tells the server with its next poll."""
        return f"{self.id or 0}-{self.status}-{'applied' if self.is_applied else 'open'}"

    def is_older_than(self, seen: str) -> bool:
        """Whether a panel shows a later operation than this: a preview, which is not told any more once it ended."""
        number = seen.partition("-")[0]
        return number.isdecimal() and int(number) > (self.id or 0)

    def is_news_to(self, seen: str) -> bool:
        """Whether a panel that shows ``seen`` must be told that the catalogue has changed, or that the sync ended."""
        if not seen or seen == self.seen or self.id is None or self.is_older_than(seen):
            return False
        knows = seen.startswith(f"{self.id}-") and seen.endswith("-applied")
        return not self.is_active or (self.is_applied and not knows)
