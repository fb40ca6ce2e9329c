"""Which albums are out on a day, and which are to come. Pure: albums are numbered by date, the latest first."""

from array import array
from bisect import bisect_left
from collections.abc import Iterable, Mapping
from datetime import date, timedelta

from pyroaring import BitMap

from catalog.browse.index.entries import AlbumRow
from catalog.browse.index.orders import NEWEST, Order

OUT, WEEK, MONTH, UPCOMING, ALL = MOMENTS = ("out", "week", "month", "upcoming", "all")
"""The parts of the catalogue by date, as addresses name them: a week is Monday to Sunday."""

AHEAD = "ahead"
"""What has a date from today on: for calendars, which have no place for what is out or undated."""

WEEKLY = timedelta(days=7)

LINKED_WITHIN = timedelta(days=14)
"""The sheet gets most of its links about a week after a release."""


def monday_of(day: date) -> date:
    """Return the first day of a day's week."""
    return day - timedelta(days=day.weekday())


class Calendar:
    """The albums of each part. One without a date is to come during its year, and out afterwards."""

    def __init__(self, albums: Iterable[AlbumRow], orders: Mapping[str, Order]) -> None:
        self._orders = orders
        self._earliness = array("l")  # rising, as bisect wants it
        self._undated: dict[int, BitMap] = {}
        self._unlinked = BitMap()
        for number, album in enumerate(albums):
            self._earliness.append(-album.release_order)
            if not album.release_order:
                self._undated.setdefault(album.year or 0, BitMap()).add(number)
            if not album.is_linked:
                self._unlinked.add(number)
        self._placed: dict[tuple[str, str], tuple[date, BitMap]] = {}

    def albums(self, moment: str, today: date, order: str = NEWEST) -> BitMap:
        """Return the albums of a part, as places in an order. Kept for the day, as most pages want the same."""
        day, found = self._placed.get((moment, order), (None, BitMap()))
        if day != today:
            found = self._orders[order].placed(self._albums(moment, today))
            self._placed[moment, order] = (today, found)
        return found

    def linked_first(self, albums: BitMap, today: date) -> tuple[BitMap, BitMap, BitMap]:
        """Part albums into new ones with a link to Spotify, new ones that wait for theirs, and all others."""
        tomorrow = today + timedelta(days=1)
        new = albums & self._between(tomorrow - LINKED_WITHIN, tomorrow)
        waiting = new & self._unlinked
        return new - waiting, waiting, albums - new

    def _albums(self, moment: str, today: date) -> BitMap:
        if moment == WEEK:
            return self._between(monday_of(today), monday_of(today) + WEEKLY)
        if moment == MONTH:
            first = today.replace(day=1)
            return self._between(first, (first + timedelta(days=31)).replace(day=1))
        if moment == AHEAD:
            return BitMap(range(self._first_before(today)))
        everything = BitMap(range(len(self._earliness)))
        if moment == ALL:
            return everything
        to_come = self._to_come(today)
        return to_come if moment == UPCOMING else everything - to_come

    def _to_come(self, today: date) -> BitMap:
        undated = (albums for year, albums in self._undated.items() if year >= today.year)
        return BitMap.union(BitMap(range(self._first_before(today + timedelta(days=1)))), *undated)

    def _between(self, first: date, end: date) -> BitMap:
        return BitMap(range(self._first_before(end), self._first_before(first)))

    def _first_before(self, day: date) -> int:
        """Return the number of the latest album of before a day."""
        return bisect_left(self._earliness, 1 - day.toordinal())
