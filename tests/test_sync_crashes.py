"""Syncs that are killed, stopped or cut off at any moment: albums stay whole, and the next sync makes it good.

CRASHES sets how often a sync is killed, CRASH_SEED chooses the moments. Of what ends a process, PostgreSQL meets what
can leave a lock, a transaction or a connection behind.
"""

import os
import random
import signal
import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import psutil
import psycopg
import pytest

from catalog.services.sync.snapshot import SNAPSHOT_SECONDS
from demo.upstreams import Upstreams
from tests.live import (
    BUSY,
    ENDED,
    IS_SQLITE,
    OTHER_SESSIONS,
    SECONDS_TO_END,
    App,
    Fork,
    Warm,
    asking,
    command,
    fresh_database,
    rows,
    running_app,
    until,
)
from tests.long import amount, postgresql, short
from tests.sheets import Row, album, sheet, spotify_id
from tests.wholeness import check_all_is_whole

pytestmark = pytest.mark.database

CRASHES = amount("CRASHES", 1, 4)
FIRST_CRASHES = amount("FIRST_CRASHES", 1, 2)
ALBUMS, HALF = 1500, 750
LINKED = 100
"""Albums with a link to Spotify."""

SEED = os.environ.get("CRASH_SEED", "1")
STALE_SECONDS = 2
OLD, NEW = "2023 Prog-metal", "2024 Prog-metal"
BANDS = ("Leprous", "Haken", "Caligula's Horse", "Soen", "Vola", "Wheel", "Ihlo", "Maraton")
GENRES = ("Prog-metal, Art-rock", "Djent", "Prog-metal, Jazz, Fusion", "Avant-garde metal")
TABLES = ("album", "albumgenre", "albumchange", "artist", "genre", "syncfailure", "syncoperation", "syncrecord")


def row(number: int, **changed: Any) -> Row:
    told: dict[str, Any] = {
        "artist": f"{BANDS[number % 8]} {number % 331}",
        "title": f"Record {number}",
        "released": date(2023 if number < HALF else 2024, 1, 1) + timedelta(days=number % 360),
        "genres": GENRES[number % 4],
        "bandcamp": f"https://band.bandcamp.com/album/{number}",
        "spotify": spotify_id(number) if number < LINKED else "",
    }
    return album(**(told | changed))


def edited(number: int) -> Row | None:
    """Return a row as it is in the second sheet, which somebody has worked on."""
    match number % 12:
        case 0:
            return row(number, title=f"Record {number}, remastered")
        case 1:
            return row(number, released=date(2023 if number < HALF else 2024, 12, 30))
        case 2:
            return row(number, genres=GENRES[(number + 1) % 4], vocals="Harsh")
        case 3:
            return None
        case 4 | 5 if number < LINKED:
            return row(number, spotify=spotify_id(number + (1 if number % 12 == 4 else -1)))
        case _:
            return row(number)


@pytest.fixture(scope="module")
def before(tmp_path_factory: pytest.TempPathFactory) -> Path:
    tabs = {OLD: [row(number) for number in range(HALF)], NEW: [row(number) for number in range(HALF, ALBUMS)]}
    return sheet(tmp_path_factory.mktemp("sheets") / "before.xlsx", tabs)


@pytest.fixture(scope="module")
def after(tmp_path_factory: pytest.TempPathFactory) -> Path:
    old = [found for number in range(HALF) if number % 12 != 6 and (found := edited(number))]
    new = [found for number in range(HALF, ALBUMS) if (found := edited(number))]
    moved = [row(number, released=date(2024, 1, 5)) for number in range(6, HALF, 12)]
    added = [row(number) for number in range(ALBUMS, ALBUMS + 50)]
    return sheet(tmp_path_factory.mktemp("sheets") / "after.xlsx", {OLD: old, NEW: [*moved, *new, *added]})


@pytest.fixture(scope="module")
def workbook(before: Path) -> Path:
    return before


@pytest.fixture(scope="module")
def spotify_facts() -> dict[str, Any]:
    return {"unknown": "invent"}


def without_ids(exported: list[dict[str, Any]]) -> list[list[tuple[str, Any]]]:
    return sorted((sorted((name, value) for name, value in each.items() if name != "id") for each in exported), key=str)


def latest(database: str) -> tuple[Any, ...]:
    """Return id, status, error code, and whether the sheet's part was committed, of the latest sync."""
    query = "SELECT id, status, error_code, sheet_committed_at IS NOT NULL FROM catalog_syncoperation ORDER BY id DESC"
    return (rows(database, f"{query} LIMIT 1") or [(0, "never", "", False)])[0]


