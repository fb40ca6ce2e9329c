"""What the status tells, in every state of a sync: to machines, to pages, and once to each panel that it has ended."""

import json
import re
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from threading import Event
from typing import Any

import pytest
import time_machine
from django.db.models.functions import Now
from django.http import HttpResponse
from django.test import Client
from lxml import html

from catalog.models import SpotifyQuota, SyncOperation
from catalog.services.clock import Clock
from catalog.services.facts import Fact
from catalog.services.sync import owner
from catalog.services.sync.snapshot import Snapshot, current_snapshot
from catalog.services.sync.status import SyncStatus
from catalog.wording import warning_line
from demo.upstreams import Upstreams
from tests.live import BUSY, ENDED, App, running_app, until

pytestmark = [pytest.mark.database, pytest.mark.journey]

STATUS = "/catalog/sync/status/"
JSON = {"accept": "application/json"}
STATES = ("never", "pending", "running", "completed", "failed", "cancelled", "interrupted")
KEYS = {
    "id", "status", "stage", "message", "albums_processed", "total_albums", "spotify_processed", "spotify_total",
    "percent", "cancel_requested", "started_at", "updated_at", "finished_at", "elapsed_seconds", "eta_seconds",
    "counts", "warnings", "notes", "rows_to_review", "next_sync_at", "error", "last_synced_at", "total_in_catalog",
}  # fmt: skip
COUNTS = {
    "created", "updated", "unchanged", "removed", "revived", "skipped", "failed", "enriched", "awaiting_enrichment",
}  # fmt: skip
GONE = f"{owner.this_process()}0"
"""A process whose pid belongs to another one now."""


def make(status: str, **fields: object) -> Any:
    """Make an operation in a state, as it is in the life of a sync."""
    if status == "never":
        return None
    facts: dict[str, object] = {}
    if status != "pending":
        facts = {"owner": owner.this_process(), "started_at": Now()}
    if status == "failed":
        facts |= {"error_code": "sheet_not_found", "error_parameters": {"status": 404}}
    if status in ENDED:
        facts["finished_at"] = Now()
    return SyncOperation.objects.create(status=status, **(facts | fields))


def look(client: Client, seen: str = "", **headers: str) -> HttpResponse:
    """Ask for the status as it is now, not as it was half a second ago."""
    current_snapshot().reset()
    return client.get(STATUS, {"seen": seen} if seen else None, headers=headers)


def ended(client: Client) -> SyncOperation:
    """Look at the status, and return the latest operation after that."""
    look(client)
    return SyncOperation.objects.select_related("record").get()


# The status object


@pytest.mark.parametrize("status", STATES)
def test_the_status_object_has_all_keys_in_every_state(status: str, db: None, client: Client):
    operation = make(status)
    told: dict[str, Any] = look(client, **JSON).json()
    assert set(told) == KEYS
    assert set(told["counts"]) == COUNTS
    assert (told["id"], told["status"]) == (operation and operation.pk, status)
    assert (told["stage"], told["albums_processed"], told["total_albums"]) == ("", 0, None)
    assert told["message"]
    assert (told["finished_at"] is not None) == (status in ENDED)
    assert (told["error"] is not None) == (status == "failed")


def test_an_error_is_told_with_code_message_and_hint(db: None, client: Client):
    make("failed")
    told = look(client, **JSON).json()
    message = "There is no sheet at this address (404)."
    hint = (
        "It may have been moved or deleted. Set GOOGLE_SHEETS_XLSX_URL to an address of the form "
        "https://docs.google.com/spreadsheets/d/…/export?format=xlsx."
    )
    assert told["error"] == {"code": "sheet_not_found", "message": message, "hint": hint}
    assert told["message"] == f"{message} {hint}"


@pytest.mark.postgresql
def test_a_preview_is_told_while_it_runs_and_not_afterwards(db: None, client: Client):
    completed, preview = make("completed"), make("running", kind="preview")
    assert completed is not None
    assert preview is not None
    assert look(client, **JSON).json()["id"] == preview.pk
    SyncOperation.objects.filter(pk=preview.pk).update(status="completed")
    assert look(client, **JSON).json()["id"] == completed.pk


@pytest.mark.parametrize("accept", ["application/json", "text/html", "*/*"])
def test_the_faces_are_kept_apart_by_caches(accept: str, db: None, client: Client):
    answer = look(client, accept=accept)
    assert {"HX-Request", "Accept", "Cookie"} <= set(answer["Vary"].split(", "))
    is_json = accept == "application/json"
    assert answer["Cache-Control"] == ("no-cache" if is_json else "no-store")
    assert answer["Content-Type"].startswith("application/json" if is_json else "text/html")
    assert answer.has_header("ETag") == is_json


