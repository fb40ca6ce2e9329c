"""Whatever a curator does to the sheet: albums keep their keys, the counts are what changed, a second sync is a no-op.

EDIT_SCRIPTS sets how many scripts are tried.
"""

import random
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from django.db import transaction
from hypothesis import given, settings

from catalog.models import AlbumChange, SyncOperation
from tests.browsing import assert_up_to_date
from tests.edit_scripts import SCRIPTS, SEEDS, TABS, Curator, Record, written
from tests.long import amount
from tests.syncs import catalogue, sync_tabs

pytestmark = [pytest.mark.django_db, pytest.mark.postgresql, pytest.mark.long]

EXAMPLES = amount("EDIT_SCRIPTS", 3, 4)
ALBUM_COUNTS = SyncOperation.ALBUM_COUNTS

Shelf = dict[int, dict[str, Any]]


@contextmanager
def undone() -> Iterator[None]:
    """Leave no trace in the database, for one example must not see those before it."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def sync(curator: Curator, path: Path, **options: object) -> SyncOperation:
    tabs = {tab: [written(line) for line in curator.lines if line.tab == tab] for tab in TABS}
    operation = sync_tabs(path, tabs, **options)
    assert operation.status == "completed", operation.error
    return operation


def shelf() -> Shelf:
    """Return the exported albums by primary key."""
    return {int(str(row["id"])): row for row in catalogue()}


def said_by(row: dict[str, Any]) -> Record:
    """Return what an exported album has of a row."""
    return Record(
        row["artist"], row["title"], row["release_date"], row["tab"], row["spotify_id"], row["bandcamp_url"] or "",
        row["country"], row["genre_text"],
    )  # fmt: skip


def check_albums(curator: Curator, albums: Shelf, keys: dict[int, int]) -> None:
    """Each row is the album that it always was, a new row is a new album; and there is no other."""
    numbers = {(row.artist, row.title): number for number, row in curator.rows.items()}
    found = {numbers[row["artist"], row["title"]]: pk for pk, row in albums.items()}
    assert found.keys() == curator.rows.keys()
    assert len(found) == len(albums)
    known = {number: pk for number, pk in found.items() if number in keys}
    assert known == {number: keys[number] for number in known}
    assert not {pk for number, pk in found.items() if number not in keys} & set(keys.values())
    for number, pk in found.items():
        row = curator.rows[number]
        assert ", ".join(albums[pk]["genres"]) == row.genres
        assert said_by(albums[pk]) == replace(row, released=row.released.isoformat())
    keys |= found


def check_counts(operation: SyncOperation, before: Shelf, after: Shelf, keys_ever: set[int]) -> None:
    """What was counted, recorded and logged is the difference between two exports."""
    differ = {pk for pk in before.keys() & after.keys() if before[pk] != after[pk]}
    expected = {
        "created": len(after.keys() - keys_ever),
        "revived": len((after.keys() - before.keys()) & keys_ever),
        "removed": len(before.keys() - after.keys()),
        "updated": len(differ),
        "unchanged": len(before.keys() & after.keys()) - len(differ),
    }
    assert {name: operation.counts[name] for name in ALBUM_COUNTS} == expected
    assert operation.record.counts == operation.counts
    kinds = Counter(operation.changes.values_list("kind", flat=True))
    assert dict(kinds) == {name: number for name, number in expected.items() if number and name != "unchanged"}
    total = sum(expected.values())
    assert (operation.total_albums, operation.albums_processed) == (total, total)
    assert operation.record.total_in_catalog == len(after)
    for change in operation.changes.filter(kind=AlbumChange.Kind.UPDATED):
        check_log(change, before[change.album_id], after[change.album_id])


def check_log(change: AlbumChange, before: dict[str, Any], after: dict[str, Any]) -> None:
    told = {name: [value or None for value in pair] for name, pair in change.fields.items() if name in after}
    assert told == {name: [before[name] or None, after[name] or None] for name in after if before[name] != after[name]}


def check_again(curator: Curator, path: Path, albums: Shelf) -> None:
    """The same sheet, really compared once more, changes nothing."""
    again = sync(curator, path, force=True)
    assert {name: again.counts[name] for name in ALBUM_COUNTS} == dict.fromkeys(ALBUM_COUNTS, 0) | {
        "unchanged": len(albums)
    }
    assert again.total_albums == len(albums)
    assert not again.changes.exists()
    assert shelf() == albums


@settings(max_examples=EXAMPLES, deadline=None, database=None)
@given(seed=SEEDS, script=SCRIPTS)
def test_albums_keep_their_keys_and_counts_tell_the_truth_through_any_script_of_edits(
    seed: int, script: list[list[str]], tmp_path_factory: pytest.TempPathFactory
) -> None:
    path = tmp_path_factory.getbasetemp() / "edited.xlsx"
    curator = Curator(random.Random(seed))
    keys: dict[int, int] = {}
    with undone():
        before: Shelf = {}
        operation = sync(curator, path)
        for kinds in [*script, []]:
            after = shelf()
            check_counts(operation, before, after, set(keys.values()))
            check_albums(curator, after, keys)
            assert_up_to_date()
            check_again(curator, path, after)
            before = after
            curator.edit(kinds)
            operation = sync(curator, path)
