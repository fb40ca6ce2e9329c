"""Staff restore an album that left the sheet: no sync and no undo hides it until they stop keeping it."""

from pathlib import Path

import pytest
from django.db import connection

from catalog.models import Album, AlbumChange, SyncOperation
from catalog.services.curation import restore_album, stop_keeping_album
from catalog.services.sync_manager import SyncAlreadyRunning
from tests.sheets import album, many, spotify_id
from tests.syncs import catalogue, counts, sync_tabs, undo

pytestmark = [pytest.mark.django_db, pytest.mark.postgresql(long=True)]

TAB = "2024 Prog-metal"
VIRUS = album("Haken", "Virus")
LEPROUS = album()


def titles() -> list[object]:
    return [row["title"] for row in catalogue()]


@pytest.fixture
def kept(path: Path) -> Album:
    """Return an album that left the sheet and was restored."""
    sync_tabs(path, {TAB: [LEPROUS, VIRUS]})
    sync_tabs(path, {TAB: [LEPROUS]})
    gone = Album.objects.removed().get()
    assert restore_album(gone.pk, "einar")
    gone.refresh_from_db()
    return gone


def test_a_restored_album_is_shown_and_no_sync_removes_it_again(kept: Album, path: Path) -> None:
    assert (kept.is_kept, kept.kept_by, titles()) == (True, "einar", ["Aphelion", "Virus"])
    same = sync_tabs(path, {TAB: [LEPROUS]})
    assert counts(same) == {"unchanged": 1}
    edited = sync_tabs(path, {TAB: [album(country="Norway")]})
    assert counts(edited) == {"updated": 1}
    assert titles() == ["Aphelion", "Virus"]
    assert edited.albums_listed == 1


def test_the_sheet_ends_the_keeping_when_it_lists_the_album_again(kept: Album, path: Path) -> None:
    back = sync_tabs(path, {TAB: [LEPROUS, VIRUS]})
    assert counts(back) == {"updated": 1, "unchanged": 1}
    assert AlbumChange.objects.get(operation=back).fields == {"kept": [True, False]}
    assert not Album.objects.kept().exists()
    assert counts(sync_tabs(path, {TAB: [LEPROUS]})) == {"removed": 1, "unchanged": 1}
    assert titles() == ["Aphelion"]
    assert Album.objects.removed().get() == kept


def test_a_new_row_of_the_same_artist_is_no_new_name_of_a_kept_album(kept: Album, path: Path) -> None:
    assert counts(sync_tabs(path, {TAB: [LEPROUS, album("Haken", "Fauna")]})) == {"created": 1, "unchanged": 1}
    assert titles() == ["Aphelion", "Virus", "Fauna"]


def test_a_preview_tells_that_an_album_is_kept_no_more(kept: Album, path: Path) -> None:
    preview = sync_tabs(path, {TAB: [LEPROUS, VIRUS]}, preview=True)
    assert [(each.album_id, each.kind, each.fields) for each in preview.planned.all()] == [
        (kept.pk, "updated", {"kept": [True, False]})
    ]
    assert Album.objects.kept().get() == kept


def test_kept_albums_are_not_missing_from_a_sheet_that_shrank(path: Path) -> None:
    sync_tabs(path, {TAB: many(40)})
    sync_tabs(path, {TAB: many(25)})
    for pk in Album.objects.removed().values_list("pk", flat=True):
        restore_album(pk, "einar")
    smaller = sync_tabs(path, {TAB: many(24)})
    assert (smaller.removed, smaller.unchanged) == (1, 24)
    assert len(catalogue()) == 24 + 15
    held = sync_tabs(path, {TAB: many(2)})
    assert (held.error_code, held.error_parameters) == ("sheet_shrunk", {"lost": 22, "total": 24, "tab": TAB})