def test_a_machine_that_knows_the_status_gets_304(db: None, client: Client):
    operation = make("completed")
    etag = look(client, **JSON)["ETag"]
    assert look(client, **JSON, if_none_match=etag).status_code == 304
    assert look(client, **JSON, if_none_match=etag)["ETag"] == etag
    assert look(client, **JSON, if_none_match='"other"').status_code == 200
    make("running")
    assert look(client, **JSON, if_none_match=etag).json()["id"] > operation.pk


# The panel


def test_a_panel_that_shows_the_end_is_left_alone(db: None, client: Client):
    operation = make("completed")
    answer = look(client, f"{operation.pk}-completed-open")
    assert (answer.status_code, answer.content) == (204, b"")
    assert answer["Cache-Control"] == "no-store"
    assert look(client, "0-never-open").status_code == 200


def test_a_panel_of_a_running_sync_is_renewed(db: None, client: Client):
    operation = make("running")
    assert look(client, f"{operation.pk}-running-open").status_code == 200


@pytest.mark.parametrize(
    ("seen", "now", "is_told"),
    [
        ("0-never-open", "running-open", False),
        ("1-running-open", "running-open", False),
        ("1-running-open", "running-applied", True),
        ("1-running-applied", "running-applied", False),
        ("1-running-applied", "completed-applied", True),
        ("1-running-open", "completed-applied", True),
        ("1-pending-open", "failed-open", True),
        ("0-never-open", "completed-applied", True),
        ("0-completed-applied", "running-open", False),
        ("0-completed-applied", "running-applied", True),
        ("0-completed-applied", "completed-applied", True),
        ("1-completed-applied", "completed-applied", False),
        ("", "completed-applied", False),
    ],
)
def test_the_page_is_told_once_of_each_change_of_the_catalogue(
    seen: str, now: str, is_told: bool, db: None, client: Client
):
    status, applied = now.split("-")
    operation = make(status, sheet_committed_at=Now() if applied == "applied" else None)
    answer = look(client, seen.replace("1-", f"{operation.pk}-"))
    assert ("sync:finished" in answer.headers.get("HX-Trigger", "")) == is_told
    assert not answer.has_header("ETag")


# A sync that is active only by name


@pytest.mark.postgresql
def test_a_sync_that_nobody_takes_fails(db: None, client: Client):
    make("pending", beat_at=Now() - timedelta(seconds=61))
    told = look(client, **JSON).json()
    assert (told["status"], told["error"]["code"]) == ("failed", "no_worker")
    assert "TASKS_BACKEND" in told["error"]["hint"]
    assert ended(client).record.outcome == "failed"


def test_a_sync_waits_for_its_worker(db: None, client: Client):
    make("pending", beat_at=Now() - timedelta(seconds=59))
    assert ended(client).status == "pending"


@pytest.mark.postgresql
def test_a_silent_sync_was_interrupted(db: None, client: Client):
    make("running", beat_at=Now() - timedelta(seconds=61), albums_processed=250, total_albums=597, created=250)
    told = look(client, **JSON).json()
    assert (told["status"], told["albums_processed"], told["counts"]["created"]) == ("interrupted", 250, 250)
    assert told["message"] == "The sync was interrupted at album 250 of 597. The next sync will pick up from here."
    assert ended(client).record.created == 250


def test_a_quiet_sync_is_not_disturbed(db: None, client: Client):
    make("running", beat_at=Now() - timedelta(seconds=59))
    assert ended(client).status == "running"


@pytest.mark.parametrize("status", ["pending", "running"])
def test_a_sync_whose_process_is_gone_was_interrupted_whatever_its_last_beat(status: str, db: None, client: Client):
    make(status, owner=GONE)
    assert ended(client).status == "interrupted"


@pytest.mark.postgresql
def test_the_panel_knows_until_when_spotify_may_not_be_asked(db: None, client: Client, anyone: None):
    make("completed")
    tomorrow = datetime.now(UTC) + timedelta(days=1)
    SpotifyQuota.objects.create(pk=3, blocked_until=tomorrow + timedelta(days=1))  # only calls for twenty albums
    SpotifyQuota.objects.create(pk=1, blocked_until=tomorrow - timedelta(days=2))
    assert not current_snapshot().get(fresh=True).is_spotify_blocked
    SpotifyQuota.objects.filter(pk=1).update(blocked_until=tomorrow, blocked_reason="rate_limited")
    status = current_snapshot().get(fresh=True)
    assert (status.spotify_blocked_until, status.spotify_blocked_reason) == (tomorrow, "rate_limited")
    assert "Spotify again" in look(client).content.decode()


