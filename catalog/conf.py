"""What the app needs to be told: the values of settings.SPOTIFY and settings.SYNC."""

from dataclasses import dataclass, field
from datetime import timedelta


@dataclass(frozen=True)
class SpotifySettings:
    """How Spotify is reached, and how much it may be asked."""

    client_id: str
    client_secret: str = field(repr=False)
    api_url: str
    token_url: str
    oembed_url: str
    min_interval_seconds: float | None
    image_hosts: tuple[str, ...]
    daily_budget: int
    max_wait_seconds: float
    ttl_days: float

    @property
    def has_credentials(self) -> bool:
        """Whether the Web API can be asked at all."""
        return bool(self.client_id and self.client_secret)


@dataclass(frozen=True)
class SyncSettings:
    """How a sync runs and who may start it."""

    sheet_url: str
    sheet_tabs: str
    enrich_seconds: float
    permission: str
    cooldown_seconds: float
    stale_after_seconds: float
    interval: timedelta | None
