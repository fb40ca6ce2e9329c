"""What is said of a sync, in numbers and codes; the words are in templates."""

from dataclasses import dataclass, field
from datetime import datetime


@dataclass(frozen=True)
class SyncProblem:
    """Why a sync failed, and what to do."""

    code: str
    message: str
    hint: str


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
    added_by_last_sync: int = 0
    total_in_catalog: int = 0

    @property
    def is_active(self) -> bool:
        """Whether a sync is pending or running, so that another one cannot start."""
        return self.status in {"pending", "running"}

    @property
    def seen(self) -> str:
        """What a panel that shows this status tells the server with its next poll."""
        return f"{self.id or 0}-{self.status}-{'applied' if self.is_applied else 'open'}"

    def is_news_to(self, seen: str) -> bool:
        """Whether a panel that shows ``seen`` must be told that the catalogue has changed, or that the sync ended."""
        if not seen or seen == self.seen or self.id is None:
            return False
        knows = seen.startswith(f"{self.id}-") and seen.endswith("-applied")
        return not self.is_active or (self.is_applied and not knows)
