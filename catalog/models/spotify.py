"""What Spotify says of albums, and how much it may still be asked. Only the enricher and the pacer write here."""

from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from django.db import models

if TYPE_CHECKING:
    from catalog.models.album import Album


def tile_cover(medium: str | None, large: str | None, small: str | None) -> str | None:
    """Return the address of the cover that suits a tile, if there is any."""
    return medium or large or small or None


class SpotifyAlbum(models.Model):
    """Spotify's side of an album, under Spotify's own id; the sheet's side is ``Album``."""

    class State(models.TextChoices):
        """How much is known."""

        AWAITING = "awaiting", "waiting for Spotify"
        COVER = "cover", "cover only"
        COMPLETE = "complete", "complete"
        DEAD = "dead", "broken link"

    SETTLED = (State.COMPLETE.value, State.DEAD.value)
    """States in which a page has nothing to ask for."""

    id = models.CharField(max_length=22, primary_key=True)
    state = models.CharField(max_length=10, choices=State.choices, default=State.AWAITING)
    name = models.CharField(max_length=500, blank=True)
    release_date = models.CharField(max_length=10, blank=True, help_text="2019, 2019-03 or 2019-03-22")
    label = models.CharField(max_length=500, blank=True)
    total_tracks = models.PositiveIntegerField(null=True)
    tracks: "models.JSONField[list[dict[str, Any]]]" = models.JSONField(
        default=list, help_text='[{"number": 1, "disc": 1, "name": "…", "seconds": 301.5}, …]'
    )
    cover_small = models.URLField(max_length=500, blank=True, help_text="64 pixels wide")
    cover_medium = models.URLField(max_length=500, blank=True, help_text="300 pixels wide")
    cover_large = models.URLField(max_length=500, blank=True, help_text="640 pixels wide")
    fetched_at = models.DateTimeField(null=True)
    asked_for_at = models.DateTimeField(null=True, help_text="when a visitor last wanted it; null once it was answered")
    leased_until = models.DateTimeField(null=True, help_text="one process is asking Spotify for it until then")
    attempts = models.PositiveSmallIntegerField(default=0)
    next_try_at = models.DateTimeField(null=True)
    refused_days = models.PositiveSmallIntegerField(
        default=0, db_default=0, help_text="on how many days Spotify said that it does not know it"
    )
    refused_at = models.DateTimeField(null=True, help_text="when the last of these days was counted")
    cover_attempts = models.PositiveSmallIntegerField(
        default=0, db_default=0, help_text="how often oEmbed gave nothing"
    )
    cover_next_try_at = models.DateTimeField(null=True, help_text="when oEmbed may be asked again")
    last_error = models.CharField(max_length=300, blank=True, help_text="the code of what kept it from being known")
    last_error_parameters: "models.JSONField[dict[str, Any]]" = models.JSONField(default=dict)

    if TYPE_CHECKING:
        album: Album

    class Meta:
        indexes = (models.Index("state", "next_try_at", name="spotify_backlog"),)

    def __str__(self) -> str:
        return f"{self.pk} ({self.state})"

    @property
    def cover_url(self) -> str:
        """The cover that suits a tile, or an empty text."""
        return tile_cover(self.cover_medium, self.cover_large, self.cover_small) or ""

    @property
    def first_day(self) -> date | None:
        """The first day that Spotify's date may mean, be it a day, a month or a year."""
        try:
            return date.fromisoformat(f"{self.release_date}-01-01"[:10])
        except ValueError:
            return None

    @property
    def lacks_tracks(self) -> bool:
        """Whether the album has more tracks than Spotify names in one answer."""
        return len(self.tracks) < (self.total_tracks or 0)

    @property
    def discs(self) -> list[dict[str, Any]]:
        """The tracks by disc, in order."""
        by_disc: dict[int, list[dict[str, Any]]] = {}
        for track in self.tracks:
            by_disc.setdefault(track.get("disc") or 1, []).append(track)
        return [{"number": number, "tracks": by_disc[number]} for number in sorted(by_disc)]

    @property
    def is_complete(self) -> bool:
        """Whether the Web API has told all it knows."""
        return self.state == self.State.COMPLETE.value

    @property
    def is_settled(self) -> bool:
        """Whether a page has nothing to ask for."""
        return self.state in self.SETTLED


class SpotifyQuota(models.Model):
    """What all processes must know before they ask Spotify: row 1 of the Web API, row 2 of oEmbed, row 3 of twenties.

    While a limit blocks row 1 nothing is asked at all; an outage in row 1 stops the Web API alone, row 2 oEmbed alone,
    row 3 calls for twenty albums.
    """

    blocked_until = models.DateTimeField(null=True)
    blocked_reason = models.CharField(max_length=300, blank=True, help_text="the code of what Spotify answered")
    failures_in_a_row = models.PositiveIntegerField(default=0, help_text="calls that Spotify could not answer")
    is_extended = models.BooleanField(default=False, help_text="whether the last call for twenty albums was answered")

    def __str__(self) -> str:
        return f"blocked until {self.blocked_until}"

    @property
    def is_outage(self) -> bool:
        """Whether Spotify set no limit, but failed or refused too often."""
        return self.blocked_reason in {"failing", "refusing"}

    def is_blocked(self, now: datetime) -> bool:
        """Whether Spotify may not be asked at this time."""
        return self.blocked_until is not None and now < self.blocked_until


class SpotifyCall(models.Model):
    """One call for a single album in development mode, written before it is sent; the last 24 hours are kept."""

    at = models.DateTimeField(db_index=True)
    for_visitor = models.BooleanField(default=False)

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M:%S}"
