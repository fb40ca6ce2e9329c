"""The catalogue: the list of albums, one album, and the cover of one album."""

import json
from functools import lru_cache

from django.core.paginator import Page, Paginator
from django.db.models import QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.template.loader import render_to_string
from django.utils.cache import patch_cache_control
from django.utils.timezone import localdate
from django.views import View

from catalog.browse.facets import LONG_GROUPS, Facet, Facets
from catalog.browse.index.catalogue import CatalogueIndex
from catalog.browse.index.current import current_index
from catalog.browse.pages import page_links
from catalog.browse.query import PER_PAGE, CatalogQuery
from catalog.models import Album, AlbumChange, Genre
from catalog.rendering.pieces import LIVE, etag_of, kept, respond
from catalog.rendering.repeated import render_choices, render_tiles
from catalog.services.spotify.cover_requests import ask_for
from catalog.services.sync.snapshot import current_snapshot
from catalog.views.negotiation import HtmxRequest, vary_by_representation, wants_fragment
from catalog.views.responses import is_like_any_other, live_panel, panel_context, panel_facts

A_YEAR = 365 * 24 * 60 * 60
RETRY_SECONDS = (2, 4, 8, 16, 30)
"""After how long a placeholder asks again: many covers that are wanted at once come one after the other."""

IN_HISTORY = {"catalog-filters": "HX-Push-Url", "search": "HX-Replace-Url"}
"""By the id of what asks: a filter adds an entry, typing changes the one that search-history.js has added."""

RESULTS = "results"
"""The id of the list, which asks for itself anew after a sync."""


class AlbumListView(View):
    """The list of albums, whole or only what changes in it."""

    def get(self, request: HtmxRequest) -> HttpResponse:
        """Answer with the albums that the query string asks for."""
        index = current_index().get()
        query = CatalogQuery(request.GET, index, request.COOKIES.get("per_page", ""))
        if wants_fragment(request):
            response = _fragment(request, query, index)
        elif is_like_any_other(request):
            response = _kept_page(request, query, index)
        else:
            context = panel_context(request, fresh=True) | list_context(query, index)
            response = render(request, "catalog/album_list.html", context)
        if query.chosen_per_page:
            response.set_cookie("per_page", str(query.per_page), max_age=A_YEAR, httponly=True, samesite="Lax")
        vary_by_representation(response)
        return response


def _fragment(request: HtmxRequest, query: CatalogQuery, index: CatalogueIndex) -> HttpResponse:
    trigger = request.htmx.trigger or ""
    shape = trigger if trigger in {RESULTS, *IN_HISTORY} else ""
    pieces = kept(
        ("fragment", shape, *query.key, *_state(index)),
        lambda: render_to_string("catalog/list/fragment.html", list_context(query, index), request),
    )
    response = respond(request, pieces)
    if header := IN_HISTORY.get(trigger):
        response[header] = query.address()
    return response


def _kept_page(request: HtmxRequest, query: CatalogQuery, index: CatalogueIndex) -> HttpResponse:
    """Answer somebody who isn't signed in: with the page that all of them get, and the panel as it stands."""
    look = current_snapshot().look(fresh=not current_index().is_watched)
    status = look.status
    key = ("page", *query.key, *_state(index), status.is_active)
    context = {"live_panel": LIVE, "status": status}
    before, after = kept(
        key, lambda: render_to_string("catalog/album_list.html", list_context(query, index) | context, request)
    )
    panel = live_panel(request, look)
    etag = "" if status.is_active else etag_of((key, panel_facts(request, status)), request.META.get("CSRF_COOKIE"))
    return respond(request, [before, panel, after], etag)


def _state(index: CatalogueIndex) -> tuple[object, ...]:
    """Return all that a list shows beside what is asked for: when any of it changes, what is kept is old."""
    status = current_snapshot().get()
    arrivals = status.last_sync_id, status.added_by_last_sync
    return (index.version, current_index().spotify_version, *arrivals, localdate())


