"""People at the site: each asks for a page, reads for a while, and asks for the next, over a connection that stays."""

import asyncio
import itertools
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from bench.browsing.load import request

TIMEOUT_SECONDS = 30.0

SPREAD = (5**0.5 - 1) / 2
"""The golden section: however many visitors there are, their moments are far from each other."""


@dataclass
class Kind:
    """What some visitors do, and how it went."""

    name: str
    paths: Sequence[str]
    visitors: int
    pause: float
    headers: dict[str, str] = field(default_factory=dict[str, str])
    latencies: list[float] = field(default_factory=list[float])
    """Seconds from when a request was due to the end of its answer, so that slow answers can't hide."""
    answers: Counter[str] = field(default_factory=Counter[str])
    """How many answers of each status code, or errors of each class."""

    @property
    def failures(self) -> dict[str, int]:
        """Answers that tell of a fault of ours, and connections that broke."""
        return {code: number for code, number in self.answers.items() if code[:1] not in "234"}


async def visit(url: str, kinds: Sequence[Kind], ended: asyncio.Event) -> None:
    """Let all visitors go on until it is ended."""
    visitors = [(kind, number) for kind in kinds for number in range(kind.visitors)]
    start = time.perf_counter()
    moments = (start + kind.pause * (place * SPREAD % 1) for place, (kind, _) in enumerate(visitors))
    beginning = zip(visitors, moments, strict=True)
    await asyncio.gather(*(_visitor(url, kind, number, due, ended) for (kind, number), due in beginning))


async def _visitor(url: str, kind: Kind, number: int, due: float, ended: asyncio.Event) -> None:
    """Visit the pages of a kind in turn, each of its visitors beginning with others."""
    paths = _from(kind.paths, number * len(kind.paths) // kind.visitors)
    connection = Connection(url)
    while not ended.is_set():
        await asyncio.sleep(max(0.0, due - time.perf_counter()))
        try:
            wanted = request(next(paths), **kind.headers)
            code, _ = await asyncio.wait_for(connection.ask(wanted), TIMEOUT_SECONDS)
        except (OSError, TimeoutError, asyncio.IncompleteReadError) as error:
            code = type(error).__name__
            connection.close()
        kind.latencies.append(time.perf_counter() - due)
        kind.answers[code] += 1
        due += kind.pause
    connection.close()


def _from(paths: Sequence[str], start: int) -> Iterator[str]:
    return itertools.cycle([*paths[start:], *paths[:start]])


class Connection:
    """A connection that opens when it is needed, and again after the server has closed it."""

    def __init__(self, url: str) -> None:
        parts = urlsplit(url)
        self._address = parts.hostname, parts.port
        self._streams: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None

    async def ask(self, wanted: bytes) -> tuple[str, bytes]:
        """Return the status code and the body of an answer."""
        if self._streams is None or self._streams[0].at_eof():
            self.close()
            self._streams = await asyncio.open_connection(*self._address)
        reader, writer = self._streams
        writer.write(wanted)
        head = (await reader.readuntil(b"\r\n\r\n")).lower()
        body = b""
        if b"transfer-encoding: chunked" in head:
            while size := int(await reader.readuntil(b"\r\n"), 16):
                body += (await reader.readexactly(size + 2))[:size]
            await reader.readexactly(2)
        elif b"content-length:" in head:
            body = await reader.readexactly(int(head.partition(b"content-length:")[2].split(b"\r\n")[0]))
        if b"connection: close" in head:
            self.close()
        return head.split(b" ", 2)[1].decode(), body

    def close(self) -> None:
        """Close it, if it is open."""
        if self._streams:
            self._streams[1].close()
            self._streams = None