def wait_for_stage(database: str, stage: str) -> None:
    wait_until(database, f"stage = '{stage}'" + " AND albums_processed > 0" * (stage == "processing"))


def wait_until(database: str, condition: str) -> None:
    query = f"SELECT 1 FROM catalog_syncoperation WHERE status = 'running' AND {condition}"
    with asking(database) as ask:
        until(lambda: ask(query), 20, pause=0.005)


# kill -9


class World:
    """A catalogue that goes back and forth between two sheets, and how it looks after each, ids included."""

    def __init__(self, database: str, app: App, warm: Warm, upstreams: Upstreams, before: Path, after: Path) -> None:
        self.database, self.app, self.warm, self._google = database, app, warm, upstreams.google
        self._sheets = {"before": before, "after": after}
        self._exports: dict[str, list[dict[str, Any]]] = {}
        self.target = "after"
        for name in ("before", "after", "before", "after"):
            self._google.workbook = self._sheets[name]
            began = time.monotonic()
            code, said = warm.run("import_albums")
            assert code == 0, said
            self.seconds = time.monotonic() - began
            self._exports[name] = warm.export()
        self.turn()

    def turn(self) -> None:
        """Aim at the other sheet."""
        self.target = "before" if self.target == "after" else "after"
        self._google.workbook = self._sheets[self.target]

    def check_target(self) -> None:
        assert self.warm.export() == self._exports[self.target]


