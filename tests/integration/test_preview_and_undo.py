"""What a sync would change is told before it changes anything, and the last sync can be taken back."""

from dataclasses import replace
from pathlib import Path

import pytest
from django.core.management import call_command
from hypothesis import HealthCheck, given
from hypothesis import settings as examples
from hypothesis import strategies as st

from catalog.models import Album, AlbumChange, PlannedChange, SyncOperation
from catalog.services.sync.snapshot import read_status
from catalog.services.sync_manager import NothingToUndo
from tests.long import amount
from tests.sheets import ABOVE, Row, album, many, sheet, spotify_id
from tests.syncs import catalogue, counts, sync, sync_tabs, undo

pytestmark = [pytest.mark.django_db, pytest.mark.postgresql(long=True)]

TAB, OTHER = "2024 Prog-metal", "2023 Prog-metal"


def planned(operation: SyncOperation) -> list[tuple[str, str, dict[str, list[Row]]]]:
    return [(change.kind, change.title, change.fields) for change in operation.planned.order_by("kind", "pk")]


def hashes() -> dict[int, str]:
    return dict(Album.objects.listed().values_list("pk", "entry_hash"))


# Preview


def test_a_preview_lists_what_would_change_album_by_album(path: Path) -> None:
    sync_tabs(path, {TAB: [album(), album(title="Coal"), album(title="Bilateral")]})
    before = catalogue()
    rows = [album(country="Norway", genres="Djent, Prog-metal"), album(title="Bilateral"), album("Haken", "Virus")]
    preview = sync_tabs(path, {TAB: rows}, preview=True)
    assert planned(preview) == [
        ("created", "Virus", {}),
        ("removed", "Coal", {}),
        ("updated", "Aphelion", {
            "genre_text": ["Prog-metal, Art-rock", "Djent, Prog-metal"],
            "country": ["Notodden, Norway", "Norway"],
            "genres": [["Prog-metal", "Art-rock"], ["Djent", "Prog-metal"]],
        }),
    ]  # fmt: skip
    assert counts(preview) == {"created": 1, "updated": 1, "removed": 1, "unchanged": 1}
    assert catalogue() == before


def test_a_preview_tells_the_very_changes_that_the_sync_makes(path: Path) -> None:
    sync_tabs(path, {TAB: many(30), OTHER: [album("Haken", "Fauna")]})
    edited = {TAB: [*many(9, country="Norway"), *many(30)[9:25]], OTHER: [album("Haken", "Fauna", vocals="Mixed")]}
    preview = sync_tabs(path, edited, preview=True)
    told = sorted((each.kind, each.album_id, str(each.fields), each.tab, each.row) for each in preview.planned.all())
    done = sync(path)
    made = sorted((each.kind, each.album_id, str(each.fields), each.tab, each.row) for each in done.changes.all())
    assert told == made
    assert {name: counts(preview)[name] for name in ("updated", "removed", "unchanged")} == {
        name: counts(done)[name] for name in ("updated", "removed", "unchanged")
    }


def test_only_the_latest_list_is_kept(path: Path) -> None:
    first = sync_tabs(path, {TAB: [album()]}, preview=True)
    second = sync_tabs(path, {TAB: [album(title="Coal")]}, preview=True)
    assert [change.title for change in PlannedChange.objects.all()] == ["Coal"]
    assert not first.planned.exists()
    assert second.planned.exists()


def test_a_preview_lists_the_rows_that_would_fail(path: Path) -> None:
    preview = sync_tabs(path, {TAB: [album(), album(artist="", title="Nameless")]}, preview=True)
    assert [failure.code for failure in preview.failures.all()] == ["no_artist"]
    assert counts(preview) == {"created": 1, "failed": 1}


def test_a_preview_does_not_count_as_a_sync(path: Path) -> None:
    sync_tabs(path, {TAB: [album()]})
    last = read_status()
    preview = sync_tabs(path, {TAB: []}, preview=True)
    status = read_status()
    assert status.preview
    assert (status.preview.id, status.preview.last_synced_at) == (preview.pk, last.last_synced_at)
    assert replace(status, preview=None) == last


