"""Asks servers over HTTP, and reads what they answer within limits of size and time."""

import http.client
import io
import re
import socket
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from http.cookiejar import DefaultCookiePolicy
from typing import Any

import requests
from requests.adapters import HTTPAdapter
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool

CHUNK = 64 * 1024
CONNECTIONS = 16
LONGEST_PAUSE = 7 * 86_400.0
SECONDS = re.compile(r"\d+(\.\d+)?", re.ASCII)


class BodyTooLarge(Exception):
    """An answer has more bytes, once unpacked, than were allowed."""


class BodyTooSlow(Exception):
    """An answer was not complete in time."""


class _TimedReader(io.RawIOBase):
    """Reads what a server sends, until a moment of the monotonic clock.

    The time-out of a socket is for one read: a server that sends a byte now and then would never meet it.
    """

    def __init__(self, reader: io.RawIOBase, sock: socket.socket, ends_at: float) -> None:
        self._reader = reader
        self._socket = sock
        self._ends_at = ends_at

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any, /) -> int | None:  # noqa: ANN401 - any buffer
        left = self._ends_at - time.monotonic()
        if left <= 0:
            raise TimeoutError
        usual = self._socket.gettimeout()
        self._socket.settimeout(left if usual is None else min(usual, left))
        try:
            return self._reader.readinto(buffer)
        finally:
            self._socket.settimeout(usual)

    def close(self) -> None:
        if not self.closed:
            self._reader.close()
        super().close()


class _TimedSocket:
    """A socket as far as http.client reads an answer from it."""

    def __init__(self, sock: socket.socket, ends_at: float) -> None:
        self._socket = sock
        self._ends_at = ends_at

    def makefile(self, _mode: str) -> io.BufferedReader:
        """Return what the answer is read from."""
        raw = self._socket.makefile("rb", buffering=0)
        return io.BufferedReader(_TimedReader(raw, self._socket, self._ends_at))


class _TimedAnswers:
    """A connection whose answers, headers and body, are complete within some seconds or end in a time-out."""

    longest_seconds: float

    def response_class(self, sock: socket.socket, *arguments: Any, **named: Any) -> http.client.HTTPResponse:  # noqa: ANN401
        """Return an answer that reads from the socket for so long at most."""
        timed: Any = _TimedSocket(sock, time.monotonic() + self.longest_seconds)
        return http.client.HTTPResponse(timed, *arguments, **named)


class _BoundedAdapter(HTTPAdapter):
    """Connects to servers whose answers must be complete in time."""

    def __init__(self, longest_seconds: float) -> None:
        facts = {"longest_seconds": longest_seconds}
        plain: Any = type("TimedConnection", (_TimedAnswers, HTTPConnectionPool.ConnectionCls), facts)
        secure: Any = type("TimedHTTPSConnection", (_TimedAnswers, HTTPSConnectionPool.ConnectionCls), facts)
        self._pools = {
            "http": type("TimedPool", (HTTPConnectionPool,), {"ConnectionCls": plain}),
            "https": type("TimedHTTPSPool", (HTTPSConnectionPool,), {"ConnectionCls": secure}),
        }
        super().__init__(pool_maxsize=CONNECTIONS)

    def init_poolmanager(self, *arguments: Any, **named: Any) -> None:  # noqa: ANN401 - as requests calls it
        """Make the pools of connections to servers."""
        super().init_poolmanager(*arguments, **named)
        self.poolmanager.pool_classes_by_scheme = self._pools

    def proxy_manager_for(self, *arguments: Any, **named: Any) -> Any:  # noqa: ANN401 - as requests calls it
        """Return the pools of connections through a proxy."""
        manager = super().proxy_manager_for(*arguments, **named)
        manager.pool_classes_by_scheme = self._pools
        return manager


class PlainSession(requests.Session):
    """Uses the proxies and certificates of the environment, and nobody's cookies or credentials.

    An answer that is not complete after so many seconds, however it drips, ends in requests' or urllib3's time-out.
    """

    def __init__(self, longest_seconds: float) -> None:
        super().__init__()
        self.headers["User-Agent"] = "progmetal"
        self.auth = _unsigned  # with none at all, requests would look for a password in ~/.netrc
        self.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))
        for scheme in ("https://", "http://"):
            self.mount(scheme, _BoundedAdapter(longest_seconds))

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
