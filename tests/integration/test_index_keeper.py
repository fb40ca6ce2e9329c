"""When an index is built and by whom, and what lists do until it is there."""

import itertools
import threading
from pathlib import Path

import pytest
from django.http import QueryDict

from catalog.browse.index.catalogue import CatalogueIndex
from catalog.browse.index.current import IndexKeeper, build_index, current_index
from catalog.browse.index.entries import Catalogue, Versions
from catalog.browse.index.search import Search
from catalog.browse.query import CatalogQuery
from catalog.models import ArtistAlias
from catalog.rendering.listing import render_fragment, render_results
from tests.browsing import large_catalogue
from tests.factories import add_album
from tests.forks import BUSY
from tests.live import Warm, command, fresh_database, until
from tests.sheets import album, sheet
from tests.syncs import sync_tabs

SCRIPT = """
import os, signal
from catalog.browse.index.current import build_index
from catalog.processes.index import IndexProcess

process = IndexProcess()
process.start()
for _ in range(2):
    here, there = build_index(), process.build()
    assert vars(there).keys() == vars(here).keys()
    for name in ("version", "keys", "values", "artist_names", "artist_of", "phrases", "debuts", "genre_slugs"):
        assert getattr(there, name) == getattr(here, name), name
    assert there.words.words == here.words.words
    assert there.words.exactly("haken") == here.words.exactly("haken") != set()
pid = process._process.pid
os.kill(pid, signal.SIGKILL)
try:
    process.build()
except (OSError, EOFError) as error:
    print("lost")
process.end()
assert not process.is_running
process.end()
print(len(process.build()))
process.end()
"""


@pytest.mark.long
@pytest.mark.postgresql
def test_it_builds_what_this_process_would_and_its_death_is_noticed(tmp_path: Path) -> None:
    database = fresh_database(tmp_path)
    rows = [album("Haken", "Virus"), album("Leprous", "Coal"), album("Haken", "Affinity")]
    settings = {"GOOGLE_SHEETS_XLSX_URL": sheet(tmp_path / "sheet.xlsx", {"2024 Prog-metal": rows}).as_uri()}
    with Warm(database, settings, SYNC_ENRICH_SECONDS=0) as warm:
        assert warm.run("import_albums")[0] == 0
    script = command(database, settings, "shell", "--command", SCRIPT, PROMETHEUS_MULTIPROC_DIR=tmp_path)
    assert script.wait(BUSY * 90) == 0, script.output  # it stands behind all others, tests too
    assert script.output.splitlines()[-2:] == ["lost", "3"]


@pytest.mark.django_db
def test_an_index_is_built_once_for_a_version() -> None:
    add_album()
    built = itertools.count()

    def build(before: CatalogueIndex | None) -> CatalogueIndex:
        next(built)
        return build_index(before)

    keeper = IndexKeeper(build)
    first = keeper.get()
    assert keeper.get() is first
    add_album("Leprous", "Coal")
    assert len(keeper.get()) == 2
    assert next(built) == 2


@pytest.mark.django_db
def test_another_name_for_an_artist_leaves_the_words_of_albums_as_they_are() -> None:
    added = add_album()
    keeper = IndexKeeper()
    first = keeper.get()
    ArtistAlias.objects.create(artist_id=added.artist_id, name="Hawk", key="hawk")
    renamed = keeper.get()
    assert renamed.texts is first.texts
    assert (len(Search(first, "hawk").found.albums), len(Search(renamed, "hawk").found.albums)) == (0, 1)


@pytest.mark.django_db(transaction=True)
def test_a_build_that_fails_is_tried_again() -> None:
    version, failures = [1], []

    def build(_before: CatalogueIndex | None) -> CatalogueIndex:
        if version[0] == 2 and len(failures) < 2:
            failures.append("a row that nobody expected")
            raise KeyError(failures[-1])
        return CatalogueIndex(Catalogue(), version[0])

    keeper = IndexKeeper(build, lambda: Versions(version[0], 0), lambda: False)
    keeper.watch()
    assert keeper.get().version == 1
    version[0] = 2
    until(lambda: keeper.get().version == 2, 30)
    assert (len(failures), keeper.is_watched) == (2, True)


@pytest.mark.django_db(transaction=True)
def test_nobody_waits_long_for_the_albums_of_a_sync(tmp_path: Path) -> None:
    version, may_build = [1], threading.Event()

    def build(_before: CatalogueIndex | None) -> CatalogueIndex:
        assert version[0] == 1 or may_build.wait(60)
        return CatalogueIndex(large_catalogue(), version[0])

    keeper = IndexKeeper(build, lambda: Versions(version[0], 0), lambda: False)
    keeper.watch()
    sync_tabs(tmp_path / "sheet.xlsx", {"2024 Prog-metal": [album()]})
    version[0] = 2
    try:
        old = keeper.get()
        assert (old.version, keeper.is_behind(old)) == (1, True)
    finally:
        may_build.set()
    until(lambda: not keeper.is_behind(keeper.get()), 30)
    assert keeper.get().version == 2
    assert keeper.is_behind(old)


@pytest.mark.django_db
def test_a_list_without_the_albums_of_the_last_sync_asks_for_itself_again() -> None:
    index = current_index().get()
    query = CatalogQuery(QueryDict(), index, "")
    asking = 'hx-trigger="load delay:2s, sync:finished'
    assert asking in render_results(query, index, is_behind=True)
    assert asking in render_fragment(query, index, "results", is_behind=True)
    assert asking not in render_results(query, index)


class Elsewhere:
    """A builder that keeps a diary."""

    def __init__(self, version: list[int]) -> None:
        self.is_running, self.is_ill = False, False
        self.diary: list[str] = []
        self._version = version

    def start(self) -> None:
        if not self.is_running:
            self.diary.append("start")
        self.is_running = True

    def build(self) -> CatalogueIndex:
        if self.is_ill:
            raise EOFError
        self.diary.append(f"build {self._version[0]}")
        return CatalogueIndex(large_catalogue(), self._version[0])

    def end(self) -> None:
        if self.is_running:
            self.diary.append("end")
        self.is_running = False


@pytest.mark.django_db(transaction=True)
def test_it_is_there_while_a_large_catalogue_is_synced_and_missed_by_nobody_when_it_dies() -> None:
    version, syncing, here = [1], threading.Event(), list[int]()
    elsewhere = Elsewhere(version)

    def build(_before: CatalogueIndex | None) -> CatalogueIndex:
        here.append(version[0])
        return CatalogueIndex(large_catalogue(), version[0])

    def become(number: int) -> None:
        version[0] = number
        until(lambda: keeper.get().version == number, 30)

    keeper = IndexKeeper(build, lambda: Versions(version[0], 0), syncing.is_set)
    keeper.watch(elsewhere)
    become(2)
    assert (here, elsewhere.diary) == ([1, 2], [])
    syncing.set()
    until(lambda: elsewhere.diary == ["start"])
    elsewhere.is_ill = True
    become(3)
    assert here == [1, 2, 3]
    elsewhere.is_ill = False
    until(lambda: elsewhere.diary == ["start", "end", "start"])
    become(4)
    syncing.clear()
    until(lambda: elsewhere.diary == ["start", "end", "start", "build 4", "end"])
    assert here == [1, 2, 3]
