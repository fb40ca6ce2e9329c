"""Rows to review and skipped rows: listed for everybody who edits the sheet, acknowledged by staff."""

from datetime import datetime

from django.conf import settings
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.dateparse import parse_datetime
from django.utils.timezone import is_aware
from django.views import View

from catalog.browse.pages import page_links
from catalog.browse.review import ReviewQuery
from catalog.models.review import ReviewRowQuerySet
from catalog.services.clock import Clock
from catalog.services.sheet.address import page_address
from catalog.views.negotiation import live, number
from catalog.views.permission import is_staff, may_sync
from catalog.views.responses import answer, panel_context

ROWS_A_PAGE = 50
MOST_COPIED = 1000
REVIEW = "catalog:sync_review"


class ReviewView(View):
    """One part of the list. Names of staff are shown to staff, the sheet's address to those who may sync."""

    def get(self, request: HttpRequest) -> HttpResponse:
        """Answer with a page of it, or with all of it as text."""
        query = ReviewQuery.of(request.GET)
        if request.GET.get("format") == "text":
            return live(_as_text(query))
        page = Paginator(query.rows, ROWS_A_PAGE).get_page(request.GET.get("page"))
        context = {
            **panel_context(request, fresh=True),
            "query": query,
            "page": page,
            "pages": list(page_links(page, lambda number: query.address(page=number))),
            "sheet_page": page_address(settings.SYNC.sheet_url) if may_sync(request.user) else "",
            "as_text": query.address(format="text"),
        }
        if context["may_overrule"]:
            rows = query.rows.order_by()
            context |= {"to_acknowledge": rows.to_acknowledge().count(), "to_reopen": rows.to_reopen().count()}
        return live(render(request, "catalog/review/page.html", context))

    def post(self, request: HttpRequest) -> HttpResponse:
        """Acknowledge rows, or put them back on the list: the chosen ones, or all that the filters show."""
        if not is_staff(request.user):
            return answer(request, 403, "staff_review", back=REVIEW)
        query = ReviewQuery.of(request.POST)
        rows = query.rows.order_by()
        if "all" not in request.POST:
            rows = rows.filter(pk__in=[number(key) for key in request.POST.getlist("row")[:ROWS_A_PAGE]])
        said = _reopen(rows) if "reopen" in request.POST else _acknowledge(rows, request)
        messages.info(request, render_to_string("catalog/review/notice.txt", said).strip())
        response = redirect(reverse(REVIEW) + query.address())
        response.status_code = 303
        return response


def _acknowledge(rows: ReviewRowQuerySet, request: HttpRequest) -> dict[str, int]:
    meant = rows.to_acknowledge().count()
    done = rows.acknowledge(request.user.get_username(), _seen(request))
    return {"acknowledged": done, "changed": meant - done}


def _reopen(rows: ReviewRowQuerySet) -> dict[str, int]:
    return {"reopened": rows.reopen()}


def _seen(request: HttpRequest) -> datetime:
    """Return when the rows of the page that was read had got what they said; now for a script that read none."""
    try:
        seen = parse_datetime(request.POST.get("seen", ""))
    except ValueError:
        seen = None
    return seen if seen and is_aware(seen) else Clock().now()


def _as_text(query: ReviewQuery) -> HttpResponse:
    rows = list(query.rows[: MOST_COPIED + 1])
    more = query.rows.count() - MOST_COPIED if len(rows) > MOST_COPIED else 0
    said = render_to_string("catalog/review/rows.txt", {"rows": rows[:MOST_COPIED], "more": more})
    lines = filter(None, map(str.strip, said.splitlines()))
    return HttpResponse("".join(f"{line}\n" for line in lines), content_type="text/plain; charset=utf-8")
