"""What can go wrong when Spotify is asked: one base, one class a cause, whose docstring is the message."""


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
