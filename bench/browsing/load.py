"""Requests pages over connections that stay open, from one thread and with little work for each request."""

import selectors
import socket
import sys
import time
from collections import Counter, deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from statistics import quantiles
from urllib.parse import urlsplit

AS_BROWSERS = {"Accept": "text/html", "Accept-Encoding": "gzip, deflate, br, zstd", "User-Agent": "bench"}
AS_SCRIPT_SERVER = (sys.executable, "-m", "gunicorn", "config.wsgi", "--log-level", "warning")
MOST_TRIES, PAUSE = 400, 0.05
"""A large index takes long to build, and one process may be ready long before the other."""


def request(path: str, **headers: str) -> bytes:
    given = {name.replace("_", "-"): value for name, value in headers.items()}
    lines = (f"{name}: {value}\r\n" for name, value in {"Host": "127.0.0.1", **AS_BROWSERS, **given}.items())
    return f"GET {path} HTTP/1.1\r\n{''.join(lines)}\r\n".encode()


def cookies(headers: Mapping[str, str]) -> dict[str, str]:
    """Return the header that sends back the cookie of an answer, as browsers do."""
    return {"Cookie": headers["set-cookie"].partition(";")[0]} if "set-cookie" in headers else {}


@dataclass(frozen=True)
class Answer:
    head: bytes
    body: bytes

    @property
    def headers(self) -> Mapping[str, str]:
        lines = (line.partition(": ") for line in self.head.decode("latin-1").split("\r\n")[1:])
        return {name.lower(): value for name, _, value in lines}


class Connection:
    """One connection, with one request at a time."""

    def __init__(self, url: str) -> None:
        parts = urlsplit(url)
        self.socket = socket.create_connection((parts.hostname, parts.port), timeout=120)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.sent = 0.0
        self._received = bytearray()

    def send(self, wanted: bytes) -> None:
        self._received.clear()
        self.sent = time.perf_counter()
        self.socket.sendall(wanted)

    def receive(self) -> Answer | None:
        """Take what has come; the answer once it is whole."""
        chunk = self.socket.recv(1 << 18)
        assert chunk, "the server closed the connection"
        self._received += chunk
        head, end, body = self._received.partition(b"\r\n\r\n")
        if not end or not _is_whole(bytes(head.lower()), bytes(body[-64:]), len(body)):
            return None
        assert head.startswith(b"HTTP/1.1 200"), bytes(head)
        is_chunked = b"transfer-encoding: chunked" in head.lower()
        return Answer(bytes(head), b"".join(_chunks(bytes(body))) if is_chunked else bytes(body))

    def ask(self, wanted: bytes) -> Answer:
        self.send(wanted)
        while not (answer := self.receive()):
            pass
        return answer


def _is_whole(head: bytes, end: bytes, length: int) -> bool:
    if b"transfer-encoding: chunked" in head:
        return end.endswith(b"0\r\n\r\n")
    return length >= int(head.partition(b"content-length:")[2].split(b"\r\n")[0])


def _chunks(body: bytes) -> Iterator[bytes]:
    start = 0
    while size := int(body[start : (end := body.index(b"\r\n", start))], 16):
        yield body[end + 2 : end + 2 + size]
        start = end + 2 + size + 2


@contextmanager
def connections(url: str, processes: int = 2, each: int = 2) -> Iterator[list[Connection]]:
    """Open so many connections to each of the server's processes, since chance would have it otherwise each time."""
    with ExitStack() as stack:
        chosen: list[Connection] = []
        led: Counter[bytes] = Counter()
        for _ in range(MOST_TRIES):
            connection = Connection(url)
            process = connection.ask(request("/process/")).body
            if led[process] == each:
                connection.socket.close()
                time.sleep(PAUSE)
                continue
            led[process] += 1
            chosen.append(connection)
            stack.enter_context(connection.socket)
            if len(chosen) == processes * each:
                break
        assert len(chosen) == processes * each, f"{led} connections to each process"
        yield chosen


@dataclass
class Load:
    """What came of some seconds of requests."""

    latencies: list[float] = field(default_factory=list[float])
    ends: list[float] = field(default_factory=list[float])
    """When each answer was there, in seconds since the start."""
    seconds: float = 0.0

    @property
    def rate(self) -> float:
        """Answers per second."""
        return len(self.latencies) / self.seconds

    def rates(self, window: float) -> list[float]:
        """Answers per second in each of the windows of so many seconds that fit."""
        counts = Counter(int(end / window) for end in self.ends)
        return [counts[number] / window for number in range(int(self.seconds / window))]

    @property
    def percentiles(self) -> dict[str, float]:
        cuts = quantiles(self.latencies, n=20, method="inclusive")
        return {"p50": cuts[9], "p95": cuts[18]}


def load(
    used: Sequence[Connection],
    wanted: Iterable[bytes],
    until: Callable[[float, int], bool],
    most_a_second: float = 0,
) -> Load:
    """Request on all connections, until `until` of the seconds and the number of answers, or nothing more is wanted."""
    done, free, coming = Load(), deque(used), iter(wanted)
    start = time.perf_counter()
    sent, is_over = 0, False
    with selectors.DefaultSelector() as selector:
        for connection in used:
            selector.register(connection.socket, selectors.EVENT_READ, connection)
        while True:
            now = time.perf_counter() - start
            while free and not is_over and (not most_a_second or sent <= now * most_a_second):
                following = None if until(now, len(done.latencies)) else next(coming, None)
                if following is None:
                    is_over = True
                else:
                    free.popleft().send(following)  # in turn, or at less than full load some would have little to do
                    sent += 1
            if is_over and len(free) == len(used):
                break
            for key, _ in selector.select(0.002 if most_a_second else None):
                if key.data.receive():
                    now = time.perf_counter()
                    done.latencies.append(now - key.data.sent)
                    done.ends.append(now - start)
                    free.append(key.data)
    done.seconds = time.perf_counter() - start
    return done


def after(seconds: float, at_least: int = 8) -> Callable[[float, int], bool]:
    """End after so many seconds, and no fewer answers."""
    return lambda now, answers: now >= seconds and answers >= at_least
