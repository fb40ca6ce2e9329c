"""Past syncs: all of them as a table and two charts, and one with its failures and its changes."""

from collections import defaultdict
from collections.abc import Iterable

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views import View

from catalog.browse.pages import page_links
from catalog.browse.parameters import query_string
from catalog.charts import BarChart, bar_chart
from catalog.models import SyncFailure, SyncOperation, SyncRecord
from catalog.services.albums.guards import HELD
from catalog.services.albums.undo import undoable_sync
from catalog.services.spotify.coverage import read_coverage
from catalog.views.changes import made, planned
from catalog.views.responses import panel_context

RECORDS_A_PAGE = 100
FAILURES_SHOWN = 500
OUTCOMES = ("completed", "warnings", "failed", "cancelled", "interrupted")


class HistoryView(View):
    """The syncs that have ended, the latest first."""

    def get(self, request: HttpRequest) -> HttpResponse:
        """Answer with one page of them."""
        outcome = request.GET.get("outcome", "") if request.GET.get("outcome") in OUTCOMES else ""
        records = SyncRecord.objects.select_related("operation").order_by("-finished_at", "-pk")
        if outcome == "warnings":
            records = records.filter(outcome=SyncOperation.Status.COMPLETED).exclude(warnings=[])
        elif outcome:
            records = records.filter(outcome=outcome)
        page = Paginator(records, RECORDS_A_PAGE).get_page(request.GET.get("page"))
        panel = panel_context(request, fresh=True)
        context = {
            **panel,
            "page": page,
            "pages": list(page_links(page, lambda number: query_string({"outcome": outcome, "page": number}))),
            "coverage": read_coverage(),
            "undoable": undoable_sync() if panel["may_overrule"] else None,
            "undone_syncs": undone_syncs([record.operation for record in page]),
            "outcomes": OUTCOMES,
            "outcome": outcome,
            **charts(list(page)[::-1]),
        }
        return render(request, "catalog/history/list.html", context)


class HistoryDetailView(View):
    """One sync: how it went, what failed, what it changed."""

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Answer with the sync's page; its number is that of the operation."""
        operation = get_object_or_404(SyncOperation.objects.writing().select_related("record"), pk=pk)
        was_refused = operation.error_code in HELD
        changes = planned(request, operation.planned.all()) if was_refused else made(request, operation.changes.all())
        panel = panel_context(request, fresh=True)
        context = {
            **panel,
            "operation": operation,
            "was_refused": was_refused,
            **offer(operation),
            "is_undoable": panel["status"].undoable_id == operation.pk and operation.is_logged_by(changes.total),
            "undone_syncs": undone_syncs([operation]),
            "changes": changes,
            **failures(operation),
        }
        return render(request, "catalog/history/detail.html", context)


def undone_syncs(operations: Iterable[SyncOperation]) -> dict[int, SyncOperation]:
    """Return the sync that each undo took back, or began to, by the primary key of the undo."""
    asked = {each.pk: each.options["undo"] for each in operations if "undo" in each.options}
    syncs = SyncOperation.objects.in_bulk(asked.values()) if asked else {}
    return {undo: syncs[sync] for undo, sync in asked.items() if sync in syncs}


def offer(comparison: SyncOperation) -> dict[str, object]:
    """Return whether the list of a comparison may be accepted, whether that lifts a guard, and who accepted it."""
    is_held = comparison.error_code in HELD
    was_offered = is_held or comparison.kind == SyncOperation.Kind.PREVIEW
    may_be_accepted = was_offered and not comparison.plan_digest
    accepted_by = SyncOperation.objects.get_queryset().accepting(comparison).first() if may_be_accepted else None
    return {
        "is_offer": bool(comparison.plan_digest) and not comparison.is_active,
        "is_held": is_held,
        "accepted_by": accepted_by,
    }


def failures(operation: SyncOperation) -> dict[str, object]:
    """Return a sync's failures and doubts by their cause, and how many there are beyond those shown."""
    groups: defaultdict[str, list[SyncFailure]] = defaultdict(list)
    shown = list(operation.failures.order_by("is_doubt", "code", "pk")[:FAILURES_SHOWN])
    for failure in shown:
        groups[failure.code].append(failure)
    more = operation.failures.count() - len(shown) if len(shown) == FAILURES_SHOWN else 0
    return {"failure_groups": list(groups.items()), "failures_not_shown": more}


def charts(records: list[SyncRecord]) -> dict[str, BarChart]:
    """Return the charts of what these syncs changed and how long they took."""
    return {
        "change_chart": bar_chart([(record.changed, record.finished_at, kind_of(record)) for record in records]),
        "duration_chart": bar_chart(
            [(record.duration_seconds, record.finished_at, kind_of(record)) for record in records]
        ),
    }


def kind_of(record: SyncRecord) -> str:
    """Return how a bar is drawn: by its outcome, and an undo as one."""
    is_undo = record.operation.kind == SyncOperation.Kind.UNDO and record.outcome == SyncOperation.Status.COMPLETED
    return "undo" if is_undo else record.outcome
