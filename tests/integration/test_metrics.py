"""Numbers for Prometheus, and what Spotify knows of the catalogue."""

import os
import re
import signal
import tempfile
import time
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

import psutil
import pytest
from django.template.loader import render_to_string
from django.test import Client
from django.utils import timezone
from lxml import html
from prometheus_client import Metric
from prometheus_client.parser import text_string_to_metric_families
from pytest_django import DjangoAssertNumQueries

from catalog.browse.index.current import current_index
from catalog.models import Album, SyncOperation, SyncRecord, Tally
from catalog.models.spotify import SpotifyAlbum, SpotifyCall, SpotifyQuota
from catalog.services.clock import Clock
from catalog.services.spotify.calls import CALLS
from catalog.services.spotify.coverage import Coverage, read_coverage
from catalog.services.sync.progress.stages import STEPS
from catalog.tasks import send_message
from demo.spotify import SpotifyStandIn
from demo.upstreams import Upstreams
from tests.live import App, running_app, until
from tests.sheets import many
from tests.spotify_world import SimulatedClock, add_albums, enricher_for, settings_for
from tests.syncs import sync_tabs

State = SpotifyAlbum.State
ROOT = Path(__file__).resolve().parents[2]
NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)


def scrape(client: Client) -> dict[str, Metric]:
    answer = client.get("/metrics")
    assert answer.status_code == 200
    assert answer["Content-Type"].startswith("text/plain; version=")
    return {family.name: family for family in text_string_to_metric_families(answer.content.decode())}


KINDS = {
    "progmetal_request_seconds": "histogram",
    "progmetal_sync_runs": "counter",
    "progmetal_sync_step_seconds": "counter",
    "progmetal_spotify_calls": "counter",
    "progmetal_message_attempts": "counter",
}
OF_PROCESSES = ("progmetal_request_seconds", "progmetal_index_")


def numbers(families: dict[str, Metric]) -> dict[str, float]:
    """Return the samples that come from the database as Prometheus names them, with the values of the labels."""
    return {
        "/".join([sample.name, *sample.labels.values()]): sample.value
        for family in families.values()
        for sample in family.samples
        if not family.name.startswith(OF_PROCESSES)
    }


def shelve() -> None:
    """Put albums on the shelf: 1 complete, 2 with covers, 3 awaiting, 1 dead, 2 without a link, 1 that left."""
    ids = add_albums(10)
    states = (State.COMPLETE, State.COVER, State.COVER, State.AWAITING, State.DEAD)
    SpotifyAlbum.objects.bulk_create(SpotifyAlbum(pk=pk, state=state) for pk, state in zip(ids, states, strict=False))
    Album.objects.filter(spotify_id__in=ids[7:9]).update(spotify_id=None)
    Album.objects.filter(spotify_id=ids[9]).update(removed_at=timezone.now())


def ended(outcome: SyncOperation.Status, hours: int, seconds: float) -> None:
    """Add a sync that ended so many hours after noon."""
    at = NOON + timedelta(hours=hours)
    is_completed = outcome == SyncOperation.Status.COMPLETED
    operation = SyncOperation.objects.create(status=outcome, sheet_committed_at=at if is_completed else None)
    SyncRecord.objects.create(
        operation=operation, outcome=outcome, started_at=at, finished_at=at, duration_seconds=seconds,
        total_in_catalog=9,
    )  # fmt: skip


