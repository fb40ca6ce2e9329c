"""Any list of albums as JSON, CSV, a calendar or a feed: the query is that of the list."""

import json
from dataclasses import dataclass

from django.core.paginator import Page, Paginator
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.views import View

from catalog.browse.index.calendar import AHEAD, MONTH, WEEK
from catalog.browse.index.catalogue import CatalogueIndex
from catalog.browse.index.current import current_index
from catalog.browse.query import CatalogQuery
from catalog.formats.atom import feed_of
from catalog.formats.calendar_file import calendar_of
from catalog.formats.csv_file import csv_blocks
from catalog.formats.documents import link_header, page_document
from catalog.formats.records import records_of
from catalog.rendering.listing import render_title
from catalog.views.formats.answers import catalogue_known, conditional, site_of, state_of
from catalog.wording import plain

MOST_EVENTS = 1000
"""A calendar has no pages: it ends with the soonest ones."""

ATOM = "application/atom+xml; charset=utf-8"


@dataclass(frozen=True)
class Asked:
    """The list that a request asks for, and the index that has it."""

    request: HttpRequest
    query: CatalogQuery
    index: CatalogueIndex


class ListView(View):
    """A list of albums in some format."""

    is_kept = False

    def get(self, request: HttpRequest) -> HttpResponseBase:
        """Answer with the list that the query string asks for. What it says in vain is ignored, as by the page."""
        index = current_index().get()
        asked = Asked(request, CatalogQuery(request.GET, index), index)
        return conditional(request, index, asked.query.key, lambda: self.answer(asked), is_kept=self.is_kept)

    def answer(self, asked: Asked) -> HttpResponseBase:
        """Answer with the list."""
        raise NotImplementedError


class JsonView(ListView):
    """A page of a list as JSON."""

    is_kept = True

    def answer(self, asked: Asked) -> HttpResponseBase:
        """Answer with the albums of the page, and the addresses of the others."""
        return page_as_json(asked.request, asked.query, "catalog:albums_json")


class FeedView(ListView):
    """A page of a list as an Atom feed."""

    is_kept = True

    def answer(self, asked: Asked) -> HttpResponseBase:
        """Answer with the albums of the page; RFC 5005's links lead to the others."""
        query, since = asked.query, catalogue_known().since(state_of(asked.index))
        feed = feed_of(query, page_of(query), site_of(asked.request), _title(query), since)
        return HttpResponse(feed, content_type=ATOM)


class CalendarView(ListView):
    """The albums of a list that are to come, as a calendar."""

    def answer(self, asked: Asked) -> HttpResponseBase:
        """Answer with what comes from today on, soonest first; of a week or a month with all of it."""
        query = asked.query
        moment = query.when if query.when in {WEEK, MONTH} else AHEAD
        keys = query.albums_of(moment, "oldest")[:MOST_EVENTS]
        calendar = calendar_of(keys, site_of(asked.request), _title(query))
        headers = {"Content-Disposition": 'inline; filename="progmetal.ics"'}
        return HttpResponse(calendar, content_type="text/calendar; charset=utf-8", headers=headers)


class CsvView(ListView):
    """All albums of a list as a file for spreadsheets."""

    def answer(self, asked: Asked) -> HttpResponseBase:
        """Answer piece by piece, as the albums are read."""
        is_wanted = asked.request.method != "HEAD"
        blocks = csv_blocks(records_of(asked.query.albums[:])) if is_wanted else ()
        headers = {"Content-Disposition": 'attachment; filename="progmetal.csv"'}
        return StreamingHttpResponse(
            map(str.encode, blocks), content_type="text/csv; charset=utf-8; header=present", headers=headers
        )


def page_of(query: CatalogQuery) -> Page:
    """Return the page that is asked for, or the last one."""
    return Paginator(query.albums, query.per_page).get_page(query.page)


def page_as_json(request: HttpRequest, query: CatalogQuery, view: str) -> HttpResponse:
    """Answer with a page of a list."""
    document = page_document(query, page_of(query), site_of(request), view)
    content = json.dumps(document, ensure_ascii=False)
    return HttpResponse(content, content_type="application/json", headers={"Link": link_header(document)})


def _title(query: CatalogQuery) -> str:
    return plain(render_title(query))