class AlbumDetailView(View):
    """One album: all that is known, and what the syncs changed in it."""

    def get(self, request: HtmxRequest, pk: int) -> HttpResponse:
        """Answer with the album's page, also where the album has left the sheet."""
        album = get_object_or_404(Album.objects.select_related("artist", "vocal_style", "spotify"), pk=pk)
        changes = album.changes.select_related("operation").order_by("-changed_at", "-pk")[:50]
        context = {"album": album, "genres": genres_of(album), "changes": changes}
        return render(request, "catalog/albums/detail.html", context)


class AlbumCoverView(View):
    """The cover of one album as a fragment; a large one brings along what else Spotify knows, once it is known."""

    def get(self, request: HtmxRequest, pk: int) -> HttpResponse:
        """Answer with the cover, else with the placeholder, which asks again, ever later, where it may come soon."""
        album = get_object_or_404(Album.objects.select_related("artist", "vocal_style", "spotify"), pk=pk)
        is_large, known = "large" in request.GET, album.spotify
        is_known = known is not None and bool(known.is_complete if is_large else known.cover_url)
        tried = _whole_number(request.GET.get("retry", ""))
        is_coming = not is_known and tried < len(RETRY_SECONDS) and ask_for(album.pk)
        context = {
            "album": album,
            "genres": genres_of(album),
            "large": is_large,
            "retry": tried + 1 if is_coming else 0,
            "delay": RETRY_SECONDS[tried] if is_coming else 0,
        }
        template = "catalog/albums/arrival.html" if is_large else "catalog/albums/cover.html"
        response = render(request, template, context)
        patch_cache_control(response, no_store=True)
        return response


def _whole_number(text: str) -> int:
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 3 else 0


def genres_of(album: Album) -> QuerySet[Genre]:
    """Return the genres of an album in the order of the sheet."""
    return Genre.objects.filter(album_genres__album=album).order_by("album_genres__position")


def list_context(query: CatalogQuery, index: CatalogueIndex) -> dict[str, object]:
    """Return what the templates of the list show."""
    page: Page = Paginator(query.albums, query.per_page).get_page(query.page)
    known = Album.objects.select_related("artist", "vocal_style", "spotify").in_bulk(page.object_list)
    albums = [known[key] for key in page.object_list if key in known]
    facets = Facets(query, index)
    return {
        "query": query,
        "page": page,
        "tiles": render_tiles(albums, added_by_last_sync(index)),
        "total": len(index),
        "facets": [_facet(facet, facets, query) for facet in facets.all],
        "counts": json.dumps({"counts": facets.counts(), "chosen": query.ticked}, separators=(",", ":")),
        "pages": list(page_links(page, query.address)),
        "address": query.address(page.number),
        "per_page_choices": PER_PAGE,
    }


def _facet(facet: Facet, facets: Facets, query: CatalogQuery) -> dict[str, object]:
    finding = query.finding(facet.name)
    found = render_choices(facet.name, facets.find(facet.name, finding)) if finding else ""
    choices = render_choices(facet.name, facet.choices)
    return {"name": facet.name, "rendered": choices, "more": facet.more, "finding": finding, "found": found}


class AlbumChoicesView(View):
    """The rarer choices of a long group of filters, with what they would show beside the other filters."""

    def get(self, request: HtmxRequest, group: str) -> HttpResponse:
        """Answer with those that have the text of the group's field in their names."""
        if group not in LONG_GROUPS:
            raise Http404
        index = current_index().get()
        query = CatalogQuery(request.GET, index)
        choices = Facets(query, index).find(group, query.finding(group))
        context = {"choices": render_choices(group, choices), "group": group}
        return render(request, "catalog/list/found_choices.html", context)


def added_by_last_sync(index: CatalogueIndex) -> frozenset[int]:
    """Return which albums are new; after a first import, where all would be, none is."""
    status = current_snapshot().get()
    is_told = status.last_sync_id is not None and 0 < status.added_by_last_sync <= len(index) / 2
    return _created_by(status.last_sync_id, status.added_by_last_sync, index.version) if is_told else frozenset()


@lru_cache(maxsize=2)
def _created_by(sync: int | None, _number: int, _version: int) -> frozenset[int]:
    created = AlbumChange.objects.filter(operation=sync, kind=AlbumChange.Kind.CREATED)
    return frozenset(created.values_list("album_id", flat=True))
