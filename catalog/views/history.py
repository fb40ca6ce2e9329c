"""Past syncs: all of them as a table and two charts, and one with its failures and its changes."""

from collections import defaultdict

from django.core.paginator import Paginator
from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.formats import date_format
from django.views import View

from catalog.charts import BarChart, bar_chart
from catalog.models import AlbumChange, SyncFailure, SyncOperation, SyncRecord
from catalog.templatetags.catalog_extras import changed, duration
from catalog.views.faces import page_links

RECORDS_A_PAGE = 25
CHANGES_A_PAGE = 50
FAILURES_SHOWN = 500


class HistoryView(View):
    """The syncs that have ended, the latest first."""

    def get(self, request: HttpRequest) -> HttpResponse:
        """Answer with one page of them."""
        records = SyncRecord.objects.filter(operation__kind=SyncOperation.Kind.SYNC).select_related("operation")
        page = Paginator(records.order_by("-finished_at", "-pk"), RECORDS_A_PAGE).get_page(request.GET.get("page"))
        context = {"page": page, "pages": list(page_links(page, "?page={}".format)), **charts(list(page)[::-1])}
        return render(request, "catalog/history.html", context)


class HistoryDetailView(View):
    """One sync: how it went, what failed, what it changed."""

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Answer with the sync's page; its number is that of the operation."""
        operation = get_object_or_404(SyncOperation.objects.syncs().select_related("record"), pk=pk)
        kinds = dict(operation.changes.values_list("kind").annotate(Count("pk")).order_by("kind"))
        kind = request.GET.get("kind", "") if request.GET.get("kind") in kinds else ""
        changes = operation.changes.select_related("album__artist").order_by("pk")
        changes = changes.filter(kind=kind) if kind else changes
        page = Paginator(changes, CHANGES_A_PAGE).get_page(request.GET.get("page"))
        filters = f"kind={kind}&" if kind else ""
        context = {
            "operation": operation,
            "kinds": [(name, kinds[name]) for name in AlbumChange.Kind.values if name in kinds],
            "kind": kind,
            "page": page,
            "pages": list(page_links(page, f"?{filters}page={{}}".format)),
            **failures(operation),
        }
        return render(request, "catalog/history_detail.html", context)


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
    changes: list[tuple[float, str, str]] = []
    lasted: list[tuple[float, str, str]] = []
    for record in records:
        when = date_format(record.finished_at, "j M Y, H:i")
        number = changed(record.counts)
        changes.append((number, f"{when}: {number:,} albums changed", record.outcome))
        seconds = record.duration_seconds
        lasted.append((seconds, f"{when}: {duration(seconds)}", record.outcome))
    return {"change_chart": bar_chart(changes), "duration_chart": bar_chart(lasted)}
