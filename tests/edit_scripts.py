"""What curators do to a sheet between two syncs, by chance: the albums behind the rows must survive it.

In one sync a row is edited in one way, and of each artist one row in a tab: where two change at once, nobody can tell
which is which.
"""

import random
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from datetime import date

from hypothesis import strategies as st

from tests.sheets import Row, album, spotify_id

TABS = ("2024 Prog-metal", "2023 Prog-rock")
ARTISTS = ("Haken", "Leprous", "Caligula’s Horse", "Soen")
GENRES = ("Art-rock, Prog-metal", "Prog-metal, Jazz", "Djent", "")
FIRST_ROWS = 14
FEWEST_ROWS = 4


@dataclass(frozen=True)
class Record:
    """A row, as far as it is edited."""

    artist: str
    title: str
    released: date
    tab: str
    spotify: str | None = None
    bandcamp: str = ""
    country: str = "London, UK"
    genres: str = "Prog-metal, Art-rock"


def written(record: Record) -> Row:
    """Return the row of a tab that says this."""
    return album(
        record.artist, record.title, record.released,
        country=record.country, genres=record.genres, spotify=record.spotify or "", bandcamp=record.bandcamp,
    )  # fmt: skip


def over_new_year(record: Record) -> Record:
    """Give the last day of one year, or the first of the next."""
    is_last = (record.released.month, record.released.day) == (12, 31)
    return replace(record, released=date(2025, 1, 1) if is_last else date(2024, 12, 31))