@pytest.mark.postgresql
def test_a_sheet_without_news_is_told_with_the_time_of_the_last_news(db: None, client: Client):
    news = datetime.now(UTC) - timedelta(hours=3)
    make("completed", created=5, sheet_committed_at=news)
    make("completed", unchanged=5, sheet_committed_at=news + timedelta(hours=1))
    assert current_snapshot().get(fresh=True).unchanged_since == news
    assert "The sheet hasn't changed since" in look(client, **JSON).json()["message"]


def test_the_words_of_a_status_that_stays_the_same_keep_up_with_the_time(db: None, client: Client):
    operation = make("completed", kind="undo")
    assert look(client, **JSON).json()["message"].startswith("Last sync undone just now.")
    SyncOperation.objects.filter(pk=operation.pk).update(finished_at=Now() - timedelta(minutes=10))
    assert look(client, **JSON).json()["message"].startswith("Last sync undone 10 minutes ago.")


@pytest.mark.postgresql
@pytest.mark.parametrize("ahead", [-3600, -20, 20, 3600])
def test_whatever_the_clock_of_the_app_the_times_that_people_read_are_right(
    ahead: int, db: None, client: Client, anyone: None
):
    block = {"blocked_until": Now() + timedelta(minutes=5), "blocked_reason": "rate_limited"}
    SpotifyQuota.objects.create(pk=1, **block)
    operation = make("running", owner="another-boot/pid:[4026531836]/1/1", stage="enriching", total_albums=10)
    until_then = Now() + timedelta(seconds=90, milliseconds=400)
    SyncOperation.objects.update(beat_at=Now(), sheet_committed_at=Now(), waiting_until=until_then)
    with time_machine.travel(datetime.now(UTC) + timedelta(seconds=ahead), tick=True):
        early = Clock().now() - timedelta(seconds=ahead)
        assert "no update" not in (message := look(client, **JSON).json()["message"])
        assert re.search(r"resumes in 1 min (30|2\d) s", message)
        assert "Last synced just now" in " ".join(html.fromstring(look(client).content).text_content().split())
        SyncOperation.objects.update(beat_at=Now() - timedelta(seconds=12, milliseconds=200))
        assert re.search(r"no update for 1\d s", look(client, **JSON).json()["message"])
        status = current_snapshot().get()
        assert status.is_spotify_blocked
        SyncOperation.objects.filter(pk=operation.pk).update(beat_at=Now() - timedelta(seconds=61), waiting_until=None)
        assert look(client, **JSON).json()["status"] == "completed"
        assert abs(Clock().now() - early) < timedelta(minutes=5)  # what waits for Spotify is stored by the same clock
    look(client)


def test_a_page_is_told_that_a_preview_has_ended_but_not_that_the_catalogue_changed(db: None, client: Client):
    completed, preview = make("completed"), make("completed", kind="preview")
    assert completed is not None
    assert preview is not None
    answer = look(client, seen=f"{preview.pk}-running-open")
    assert json.loads(answer["HX-Trigger"]) == {"sync:compared": {}}
    assert not look(client, seen=f"{completed.pk}-completed-open").has_header("HX-Trigger")


def test_a_process_of_another_machine_is_not_judged_by_its_pid(db: None, client: Client):
    make("running", owner="another-boot/pid:[4026531836]/1/1")
    assert ended(client).status == "running"


@pytest.mark.postgresql
def test_a_sync_whose_sheet_was_applied_is_completed_with_a_warning(db: None, client: Client):
    skipped = Fact("failed_rows", {"rows": 1}).as_json()
    make("running", owner=GONE, stage="enriching", sheet_committed_at=Now(), warnings=[skipped])
    told = look(client, **JSON).json()
    assert (told["status"], told["percent"], told["stage"]) == ("completed", 100, "")
    assert [warning.partition(":")[0] for warning in told["warnings"]] == ["failed_rows", "spotify_blocked"]
    recorded = [Fact.stored(warning) for warning in ended(client).record.warnings]
    assert list(map(warning_line, recorded)) == told["warnings"]


# The snapshot


@pytest.mark.parametrize("status", STATES)
def test_a_look_costs_one_query_and_within_half_a_second_none(status: str, db: None, django_assert_num_queries):
    make(status)
    now = 0.0
    looks = Snapshot(clock=lambda: now)
    with django_assert_num_queries(2 if status == "never" else 1):
        looks.get()
    with django_assert_num_queries(0):
        now = 0.4
        looks.get()
    with django_assert_num_queries(2 if status == "never" else 1):
        now = 0.6
        looks.get()