def test_undoing_one_sync_after_another_leaves_what_staff_restored(path: Path) -> None:
    sync_tabs(path, {TAB: [LEPROUS]})
    first = catalogue()
    sync_tabs(path, {TAB: [LEPROUS, VIRUS]})
    second = catalogue()
    sync_tabs(path, {TAB: [album(country="Norway"), album("Haken", "Virus", country="London")]})
    sync_tabs(path, {TAB: [album(country="Norway")]})
    virus = Album.objects.removed().get()
    restore_album(virus.pk, "einar")
    assert counts(undo()) == {"unchanged": 1}
    assert counts(undo()) == {"updated": 2}
    assert catalogue() == second
    undo()
    assert catalogue() == [*first, second[1]]
    virus.refresh_from_db()
    assert (virus.is_kept, virus.kept_by) == (True, "einar")


def test_undoing_the_return_to_the_sheet_keeps_the_album_again(kept: Album, path: Path) -> None:
    sync_tabs(path, {TAB: [LEPROUS, VIRUS]})
    sync_tabs(path, {TAB: [LEPROUS]})
    undo()
    assert (titles(), Album.objects.kept().count()) == (["Aphelion", "Virus"], 0)
    assert counts(undo()) == {"updated": 1}
    again = Album.objects.kept().get()
    assert (again.kept_at, again.kept_by) == (kept.kept_at, "einar")
    assert counts(sync_tabs(path, {TAB: [LEPROUS]})) == {"unchanged": 1}
    assert titles() == ["Aphelion", "Virus"]


def test_to_stop_keeping_hides_the_album_as_of_when_it_left(kept: Album, path: Path) -> None:
    removal = AlbumChange.objects.get(kind="removed")
    assert stop_keeping_album(kept.pk)
    kept.refresh_from_db()
    assert (kept.removed_at, kept.kept_at, kept.kept_by) == (removal.changed_at, None, "")
    assert titles() == ["Aphelion"]
    assert not stop_keeping_album(kept.pk)
    assert counts(sync_tabs(path, {TAB: [LEPROUS, VIRUS]})) == {"revived": 1, "unchanged": 1}


def test_an_undo_does_not_show_what_staff_stopped_keeping(path: Path) -> None:
    held = spotify_id(1)
    sync_tabs(path, {TAB: [LEPROUS, album("Haken", "Virus", spotify=held)]})
    sync_tabs(path, {TAB: [LEPROUS]})
    virus = Album.objects.removed().get()
    restore_album(virus.pk, "einar")
    taken = sync_tabs(path, {TAB: [album(spotify=held)]})
    assert taken.changes.get(album=virus).fields == {"spotify_id": [held, None]}
    stop_keeping_album(virus.pk)
    undo()
    virus.refresh_from_db()
    assert (virus.is_listed, virus.spotify_id) == (False, held)


def test_only_a_removed_album_is_restored_and_only_once(kept: Album) -> None:
    listed = Album.objects.listed().exclude(pk=kept.pk).get()
    assert not restore_album(kept.pk, "baard")
    assert not restore_album(listed.pk, "baard")
    assert not restore_album(10**9, "baard")
    kept.refresh_from_db()
    assert kept.kept_by == "einar"


def test_nothing_is_restored_while_an_operation_runs(kept: Album) -> None:
    running = SyncOperation.objects.create()
    for change in (lambda: restore_album(kept.pk, "einar"), lambda: stop_keeping_album(kept.pk)):
        with pytest.raises(SyncAlreadyRunning) as refused:
            change()
        assert refused.value.operation == running
    kept.refresh_from_db()
    assert kept.is_kept


def test_an_operation_that_starts_at_that_moment_comes_first(kept: Album) -> None:
    started: list[int] = []

    def start_elsewhere(execute, sql, params, many, context):
        if "INSERT" in sql and not started:
            started.append(0)
            started.append(SyncOperation.objects.create().pk)
        return execute(sql, params, many, context)

    with connection.execute_wrapper(start_elsewhere), pytest.raises(SyncAlreadyRunning):
        stop_keeping_album(kept.pk)
    kept.refresh_from_db()
    assert kept.is_kept


def test_a_restore_leaves_no_operation_and_ends_open_offers(kept: Album, path: Path) -> None:
    preview = sync_tabs(path, {TAB: [LEPROUS, album("Haken", "Fauna")]}, preview=True)
    assert preview.plan_digest
    operations = SyncOperation.objects.count()
    stop_keeping_album(kept.pk)
    preview.refresh_from_db()
    assert (preview.plan_digest, SyncOperation.objects.count()) == ("", operations)
