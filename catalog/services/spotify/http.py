"""Sends one request to Spotify and returns its answer, bounded in size and time."""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import cast
from urllib.parse import urlsplit

import requests
import urllib3

from catalog.services.clock import Clock
from catalog.services.http import BodyTooLarge, BodyTooSlow, PlainSession, parse_retry_after, read_body
from catalog.services.spotify.errors import MalformedAnswer, RateLimited, TemporaryFailure
from catalog.services.spotify.parsing import parse_json

LARGEST_BODY = 5_000_000
LONGEST_BODY_SECONDS = 15.0
LONGEST_ANSWER_SECONDS = 20.0
"""With headers that come byte by byte; with the time to connect it stays below `LONGEST_CALL_SECONDS`."""
TIMEOUTS = (5.0, 10.0)

Sign = Callable[[requests.PreparedRequest], requests.PreparedRequest]


@dataclass(frozen=True)
class SpotifyReply:
    """One answer as it came."""

    status: int
    body: bytes
    retry_after: float | None
    content_type: str = "application/json"

    @property
    def error(self) -> Mapping[str, object]:
        """The Web API's error object; empty for the page or the text that may come in its place."""
        try:
            error = parse_json(self.body).get("error")
        except MalformedAnswer:
            return {}
        return cast("dict[str, object]", error) if isinstance(error, dict) else {}

    @property
    def is_refusal(self) -> bool:
        """Whether Spotify itself says what its status says: anybody on the way may answer 400 or 404."""
        is_own = self.error.get("status") == self.status and isinstance(self.error.get("message"), str)
        return is_own and "json" in self.content_type.lower()

    @property
    def names_error(self) -> bool:
        """Whether the body is an error in any of Spotify's formats: that of tokens is a text."""
        try:
            return bool(parse_json(self.body).get("error"))
        except MalformedAnswer:
            return False

    def content(self) -> Mapping[str, object]:
        """Return the object of a good answer; raise what any other one means, whichever endpoint it is of."""
        if self.status == 200:
            return parse_json(self.body)
        if self.status == 429:
            raise RateLimited(self.retry_after, is_quota=self.error.get("reason") == "QUOTA_EXCEEDED")
        if self.status >= 500 or self.status == 408:
            raise TemporaryFailure("status", status=self.status)
        raise MalformedAnswer("status", status=self.status)


class SpotifyHttp:
    """A session with open connections; threads may share it."""

    def __init__(self, clock: Clock, timeouts: tuple[float, float] = TIMEOUTS) -> None:
        self._clock = clock
        self._timeouts = timeouts
        self._session = PlainSession(LONGEST_ANSWER_SECONDS)

    def get(self, url: str, query: Mapping[str, str], sign: Sign | None = None) -> SpotifyReply:
        """Ask for something."""
        return self._send("GET", url, sign, query, {})

    def post(self, url: str, sign: Sign, form: Mapping[str, str]) -> SpotifyReply:
        """Send a form."""
        return self._send("POST", url, sign, {}, form)

    def _send(
        self, method: str, url: str, sign: Sign | None, query: Mapping[str, str], form: Mapping[str, str]
    ) -> SpotifyReply:
        try:
            with self._session.request(
                method, url, query, form, auth=sign, timeout=self._timeouts, allow_redirects=False, stream=True
            ) as response:
                ends_at = time.monotonic() + LONGEST_BODY_SECONDS
                body = b"".join(read_body(response, most_bytes=LARGEST_BODY, ends_at=ends_at))
                wait = parse_retry_after(response.headers.get("Retry-After"), self._clock.now())
                kind = response.headers.get("Content-Type") or ""
                return SpotifyReply(response.status_code, body, wait, kind)
        except BodyTooLarge as error:
            raise MalformedAnswer("too_large") from error
        except BodyTooSlow as error:
            raise TemporaryFailure("too_slow") from error
        except (requests.RequestException, urllib3.exceptions.HTTPError) as error:
            raise TemporaryFailure(
                "connection", kind=type(error).__name__, host=urlsplit(url).hostname or ""
            ) from error


def bearer(token: str) -> Sign:
    """Return what signs with a token. As requests' `auth`, because a mere header gives way to a .netrc file."""

    def sign(request: requests.PreparedRequest) -> requests.PreparedRequest:
        request.headers["Authorization"] = f"Bearer {token}"
        return request

    return sign