@dataclass
class Curator:
    """Somebody who edits a sheet; its rows stand in order under numbers of their own."""

    chance: random.Random
    rows: dict[int, Record] = field(default_factory=dict[int, Record])
    deleted: dict[int, Record] = field(default_factory=dict[int, Record])
    copies: list[Record] = field(default_factory=list[Record])
    """Rows that say again what another one says."""
    _touched: set[tuple[str, str]] = field(default_factory=set[tuple[str, str]])
    _gone: list[int] = field(default_factory=list[int])
    _links: int = 0

    def __post_init__(self) -> None:
        for _ in range(FIRST_ROWS):
            self._insert(self.chance.choice(ARTISTS))

    @property
    def lines(self) -> list[Record]:
        """The rows, and below them those that stand there twice."""
        return [*self.rows.values(), *self.copies]

    def edit(self, kinds: list[str], spared: Iterable[int] = ()) -> None:
        """Make one edit of each kind, as far as there is a row for it among those that are not spared."""
        self._touched = {(self.rows[number].artist, self.rows[number].tab) for number in spared}
        self.copies.clear()
        self._gone = list(self.deleted)
        for kind in kinds:
            self._edit(kind)

    def _edit(self, kind: str) -> None:
        match kind:
            case "insert":
                self._insert()
            case "hand on":
                self._hand_on(self._pick(self.rows))
            case "take over":
                self._take_over(self._pick(self.rows))
            case "namesake":
                self._name_again(self._pick(self.rows))
            case "reorder":
                numbers = self.chance.sample(list(self.rows), len(self.rows))
                self.rows = {number: self.rows[number] for number in numbers}
            case "revive":
                if (number := self._pick(self.deleted)) is not None:
                    self.rows[number] = self.deleted.pop(number)
            case "swap":
                self._swap(self._pick(self.rows), self._pick(self.rows))
            case _:
                if (number := self._pick(self.rows)) is not None:
                    self._edit_row(kind, number)

    def _edit_row(self, kind: str, number: int) -> None:
        record = self.rows[number]
        if kind == "delete":
            if len(self.rows) > FEWEST_ROWS:
                self.deleted[number] = self.rows.pop(number)
        elif kind == "duplicate":
            self.copies.append(self._copy(record))
        else:
            self.rows[number] = self._row_edits()[kind](record)
            self._touched.add((record.artist, self.rows[number].tab))

    def _row_edits(self) -> dict[str, Callable[[Record], Record]]:
        return {
            "retitle": lambda record: replace(record, title=f"{record.title} (live)"),
            "redate": over_new_year,
            "move": lambda record: replace(record, tab=TABS[record.tab == TABS[0]]),
            "link": lambda record: record if record.spotify else replace(record, spotify=self._new_link()),
            "relink": lambda record: replace(record, spotify=self._new_link()),
            "unlink": lambda record: replace(record, spotify=None),
            "page": lambda record: replace(record, bandcamp=f"https://x.bandcamp.com/album/{self._new_link()}"),
            "genres": lambda record: replace(record, genres=self.chance.choice(GENRES)),
            "country": lambda record: replace(record, country=f"{record.country}/Norway"),
        }

    def _swap(self, one: int | None, other: int | None) -> None:
        if one is not None and other is not None:
            links = self.rows[one].spotify, self.rows[other].spotify
            self.rows[one] = replace(self.rows[one], spotify=links[1])
            self.rows[other] = replace(self.rows[other], spotify=links[0])

    def _hand_on(self, giver: int | None) -> None:
        """Move a link from its row to a new one, whose album it is."""
        if giver is not None:
            number = self._insert()
            self.rows[number] = replace(self.rows[number], spotify=self.rows[giver].spotify)
            self.rows[giver] = replace(self.rows[giver], spotify=None)

    def _name_again(self, number: int | None) -> None:
        """Add another release of the same name, which only its link tells from the first."""
        if number is not None and self.rows[number].spotify:
            twin = self._insert()
            facts = {name: getattr(self.rows[number], name) for name in ("artist", "title", "released", "tab")}
            self.rows[twin] = replace(self.rows[twin], **facts, spotify=self._new_link(), bandcamp="")
            self._touched |= {(self.rows[number].artist, tab) for tab in TABS}

    def _take_over(self, taker: int | None) -> None:
        """Give a row the link of one that was deleted before."""
        linked = [number for number in self._gone if number in self.deleted and self.deleted[number].spotify]
        if taker is not None and linked:
            number = self.chance.choice(linked)
            self.rows[taker] = replace(self.rows[taker], spotify=self.deleted[number].spotify)
            self.deleted[number] = replace(self.deleted[number], spotify=None)

    def _copy(self, record: Record) -> Record:
        """Return the same, or what has only the name or the link in common: all of it is the same album."""
        changes: list[dict[str, str]] = [{}, {"country": "Elsewhere"}, {"title": record.title.upper(), "bandcamp": ""}]
        if record.spotify:
            changes.append({"title": f"{record.title} (deluxe)"})
        return replace(record, **self.chance.choice(changes))

    def _insert(self, artist: str = "") -> int:
        number = len(self.rows) + len(self.deleted)
        self.rows[number] = Record(
            artist or f"Textures {number}",
            f"Record {number}",
            date(2024, self.chance.randint(1, 12), 1),
            self.chance.choice(TABS),
            self._new_link() if self.chance.random() < 0.7 else None,
            f"https://x.bandcamp.com/album/{number}" if self.chance.random() < 0.5 else "",
        )
        self._touched.add((self.rows[number].artist, self.rows[number].tab))
        return number

    def _pick(self, rows: dict[int, Record]) -> int | None:
        names = Counter((record.artist, record.title) for record in (*self.rows.values(), *self.deleted.values()))
        free = [
            number
            for number, record in rows.items()
            if (record.artist, record.tab) not in self._touched and names[record.artist, record.title] == 1
        ]
        if not free:
            return None
        number = self.chance.choice(free)
        self._touched.add((rows[number].artist, rows[number].tab))
        return number

    def _new_link(self) -> str:
        self._links += 1
        return spotify_id(self._links)


EDITS = (
    "insert", "reorder", "revive", "swap", "hand on", "take over", "delete", "duplicate", "retitle", "redate", "move",
    "link", "relink", "unlink", "page", "country", "genres",
)  # fmt: skip
SCRIPTS = st.lists(st.lists(st.sampled_from(EDITS), min_size=1, max_size=3), min_size=1, max_size=5)
SEEDS = st.integers(0, 2**32)
