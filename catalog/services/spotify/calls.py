"""Runs calls to Spotify in threads, so that whoever waits for them can beat, cancel and give up."""

from collections.abc import Iterator
from dataclasses import dataclass
from queue import Empty, SimpleQueue

from catalog.logs.context import start_thread
from catalog.services.clock import Clock
from catalog.services.spotify.backlog import Answers, WantedAlbum
from catalog.services.spotify.client import SpotifyClient
from catalog.services.spotify.errors import InvalidId, SpotifyError, TemporaryFailure, UnknownAlbum
from catalog.services.spotify.pacer import Lane

LONGEST_CALL_SECONDS = 30.0

CALLS = "spotify_calls"
"""The tally of calls by endpoint and what came of them."""


def label_of(lane: Lane, answer: Answers | SpotifyError) -> str:
    """Return under what a call is counted, such as ``api/ok``."""
    result = answer.code if isinstance(answer, SpotifyError) else "ok" if any(answer.values()) else "unknown_album"
    return f"{lane.name.lower()}/{result}"


@dataclass(eq=False, slots=True)
class Call:
    """A call for some albums: twenty or one from the Web API, or the cover of one from oEmbed."""

    lane: Lane
    albums: tuple[WantedAlbum, ...]
    is_batch: bool = False
    tries: int = 0
    not_before: float = 0.0
    is_check: bool = False
    """Whether it only finds out if Spotify still knows an album that it knew."""

    def send(self, client: SpotifyClient) -> Answers:
        """Send the call and return what is said of each album, None of one that Spotify does not know."""
        if self.is_batch:
            return client.albums([album.id for album in self.albums])
        album_id = self.albums[0].id
        try:
            return {album_id: client.album(album_id) if self.lane is Lane.API else client.cover(album_id)}
        except (InvalidId, UnknownAlbum):
            return {album_id: None}


@dataclass(eq=False)
class _Running:
    call: Call
    since: float
    answer: Answers | SpotifyError


class RunningCalls:
    """The calls under way. Their threads touch the network and one queue only, and never keep the process alive."""

    def __init__(self, client: SpotifyClient, clock: Clock) -> None:
        self._client = client
        self._clock = clock
        self._running: set[_Running] = set()
        self._to_send: SimpleQueue[_Running | None] = SimpleQueue()
        self._ended: SimpleQueue[_Running] = SimpleQueue()
        self._threads = self._stuck = 0

    def count(self, lane: Lane | None = None) -> int:
        """Return how many calls are under way."""
        return sum(lane in {None, running.call.lane} for running in self._running)

    def album_count(self) -> int:
        """Return for how many albums calls are under way."""
        return sum(len(running.call.albums) for running in self._running)

    def start(self, call: Call) -> None:
        """Have a call sent by a thread that is free."""
        # The answer that stands if the thread dies of a mistake.
        running = _Running(call, self._clock.monotonic(), SpotifyError())
        self._running.add(running)
        if len(self._running) > self._threads - self._stuck:
            self._threads += 1
            start_thread(self._send_all, name="spotify calls")
        self._to_send.put(running)

    def close(self) -> None:
        """Let the threads end; nobody waits for what they are doing."""
        for _ in range(self._threads):
            self._to_send.put(None)

    def ended(self, wait: float) -> Iterator[tuple[Call, Answers | SpotifyError]]:
        """Wait at most so many seconds for a call to end, and yield those that have."""
        if not self._running:
            self._clock.sleep(wait)
        while self._running:
            try:
                running = self._ended.get(timeout=wait)
            except Empty:
                break
            wait = 0.0
            if running in self._running:
                self._running.remove(running)
                yield running.call, running.answer
        yield from self._overdue()

    def _send_all(self) -> None:
        while running := self._to_send.get():
            try:
                running.answer = running.call.send(self._client)
            except SpotifyError as error:
                running.answer = error
            finally:
                self._ended.put(running)

    def _overdue(self) -> Iterator[tuple[Call, Answers | SpotifyError]]:
        """Give up the calls that hang where no time-out reaches, such as the look-up of a name."""
        latest = self._clock.monotonic() - LONGEST_CALL_SECONDS
        for running in [running for running in self._running if running.since < latest]:
            self._running.remove(running)
            self._stuck += 1
            yield running.call, TemporaryFailure("no_answer", seconds=round(LONGEST_CALL_SECONDS))
