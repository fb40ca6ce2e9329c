"""Syncs are undone one after another, newest first, as far as the change log goes."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.db import connection
from django.test import Client

from catalog.models import Album, AlbumChange, Genre, GenreAlias, SyncOperation
from catalog.services.albums.undo import undoable_sync
from catalog.services.sync.options import SyncOptions
from catalog.services.sync.snapshot import read_status
from catalog.services.sync_manager import NothingToUndo, SchedulePaused
from tests.factories import Page
from tests.sheets import album, many, spotify_id
from tests.syncs import COMMAND, catalogue, counts, manager, sync, sync_tabs, undo

pytestmark = [pytest.mark.django_db, pytest.mark.postgresql]

TAB = "2024 Prog-metal"
UNDO = "/catalog/sync/undo/"
REFUSING = {
    "sqlite": """CREATE TEMP TRIGGER refuse BEFORE INSERT ON catalog_album WHEN NEW.title = 'Cursed'
        BEGIN SELECT RAISE(ABORT, 'cursed'); END""",
    "postgresql": """SET CONSTRAINTS ALL IMMEDIATE;
        ALTER TABLE catalog_album ADD CONSTRAINT refuse CHECK (title <> 'Cursed') NOT VALID""",
}


def test_one_sync_after_another_is_undone(path: Path) -> None:
    first = sync_tabs(path, {TAB: many(5)})
    good = catalogue()
    bad = sync_tabs(path, {TAB: many(5, artist="WRONG")})
    late = sync_tabs(path, {TAB: [*many(5, artist="WRONG"), album("Haken", "Virus")]})
    for sync_to_undo in (late, bad):
        assert undoable_sync() == sync_to_undo
        undo()
    assert catalogue() == good
    assert undoable_sync() == first
    undo()
    assert catalogue() == []
    assert read_status().last_synced_at is None
    with pytest.raises(NothingToUndo):
        undo()


def test_a_sync_without_a_log_ends_the_way_back(path: Path) -> None:
    sync_tabs(path, {TAB: many(3)})
    edit = sync_tabs(path, {TAB: many(3, country="Norway")})
    sync_tabs(path, {TAB: many(4, country="Norway")})
    AlbumChange.objects.filter(operation=edit).delete()
    undo()
    assert undoable_sync() is None
    with pytest.raises(NothingToUndo):
        undo()


def test_last_synced_is_the_sync_whose_state_the_catalogue_has(path: Path) -> None:
    first = sync_tabs(path, {TAB: [album()]})
    sync_tabs(path, {TAB: [album(country="Atlantis")]})
    sync(path)
    undo()
    assert read_status().last_synced_at == first.sheet_committed_at
    assert counts(sync(path)) == {"updated": 1}


def test_covers_and_failed_syncs_leave_the_schedule_paused(path: Path, tmp_path: Path) -> None:
    sync_tabs(path, {TAB: [album()]})
    sync_tabs(path, {TAB: [album(country="Atlantis")]})
    undo()
    runner = manager("http://127.0.0.1:9/")
    covers = runner.start(COMMAND, options=SyncOptions(only_spotify=True, seconds=0.1))
    runner.run(covers.pk)
    assert SyncOperation.objects.is_schedule_paused()
    assert sync(tmp_path / "none.xlsx").status == "failed"
    assert SyncOperation.objects.is_schedule_paused()
    sync(path)
    assert not SyncOperation.objects.is_schedule_paused()


def test_a_scheduler_that_looked_just_before_the_undo_starts_nothing(path: Path) -> None:
    sync_tabs(path, {TAB: [album()]})
    undo()
    before = SyncOperation.objects.count()
    with pytest.raises(SchedulePaused):
        manager(path.as_uri()).start(SyncOperation.Trigger.SCHEDULE, due_at=datetime(2026, 5, 3, tzinfo=UTC))
    assert SyncOperation.objects.count() == before


@pytest.mark.parametrize(("changed", "pauses"), [(0, False), (1, True)])
def test_an_undo_that_broke_off_pauses_the_schedule_if_it_changed_anything(changed: int, pauses: bool) -> None:
    SyncOperation.objects.create(kind="undo", status="interrupted", removed=changed, albums_processed=changed)
    assert SyncOperation.objects.is_schedule_paused() == pauses


def test_a_link_that_moved_from_a_removed_album_goes_back(path: Path) -> None:
    link = spotify_id(1)
    sync_tabs(path, {TAB: [album(spotify=link), album("Haken", "Virus")]})
    before = catalogue()
    sync_tabs(path, {TAB: [album("Haken", "Virus", spotify=link)]})
    assert [row["spotify_id"] for row in catalogue()] == [link]
    undo()
    assert catalogue() == before


def test_a_link_that_a_hidden_album_lost_goes_back_with_its_hash(path: Path) -> None:
    link = spotify_id(1)
    sync_tabs(path, {TAB: [album(spotify=link), album("Haken", "Virus")]})
    sync_tabs(path, {TAB: [album("Haken", "Virus")]})
    hidden = Album.objects.removed().values("pk", "spotify_id", "entry_hash", "removed_at")
    before = list(hidden)
    taking = sync_tabs(path, {TAB: [album("Haken", "Virus", spotify=link)]})
    assert counts(taking)["updated"] == taking.changes.count() == 1
    assert list(hidden.all()) != before
    undo()
    assert list(hidden.all()) == before


def test_a_genre_that_was_renamed_stays_one_genre(path: Path) -> None:
    rows = many(6)
    sync_tabs(path, {TAB: rows})
    sync_tabs(path, {TAB: many(6, genres="Djent")})
    Genre.objects.filter(key="prog-metal").update(name="Progressive Metal (all)")
    assert sync_tabs(path, {TAB: many(6, genres=None)}).status == "completed"
    undo()
    assert Album.objects.values_list("album_genres__genre__key", flat=True).distinct().count() == 2
    assert [row["genres"] for row in catalogue()] == [["Progressive Metal (all)", "Art-rock"]] * 6
    assert Genre.objects.count() == 3


def test_an_undo_takes_no_notice_of_aliases_given_since(path: Path) -> None:
    sync_tabs(path, {TAB: [album(genres="Djent")]})
    sync_tabs(path, {TAB: [album(genres="Djent"), album(title="Coal", genres="Metal")]})
    before = catalogue()
    GenreAlias.objects.create(genre=Genre.objects.get(key="metal"), name="Djent", key="djent")
    sync(path)
    assert catalogue() != before
    undo()
    assert catalogue() == before


def test_links_swapped_row_by_row_are_one_change_an_album(path: Path) -> None:
    links = [spotify_id(number) for number in range(1, 4)]
    titles = ["Coal", "Malina", "Pitfalls"]
    sync_tabs(path, {TAB: [album(title=title, spotify=link) for title, link in zip(titles, links, strict=True)]})
    before = catalogue()
    with connection.cursor() as cursor:
        cursor.execute(REFUSING[connection.vendor])
    swapped = [album(title=title, spotify=link) for title, link in zip(titles, [links[1], links[0], ""], strict=True)]
    edit = sync_tabs(path, {TAB: [*swapped, album(title="Cursed", spotify=links[2])]})
    assert counts(edit) == {"updated": 3, "failed": 1, "awaiting_enrichment": 2}
    assert edit.changes.count() == 3
    undo()
    assert catalogue() == before


def test_an_undo_that_the_database_refuses_in_part_is_not_done(path: Path) -> None:
    sync_tabs(path, {TAB: [album(title="Cursed"), album()]})
    edit = sync_tabs(path, {TAB: [album(title="Cursed", country="Norway"), album(country="Norway")]})
    with connection.cursor() as cursor:
        cursor.execute(REFUSING[connection.vendor])
    failed = undo()
    assert (failed.status, failed.error_code, failed.updated) == ("failed", "database", 1)
    assert undoable_sync() == edit


def test_the_history_says_which_sync_an_undo_took_back_and_its_counts(path: Path, client: Client) -> None:
    sync_tabs(path, {TAB: [album(), album(title="Coal")]})
    edit = sync_tabs(path, {TAB: [album()]})
    undoing = undo()
    page = Page(client, "/catalog/sync/history/")
    assert page.texts("thead th")[8] == "Restored"
    cells = page.texts("tbody tr td")
    assert cells[0].startswith("↶ Undo of ")
    assert cells[7] == "1"
    assert Page(client, f"/catalog/sync/history/{undoing.pk}/").values(".result a", "href") == [
        f"/catalog/sync/history/{edit.pk}/"
    ]


def test_the_page_of_an_undo_says_where_the_log_ends(path: Path, client: Client) -> None:
    sync_tabs(path, {TAB: [album()]})
    sync_tabs(path, {TAB: [album(country="Norway")]})
    assert "After it, the sync of" in client.get(UNDO).content.decode()
    undo()
    assert "It is the oldest sync that can be undone." in client.get(UNDO).content.decode()
    AlbumChange.objects.all().delete()
    assert "neither it nor an earlier one can be undone" in " ".join(client.get(UNDO).content.decode().split())


def test_the_panel_offers_the_next_undo(path: Path) -> None:
    first = sync_tabs(path, {TAB: [album()]})
    edit = sync_tabs(path, {TAB: [album(country="Norway")]})
    assert (read_status().undoable_id, read_status().is_undo_at_hand) == (edit.pk, True)
    sync(path)
    assert not read_status().is_undo_at_hand
    undo()
    assert (read_status().undoable_id, read_status().is_undo_at_hand) == (first.pk, True)
    undo()
    assert not read_status().is_undo_at_hand
