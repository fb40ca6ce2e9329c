"""Everything that goes wrong goes wrong at once: cells with errors, namesakes, moved links, lost tabs, Spotify outages.

BAD_DAYS sets how many stories are tried. A row that shows an error or stands in a tab that fails is left alone by the
curator meanwhile: two things that happen to a row in one sync can look like another row.
"""

import random
from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from catalog.models import Album, ReviewRow, SpotifyAlbum, SyncOperation
from catalog.services.albums.undo import undoable_sync
from tests.edit_scripts import EDITS, SEEDS, TABS, Curator, Record, written
from tests.integration.test_edit_scripts import undone
from tests.integration.test_spotify_outages import KINDS, WAYS, Outage
from tests.long import amount
from tests.sheets import ABOVE, HEADER, Row
from tests.spotify_world import SimulatedClock, enricher_for, settings_for
from tests.syncs import catalogue, sync, undo
from tests.workbooks import make_workbook

pytestmark = [pytest.mark.django_db, pytest.mark.postgresql(long=True)]

EXAMPLES = amount("BAD_DAYS", 1, 4)
ERRORS = ("#REF!", "#N/A", "Loading...", " #DIV/0! ", "#ERROR!")
WITHOUT_ARTIST = ("Performer", *HEADER[1:])
STORIES = st.lists(st.lists(st.sampled_from((*EDITS, "namesake")), max_size=3), min_size=2, max_size=6)

Rows = dict[int, Record]


@dataclass
class BadDay:
    """What goes wrong in one sync."""

    tab: str = ""
    """The tab whose header lost its artists."""
    broken: dict[int, set[int]] = field(default_factory=dict[int, set[int]])
    """The columns that show an error, by the number of the row."""
    spotify: tuple[str, str] = ("", "oembed")

    @classmethod
    def by(cls, chance: random.Random, rows: Rows) -> "BadDay":
        columns = {number: {column for column in range(9) if chance.random() < 0.4} for number in rows}
        return cls(
            chance.choice(("", "", *TABS)),
            {number: columns[number] for number in rows if chance.random() < 0.3},
            (chance.choice(list(KINDS)), chance.choice(list(WAYS))) if chance.random() < 0.5 else ("", "oembed"),
        )

    def spoils(self, number: int, record: Record) -> bool:
        return record.tab == self.tab or number in self.broken

    def written(self, chance: random.Random, number: int, record: Record) -> Row:
        broken = self.broken.get(number, set())
        row = enumerate(written(record))
        return tuple(chance.choice(ERRORS) if column in broken else value for column, value in row)


