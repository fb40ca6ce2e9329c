"""What can go wrong when Spotify is asked: one base, one class a cause."""

from datetime import UTC, datetime

from catalog.services.facts import CodedError, Fact


class SpotifyError(CodedError):
    """Why a call to Spotify gave nothing; the base alone stands for a bug in progmetal."""


class BadCredentials(SpotifyError):
    """Spotify does not accept SPOTIFY_CLIENT_ID with SPOTIFY_CLIENT_SECRET."""

    code = "bad_credentials"


class AppForbidden(SpotifyError):
    """Spotify does not answer the app that SPOTIFY_CLIENT_ID names."""

    code = "app_forbidden"


class BatchForbidden(SpotifyError):
    """Spotify does not let this app ask for several albums at once, as it is in development mode."""

    code = "batch_forbidden"


class RateLimited(SpotifyError):
    """Spotify's limit is reached: its rate limit, or the quota of the app's developer."""

    code = "rate_limited"

    def __init__(self, retry_after: float | None = None, *, is_quota: bool = False) -> None:
        super().__init__("quota" if is_quota else "")
        self.retry_after = retry_after
        self.is_quota = is_quota


class TemporaryFailure(SpotifyError):
    """Spotify cannot answer at the moment."""

    code = "temporary_failure"


class MalformedAnswer(SpotifyError):
    """Spotify's answer cannot be understood."""

    code = "malformed_answer"


class InvalidId(SpotifyError):
    """Spotify does not take one of these ids for an id."""

    code = "invalid_id"


class UnknownAlbum(SpotifyError):
    """Spotify does not know this album."""

    code = "unknown_album"


class NoCover(SpotifyError):
    """Spotify names no cover that may be shown."""

    code = "no_cover"


NO_CREDENTIALS = Fact("spotify_credentials", {"cause": "missing"})
BAD_CREDENTIALS = Fact("spotify_credentials", {"cause": "rejected"})


def forbidden(error: AppForbidden) -> Fact:
    """Return the warning that Spotify refuses the app."""
    return Fact("spotify_forbidden", {"cause": error.cause} if error.cause else {})


def outage(until: datetime) -> Fact:
    """Return the warning that Spotify refuses every album, which was not believed."""
    return blocked(until, "refusing")


def blocked(until: datetime, reason: str) -> Fact:
    """Return the warning that Spotify may not be asked for a while."""
    return Fact("spotify_blocked", {"cause": reason, "until": until.astimezone(UTC).isoformat()})
