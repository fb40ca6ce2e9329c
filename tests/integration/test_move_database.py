"""manage.py move_database: from SQLite to PostgreSQL and back, with every number, all or nothing."""

import gzip
import json
import os
import signal
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from tests.live import IS_SQLITE, command, fresh_database, rows, until
from tests.sheets import album, sheet

pytestmark = pytest.mark.database
TAB = "2024 Prog-metal"


def run(database: str, *arguments: str, sheet_at: Path | None = None, code: int = 0) -> str:
    """Return what a command writes on this database."""
    upstreams = {"GOOGLE_SHEETS_XLSX_URL": sheet_at.as_uri()} if sheet_at else {}
    ran = command(database, upstreams, *arguments)
    assert ran.wait(90) == code, ran.output
    return ran.output


def filled(database: str, folder: Path) -> str:
    """Sync twice, and change what staff change."""
    path = folder / "sheet.xlsx"
    for country in ("Norway", "Sweden"):
        sheet(path, {TAB: [album(country=country), album("Haken", "Virus", country=country), album("Meer", country)]})
        run(database, "import_albums", "--skip-spotify", "--force", sheet_at=path)
    return database


def exported(database: str) -> list[dict[str, object]]:
    return [json.loads(line) for line in run(database, "export_albums").splitlines()]


def copied(database: str, folder: Path) -> list[str]:
    """Return the lines of a backup after its header, sorted: databases sort texts differently."""
    path = folder / f"{os.urandom(4).hex()}.backup"
    run(database, "backup", str(path))
    return sorted(
        json.dumps(json.loads(line), sort_keys=True) for line in gzip.decompress(path.read_bytes()).splitlines()[1:-1]
    )


@pytest.mark.postgresql(alone=True, long=True)
def test_a_database_moves_from_postgresql_to_sqlite_and_back_with_every_number(tmp_path: Path) -> None:
    if IS_SQLITE:
        pytest.skip("needs PostgreSQL")
    ours, file = filled(fresh_database(tmp_path), tmp_path), f"sqlite:///{tmp_path / 'moved.sqlite3'}"
    assert "Now set DATABASE_URL" in run(ours, "move_database", file)
    assert exported(file) == exported(ours)
    assert copied(file, tmp_path) == copied(ours, tmp_path)
    back = fresh_database(tmp_path)
    run(file, "move_database", back)
    assert exported(back) == exported(ours)
    assert copied(back, tmp_path) == copied(ours, tmp_path)
    # New albums get new numbers, and the last sync can still be undone.
    highest = max(int(str(each["id"])) for each in exported(back))
    sheet(tmp_path / "more.xlsx", {TAB: [album(country="Sweden"), album("Soen", "Imperial")]})
    run(back, "import_albums", "--skip-spotify", "--force", sheet_at=tmp_path / "more.xlsx")
    assert {each["id"] for each in exported(back) if each["artist"] == "Soen"} == {highest + 1}


@pytest.mark.postgresql(alone=True)
def test_a_row_that_the_other_database_cannot_hold_is_named(tmp_path: Path) -> None:
    if IS_SQLITE:
        pytest.skip("needs PostgreSQL")
    file, ours = tmp_path / "ours.sqlite3", fresh_database(tmp_path)
    run(f"sqlite:///{file}", "migrate")
    with closing(sqlite3.connect(file)) as connection, connection:
        connection.execute("INSERT INTO catalog_artist (id, name) VALUES (7, 'Haken' || char(0))")
    told = run(f"sqlite:///{file}", "move_database", ours, code=1)
    assert "A row of catalog_artist, number 7, doesn't fit into the database" in told
    assert rows(ours, "SELECT count(*) FROM catalog_artist") == [(0,)]


@pytest.mark.postgresql
def test_only_an_empty_database_that_is_not_ours_is_filled(tmp_path: Path) -> None:
    ours, other = filled(fresh_database(tmp_path), tmp_path), filled(fresh_database(tmp_path), tmp_path)
    before = copied(other, tmp_path)
    assert "has rows. Name an empty one. Nothing was changed." in run(ours, "move_database", other, code=1)
    assert copied(other, tmp_path) == before
    assert "the database that is in use already" in run(ours, "move_database", ours, code=1)
    assert "It must be sqlite:///path or postgres://" in run(ours, "move_database", "mysql://x/y", code=1)
    rows(ours, "BEGIN", "UPDATE catalog_syncoperation SET status = 'running' WHERE id = 1", "COMMIT")
    rows(
        ours,
        "BEGIN",
        "UPDATE catalog_syncoperation SET beat_at = '2999-01-01 00:00:00', owner = '' WHERE id = 1",
        "COMMIT",
    )
    assert "A sync is in progress" in run(ours, "move_database", fresh_database(tmp_path), code=1)


@pytest.mark.postgresql
def test_a_move_that_is_killed_leaves_the_other_database_empty(tmp_path: Path) -> None:
    ours, other = filled(fresh_database(tmp_path), tmp_path), fresh_database(tmp_path)
    many = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 60000)"
    rows(ours, "BEGIN", f"INSERT INTO catalog_artist (name) {many} SELECT 'Haken ' || i FROM n", "COMMIT")
    killed = command(ours, {}, "move_database", other)
    # The one that is being filled can't be written by others: that is how long it takes.
    until(lambda: killed.process.poll() is not None or _is_locked(other), 60, pause=0.001)
    killed.process.send_signal(signal.SIGKILL)
    killed.wait()
    assert rows(other, "SELECT count(*) FROM catalog_artist") == [(0,)]
    run(ours, "move_database", other)
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
