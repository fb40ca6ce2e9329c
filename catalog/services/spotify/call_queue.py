"""Holds the calls that a run still has to make; the plan changes with what Spotify allows."""

from collections import deque
from collections.abc import Iterable, Sequence

from catalog.services.spotify.backlog import WantedAlbum
from catalog.services.spotify.calls import Call
from catalog.services.spotify.client import BATCH_SIZE
from catalog.services.spotify.pacer import Lane


class EnrichPlan:
    """The calls to make, in the order of the albums' ranks; calls to repeat come first once they are due."""

    def __init__(self) -> None:
        self._calls: dict[Lane, deque[Call]] = {lane: deque() for lane in Lane}
        self._again: dict[Lane, list[Call]] = {lane: [] for lane in Lane}

    def by_twenties(self, albums: Sequence[WantedAlbum]) -> None:
        """Ask the Web API for twenty albums at a time."""
        for start in range(0, len(albums), BATCH_SIZE):
            self._calls[Lane.API].append(Call(Lane.API, tuple(albums[start : start + BATCH_SIZE]), is_batch=True))

    def one_by_one(self, albums: Sequence[WantedAlbum], most: int) -> None:
        """Ask the Web API for the first albums one by one, and oEmbed for the covers of the others."""
        self._calls[Lane.API].extend(Call(Lane.API, (album,)) for album in albums[:most])
        lacking = sorted((album for album in albums[most:] if album.lacks_cover), key=lambda album: album.had_cover)
        self._calls[Lane.OEMBED].extend(Call(Lane.OEMBED, (album,)) for album in lacking)

    def halves(self, call: Call) -> None:
        """Ask for the halves of a batch, down to single albums, because one id in it is no good."""
        middle = (len(call.albums) + 1) // 2
        for albums in filter(None, (call.albums[:middle], call.albums[middle:])):
            self.again(Call(call.lane, albums, is_batch=len(albums) > 1))

    def again(self, call: Call) -> None:
        """Repeat a call, not before the time that it names."""
        self._again[call.lane].append(call)

    def first(self, call: Call) -> None:
        """Make a call before any other of its lane."""
        self._again[call.lane].insert(0, call)

    def take_back(self, albums: Iterable[WantedAlbum] = ()) -> list[WantedAlbum]:
        """Empty the plan and return its albums, with some more, in order."""
        calls = [call for lane in Lane for call in (*self._calls[lane], *self._again[lane])]
        for lane in Lane:
            self.drop(lane)
        found = {*albums, *(album for call in calls if not call.is_check for album in call.albums)}
        return sorted(found, key=lambda album: album.rank)

    def drop(self, lane: Lane) -> None:
        """Forget the calls of a lane."""
        self._calls[lane].clear()
        self._again[lane].clear()

    def next_due(self, lane: Lane, now: float) -> Call | None:
        """Take the next call out of the plan, if one is due."""
        for call in self._again[lane]:
            if call.not_before <= now:
                self._again[lane].remove(call)
                return call
        return self._calls[lane].popleft() if self._calls[lane] else None

    def put_back(self, call: Call) -> None:
        """Put the call that was taken last back to where it was."""
        self._calls[call.lane].appendleft(call)

    def has_calls(self, lane: Lane) -> bool:
        """Say whether a lane has calls left."""
        return bool(self._calls[lane] or self._again[lane])

    def album_count(self) -> int:
        """Return for how many albums calls are left."""
        return sum(len(call.albums) for lane in Lane for call in (*self._calls[lane], *self._again[lane]))
