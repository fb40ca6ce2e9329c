"""manage.py backup and restore: every row and number, one moment, all or nothing."""

import gzip
import json
import signal
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
from django.contrib.auth.models import Group, User
from django.contrib.sessions.models import Session
from django.core.management import CommandError, call_command
from django.db import DEFAULT_DB_ALIAS, connection

from catalog.models import Album, AlbumChange, ArtistAlias, GenreAlias, ReviewRow, SyncFailure, SyncOperation
from catalog.services.care import archive
from catalog.services.care.snapshot import Snapshot, one_moment
from catalog.services.care.tables import MADE_BY_MIGRATE, Model, Row, kept_tables, rows_of
from tests.factories import add_album
from tests.live import BUSY, command, fresh_database, rows, until
from tests.sheets import album
from tests.syncs import catalogue, meanwhile, sync_tabs

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.postgresql]
TAB = "2024 Prog-metal"
MOMENT = datetime(2026, 2, 3, 4, 5, 6, 789012, tzinfo=UTC)


def everything() -> dict[str, list[Row]]:
    """Return all rows that a copy has, but what migrations make."""
    kept = [model for model in kept_tables() if model._meta.label_lower not in MADE_BY_MIGRATE]
    return {model._meta.label: list(rows_of(model)) for model in kept}


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    return tmp_path / "site.backup"


@pytest.fixture
def site(tmp_path: Path) -> None:
    """Fill the database with two syncs, accounts, aliases and values that are easily lost."""
    sync_tabs(tmp_path / "sheet.xlsx", {TAB: [album(), album("Haken", "Virus")]})
    sync_tabs(tmp_path / "sheet.xlsx", {TAB: [album(country="Oslo, Norway"), album("Meer", "Wheels “ – 🤘")]})
    kept = Album.objects.get(title="Aphelion")
    Album.objects.filter(pk=kept.pk).update(kept_at=MOMENT, kept_by="curator", added_at=MOMENT)
    ArtistAlias.objects.create(artist=kept.artist, name="Léprous", key="leprous 2")
    GenreAlias.objects.create(genre=kept.genres.first(), name="Progmetal", key="progmetal")
    curator = User.objects.create_user("curator", password="correct horse", is_staff=True)
    curator.groups.add(Group.objects.create(name="curators"))
    parameters = {"z": 1, "a": [None, True, 0.1, 2**40, '\\ " \n \t']}
    ReviewRow.objects.create(code="no_artist", is_skipped=True, tab=TAB, parameters=parameters, search_text="")


def restore(copy: Path) -> None:
    call_command("restore", copy)


@pytest.mark.usefixtures("site")
def test_a_restore_brings_back_every_row_as_it_was(copy: Path) -> None:
    call_command("backup", copy)
    before, exported = everything(), catalogue()
    Album.objects.all().delete()
    User.objects.update(username="somebody", password="")
    ReviewRow.objects.all().delete()
    SyncOperation.objects.create(status="completed")
    restore(copy)
    assert everything() == before
    assert catalogue() == exported
    assert all(before[f"catalog.{name}"] for name in ("Album", "AlbumChange", "SyncRecord", "ArtistAlias"))
    assert Album.objects.get(kept_by="curator").kept_at == MOMENT


@pytest.mark.usefixtures("site")
def test_numbers_go_on_after_the_highest_that_ever_was(copy: Path) -> None:
    lost = add_album("Tesseract", "Altered State")
    Album.objects.filter(pk=lost.pk).delete()
    call_command("backup", copy)
    later = add_album("Tesseract", "Polaris")
    restore(copy)
    assert add_album("Tesseract", "Sonder").pk > later.pk > lost.pk


@pytest.mark.usefixtures("site")
def test_nobody_stays_signed_in_and_a_copy_signs_nobody_in(copy: Path) -> None:
    Session.objects.create(session_key="secret-key", session_data="x", expire_date=MOMENT)
    call_command("backup", copy)
    assert b"secret-key" not in gzip.decompress(copy.read_bytes())
    restore(copy)
    assert not Session.objects.exists()


def test_a_backup_replaces_no_file_and_is_its_owners_alone(copy: Path) -> None:
    call_command("backup", copy)
    content = copy.read_bytes()
    with pytest.raises(CommandError, match="exists, and a backup replaces nothing"):
        call_command("backup", copy)
    assert copy.read_bytes() == content
    assert copy.stat().st_mode & 0o777 == 0o600
    assert [path.name for path in copy.parent.iterdir()] == [copy.name]


def test_a_folder_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match=r"none/site\.backup can't be used: No such file or directory"):
        call_command("backup", tmp_path / "none" / "site.backup")


@pytest.mark.parametrize(
    ("spoil", "message"),
    [
        (lambda content: content[:-100], "is damaged"),
        (lambda content: content[:-300] + bytes([content[-300] ^ 1]) + content[-299:], "is damaged"),
        (lambda content: gzip.compress(gzip.decompress(content).replace(b"Leprous", b"Leprouz")), "is damaged"),
        (lambda content: gzip.compress(gzip.decompress(content).rsplit(b"\n", 2)[0] + b"\n"), "is damaged"),
        (lambda _: gzip.compress(b"[1, 2]\n"), "is not a backup of progmetal"),
        (lambda _: gzip.compress(b""), "is damaged"),
        (lambda _: b"PK\x03\x04 a workbook", "is not a backup of progmetal"),
        (lambda _: b"", "is damaged"),
    ],
    ids=["short", "flipped", "edited", "no end", "other json", "nothing in it", "other file", "empty"],
)
@pytest.mark.usefixtures("site")
def test_a_file_that_is_not_whole_changes_nothing(copy: Path, spoil: Any, message: str) -> None:
    call_command("backup", copy)
    copy.write_bytes(spoil(copy.read_bytes()))
    before = everything()
    with pytest.raises(CommandError, match=message):
        restore(copy)
    assert everything() == before