def test_nobody_waits_for_the_one_who_renews_the_snapshot():
    now, may_read = 0.0, Event()
    reads: list[int] = []

    def read() -> SyncStatus:
        reads.append(len(reads) + 1)
        assert reads == [1] or may_read.wait(10)
        return SyncStatus(id=len(reads))

    looks = Snapshot(read, lambda: now)
    looks.get()
    now = 0.6
    with ThreadPoolExecutor(2) as people:
        renewing = people.submit(looks.get)
        until(lambda: reads == [1, 2])
        assert looks.get().id == 1
        now = 1.1
        waiting = people.submit(looks.get)
        may_read.set()
        assert (renewing.result(10).id, waiting.result(10).id) == (2, 2)


def test_those_who_ask_for_a_fresh_look_share_one_that_begins_after_they_asked():
    may_read = Event()
    reads: list[int] = []
    told: list[float] = []

    def read() -> SyncStatus:
        reads.append(len(reads) + 1)
        assert may_read.wait(10)
        return SyncStatus(id=reads[-1])

    def clock() -> float:
        told.append(time.monotonic())
        return told[-1]

    looks = Snapshot(read, clock)
    with ThreadPoolExecutor(6) as people:
        first = people.submit(looks.get, fresh=True)
        until(lambda: reads == [1])
        others = [people.submit(looks.get, fresh=True) for _ in range(5)]
        until(lambda: len(told) == 2 + len(others))
        may_read.set()
        assert (first.result(10).id, [other.result(10).id for other in others]) == (1, [2] * 5)


def test_a_look_is_written_once_and_the_next_one_anew():
    now = 0.0
    looks = Snapshot(SyncStatus, lambda: now)
    written: list[str] = []

    def write(status: SyncStatus) -> str:
        written.append(f"{status.status}, written {len(written) + 1} times")
        return written[-1]

    first = looks.look().written(write)
    now = 0.5
    assert looks.look().written(write) == first
    now = 0.6
    second = looks.look().written(write)
    looks.reset()
    third = looks.look().written(write)
    assert written == [body for body, _ in (first, second, third)]
    assert len({etag for _, etag in (first, second, third)}) == 3


# Real processes


@pytest.fixture(scope="module")
def google_facts() -> dict[str, Any]:
    return {"latency": (0.1, 0.2), "seconds": 0.6}


@pytest.fixture(scope="module")
def spotify_facts() -> dict[str, Any]:
    return {"latency": (0.3, 0.4)}


def panels(app: App, sync: int) -> Iterator[tuple[str, str]]:
    """Poll as a page does, with the address that each panel gives; yield the state and the event that came with it."""
    address = f"{STATUS}?seen={sync}-pending-open"
    deadline = time.monotonic() + BUSY * 30
    while time.monotonic() < deadline:
        answer = app.client.get(address, headers={"HX-Request": "true"})
        if answer.status_code == 204:
            return
        (panel,) = html.fromstring(f"<main>{answer.text}</main>").xpath("//*[@data-sync-panel]")
        address = panel.get("hx-get")
        yield panel.get("data-status"), answer.headers.get("HX-Trigger", "")
        time.sleep(0.1)


def test_a_live_sync_goes_forward_only(new_app: App):
    sync = new_app.start()
    told = [new_app.status()]
    while told[-1]["status"] not in ENDED and len(told) < 500:
        time.sleep(0.05)
        told.append(new_app.status())
    for before, after in pairwise(told):
        for name in ("percent", "albums_processed", "spotify_processed", "updated_at"):
            assert before[name] <= after[name], name
    assert {status["id"] for status in told} == {sync}
    assert all(status["percent"] < 100 for status in told[:-1])
    assert (told[-1]["status"], told[-1]["percent"]) == ("completed", 100)
    stages = list(dict.fromkeys(status["stage"] for status in told if status["stage"]))
    assert stages == [stage for stage in ("fetching", "processing", "enriching", "finalizing") if stage in stages]
    assert {"fetching", "enriching"} <= set(stages)
    assert any(status["last_synced_at"] for status in told if status["stage"] == "enriching")
    assert len({status["updated_at"] for status in told}) > 4


@pytest.mark.long
def test_a_page_refreshes_its_list_when_the_sheet_is_applied_and_at_the_end(new_app: App):
    seen = list(panels(new_app, new_app.start()))
    assert [status for status, event in seen if "sync:finished" in event] == ["running", "completed"]


@pytest.mark.long
def test_a_sync_without_a_worker_fails(upstreams: Upstreams, new_database: str):
    settings = {"TASKS_BACKEND": "database", "SYNC_STALE_AFTER_SECONDS": 1}
    with running_app(new_database, upstreams.environment(), workers=1, **settings) as app:
        end = app.sync(seconds=10)
        assert (end["status"], end["error"]["code"]) == ("failed", "no_worker")
        assert app.trigger().status_code == 202