class World:
    """A sheet, the catalogue that follows it, and Spotify."""

    def __init__(self, seed: int, path: Path, spotify: Outage) -> None:
        self.chance, self.path, self.spotify, self.clock = random.Random(seed), path, spotify, SimulatedClock()
        self.curator = Curator(self.chance)
        self.albums: dict[int, int] = {}
        """The albums of the rows, by the numbers of the rows; what was deleted is in it too."""
        self.covers: dict[str, tuple[object, ...]] = {}

    def live(self, kinds: Collection[str], day: BadDay) -> SyncOperation:
        """Edit, sync, ask Spotify; and look whether anything was lost."""
        rows = self.curator.rows
        self.curator.edit(list(kinds), [number for number, row in rows.items() if day.spoils(number, row)])
        operation = self._sync(day)
        assert operation.status == "completed", operation.error
        self._ask_spotify(day)
        self._check_rows(day)
        self._check_listed(day)
        self._check_covers()
        return operation

    def _sync(self, day: BadDay) -> SyncOperation:
        tabs = {
            tab: [*ABOVE, WITHOUT_ARTIST if tab == day.tab else HEADER, *self._lines(tab, day)]
            for tab in TABS
        }  # fmt: skip
        return sync(make_workbook(tabs, self.path), force=True)

    def _lines(self, tab: str, day: BadDay) -> list[Row]:
        rows = {number: row for number, row in self.curator.rows.items() if row.tab == tab}
        copies = [row for row in self.curator.copies if row.tab == tab]
        return [
            *(day.written(self.chance, number, row) for number, row in rows.items()),
            *(day.written(self.chance, -1, row) for row in copies),
        ]

    def _ask_spotify(self, day: BadDay) -> None:
        self.spotify.kind, self.spotify.way = day.spotify
        self.spotify.mode = "development" if day.spotify[1] == "single" else "extended"
        client_id = "" if day.spotify[1] == "oembed" else self.spotify.client_id
        enricher = enricher_for(settings_for(self.spotify, client_id=client_id), self.clock, self.spotify.timeouts())
        enricher.work(seconds=60, beat=lambda _: None, fence=lambda: None)
        self.spotify.kind = ""
        self.clock.sleep(20 * 86_400)

    def _check_rows(self, day: BadDay) -> None:
        """Each row that has ever been read is the album that it always was, and no album went while its row is there.

        A row that moved into a tab that failed can't be told from one that was deleted.
        """
        listed = set(Album.objects.values_list("pk", flat=True))
        held = {number for number, row in self.curator.rows.items() if row.tab != day.tab}
        assert {self.albums[number] for number in held & self.albums.keys()} <= listed
        keys = {
            (artist, title, spotify): pk
            for pk, artist, title, spotify in Album.objects.values_list("pk", "artist__name", "title", "spotify_id")
        }
        for number, row in self.curator.rows.items():
            if not day.spoils(number, row):
                found = keys[row.artist, row.title, row.spotify]
                assert self.albums.setdefault(number, found) == found
        owners = Counter(self.albums.values())
        assert max(owners.values()) == 1

    def _check_listed(self, day: BadDay) -> None:
        """Each row whose names can't be read is on the list, and the tab that failed today."""
        rows = self.curator.rows
        nameless = [number for number, columns in day.broken.items() if columns & {0, 1} and number in rows]
        seen = [number for number in nameless if rows[number].tab != day.tab]
        listed = ReviewRow.objects.filter(fixed_at=None)
        assert listed.filter(code="cell_error").count() >= len(seen)
        assert list(listed.filter(code="failed_tab").values_list("tab", flat=True)) == [day.tab] * bool(day.tab)

    def _check_covers(self) -> None:
        fields = ("pk", "cover_medium", "total_tracks", "tracks")
        now = {each[0]: each[1:] for each in SpotifyAlbum.objects.values_list(*fields)}
        for spotify_id, known in self.covers.items():
            assert [kept for kept, fact in zip(now[spotify_id], known, strict=True) if fact and not kept] == []
        self.covers |= now


def of_the_sheet() -> list[dict[str, object]]:
    """Return the catalogue without what Spotify says, which no undo takes back."""
    return [{name: fact for name, fact in row.items() if name != "cover_url"} for row in catalogue()]


@settings(max_examples=EXAMPLES, deadline=None, database=None)
@given(seed=SEEDS, story=STORIES)
def test_nothing_is_lost_whatever_goes_wrong_at_once(
    seed: int, story: list[list[str]], tmp_path_factory: pytest.TempPathFactory
) -> None:
    path = tmp_path_factory.getbasetemp() / "bad.xlsx"
    with undone(), Outage({}, unknown="invent") as spotify:
        world = World(seed, path, spotify)
        states: list[tuple[SyncOperation, list[dict[str, object]]]] = []
        for number, kinds in enumerate([[], *story, []]):
            is_bad = 0 < number <= len(story)
            before = of_the_sheet()
            operation = world.live(kinds, BadDay.by(world.chance, world.curator.rows) if is_bad else BadDay())
            if operation.changed:
                states.append((operation, before))
        assert {int(str(each["id"])) for each in catalogue()} == {world.albums[number] for number in world.curator.rows}
        for operation, before in reversed(states):
            assert undoable_sync() == operation
            assert undo().status == "completed"
            assert of_the_sheet() == before
        assert (undoable_sync(), catalogue()) == (None, [])