@pytest.mark.usefixtures("site")
def test_a_restore_waits_for_no_sync(copy: Path) -> None:
    call_command("backup", copy)
    running = SyncOperation.objects.create(status="running")
    before = everything()
    with pytest.raises(CommandError, match="A sync is in progress"):
        restore(copy)
    assert everything() == before
    running.delete()


class Altered:
    """A snapshot with other migrations, or another row at the end of a table."""

    def __init__(self, snapshot: Snapshot, *, more: str = "", twice: str = "") -> None:
        migrations = (*snapshot.header.migrations, more) if more else snapshot.header.migrations[:-1]
        self.header = snapshot.header if twice else replace(snapshot.header, migrations=migrations)
        self._snapshot, self._twice = snapshot, twice

    def tables(self) -> Iterator[tuple[Model, list[str], Iterator[Row]]]:
        for model, columns, of_table in self._snapshot.tables():
            again = list(of_table) if model._meta.model_name == self._twice else []
            yield model, columns, iter([*again, *again[-1:], *of_table])


@pytest.mark.parametrize(
    ("altered", "message"),
    [
        ({"more": "catalog.9999_later"}, "of a newer version .migration catalog.9999_later.*Upgrade progmetal first"),
        ({}, "of an older version .before migration"),
        ({"twice": "syncrecord"}, r"A row of catalog_syncrecord, one of numbers \d+ to \d+, doesn't fit"),
    ],
)
@pytest.mark.usefixtures("site")
def test_a_copy_that_does_not_fit_changes_nothing(copy: Path, altered: dict[str, str], message: str) -> None:
    with one_moment(DEFAULT_DB_ALIAS) as snapshot:
        archive.write(copy, Altered(snapshot, **altered))
    before = everything()
    with pytest.raises(CommandError, match=message):
        restore(copy)
    assert everything() == before


@pytest.mark.long
def test_a_backup_during_a_sync_holds_a_committed_state(tmp_path: Path, copy: Path) -> None:
    path = tmp_path / "sheet.xlsx"
    titles = [album("Haken", f"Album {number}") for number in range(300)]  # two batches
    sync_tabs(path, {TAB: titles})
    committed = catalogue()

    def back_up() -> None:
        thread = Thread(target=_back_up, args=(copy,))
        thread.start()
        thread.join()

    renamed = [album("Haken", f"Album {number}", country="Norway") for number in range(300)]
    with meanwhile('INSERT INTO "catalog_albumchange"', back_up):  # of the first batch, not committed yet
        assert sync_tabs(path, {TAB: renamed}).updated == 300
    restore(copy)
    assert catalogue() == committed
    assert AlbumChange.objects.count() == 300
    assert SyncOperation.objects.latest("pk").status == "interrupted"  # it ran when the copy was made
    assert sync_tabs(path, {TAB: renamed}).updated == 300


def _back_up(copy: Path) -> None:
    try:
        call_command("backup", copy)
    finally:
        connection.close()


@pytest.mark.long
@pytest.mark.database
def test_a_backup_that_is_killed_leaves_no_file_under_the_name(copy: Path, tmp_path: Path) -> None:
    database = fresh_database(tmp_path)
    many = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 60000)"
    rows(database, "BEGIN", f"INSERT INTO catalog_artist (name) {many} SELECT 'Haken ' || i FROM n", "COMMIT")
    killed = command(database, {}, "backup", str(copy))
    partial = copy.with_name(f"{copy.name}.partial")
    until(lambda: partial.exists() and partial.stat().st_size, 30, pause=0.001)
    killed.send_signal(signal.SIGKILL)
    killed.wait()
    assert not copy.exists()
    assert partial.exists()
    second = command(database, {}, "backup", str(copy))
    assert second.wait(BUSY * 60) == 0, second.output
    assert not partial.exists()
    *_, last = gzip.decompress(copy.read_bytes()).splitlines()
    assert json.loads(last)["rows"] > 60_000


@pytest.mark.long
@pytest.mark.database
def test_an_empty_database_gets_its_tables(copy: Path, tmp_path: Path) -> None:
    SyncOperation.objects.create(status="completed", started_at=MOMENT, finished_at=MOMENT + timedelta(seconds=9))
    SyncFailure.objects.create(operation=SyncOperation.objects.get(), code="no_artist")
    call_command("backup", copy)
    # A copy of either database fits into either.
    new = f"sqlite:///{tmp_path / 'new.sqlite3'}"
    restored = command(new, {}, "restore", str(copy))
    assert restored.wait(BUSY * 60) == 0, restored.output
    listed = command(new, {}, "backup", str(tmp_path / "again.backup"))
    assert listed.wait(BUSY * 60) == 0, listed.output
    first, again = (gzip.decompress(path.read_bytes()).splitlines()[1:] for path in (copy, tmp_path / "again.backup"))
    assert [line for line in again if b"no_artist" in line] == [line for line in first if b"no_artist" in line]
