"""Numbers for Prometheus: read from the database at each scrape, as the site may run in several processes."""

from collections.abc import Iterator, Mapping
from datetime import datetime

from django.conf import settings
from django.db import DatabaseError
from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from prometheus_client import CollectorRegistry
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.exposition import CONTENT_TYPE_LATEST, generate_latest
from prometheus_client.registry import Collector

from catalog.metrics.instruments import read_all
from catalog.models import Delivery, SyncOperation, SyncRecord, Tally
from catalog.models.spotify import SpotifyQuota
from catalog.services.clock import Clock
from catalog.services.notify.sending import ATTEMPTS
from catalog.services.spotify.calls import CALLS
from catalog.services.spotify.coverage import read_coverage
from catalog.services.spotify.pacer import DayBudget, Lane
from catalog.services.sync.progress.stages import STEP_SECONDS, STEPS
from catalog.services.sync.snapshot import current_snapshot
from catalog.tasks import tasks_by_state

Status = SyncOperation.Status
OUTCOMES = (Status.COMPLETED, Status.FAILED, Status.CANCELLED, Status.INTERRUPTED)


def metrics(_request: HttpRequest) -> HttpResponse:
    """Answer a scrape."""
    try:
        content = generate_latest(REGISTRY)
    except DatabaseError:
        return HttpResponse("the database is not reachable\n", status=503, content_type="text/plain")
    return HttpResponse(content, content_type=CONTENT_TYPE_LATEST, headers={"Cache-Control": "no-store"})


class CatalogueCollector(Collector):
    """Reads every number anew for each scrape. A time that never was is 0."""

    def collect(self) -> Iterator[Metric]:
        """Yield all metrics."""
        tallies = Tally.read()
        yield from self._albums()
        yield from self._syncs()
        yield from self._steps(tallies[STEP_SECONDS])
        yield from self._spotify(tallies[CALLS])
        yield from self._messages(tallies[ATTEMPTS])
        yield from self._queue()
        yield from read_all(settings.METRICS_FOLDER)

    def _albums(self) -> Iterator[Metric]:
        coverage = read_coverage()
        yield GaugeMetricFamily("progmetal_albums", "Albums in the catalogue.", coverage.total)
        help_text = "Albums in the catalogue by what Spotify has told of them."
        yield _labelled(GaugeMetricFamily("progmetal_spotify_albums", help_text, labels=["state"]), coverage.by_state)

    def _syncs(self) -> Iterator[Metric]:
        status = current_snapshot().get(fresh=True)
        is_running = status.kind == SyncOperation.Kind.SYNC and status.status in SyncOperation.ACTIVE
        yield GaugeMetricFamily("progmetal_sync_running", "Whether a sync is pending or running.", is_running)
        help_text = "When the sheet was last written to the catalogue."
        yield _moment("progmetal_sync_last_success_timestamp_seconds", help_text, status.last_synced_at)
        help_text = "When the next sync is due; 0 without a schedule, and while it is paused."
        yield _moment("progmetal_schedule_next_timestamp_seconds", help_text, status.next_sync_at)
        help_text = "When the scheduler started the last sync."
        yield _moment("progmetal_schedule_last_timestamp_seconds", help_text, status.last_scheduled_at)
        help_text = "Whether a sync was due over a minute ago and no scheduler started it."
        yield GaugeMetricFamily("progmetal_schedule_overdue", help_text, status.overdue_since is not None)
        help_text = "Rows that were imported, look wrong, and are neither fixed nor acknowledged."
        yield GaugeMetricFamily("progmetal_rows_to_review", help_text, status.rows_to_review)
        counted = SyncRecord.objects.order_by().values_list("outcome").annotate(Count("pk"))
        runs = dict.fromkeys(map(str, OUTCOMES), 0) | dict(counted)
        yield _labelled(CounterMetricFamily("progmetal_sync_runs", "Syncs that ended.", labels=["outcome"]), runs)
        last = SyncRecord.objects.values_list("duration_seconds", flat=True).first()
        yield GaugeMetricFamily("progmetal_sync_last_duration_seconds", "How long the last sync took.", last or 0.0)

    def _steps(self, all_of_them: Mapping[str, float]) -> Iterator[Metric]:
        ended = SyncOperation.objects.syncs().exclude(finished_at=None)
        last: dict[str, float] = ended.values_list("step_seconds", flat=True).first() or {}
        steps = dict.fromkeys(STEPS, 0.0)
        help_text = "How long each step of the last sync took."
        family = GaugeMetricFamily("progmetal_sync_last_step_seconds", help_text, labels=["step"])
        yield _labelled(family, {step: last.get(step, 0.0) for step in STEPS})
        help_text = "How long each step of all syncs took together."
        total = CounterMetricFamily("progmetal_sync_step_seconds", help_text, labels=["step"])
        yield _labelled(total, steps | dict(all_of_them))

    def _spotify(self, calls: Mapping[str, float]) -> Iterator[Metric]:
        quotas = SpotifyQuota.objects.in_bulk(list(Lane))
        api, oembed = (quotas.get(lane) or SpotifyQuota() for lane in (Lane.API, Lane.OEMBED))
        until = "blocked_until_timestamp_seconds"
        yield _moment(f"progmetal_spotify_{until}", "Until when the Web API may not be asked.", api.blocked_until)
        yield _moment(f"progmetal_oembed_{until}", "Until when oEmbed may not be asked.", oembed.blocked_until)
        help_text = "Whether Spotify answers calls for twenty albums."
        yield GaugeMetricFamily("progmetal_spotify_extended_mode", help_text, api.is_extended)
        left = DayBudget(settings.SPOTIFY.daily_budget, Clock()).left(for_visitor=False)
        help_text = "Calls for single albums that may still be made now; it counts in development mode only."
        yield GaugeMetricFamily("progmetal_spotify_budget_left", help_text, max(0, left))
        made = CounterMetricFamily("progmetal_spotify_calls", "Calls to Spotify.", labels=["endpoint", "result"])
        for label, number in calls.items():
            made.add_metric(label.split("/"), number)
        yield made

    def _messages(self, attempts: Mapping[str, float]) -> Iterator[Metric]:
        counted = Delivery.objects.get_queryset().order_by().values_list("state").annotate(Count("pk"))
        states = dict.fromkeys(map(str, Delivery.State), 0) | dict(counted)
        help_text = "Messages about syncs by what became of them, as long as they are kept."
        yield _labelled(GaugeMetricFamily("progmetal_messages", help_text, labels=["state"]), states)
        made = {"delivered": 0.0, "failed": 0.0} | dict(attempts)
        help_text = "Attempts to deliver messages."
        yield _labelled(CounterMetricFamily("progmetal_message_attempts", help_text, labels=["result"]), made)

    def _queue(self) -> Iterator[Metric]:
        help_text = "Tasks that wait for a worker, or that one runs; 0 without a queue."
        yield _labelled(GaugeMetricFamily("progmetal_tasks", help_text, labels=["state"]), tasks_by_state())


def _moment(name: str, help_text: str, moment: datetime | None) -> Metric:
    return GaugeMetricFamily(name, help_text, moment.timestamp() if moment else 0.0)


def _labelled(family: GaugeMetricFamily | CounterMetricFamily, values: Mapping[str, float]) -> Metric:
    for label, value in values.items():
        family.add_metric([label], value)
    return family


REGISTRY = CollectorRegistry()
REGISTRY.register(CatalogueCollector())