@pytest.mark.postgresql
@pytest.mark.django_db
def test_coverage_counts_each_listed_album_once_by_one_query(
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    shelve()
    with django_assert_num_queries(1):
        coverage = read_coverage()
    assert coverage == Coverage(complete=1, cover=2, awaiting=3, dead=1, unlinked=2)
    assert coverage.total == Album.objects.listed().count() == 9


@pytest.mark.django_db
def test_an_empty_catalogue_has_no_coverage_to_show() -> None:
    assert read_coverage() == Coverage()
    assert render_to_string("catalog/history/coverage.html", {"coverage": read_coverage()}).strip() == ""


def test_the_bar_of_the_coverage_is_full_and_shows_even_one_album() -> None:
    parts = Coverage(complete=15_000, cover=2_000, awaiting=0, dead=1, unlinked=616).parts
    assert [part.state for part in parts] == ["complete", "cover", "dead", "unlinked"]
    assert parts[0].start == 0
    for part, following in pairwise(parts):
        assert following.start == pytest.approx(part.start + part.width, abs=0.02)
    assert parts[-1].start + parts[-1].width == pytest.approx(100, abs=0.05)
    assert min(part.width for part in parts) > 0.5


def test_the_coverage_is_told_in_text_beside_its_bar() -> None:
    coverage = Coverage(complete=15_000, cover=2_000, awaiting=0, dead=1, unlinked=616)
    page = html.fromstring(render_to_string("catalog/history/coverage.html", {"coverage": coverage}))
    assert [" ".join(item.text_content().split()) for item in page.xpath("//li")] == [
        "15,000 complete",
        "2,000 cover only",
        "0 waiting for Spotify",
        "1 broken link",
        "616 no Spotify link",
    ]
    assert len(page.xpath("//*[contains(@class, 'coverage__bar')]/rect")) == 4


@pytest.mark.postgresql
@pytest.mark.django_db
def test_metrics_tell_albums_syncs_and_what_spotify_allows(client: Client) -> None:
    shelve()
    ended(SyncOperation.Status.COMPLETED, 0, 9.5)
    ended(SyncOperation.Status.FAILED, 1, 2.5)
    ended(SyncOperation.Status.COMPLETED, 2, 8.5)
    ended(SyncOperation.Status.FAILED, 3, 1.5)
    SpotifyQuota.objects.create(pk=1, blocked_until=NOON, is_extended=True)
    SpotifyCall.objects.create(at=timezone.now())
    SpotifyCall.objects.create(at=timezone.now() - timedelta(hours=25))
    Tally.add(CALLS, {"api/ok": 2, "oembed/rate_limited": 1})
    Tally.add(CALLS, {"api/ok": 1})
    assert numbers(scrape(client)) == {
        "progmetal_albums": 9,
        **{
            f"progmetal_sync_{kind}/{step}": 0 for kind in ("last_step_seconds", "step_seconds_total") for step in STEPS
        },
        "progmetal_spotify_calls_total/api/ok": 3,
        "progmetal_spotify_calls_total/oembed/rate_limited": 1,
        **{f"progmetal_messages/{state}": 0 for state in ("waiting", "delivered", "given_up")},
        **{f"progmetal_message_attempts_total/{result}": 0 for result in ("delivered", "failed")},
        **{f"progmetal_tasks/{state}": 0 for state in ("waiting", "running")},
        "progmetal_spotify_albums/complete": 1,
        "progmetal_spotify_albums/cover": 2,
        "progmetal_spotify_albums/awaiting": 3,
        "progmetal_spotify_albums/dead": 1,
        "progmetal_spotify_albums/unlinked": 2,
        "progmetal_sync_running": 0,
        "progmetal_sync_last_success_timestamp_seconds": (NOON + timedelta(hours=2)).timestamp(),
        "progmetal_sync_runs_total/completed": 2,
        "progmetal_sync_runs_total/failed": 2,
        "progmetal_sync_runs_total/cancelled": 0,
        "progmetal_sync_runs_total/interrupted": 0,
        "progmetal_schedule_next_timestamp_seconds": 0,
        "progmetal_schedule_last_timestamp_seconds": 0,
        "progmetal_schedule_overdue": 0,
        "progmetal_rows_to_review": 0,
        "progmetal_sync_last_duration_seconds": 1.5,
        "progmetal_spotify_blocked_until_timestamp_seconds": NOON.timestamp(),
        "progmetal_oembed_blocked_until_timestamp_seconds": 0,
        "progmetal_spotify_extended_mode": 1,
        "progmetal_spotify_budget_left": 199,
    }


@pytest.mark.django_db
def test_a_running_sync_is_told_and_a_preview_is_none(client: Client) -> None:
    running = SyncOperation.objects.create()
    assert numbers(scrape(client))["progmetal_sync_running"] == 1
    SyncOperation.objects.filter(pk=running.pk).update(kind=SyncOperation.Kind.PREVIEW)
    assert numbers(scrape(client))["progmetal_sync_running"] == 0


@pytest.mark.django_db
def test_every_metric_has_a_type_and_a_sentence_of_help(client: Client) -> None:
    families = scrape(client)
    for name, family in families.items():
        assert family.type == KINDS.get(name, "gauge")
        assert family.documentation.endswith(".")


@pytest.mark.django_db
def test_the_reference_names_exactly_the_metrics_there_are(client: Client) -> None:
    Tally.add(CALLS, {"api/ok": 1})
    current_index().get()
    reference = (ROOT / "docs" / "reference" / "metrics.md").read_text(encoding="utf-8")
    documented = re.findall(r"^\| `(\w+)` \|", reference, re.MULTILINE)
    assert sorted(documented) == sorted(names_of(scrape(client)))


def names_of(families: dict[str, Metric]) -> set[str]:
    """Return the names by which metrics are asked for, histograms by the one they share."""
    return {name + ("_total" if family.type == "counter" else "") for name, family in families.items()}


@pytest.mark.django_db
def test_a_scrape_costs_twelve_queries_however_large_the_catalogue(
    client: Client, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    shelve()
    for number in range(3):
        ended(SyncOperation.Status.COMPLETED, number, 1)
    with django_assert_max_num_queries(12):
        scrape(client)


@pytest.mark.database
def test_a_database_that_is_down_is_told_plainly(tmp_path: Path) -> None:
    with running_app(f"sqlite:///{tmp_path}/not/there.sqlite3", {}, workers=1) as app:
        answer = app.client.get("/metrics")
    assert (answer.status_code, answer.text) == (503, "the database is not reachable\n")


# What processes count themselves


def requests(app: App) -> dict[tuple[str, str, str], float]:
    """Return how many requests were counted, by view, method and class of status."""
    families = text_string_to_metric_families(app.client.get("/metrics").text)
    [family] = [family for family in families if family.name == "progmetal_request_seconds"]
    return {
        (sample.labels["view"], sample.labels["method"], sample.labels["status"]): sample.value
        for sample in family.samples
        if sample.name.endswith("_count")
    }


@pytest.mark.database
def test_requests_of_all_processes_are_counted_and_those_of_dead_ones_kept(new_app: App) -> None:
    def ask(number: int) -> None:
        for each in range(number):
            answer = new_app.client.get("/offline/", headers={"Connection": "close"})
            assert answer.ok, each

    ask(20)
    asked = ("offline", "GET", "2xx")
    assert requests(new_app)[asked] == 20
    for pid in new_app.worker_pids():
        os.kill(pid, signal.SIGKILL)
        until(lambda pid=pid: not psutil.pid_exists(pid) and len(new_app.worker_pids()) == 2)
        ask(5)
    assert until(lambda: requests(new_app)[asked] == 30)
    [folder] = list(Path(tempfile.gettempdir()).glob(f"progmetal-metrics-{new_app.process.pid}-*"))
    assert len(list(folder.glob("histogram_*.db"))) <= 3


@pytest.mark.database
def test_the_oldest_index_of_all_processes_catches_up_with_the_catalogue(new_app: App) -> None:
    def seen(name: str) -> float:
        families = {each.name: each for each in text_string_to_metric_families(new_app.client.get("/metrics").text)}
        return families[f"progmetal_index_{name}_timestamp_seconds"].samples[0].value

    built = seen("built")
    assert new_app.sync()["status"] == "completed"
    ended = time.time()
    until(lambda: seen("current") > ended)
    assert seen("built") > built


@pytest.mark.database
def test_a_server_removes_its_numbers_and_those_of_servers_that_were_killed(
    upstreams: Upstreams, new_database: str
) -> None:
    def folders(pid: int) -> list[Path]:
        return list(Path(tempfile.gettempdir()).glob(f"progmetal-metrics-{pid}-*"))

    with running_app(new_database, upstreams.environment(), workers=1) as killed:
        assert folders(killed.process.pid)
        os.killpg(killed.process.pid, signal.SIGKILL)
        killed.process.wait()
    assert folders(killed.process.pid)
    with running_app(new_database, upstreams.environment(), workers=1) as ended:
        until(lambda: not folders(killed.process.pid))
        assert folders(ended.process.pid)
    assert not folders(ended.process.pid)


@pytest.mark.django_db
def test_what_visitors_ask_for_makes_no_labels(client: Client) -> None:
    for number in range(50):
        assert client.get(f"/no/page/{number}").status_code == 404
        client.generic(f"METHOD{number}", "/healthz")
        client.get(f"/admin/nothing/{number}/")
    families = text_string_to_metric_families(client.get("/metrics").content.decode())
    [family] = [family for family in families if family.name == "progmetal_request_seconds"]
    views = {sample.labels["view"] for sample in family.samples}
    assert {"unknown", "admin", "healthz", "metrics"} <= views
    assert {sample.labels["method"] for sample in family.samples} <= {"GET", "HEAD", "POST", "OPTIONS", "other"}
    assert not [view for view in views if any(part.isdecimal() for part in view.split("/"))]


@pytest.mark.django_db
def test_the_queue_is_counted_where_there_is_one(client: Client, settings: Any) -> None:
    settings.TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}
    send_message.enqueue(1, 0)
    send_message.enqueue(2, 0)
    assert numbers(scrape(client))["progmetal_tasks/waiting"] == 2


@pytest.mark.django_db
def test_calls_to_spotify_are_counted_by_what_came_of_them(spotify: SpotifyStandIn, clock: SimulatedClock) -> None:
    add_albums(25)
    spotify.fail("unavailable", on="/albums", times=1)
    enricher_for(settings_for(spotify), Clock()).work(seconds=20, beat=lambda _: None, fence=lambda: None)
    made = Tally.read()[CALLS]
    assert made == {"api/ok": 2, "api/temporary_failure": 1}


@pytest.mark.django_db
def test_steps_of_syncs_add_up(path: Path, client: Client) -> None:
    sync_tabs(path, {"2024 Prog-metal": many(3)})
    sync_tabs(path, {"2024 Prog-metal": many(4)})
    sync_tabs(path, {"2024 Prog-metal": many(4)}, preview=True)
    said = numbers(scrape(client))
    last = SyncOperation.objects.syncs().values_list("step_seconds", flat=True)
    assert said["progmetal_sync_last_step_seconds/applying"] == last[0]["applying"]
    assert said["progmetal_sync_step_seconds_total/applying"] == pytest.approx(sum(each["applying"] for each in last))
