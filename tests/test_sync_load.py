"""A large sync while many people browse, poll and press: all are answered, and nothing is wrong afterwards."""

import random
import time
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from pathlib import Path
from threading import Event
from typing import Any

import pytest

from demo.upstreams import Upstreams
from tests.live import JSON, App, Client, fresh_database, rows, running_app, until
from tests.sheets import Row, album, sheet, spotify_id
from tests.wholeness import check_all_is_whole

pytestmark = [pytest.mark.database, pytest.mark.long]

BROWSERS = POLLERS = 12
PRESSERS = 2
OLD, NEW, EDITED, GONE, LINKED = 1000, 2500, 200, 90, 300
GENRES = ("Prog-metal, Art-rock", "Djent", "Prog-metal, Jazz", "Avant-garde metal")
HTMX = {"HX-Request": "true"}
FINE = {200, 202, 204, 304, 409}
TROUBLE = ("database is locked", "Traceback", " ERROR ", " CRITICAL ", "WORKER TIMEOUT")
TAB = "2024 Prog-metal"

Look = Callable[[Client, random.Random], int]


def row(number: int, country: str = "London, UK") -> Row:
    return album(
        f"Haken {number % 300}",
        f"Record {number}",
        date(2024, 1, 1) + timedelta(days=number % 359),  # no two of an artist on one day
        genres=GENRES[number % 4],
        country=country,
        spotify=spotify_id(number) if OLD <= number < OLD + LINKED else "",
    )


@pytest.fixture(scope="module")
def workbook(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return sheet(tmp_path_factory.mktemp("first") / "sheet.xlsx", {TAB: [row(number) for number in range(OLD)]})


@pytest.fixture(scope="module")
def spotify_facts() -> dict[str, Any]:
    return {"unknown": "invent"}


@pytest.fixture(scope="module")
def large(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the sheet with some of its albums edited, some gone and many new ones."""
    old = [row(number, "Norway" if number < EDITED else "London, UK") for number in range(OLD - GONE)]
    new = [row(number) for number in range(OLD, OLD + NEW)]
    return sheet(tmp_path_factory.mktemp("large") / "sheet.xlsx", {TAB: [*old, *new]})


def browse(person: Client, chance: random.Random) -> int:
    """Look at one page, or at a part of one."""
    page, pk = chance.randint(1, 18), chance.randint(1, OLD)
    path, headers = chance.choice(
        [
            ("albums/", {}),
            (f"albums/?page={page}", HTMX),
            ("albums/?genre=djent&sort=oldest", HTMX),
            ("albums/?scene=metal&per_page=100", {}),
            (f"albums/?q=record+{pk}", HTMX),
            (f"albums/{pk}/", {}),
            (f"albums/{pk}/cover/", HTMX),
            ("sync/history/", {}),
        ]
    )
    return person.get(f"/catalog/{path}", headers=headers).status_code


def poll(person: Client, chance: random.Random) -> int:
    """Ask how the sync stands, as a page does or as a machine."""
    if chance.random() < 0.5:
        return person.get("/catalog/sync/status/?seen=1-completed-open", headers=HTMX).status_code
    tag = {"If-None-Match": person.headers.pop("X-Seen", "")}
    answer = person.get("/catalog/sync/status/", headers=JSON | tag)
    person.headers["X-Seen"] = answer.headers.get("ETag", "")
    return answer.status_code


def press(person: Client, chance: random.Random) -> int:
    """Press Sync Now."""
    time.sleep(chance.uniform(0.2, 0.4))
    return person.press("trigger").status_code


def keep_looking(app: App, look: Look, seed: int, is_over: Event) -> Counter[tuple[str, int]]:
    """Do one thing again and again, and return how often it was answered how."""
    chance = random.Random(seed)
    answers: Counter[tuple[str, int]] = Counter()
    with Client(app.url) as person:
        while not is_over.is_set():
            answers[look.__name__, look(person, chance)] += 1
            is_over.wait(chance.uniform(0.4, 0.8))
    return answers


def ended(database: str, sync: int) -> list[tuple[object, ...]]:
    """Return how a sync ended and what it counted, once it has ended."""
    counts = "status, created, updated, unchanged, removed, revived, skipped, failed, enriched"
    return rows(database, f"SELECT {counts} FROM catalog_syncoperation WHERE id = {sync} AND finished_at IS NOT NULL")


def test_all_are_answered_while_a_large_sync_runs_and_it_ends_well(upstreams: Upstreams, large: Path, tmp_path: Path):
    database, log, is_over = fresh_database(tmp_path), tmp_path / "server.log", Event()
    crowd: list[Look] = [browse] * BROWSERS + [poll] * POLLERS + [press] * PRESSERS
    with running_app(database, upstreams.environment(), log=log) as app, ThreadPoolExecutor(len(crowd)) as people:
        assert app.sync()["counts"]["created"] == OLD
        upstreams.google.workbook = large
        upstreams.spotify.latency = (0.2, 0.4)
        sync = app.start()
        looking = [people.submit(keep_looking, app, look, seed, is_over) for seed, look in enumerate(crowd)]
        try:  # by the database, for the status is that of the next sync once somebody has started it
            until(lambda: ended(database, sync), seconds=150, pause=0.2)
        finally:
            is_over.set()
        answers = sum((each.result() for each in looking), Counter())
        # A last press may have started another sync, which a status of half a second ago doesn't know.
        until(lambda: not rows(database, "SELECT 1 FROM catalog_syncoperation WHERE finished_at IS NULL"), 30)
        until(lambda: app.status()["total_in_catalog"] == OLD - GONE + NEW)
    assert {status for _, status in answers} <= FINE, answers
    assert answers["press", 409] > 2
    assert ended(database, sync) == [("completed", NEW, EDITED, OLD - EDITED - GONE, GONE, 0, 0, 0, LINKED)]
    said = log.read_text()
    assert not [line for line in said.splitlines() if any(word in line for word in TROUBLE)]
    check_all_is_whole(database)