@pytest.mark.parametrize("preview", [False, True])
def test_a_sheet_that_shrank_is_refused_and_what_would_go_is_listed(path: Path, preview: bool) -> None:
    sync_tabs(path, {TAB: many(80)})
    before = catalogue()
    refused = sync_tabs(path, {TAB: many(20)}, preview=preview)
    assert (refused.status, refused.error_code) == ("failed", "sheet_shrunk")
    assert catalogue() == before
    assert [change.kind for change in refused.planned.all()] == ["removed"] * 60
    assert counts(sync(path, force=True)) == {"removed": 60, "unchanged": 20, "awaiting_enrichment": 20}
    assert counts(sync_tabs(path, {TAB: many(80)}))["revived"] == 60
    assert catalogue() == before


# Undo


def test_an_undo_puts_the_catalogue_back_with_its_hashes(path: Path) -> None:
    sync_tabs(path, {TAB: many(10), OTHER: [album("Haken", "Fauna")]})
    before, hashed = catalogue(), hashes()
    edited = {TAB: [*many(9, country="Norway", genres="Djent"), album("Caligula's Horse", "Bloom")], OTHER: []}
    edit = sync_tabs(path, edited)
    assert counts(edit) == {"created": 1, "updated": 9, "removed": 2, "awaiting_enrichment": 9}
    after = catalogue()
    undone = undo()
    assert (undone.status, counts(undone)) == (
        "completed", {"updated": 9, "revived": 2, "removed": 1, "awaiting_enrichment": 10},
    )  # fmt: skip
    assert (catalogue(), hashes()) == (before, hashed)
    assert undone.record.total_in_catalog == len(before)
    again = sync(path)
    assert counts(again) == {"revived": 1, "updated": 9, "removed": 2, "awaiting_enrichment": 9}
    assert catalogue() == after


def test_links_that_were_swapped_are_swapped_back(path: Path) -> None:
    one, two = spotify_id(1), spotify_id(2)
    sync_tabs(path, {TAB: [album(spotify=one), album(title="Coal", spotify=two)]})
    before = catalogue()
    sync_tabs(path, {TAB: [album(spotify=two), album(title="Coal", spotify=one)]})
    assert catalogue() != before
    undo()
    assert catalogue() == before


def test_an_album_that_returned_with_other_facts_is_hidden_again_with_its_old_ones(path: Path) -> None:
    sync_tabs(path, {TAB: [album(), album(title="Coal")]})
    sync_tabs(path, {TAB: [album()]})
    coal = Album.objects.get(title="Coal")
    sync_tabs(path, {TAB: [album(), album(title="Coal", country="Norway")]})
    undo()
    coal.refresh_from_db()
    assert (coal.is_listed, coal.country) == (False, "Notodden, Norway")
    assert list(coal.changes.order_by("pk").values_list("kind", flat=True)) == [
        "created",
        "removed",
        "revived",
        "removed",
    ]


def test_each_sync_is_undone_once(path: Path) -> None:
    with pytest.raises(NothingToUndo):
        undo()
    sync_tabs(path, {TAB: [album()]})
    sync_tabs(path, {TAB: [album(country="Norway")]})
    undo()
    undo()
    with pytest.raises(NothingToUndo):
        undo()
    assert not SyncOperation.objects.active().exists()
    assert counts(sync(path)) == {"revived": 1}
    assert undo().status == "completed"


def test_a_sync_that_found_nothing_new_leaves_the_one_before_to_be_undone(path: Path) -> None:
    sync_tabs(path, {TAB: [album()]})
    before = catalogue()
    sync_tabs(path, {TAB: [album(country="Norway")]})
    assert counts(sync(path)) == {"unchanged": 1}
    undo()
    assert catalogue() == before


