"""manage.py move_database: from SQLite to PostgreSQL and back, with every number, all or nothing."""

import gzip
import json
import os
import signal
import sqlite3
from collections.abc import Iterator
from contextlib import ExitStack, closing
from pathlib import Path

import pytest

from tests.live import IS_SQLITE, Warm, command, fresh_database, rows, until
from tests.sheets import album, sheet

pytestmark = pytest.mark.database
TAB = "2024 Prog-metal"


class Commands:
    """Commands on several databases, which all read one sheet; each database has one process that waits for them."""

    def __init__(self, sheet_at: Path, stack: ExitStack) -> None:
        self.sheet = sheet_at
        self._stack = stack
        self._warm: dict[str, Warm] = {}

    def run(self, database: str, *arguments: str, code: int = 0) -> str:
        """Return what a command writes on this database."""
        if database not in self._warm:
            upstreams = {"GOOGLE_SHEETS_XLSX_URL": self.sheet.as_uri()}
            self._warm[database] = self._stack.enter_context(Warm(database, upstreams))
        ended, output = self._warm[database].run(*arguments)
        assert ended == code, output
        return output


@pytest.fixture
def commands(tmp_path: Path) -> Iterator[Commands]:
    with ExitStack() as stack:
        yield Commands(tmp_path / "sheet.xlsx", stack)


def filled(database: str, commands: Commands) -> str:
    """Sync twice, and change what staff change."""
    for country in ("Norway", "Sweden"):
        rows_of_the_sheet = [album(country=country), album("Haken", "Virus", country=country), album("Meer", country)]
        sheet(commands.sheet, {TAB: rows_of_the_sheet})
        commands.run(database, "import_albums", "--skip-spotify", "--force")
    return database


def exported(database: str, commands: Commands) -> list[dict[str, object]]:
    return [json.loads(line) for line in commands.run(database, "export_albums").splitlines()]


def copied(database: str, commands: Commands) -> list[str]:
    """Return the lines of a backup after its header, sorted: databases sort texts differently."""
    path = commands.sheet.with_name(f"{os.urandom(4).hex()}.backup")
    commands.run(database, "backup", str(path))
    return sorted(
        json.dumps(json.loads(line), sort_keys=True) for line in gzip.decompress(path.read_bytes()).splitlines()[1:-1]
    )


@pytest.mark.postgresql(alone=True, long=True)
def test_a_database_moves_from_postgresql_to_sqlite_and_back_with_every_number(
    commands: Commands, tmp_path: Path
) -> None:
    if IS_SQLITE:
        pytest.skip("needs PostgreSQL")
    ours, file = filled(fresh_database(tmp_path), commands), f"sqlite:///{tmp_path / 'moved.sqlite3'}"
    assert "Now set DATABASE_URL" in commands.run(ours, "move_database", file)
    assert exported(file, commands) == exported(ours, commands)
    assert copied(file, commands) == copied(ours, commands)
    back = fresh_database(tmp_path)
    commands.run(file, "move_database", back)
    assert exported(back, commands) == exported(ours, commands)
    assert copied(back, commands) == copied(ours, commands)
    # New albums get new numbers, and the last sync can still be undone.
    highest = max(int(str(each["id"])) for each in exported(back, commands))
    sheet(commands.sheet, {TAB: [album(country="Sweden"), album("Soen", "Imperial")]})
    commands.run(back, "import_albums", "--skip-spotify", "--force")
    assert {each["id"] for each in exported(back, commands) if each["artist"] == "Soen"} == {highest + 1}


@pytest.mark.postgresql(alone=True)
def test_a_row_that_the_other_database_cannot_hold_is_named(commands: Commands, tmp_path: Path) -> None:
    if IS_SQLITE:
        pytest.skip("needs PostgreSQL")
    file, ours = tmp_path / "ours.sqlite3", fresh_database(tmp_path)
    commands.run(f"sqlite:///{file}", "migrate")
    with closing(sqlite3.connect(file)) as connection, connection:
        connection.execute("INSERT INTO catalog_artist (id, name) VALUES (7, 'Haken' || char(0))")
    told = commands.run(f"sqlite:///{file}", "move_database", ours, code=1)
    assert "A row of catalog_artist, number 7, doesn't fit into the database" in told
    assert rows(ours, "SELECT count(*) FROM catalog_artist") == [(0,)]


@pytest.mark.postgresql
def test_only_an_empty_database_that_is_not_ours_is_filled(commands: Commands, tmp_path: Path) -> None:
    ours, other = filled(fresh_database(tmp_path), commands), filled(fresh_database(tmp_path), commands)
    before = copied(other, commands)
    assert "has rows. Name an empty one. Nothing was changed." in commands.run(ours, "move_database", other, code=1)
    assert copied(other, commands) == before
    assert "the database that is in use already" in commands.run(ours, "move_database", ours, code=1)
    assert "It must be sqlite:///path or postgres://" in commands.run(ours, "move_database", "mysql://x/y", code=1)
    rows(ours, "BEGIN", "UPDATE catalog_syncoperation SET status = 'running' WHERE id = 1", "COMMIT")
    rows(
        ours,
        "BEGIN",
        "UPDATE catalog_syncoperation SET beat_at = '2999-01-01 00:00:00', owner = '' WHERE id = 1",
        "COMMIT",
    )
    assert "A sync is in progress" in commands.run(ours, "move_database", fresh_database(tmp_path), code=1)


@pytest.mark.postgresql
def test_a_move_that_is_killed_leaves_the_other_database_empty(commands: Commands, tmp_path: Path) -> None:
    ours, other = filled(fresh_database(tmp_path), commands), fresh_database(tmp_path)
    many = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 60000)"
    rows(ours, "BEGIN", f"INSERT INTO catalog_artist (name) {many} SELECT 'Haken ' || i FROM n", "COMMIT")
    killed = command(ours, {}, "move_database", other)
    # The one that is being filled can't be written by others: that is how long it takes.
    until(lambda: killed.poll() is not None or _is_locked(other), 60, pause=0.001)
    killed.send_signal(signal.SIGKILL)
    killed.wait()
    assert rows(other, "SELECT count(*) FROM catalog_artist") == [(0,)]
    commands.run(ours, "move_database", other)
    assert rows(other, "SELECT count(*) FROM catalog_artist") == rows(ours, "SELECT count(*) FROM catalog_artist")


def _is_locked(database: str) -> bool:
    if not IS_SQLITE:
        waiting = "SELECT 1 FROM pg_locks WHERE mode = 'ExclusiveLock' AND relation = 'catalog_artist'::regclass"
        return bool(rows(database, waiting))
    connection = sqlite3.connect(database.removeprefix("sqlite:///"), timeout=0, isolation_level=None)
    try:
        connection.execute("BEGIN IMMEDIATE")
    except sqlite3.OperationalError:
        return True
    finally:
        connection.close()
    return False
