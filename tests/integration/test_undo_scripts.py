"""Whatever curators do to a sheet, undoing every sync, one after another, gives back each catalogue that there was.

UNDO_SCRIPTS sets how many scripts are tried.
"""

import contextlib
import random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from catalog.models import Album, SyncOperation
from catalog.services.album_importer import AlbumImporter
from catalog.services.albums.names import AlbumNames
from catalog.services.albums.plan import Plan
from catalog.services.albums.undo import plan_undo, undoable_sync
from catalog.services.sync.journal import SyncJournal, SyncStopped
from catalog.services.sync.owner import this_process
from catalog.services.sync.progress.forecast import usual_seconds
from tests.browsing import assert_up_to_date
from tests.edit_scripts import SCRIPTS, SEEDS, Curator
from tests.integration.test_edit_scripts import sync, undone
from tests.long import amount
from tests.syncs import catalogue, undo

pytestmark = [pytest.mark.django_db, pytest.mark.postgresql, pytest.mark.long]

EXAMPLES = amount("UNDO_SCRIPTS", 2, 4)
FACTS = (
    "pk", "spotify_id", "title", "artist__name", "year", "tab", "removed_at", "added_at", "artist_key", "title_key",
    "album_genres__genre__key",
)  # fmt: skip


class DyingJournal(SyncJournal):
    """Ends the process, as it were, at one of its signs of life."""

    lives = 0

    def beat(self, **fields: object) -> None:
        self.lives -= 1
        if self.lives < 0:
            raise SyncStopped
        super().beat(**fields)


def shelf(pks: set[int] | None = None) -> list[dict[str, Any]]:
    """Return all albums, or these, hidden ones too."""
    albums = Album.objects.get_queryset() if pks is None else Album.objects.filter(pk__in=pks)
    return list(albums.order_by("pk", "album_genres__position").values(*FACTS))


def undo_until_killed(lives: int) -> None:
    """Undo album by album, and be killed after so many."""
    last = undoable_sync()
    assert last
    operation = SyncOperation.objects.create(kind="undo", options={"undo": last.pk}, owner=this_process())
    operation.claim(this_process())
    journal = DyingJournal(operation, this_process(), usual_seconds([], 0))
    journal.lives = lives
    with contextlib.suppress(SyncStopped):
        apply(plan_undo(last), journal)
    operation.end(this_process(), SyncOperation.Status.INTERRUPTED)


def apply(plan: Plan, journal: SyncJournal) -> None:
    AlbumImporter(journal, AlbumNames(with_aliases=False), batch=1).apply(plan)


@settings(max_examples=EXAMPLES, deadline=None, database=None)
@given(seed=SEEDS, script=SCRIPTS, lives=st.lists(st.integers(0, 6), max_size=2))
def test_undoing_one_sync_after_another_gives_back_each_catalogue(
    seed: int, script: list[list[str]], lives: list[int], tmp_path_factory: pytest.TempPathFactory
) -> None:
    path = tmp_path_factory.getbasetemp() / "undone.xlsx"
    curator = Curator(random.Random(seed))
    with undone():
        states: list[tuple[SyncOperation, list[dict[str, object]], list[dict[str, Any]]]] = []
        for kinds in [[], *script]:
            curator.edit(kinds)
            before, albums = catalogue(), shelf()
            operation = sync(curator, path, force=True)
            assert operation.changes.count() == operation.changed
            if operation.changed:
                states.append((operation, before, albums))
        last = catalogue()
        for step, (operation, before, albums) in enumerate(reversed(states)):
            assert undoable_sync() == operation
            for number in lives:
                undo_until_killed(number)
            assert undo().status == "completed"
            assert catalogue() == before
            assert_up_to_date()
            assert shelf({album["pk"] for album in albums}) == albums
            if not step:
                sync(curator, path, force=True)
                assert catalogue() == last
                undo()
                assert catalogue() == before
        assert undoable_sync() is None
