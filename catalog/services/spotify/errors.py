"""What can go wrong when Spotify is asked: one base, one class a cause, whose docstring is the message."""

from datetime import UTC, datetime


class SpotifyError(Exception):
    """A call to Spotify ended because of a mistake in progmetal."""

    def __init__(self, detail: str = "") -> None:
        super().__init__(detail)
        self.detail = detail

    def __str__(self) -> str:
        said = (type(self).__doc__ or "").partition("\n")[0]
        return f"{said[:-1]}: {self.detail}." if self.detail else said


class BadCredentials(SpotifyError):
    """Spotify does not accept SPOTIFY_CLIENT_ID with SPOTIFY_CLIENT_SECRET."""


class AppForbidden(SpotifyError):
    """Spotify does not answer the app that SPOTIFY_CLIENT_ID names."""


class BatchForbidden(SpotifyError):
    """Spotify does not let this app ask for several albums at once, as it is in development mode."""


class RateLimited(SpotifyError):
    """Spotify wants to be asked less often."""

    def __init__(self, retry_after: float | None = None, *, is_quota: bool = False) -> None:
        super().__init__("the quota of the app's developer is used up" if is_quota else "")
        self.retry_after = retry_after
        self.is_quota = is_quota


class TemporaryFailure(SpotifyError):
    """Spotify cannot answer at the moment."""


class MalformedAnswer(SpotifyError):
    """Spotify's answer cannot be understood."""


class InvalidId(SpotifyError):
    """Spotify does not take one of these ids for an id."""


class UnknownAlbum(SpotifyError):
    """Spotify does not know this album."""


NO_CREDENTIALS = (
    "spotify_credentials: SPOTIFY_CLIENT_ID and SPOTIFY_CLIENT_SECRET are not both set, "
    "so Spotify is asked for covers only, by oEmbed."
)
BAD_CREDENTIALS = (
    "spotify_credentials: Spotify does not accept SPOTIFY_CLIENT_ID with SPOTIFY_CLIENT_SECRET, "
    "so it is asked for covers only, by oEmbed; copy both anew from the app's page in Spotify's dashboard."
)


def forbidden(error: AppForbidden) -> str:
    """Say that Spotify refuses the app, and what may be the cause."""
    cause = error.detail or "its owner may lack Premium, or the app may be blocked in Spotify's dashboard"
    return (
        f"spotify_forbidden: Spotify refuses the app of SPOTIFY_CLIENT_ID ({cause}), so it is asked for covers only, "
        "by oEmbed; when its owner has Premium again, Spotify needs a few hours to notice."
    )


def blocked(until: datetime, reason: str) -> str:
    """Say until when Spotify may not be asked, and what goes on then."""
    return (
        f"spotify_blocked: Spotify may not be asked before {until.astimezone(UTC):%Y-%m-%d %H:%M:%S} UTC "
        f"({reason.rstrip('.')}); the next sync after that goes on, as does manage.py enrich_albums, and a smaller "
        "SPOTIFY_DAILY_BUDGET or a larger SPOTIFY_MIN_INTERVAL_SECONDS makes this rarer."
    )
