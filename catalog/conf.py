"""What the app needs to be told: the values of settings.SPOTIFY, settings.SYNC and settings.NOTIFY."""

import base64
import hashlib
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


@dataclass(frozen=True)
class NotifySettings:
    """Who is told of syncs that fail, are held back or find rows to review. Addresses may have tokens in them."""

    site: str = ""
    """The site's address as visitors know it, without a slash at the end."""
    webhook_url: str = field(default="", repr=False)
    webhook_secret: str = field(default="", repr=False)
    emails: tuple[str, ...] = ()
    sender: str = ""
    urls: tuple[str, ...] = field(default=(), repr=False)
    """As Apprise reads them."""

    WEBHOOK, EMAIL = "webhook", "email"

    @property
    def channels(self) -> tuple[str, ...]:
        """The names of all receivers: they are shown and stored, and give nothing away."""
        there = {self.WEBHOOK: self.webhook_url, self.EMAIL: self.emails}
        return (*(name for name, is_set in there.items() if is_set), *self.by_apprise)

    @property
    def by_apprise(self) -> dict[str, str]:
        """The addresses for Apprise by name: their scheme, and a digest to tell two of them apart."""
        return {f"{url.partition(':')[0].lower()[:40]} {_digest(url)}": url for url in self.urls}


SIGNING = "whsec_"


def signing_key(secret: str) -> bytes:
    """Return the bytes that a webhook is signed with: after ``whsec_`` stands base64, anything else is itself.

    Raises ValueError where that is no base64.
    """
    if not secret.startswith(SIGNING):
        return secret.encode()
    return base64.b64decode(secret.removeprefix(SIGNING), validate=True)


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:8]
