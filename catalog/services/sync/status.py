"""What is said of a sync, in numbers and codes; the words are in templates."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from catalog.services.albums.guards import HELD
from catalog.services.clock import Clock
from catalog.services.facts import Fact
from catalog.services.sync.progress.estimate import rounded

QUIET_SECONDS = 5
"""After this time without a sign of life a page says since when there has been none."""

LONGEST_ID = 18
"""Digits that are read of the operation that a panel says it shows."""


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
    is_for_staff: bool = False
    """Whether only staff may cancel it."""
    only_spotify: bool = False
    """Whether it left the sheet alone."""
    applied_preview: int | None = None
    """The preview that it was started from."""
    plan_digest: str = ""
    """Names the list that was held back, as long as it may be accepted."""
    is_applied: bool = False
    """Whether the sheet's part is in the catalogue already."""
    started_at: datetime | None = None
    updated_at: datetime | None = None
    finished_at: datetime | None = None
    waiting_until: datetime | None = None
    elapsed_seconds: float | None = None
    eta_seconds: float | None = None
    counts: dict[str, int] = field(default_factory=dict[str, int], hash=False)
    warnings: tuple[Fact, ...] = ()
    notes: tuple[Fact, ...] = ()
    """What is worth knowing of this installation, and asks for nothing."""
    rows_to_review: int = 0
    """How many rows are imported, look wrong, and are neither fixed nor acknowledged."""
    error: Fact | None = None
    last_sync_id: int | None = None
    """The sync that the catalogue follows: the latest one that was committed and not undone."""
    last_synced_at: datetime | None = None
    unchanged_since: datetime | None = None
    """When the last sync that found something new in the sheet took it in."""
    undone_at: datetime | None = None
    """When the latest sync was undone: the schedule is paused, and the next sync applies the sheet again."""
    undoable_id: int | None = None
    """The sync that an undo would take back now."""
    undoable_since: datetime | None = None
    """When that sync was started."""
    spotify_blocked_until: datetime | None = None
    spotify_blocked_reason: str = ""
    next_sync_at: datetime | None = None
    """When the scheduler is due to start the next sync: None without a schedule, or while it is paused."""
    last_due_at: datetime | None = None
    """The latest due time that was met."""
    last_scheduled_at: datetime | None = None
    """When the scheduler started the last sync."""
    overdue_since: datetime | None = None
    """The due time that no scheduler has met, though it could: probably none runs."""
    added_by_last_sync: int = 0
    total_in_catalog: int = 0
    preview: "SyncStatus | None" = None
    """The preview that has ended since: told to those who may sync until another operation takes its place."""
    now: datetime | None = field(default=None, compare=False)
    """The database's time when this was read. Times of syncs are the database's too, and the app's clock may differ."""

    @property
    def moment(self) -> datetime:
        """The time by which to tell how long ago things were, and how soon they will be."""
        return self.now or Clock().now()

    @property
    def is_held(self) -> bool:
        """Whether it was held back, with a list of what it would change."""
        return self.error is not None and self.error.code in HELD

    @property
    def is_active(self) -> bool:
        """Whether a sync is pending or running, so that another one cannot start."""
        return self.status in {"pending", "running"}

    @property
    def silent_since(self) -> datetime | None:
        """The last sign of life of a running sync, where that was a while ago."""
        if self.status != "running" or self.updated_at is None:
            return None
        return self.updated_at if self.moment - self.updated_at > timedelta(seconds=QUIET_SECONDS) else None

    @property
    def time_left(self) -> int | None:
        """The seconds left, rounded as people say them."""
        return None if self.eta_seconds is None else rounded(self.eta_seconds)

    @property
    def is_spotify_blocked(self) -> bool:
        """Whether Spotify may not be asked at the moment."""
        return self.spotify_blocked_until is not None and self.spotify_blocked_until > self.moment

    @property
    def warning_codes(self) -> set[str]:
        """The codes of the warnings."""
        return {warning.code for warning in self.warnings}

    @property
    def is_complete_sync(self) -> bool:
        """Whether it is a sync that has come to its end."""
        return self.kind == "sync" and self.status == "completed"

    @property
    def has_failed_rows(self) -> bool:
        """Whether rows were left out that nobody has acknowledged."""
        return bool(self.counts.get("failed")) and "failed_rows" in self.warning_codes

    @property
    def leaves_rows_out(self) -> bool:
        """Whether it warns of rows or tabs that were left out."""
        return not self.warning_codes.isdisjoint({"failed_rows", "failed_tabs"})

    @property
    def changed(self) -> int:
        """How many albums it changed in any way."""
        return sum(self.counts.get(name, 0) for name in ("created", "updated", "removed", "revived"))

    @property
    def is_undo_at_hand(self) -> bool:
        """Whether somebody who looks at this sync may want to undo: it changed something, or is an undo itself."""
        is_step = self.kind == "undo" or self.undoable_id == self.id
        return is_step and self.undoable_id is not None and not self.is_active

    @property
    def warns_of_block(self) -> bool:
        """Whether a warning says already until when Spotify may not be asked."""
        return any("until" in warning.parameters for warning in self.warnings)

    @property
    def seen(self) -> str:
        """What a panel that shows this status tells the server with its next poll."""
        return f"{self.id or 0}-{self.status}-{'applied' if self.is_applied else 'open'}"

    def is_older_than(self, seen: str) -> bool:
        """Whether a panel shows a later operation than this: a preview, which is not told any more once it ended."""
        number = seen.partition("-")[0][:LONGEST_ID]
        return number.isdecimal() and int(number) > (self.id or 0)

    def is_news_to(self, seen: str) -> bool:
        """Whether a panel that shows ``seen`` must be told that the catalogue has changed, or that the sync ended."""
        if not seen or seen == self.seen or self.id is None or self.is_older_than(seen):
            return False
        knows = seen.startswith(f"{self.id}-") and seen.endswith("-applied")
        return not self.is_active or (self.is_applied and not knows)
