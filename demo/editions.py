"""The demo's sheet as its curators go on editing it, four or five edits at a time.

The first edition has nothing to complain about, its dates are of the present year, and what isn't out for a week has
no links, as in the community's sheet.
"""

import re
from dataclasses import replace
from datetime import date, timedelta
from random import Random

from demo import oddities, style
from demo.sample_albums import Inventor
from demo.sample_sheet import LAYOUTS, REISSUED, Tab, sample_tabs
from demo.sheet_row import SheetRow
from demo.spotify_ids import seeded

WEEK = timedelta(days=7)
YEAR = re.compile(r"\b20[0-9]{2}\b")
NEWEST, OLDER = (0, 1), 4
"""Places of the tabs of the present year, where most edits are, and of one that is done."""


def tabs_of(day: date) -> list[Tab]:
    """Return the sample sheet as if it had been made in the year of a day."""
    return [_moved(tab, day.year - LAYOUTS[0].year) for tab in sample_tabs()]


def edition(number: int, born: date) -> list[Tab]:
    """Return the sheet after so many rounds of edits; `born` is the day of the first."""
    editors = Editors(born)
    for each in range(1, number + 1):
        editors.edit(seeded("edition", str(each)), each)
    return editors.tabs()


class Editors:
    """Those who edit the sheet."""

    def __init__(self, born: date) -> None:
        self._born = born
        self._tabs = tabs_of(born)
        self._rows: list[list[SheetRow]] = [[] for _ in self._tabs]
        self._doubtful: list[tuple[int, SheetRow]] = []
        for place, (tab, sample) in enumerate(zip(self._tabs, sample_tabs(), strict=True)):
            for row in tab.rows:
                if row.title in oddities.DOUBTFUL.get(sample.name, ()):
                    self._doubtful.append((place, row))
                else:
                    self._rows[place].append(row)
        self._unlinked = [
            [row for row in rows if row.links and self._is_after(row, born - WEEK)] for rows in self._rows
        ]

    def tabs(self) -> list[Tab]:
        """Return the sheet as it stands."""
        return [self._tab(*each) for each in zip(self._tabs, self._rows, self._unlinked, strict=True)]

    def edit(self, random: Random, number: int) -> None:
        """Announce an album, give another its links, change a date and genres, and let a row in or take one out."""
        self._announce(random)
        self._postpone(random)
        self._link()
        self._correct(random)
        if number % 2 and self._doubtful:
            place, row = self._doubtful.pop()
            self._rows[place].append(row)
        else:
            self._rows[OLDER].pop(random.randrange(len(self._rows[OLDER])))

    def _announce(self, random: Random) -> None:
        place = random.choice(NEWEST)
        album = Inventor(random.getrandbits(32)).album(LAYOUTS[place].scene)
        row = SheetRow(album.artist, album.title, None, album.length, album.genres, album.vocals, album.place)
        self._rows[place].append(replace(row, released=self._friday(random)))

    def _postpone(self, random: Random) -> None:
        place = random.choice(NEWEST)
        coming = [number for number, row in enumerate(self._rows[place]) if self._is_after(row, self._born)]
        if coming:
            number = random.choice(coming)
            self._replace(place, number, released=self._friday(random))

    def _link(self) -> None:
        """Give the earliest of the albums without links its own."""
        waiting = [row for rows in self._unlinked for row in rows if not self._is_after(row, self._born)]
        if waiting:
            first = min(waiting, key=lambda row: str(row.released))
            self._unlinked = [[row for row in rows if row is not first] for rows in self._unlinked]

    def _correct(self, random: Random) -> None:
        place = random.choice(NEWEST)
        number = random.randrange(len(self._rows[place]))
        before = self._rows[place][number].genres
        self._replace(place, number, genres=f"{before}, {style.genres(LAYOUTS[place].scene, random)}")

    def _replace(self, place: int, number: int, **changed: object) -> None:
        old = self._rows[place][number]
        new = replace(old, **changed)  # pyright: ignore[reportArgumentType]
        self._rows[place][number] = new
        self._unlinked[place] = [new if row is old else row for row in self._unlinked[place]]

    def _friday(self, random: Random) -> date | str:
        """Return a Friday some weeks ahead, as long as it is in the year of its tab."""
        friday = self._born + timedelta(days=4 - self._born.weekday()) + random.randint(1, 9) * WEEK
        return friday if friday.year == self._born.year else "TBA"

    @staticmethod
    def _is_after(row: SheetRow, day: date) -> bool:
        return isinstance(row.released, date) and row.released > day

    @staticmethod
    def _tab(tab: Tab, rows: list[SheetRow], unlinked: list[SheetRow]) -> Tab:
        columns = (*tab.columns, "Vocal Style") if tab.columns == REISSUED else tab.columns
        shown = [replace(row, links={}) if any(row is each for each in unlinked) else row for row in rows]
        return replace(tab, columns=columns, rows=tuple(sorted(shown, key=lambda row: str(row.released))))


def _moved(tab: Tab, years: int) -> Tab:
    def later(row: SheetRow) -> SheetRow:
        day = row.released
        if not isinstance(day, date):
            return row
        return replace(row, released=day.replace(year=day.year + years, day=min(day.day, 28 if day.month == 2 else 31)))

    name = YEAR.sub(lambda year: str(int(year[0]) + years), tab.name)
    return replace(tab, name=name, rows=tuple(map(later, tab.rows)))
