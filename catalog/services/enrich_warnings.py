"""The warnings of a run over the backlog: one sentence each, code first, that names what mends it."""

from datetime import UTC, datetime

from catalog.services.spotify_errors import AppForbidden

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
