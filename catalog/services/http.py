"""Asks servers over HTTP, and reads what they answer within limits of size and time."""

import re
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from http.cookiejar import DefaultCookiePolicy
from typing import Any

import requests
from requests.adapters import HTTPAdapter

CHUNK = 64 * 1024
CONNECTIONS = 16
LONGEST_PAUSE = 7 * 86_400.0
SECONDS = re.compile(r"\d+(\.\d+)?", re.ASCII)


class BodyTooLarge(Exception):
    """An answer has more bytes, once unpacked, than were allowed."""


class BodyTooSlow(Exception):
    """An answer was not complete in time."""


class PlainSession(requests.Session):
    """Uses the proxies and certificates of the environment, and nobody's cookies or credentials."""

    def __init__(self) -> None:
        super().__init__()
        self.headers["User-Agent"] = "progmetal"
        self.auth = _unsigned  # with none at all, requests would look for a password in ~/.netrc
        self.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))
        for scheme in ("https://", "http://"):
            self.mount(scheme, HTTPAdapter(pool_maxsize=CONNECTIONS))

    def get_redirect_target(self, resp: requests.Response) -> str | None:
        """Hide redirects from requests, which would read their bodies whole, however long, before anything else."""
        _ = resp
        return None


def read_body(response: requests.Response, *, most_bytes: int, ends_at: float) -> Iterator[bytes]:
    """Yield the body of a streamed answer as it arrives, unpacked, until a moment of the monotonic clock.

    Time is looked at between two reads, each of which can block as long as the request's own time-out allows.
    Raises `BodyTooLarge` and `BodyTooSlow`.
    """
    body: Any = response.raw  # its read1 gives what is there; iter_content would wait for a full chunk
    size = 0
    while chunk := body.read1(CHUNK, decode_content=True):
        size += len(chunk)
        if size > most_bytes:
            raise BodyTooLarge
        if time.monotonic() > ends_at:
            raise BodyTooSlow
        yield chunk


def parse_retry_after(text: str | None, now: datetime) -> float | None:
    """Return the seconds that a Retry-After asks to wait, at most a week; None where it cannot be understood."""
    text = (text or "").strip()
    if SECONDS.fullmatch(text):
        return min(float(text), LONGEST_PAUSE)
    try:
        moment = parsedate_to_datetime(text)
        # "-0000" and no zone at all both mean UTC.
        moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
        return min(max((moment - now).total_seconds(), 0.0), LONGEST_PAUSE)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None


def _unsigned(request: requests.PreparedRequest) -> requests.PreparedRequest:
    return request
