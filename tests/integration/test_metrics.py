"""Numbers for Prometheus, and what Spotify knows of the catalogue."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path

import pytest
from django.template.loader import render_to_string
from django.test import Client
from django.utils import timezone
from lxml import html
from prometheus_client import Metric
from prometheus_client.parser import text_string_to_metric_families
from pytest_django import DjangoAssertNumQueries

from catalog.models import Album, SyncOperation, SyncRecord
from catalog.models.spotify import SpotifyAlbum, SpotifyCall, SpotifyQuota
from catalog.services.spotify.coverage import Coverage, read_coverage
from tests.live import running_app
from tests.spotify_world import add_albums

State = SpotifyAlbum.State
NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)


def scrape(client: Client) -> dict[str, Metric]:
    answer = client.get("/metrics")
    assert answer.status_code == 200
    assert answer["Content-Type"].startswith("text/plain; version=")
    return {family.name: family for family in text_string_to_metric_families(answer.content.decode())}


def numbers(families: dict[str, Metric]) -> dict[str, float]:
    """Return the samples as Prometheus names them, with the value of the label."""
    return {
        "/".join([sample.name, *sample.labels.values()]): sample.value
        for family in families.values()
        for sample in family.samples
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
    assert numbers(scrape(client)) == {
        "progmetal_albums": 9,
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
    assert families["progmetal_sync_runs"].type == "counter"
    assert {family.type for name, family in families.items() if name != "progmetal_sync_runs"} == {"gauge"}
    assert all(family.documentation.endswith(".") for family in families.values())
    operating = (Path(__file__).resolve().parents[2] / "docs" / "reference" / "metrics.md").read_text(encoding="utf-8")
    assert {name for name in numbers(families) if f"`{name.partition('/')[0]}`" not in operating} == set()


@pytest.mark.django_db
def test_a_scrape_costs_seven_queries_however_large_the_catalogue(
    client: Client, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    shelve()
    for number in range(3):
        ended(SyncOperation.Status.COMPLETED, number, 1)
    with django_assert_max_num_queries(7):
        scrape(client)


@pytest.mark.database
def test_a_database_that_is_down_is_told_plainly(tmp_path: Path) -> None:
    with running_app(f"sqlite:///{tmp_path}/not/there.sqlite3", {}, workers=1) as app:
        answer = app.client.get("/metrics")
    assert (answer.status_code, answer.text) == (503, "the database is not reachable\n")