@pytest.fixture(scope="module")
def world(upstreams: Upstreams, before: Path, after: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    database = fresh_database(tmp_path_factory.mktemp("database"))
    settings: dict[str, Any] = {"SYNC_STALE_AFTER_SECONDS": STALE_SECONDS}
    with (
        running_app(database, upstreams.environment(), workers=1, **settings) as app,
        Warm(database, upstreams.environment(), **settings) as warm,
    ):
        yield World(database, app, warm, upstreams, before, after)


def check_status_of_the_killed(app: App, database: str) -> None:
    """The first look tells that the process is gone, if it isn't the one that was just taken."""
    sync, status, _, was_committed = latest(database)
    time.sleep(SNAPSHOT_SECONDS)
    told = app.status()
    assert told["id"] == sync
    if status in {"pending", "running"}:  # pending: killed before it took what it had asked for
        assert told["status"] == ("completed" if was_committed else "interrupted")
    assert told["status"] in ENDED


@pytest.mark.journey
@pytest.mark.postgresql(long=True)
@pytest.mark.parametrize("crash", range(CRASHES))
def test_a_sync_killed_at_any_moment_is_made_good_by_the_next(crash: int, world: World, upstreams: Upstreams):
    world.turn()
    importing = world.warm.start("import_albums")
    if crash % 2:  # half of them while albums are written
        wait_for_stage(world.database, "processing")
    time.sleep(random.Random(f"{SEED}-{crash}").uniform(0, world.seconds / (1 + 2 * (crash % 2))))
    importing.kill()
    check_status_of_the_killed(world.app, world.database)
    check_all_is_whole(world.database)
    code, output = world.warm.run("import_albums")
    assert code == 0, output
    world.check_target()
    check_all_is_whole(world.database)


@pytest.mark.long
def test_a_first_sync_killed_again_and_again_ends_as_if_it_had_not_been(upstreams: Upstreams, tmp_path: Path):
    with Warm(fresh_database(tmp_path), upstreams.environment()) as warm:
        warm.run("check")
        began = time.monotonic()
        assert warm.run("import_albums")[0] == 0
        seconds = time.monotonic() - began
        undisturbed = without_ids(warm.export())
    database = fresh_database(tmp_path)
    moments = random.Random(SEED)
    survivors: dict[int, Any] = {}
    with Warm(database, upstreams.environment(), SYNC_STALE_AFTER_SECONDS=1) as warm:
        for _ in range(FIRST_CRASHES):
            importing = warm.start("import_albums")
            time.sleep(moments.uniform(0.2, 1) * seconds)
            importing.kill()
            check_all_is_whole(database)
            survivors |= dict(rows(database, "SELECT id, title FROM catalog_album"))
        if latest(database)[1] == "pending":
            time.sleep(1)
        code, output = warm.run("import_albums")
        assert code == 0, output
        assert without_ids(warm.export()) == undisturbed
    assert survivors.items() <= dict(rows(database, "SELECT id, title FROM catalog_album")).items()
    check_all_is_whole(database)


@pytest.fixture(scope="module")
def undisturbed(upstreams: Upstreams, tmp_path_factory: pytest.TempPathFactory) -> list[list[tuple[str, Any]]]:
    """Return the export of a sync that nothing happened to."""
    with Warm(fresh_database(tmp_path_factory.mktemp("undisturbed")), upstreams.environment()) as warm:
        assert warm.run("import_albums")[0] == 0
        return without_ids(warm.export())


def linger(stage: str, database: str, upstreams: Upstreams) -> None:
    """Make a sync stay in a stage."""
    upstreams.spotify.latency = (0.4, 0.4) if stage == "enriching" else (0.0, 0.0)
    if stage == "fetching":
        upstreams.google.fail("slow_start", seconds=30)
    if stage == "finalizing":
        rows(database, *SLOW_END["sqlite" if IS_SQLITE else "postgresql"])


def hurry(stage: str, database: str, upstreams: Upstreams) -> None:
    """Let syncs go on as usual."""
    upstreams.spotify.latency = (0.0, 0.0)
    upstreams.google.heal()
    if stage == "finalizing":
        rows(database, *USUAL_END["sqlite" if IS_SQLITE else "postgresql"])


SLOW_END = {
    "sqlite": (
        "CREATE VIEW long_count AS WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 1e10)"
        " SELECT count(*) FROM n",
        "CREATE TRIGGER slow_end BEFORE INSERT ON catalog_syncrecord BEGIN SELECT * FROM long_count; END",
    ),
    "postgresql": (
        "CREATE FUNCTION sleep_long() RETURNS trigger LANGUAGE plpgsql"
        " AS $$ BEGIN PERFORM pg_sleep(60); RETURN NEW; END $$",
        "CREATE TRIGGER slow_end BEFORE INSERT ON catalog_syncrecord FOR EACH ROW EXECUTE FUNCTION sleep_long()",
    ),
}
"""The record of a sync takes a minute to write."""

USUAL_END = {
    "sqlite": ("DROP TRIGGER slow_end", "DROP VIEW long_count"),
    "postgresql": (
        f"SELECT pg_terminate_backend(pid) {OTHER_SESSIONS}",
        "DROP TRIGGER slow_end ON catalog_syncrecord",
        "DROP FUNCTION sleep_long",
    ),
}

SLOW_ALBUMS = {
    "sqlite": (
        "CREATE VIEW short_count AS WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 10000)"
        " SELECT count(*) FROM n",
        "CREATE TRIGGER slow_album BEFORE INSERT ON catalog_album BEGIN SELECT * FROM short_count; END",
    ),
    "postgresql": (
        "CREATE FUNCTION sleep_briefly() RETURNS trigger LANGUAGE plpgsql"
        " AS $$ BEGIN PERFORM pg_sleep(0.001); RETURN NEW; END $$",
        "CREATE TRIGGER slow_album BEFORE INSERT ON catalog_album FOR EACH ROW EXECUTE FUNCTION sleep_briefly()",
    ),
}
"""A new album takes at least a millisecond to write."""

STAGES = {"fetching": "interrupted", "processing": "interrupted", "enriching": "completed", "finalizing": "completed"}
"""How a sync ends whose process is killed in a stage: from enriching on the sheet's part is committed."""


@pytest.mark.parametrize(("stage", "end"), short(["processing"], postgresql(["finalizing"], STAGES.items())))
def test_a_server_killed_with_all_its_processes_knows_it_after_its_restart(
    stage: str, end: str, upstreams: Upstreams, undisturbed: list[list[tuple[str, Any]]], tmp_path: Path
):
    database = fresh_database(tmp_path)
    linger(stage, database, upstreams)
    with running_app(database, upstreams.environment()) as app:
        sync = app.start()
        wait_for_stage(database, stage)
        if stage == "enriching":
            wait_until(database, "spotify_processed > 0")
        app.process.send_signal(signal.SIGSTOP)  # lest it start others in place of the killed
        pids = app.pids()
        for pid in reversed(pids):
            os.kill(pid, signal.SIGKILL)
        app.process.kill()
        app.process.wait(BUSY * SECONDS_TO_END)
    check_nothing_is_left(pids)
    hurry(stage, database, upstreams)
    check_all_is_whole(database)
    survivors = dict(rows(database, "SELECT id, title FROM catalog_album"))
    completed = rows(database, "SELECT count(*) FROM catalog_spotifyalbum WHERE total_tracks IS NOT NULL")[0][0]
    with running_app(database, upstreams.environment()) as app:
        told = app.status()
        assert (told["id"], told["status"], told["total_in_catalog"]) == (sync, end, len(survivors))
        assert [warning.partition(":")[0] for warning in told["warnings"]] == ["spotify_blocked"] * (end == "completed")
        told = app.sync()
        assert (told["status"], told["total_in_catalog"], told["warnings"]) == ("completed", ALBUMS, [])
        assert told["counts"]["unchanged"] == len(survivors)
        assert told["counts"]["enriched"] == LINKED - completed
    with Warm(database, upstreams.environment()) as warm:
        assert without_ids(warm.export()) == undisturbed
    assert survivors.items() <= dict(rows(database, "SELECT id, title FROM catalog_album")).items()
    check_all_is_whole(database)


# SIGTERM


def lives(pid: int) -> bool:
    try:
        return psutil.Process(pid).status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def check_nothing_is_left(pids: list[int]) -> None:
    until(lambda: not any(map(lives, pids)), 5)


@pytest.mark.parametrize(
    ("stage", "end"),
    short(
        ["enriching"],
        postgresql(
            ["processing"], [("fetching", "interrupted"), ("processing", "interrupted"), ("enriching", "completed")]
        ),
    ),
)
def test_a_server_that_is_told_to_end_says_what_became_of_its_sync(
    stage: str, end: str, upstreams: Upstreams, tmp_path: Path
):
    database = fresh_database(tmp_path)
    upstreams.spotify.latency = (20.0, 20.0)
    if stage == "fetching":
        upstreams.google.fail("slow_start", seconds=30)
    if stage == "processing":  # which would be over before the server is told
        rows(database, *SLOW_ALBUMS["sqlite" if IS_SQLITE else "postgresql"])
    with running_app(database, upstreams.environment(), workers=1) as app:
        app.start()
        wait_for_stage(database, stage)
        pids = app.pids()
        app.process.terminate()
        until(lambda: latest(database)[1] == end, 5)
        app.process.wait(BUSY * SECONDS_TO_END)
    check_nothing_is_left(pids)
    check_all_is_whole(database)


@pytest.mark.long
def test_a_scheduler_ends_with_its_server_and_its_sync_with_it(upstreams: Upstreams, tmp_path: Path):
    database = fresh_database(tmp_path)
    upstreams.google.fail("slow_start", seconds=30)
    with running_app(database, upstreams.environment(), workers=1, SYNC_INTERVAL="1h") as app:
        wait_for_stage(database, "fetching")
        pids = app.pids()
        assert len(pids) == 2
        app.process.terminate()
        until(lambda: latest(database)[1] == "interrupted", 5)
        app.process.wait(BUSY * SECONDS_TO_END)
    check_nothing_is_left(pids)


@pytest.mark.journey
def test_a_command_that_is_told_to_end_says_so(upstreams: Upstreams, tmp_path: Path):
    database = fresh_database(tmp_path)
    upstreams.google.fail("slow_start", seconds=30)
    importing = command(database, upstreams.environment(), "import_albums")
    wait_for_stage(database, "fetching")
    importing.terminate()
    assert importing.wait(BUSY * 5) == 1
    assert latest(database)[1] == "interrupted"


# SIGSTOP and SIGCONT


def holds_locks(database: str) -> bool:
    """Whether a sync is in the middle of a transaction."""
    with psycopg.connect(database) as connection:
        try:
            connection.execute("SELECT 1 FROM catalog_syncoperation WHERE status = 'running' FOR UPDATE NOWAIT")
        except psycopg.errors.LockNotAvailable:
            return True
    return False


def takes_turn(connection: sqlite3.Connection) -> bool:
    """Whether a transaction could begin, for no sync is in one."""
    try:
        connection.execute("BEGIN IMMEDIATE")
    except sqlite3.OperationalError:
        return False
    return True


def stop_in_transaction(importing: Fork, database: str) -> None:
    """Stop a sync that is writing albums."""
    wait_for_stage(database, "processing")
    for _ in range(200):
        importing.send_signal(signal.SIGSTOP)
        until(
            lambda: not rows(database, f"SELECT 1 {OTHER_SESSIONS} AND state = 'active'"), pause=0.002
        )  # it may have been told to commit
        if holds_locks(database):
            return
        importing.send_signal(signal.SIGCONT)
        time.sleep(0.002)
    pytest.fail("the sync wrote nothing")


def stop_amid_writing(importing: Fork, database: str) -> None:
    """Stop a sync that is writing albums, and let others write meanwhile."""
    if IS_SQLITE:
        wait_for_stage(database, "processing")
        with closing(sqlite3.connect(database.removeprefix("sqlite:///"), timeout=0)) as connection:
            until(lambda: takes_turn(connection), pause=0)
            importing.send_signal(signal.SIGSTOP)  # while it waits for its turn
    else:
        stop_in_transaction(importing, database)
        cut_connections(database, "state <> 'idle'")  # as PostgreSQL does when it hears nothing of a client


def cut_connections(database: str, which: str = "true") -> None:
    rows(database, f"SELECT pg_terminate_backend(pid) {OTHER_SESSIONS} AND {which}")


def everything(database: str) -> list[list[tuple[Any, ...]]]:
    return [rows(database, f"SELECT * FROM catalog_{table} ORDER BY id") for table in TABLES]


@pytest.fixture
def sleepy(upstreams: Upstreams, tmp_path: Path) -> Iterator[tuple[str, App, Warm]]:
    database = fresh_database(tmp_path)
    settings: dict[str, Any] = {"SYNC_STALE_AFTER_SECONDS": 2, "SYNC_ENRICH_SECONDS": 0}
    with (
        running_app(database, upstreams.environment(), workers=1, **settings) as app,
        Warm(database, upstreams.environment(), **settings) as warm,
    ):
        yield database, app, warm


@pytest.mark.postgresql
@pytest.mark.parametrize("stage", short(["processing"], ["fetching", "processing"]))
def test_a_process_that_slept_changes_nothing_when_it_wakes(
    stage: str, sleepy: tuple[str, App, Warm], upstreams: Upstreams
):
    database, app, warm = sleepy
    if stage == "fetching":
        upstreams.google.fail("slow_start", seconds=3, times=1)
    late = warm.start("import_albums")
    if stage == "fetching":
        wait_for_stage(database, stage)
        late.send_signal(signal.SIGSTOP)
    else:
        stop_amid_writing(late, database)
    app.end_of(latest(database)[0])
    assert app.status()["status"] == "interrupted"
    told = app.sync()
    assert (told["status"], told["total_in_catalog"]) == ("completed", ALBUMS)
    before = everything(database)
    late.send_signal(signal.SIGCONT)
    assert late.wait(BUSY * 60) == 1
    assert everything(database) == before
    check_all_is_whole(database)


@pytest.mark.postgresql
@pytest.mark.skipif(IS_SQLITE, reason="SQLite has one lock for all writers, so nobody could write")
def test_a_process_that_sleeps_in_a_transaction_makes_nobody_wait(sleepy: tuple[str, App, Warm]):
    database, app, warm = sleepy
    late = warm.start("import_albums")
    stop_in_transaction(late, database)
    time.sleep(2.5)
    assert app.status()["status"] == "running"
    assert app.trigger().status_code == 409
    assert holds_locks(database)
    late.send_signal(signal.SIGCONT)
    assert late.wait(BUSY * 60) == 0


# The disk and the database


@pytest.mark.skipif(not IS_SQLITE, reason="the disk of PostgreSQL is its server's")
@pytest.mark.parametrize("limit", short(["most_pages"], ["most_bytes", "most_pages"]))
def test_a_full_disk_costs_no_album_and_is_told(limit: str, upstreams: Upstreams, tmp_path: Path):
    database = fresh_database(tmp_path)
    size = Path(database.removeprefix("sqlite:///")).stat().st_size
    room = {"most_bytes": size + 350_000} if limit == "most_bytes" else {"most_pages": size // 4096 + 120}
    with Warm(database, upstreams.environment()) as warm:
        code, output = warm.run("import_albums", **room)
        assert code == 1, output
        code, output = warm.run("import_albums")
        assert code == 0, output
        assert len(warm.export()) == ALBUMS
    ends = rows(database, "SELECT status, error_code FROM catalog_syncoperation ORDER BY id")
    assert ends in ([("failed", "database"), ("completed", "")], [("interrupted", ""), ("completed", "")])
    check_all_is_whole(database)


@pytest.mark.postgresql
@pytest.mark.skipif(IS_SQLITE, reason="SQLite has no connections")
@pytest.mark.parametrize("stage", short(["processing"], ["fetching", "processing", "enriching"]))
def test_a_lost_connection_costs_no_album_and_is_told(stage: str, upstreams: Upstreams, tmp_path: Path):
    database = fresh_database(tmp_path)
    upstreams.spotify.latency = (1.0, 1.0)
    if stage == "fetching":
        upstreams.google.fail("slow_start", seconds=5, times=1)
    with Warm(database, upstreams.environment()) as warm:
        importing = warm.start("import_albums")
        wait_for_stage(database, stage)
        cut_connections(database)
        assert importing.wait(BUSY * 60) == 1, importing.output
        assert latest(database)[1:3] == ("failed", "database")
        assert "Exception in thread" not in importing.log.read_text()
        check_all_is_whole(database)
        upstreams.spotify.latency = (0.0, 0.0)
        code, output = warm.run("import_albums")
        assert code == 0, output
        assert len(warm.export()) == ALBUMS
    check_all_is_whole(database)