def test_an_undo_that_broke_off_is_finished_by_another(path: Path) -> None:
    sync_tabs(path, {TAB: many(3)})
    before = catalogue()
    edit = sync_tabs(path, {TAB: many(3, country="Norway")})
    half = undo()
    SyncOperation.objects.filter(pk=half.pk).update(status="interrupted")
    SyncOperation.objects.filter(pk=edit.pk).update(undone_at=None)
    assert counts(undo())["unchanged"] == 3
    assert catalogue() == before


def test_after_an_undo_the_status_tells_of_the_sync_before_and_the_next_sync_applies_the_sheet(path: Path) -> None:
    first = sync_tabs(path, {TAB: [album()]})
    sync_tabs(path, {TAB: [album(), album(title="Coal")]})
    undo()
    status = read_status()
    assert (status.kind, status.total_in_catalog) == ("undo", 1)
    assert status.last_synced_at == first.sheet_committed_at
    assert counts(sync(path)) == {"revived": 1, "unchanged": 1}


def test_the_schedule_pauses_after_an_undo_until_somebody_syncs(path: Path) -> None:
    sync_tabs(path, {TAB: [album()]})
    assert not SyncOperation.objects.is_schedule_paused()
    undo()
    assert SyncOperation.objects.is_schedule_paused()
    sync_tabs(path, {TAB: [album(title="Coal")]}, preview=True)
    assert SyncOperation.objects.is_schedule_paused()
    sync(path)
    assert not SyncOperation.objects.is_schedule_paused()


@st.composite
def shelves(draw: st.DrawFn) -> dict[str, list[Row]]:
    """Return two tabs of albums of one band, with facts and links dealt at random."""
    titles = draw(st.lists(st.sampled_from("ABCDEFGH"), unique=True))
    links = draw(st.permutations(range(1, 9)))
    rows: dict[str, list[Row]] = {TAB: [], OTHER: []}
    for title, link in zip(titles, links, strict=False):
        spotify = spotify_id(link) if draw(st.booleans()) else ""
        country, genres = draw(st.sampled_from(["Norway", "UK"])), draw(st.sampled_from(["Djent", "Art-rock", None]))
        rows[draw(st.sampled_from([TAB, OTHER]))].append(
            album(title=title, spotify=spotify, country=country, genres=genres)
        )
    return rows


@given(first=shelves(), second=shelves(), third=shelves())
@examples(max_examples=amount("UNDOS", 3, 6), suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whatever_a_sync_did_an_undo_takes_it_back(
    path: Path, first: dict[str, list[Row]], second: dict[str, list[Row]], third: dict[str, list[Row]]
) -> None:
    Album.objects.all().delete()
    SyncOperation.objects.all().delete()
    for shelf in (first, second):
        sync_tabs(path, shelf, force=True)
    before, hidden = catalogue(), set(Album.objects.removed().values_list("pk", flat=True))
    edit = sync_tabs(path, third, force=True)
    after = catalogue()
    if not edit.changes.exists():
        return
    undo()
    assert catalogue() == before
    new = set(AlbumChange.objects.filter(operation=edit, kind="created").values_list("album_id", flat=True))
    assert set(Album.objects.removed().values_list("pk", flat=True)) == hidden | new
    sync(path, force=True)
    assert catalogue() == after


def test_a_dry_run_prints_what_would_change(path: Path, settings, capsys) -> None:
    sync_tabs(path, {TAB: [album(), album("Haken", "Virus")]})
    settings.SYNC = replace(settings.SYNC, sheet_url=sheet(path, {TAB: [album(country="Norway")]}).as_uri())
    with pytest.raises(SystemExit) as end:
        call_command("import_albums", "--dry-run")
    assert end.value.code == 0
    said = capsys.readouterr().out.splitlines()
    row = f"({TAB}, row {len(ABOVE) + 2})"
    assert "Preview complete in" in said[0]
    assert said[-3:] == [
        f"  updated  Leprous – Aphelion {row}",
        "           country: Notodden, Norway → Norway",
        f"  removed  Haken – Virus ({TAB})",
    ]
