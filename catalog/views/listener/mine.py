"""My albums: what a browser or an account has marked. The page is the same for everybody, the list comes apart."""

from collections.abc import Sequence
from datetime import UTC, datetime

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.decorators import method_decorator
from django.views import View
from django.views.decorators.csrf import csrf_exempt

from catalog.browse.index.current import current_index
from catalog.browse.mine.selection import KINDS, NEW, OWN_SORTS, Selection, kind_of
from catalog.browse.pages import page_links
from catalog.browse.parameters import list_address, number_of
from catalog.models import Album, Mark
from catalog.rendering.jinja import rendered
from catalog.rendering.tiles import render_each, tiles_of
from catalog.services.marks import MOST_MARKS
from catalog.views.negotiation import live

PER_PAGE = 50
MOST_MISSING = 50
LONGEST_MOMENT = 10
"""Digits of the seconds since 1970."""


class MineView(View):
    """The page around the list: it asks for the list itself, as only the browser knows the marks."""

    def get(self, request: HttpRequest) -> HttpResponse:
        """Answer with the same page for everybody who asks for this kind."""
        context = {"kinds": KINDS, "kind": kind_of(request.GET)}
        return render(request, "catalog/mine/page.html", context)


@method_decorator(csrf_exempt, name="dispatch")  # it changes nothing: a POST because the numbers are too many for a GET
class MineAlbumsView(View):
    """The list of marked albums as a fragment, never kept."""

    def post(self, request: HttpRequest) -> HttpResponse:
        """Answer with the albums that the body names or, signed in, with those of the account."""
        index = current_index().get()
        selection = Selection(request.GET, _keys(request), index)
        page = Paginator(selection.albums, PER_PAGE).get_page(selection.page)
        context = {
            "selection": selection,
            "sorts": [sort for sort in OWN_SORTS if (selection.kind, sort) != (NEW, "added")],
            "query": {"when": "all"},
            "page": page,
            "count": page.paginator.count,
            "tiles": render_each(tiles_of(list(page.object_list))),
            "pages": list(page_links(page, selection.address)),
            "missing": _missing(selection.missing),
            "albums_address": list_address(),
        }
        return live(HttpResponse(rendered("catalog/mine/albums.html", context)))


def _keys(request: HttpRequest) -> Sequence[int]:
    kind = kind_of(request.GET)
    if kind == NEW:
        return _added_since(request.POST.get("since", ""))
    if request.user.is_authenticated:
        return list(Mark.objects.of(request.user).filter(kind=kind).values_list("album_id", flat=True)[:MOST_MARKS])
    named = request.POST.get("albums", "").split(",", MOST_MARKS)[:MOST_MARKS]
    return [number for text in named if (number := number_of(text)) is not None]


def _added_since(text: str) -> Sequence[int]:
    """Return what was added after a moment, in seconds since 1970."""
    if (seconds := number_of(text, LONGEST_MOMENT)) is None:
        return []
    since = datetime.fromtimestamp(seconds, UTC)
    added = Album.objects.listed().filter(added_at__gt=since).order_by("added_at", "pk")
    return list(added.values_list("pk", flat=True)[:MOST_MARKS])


def _missing(keys: Sequence[int]) -> Sequence[Album]:
    """Return albums that have left the catalogue; numbers that never were in it have nothing to show."""
    found = Album.objects.removed().filter(pk__in=keys[:MOST_MISSING]) if keys else Album.objects.none()
    return list(found.select_related("artist").order_by("artist_key", "title_key"))
