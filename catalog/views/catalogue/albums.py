"""The catalogue: the list of albums, one album, and the cover of one album."""

from collections.abc import Sequence
from functools import cache
from itertools import islice
from typing import cast
from urllib.parse import quote

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils.cache import patch_cache_control
from django.utils.safestring import SafeString
from django.views import View

from catalog.browse.facets import Facets
from catalog.browse.index.catalogue import CatalogueIndex
from catalog.browse.index.current import current_index
from catalog.browse.index.places import Country, countries_of
from catalog.browse.parameters import LARGEST_KEY, number_of
from catalog.browse.query import LONG_GROUPS, CatalogQuery
from catalog.browse.similar import around, similar
from catalog.formats.shared import render_shared, shared_album, shared_list
from catalog.models import Album, AlbumChange, Artist, Genre
from catalog.rendering.choices import render_choices
from catalog.rendering.listing import render_filters, render_fragment, render_results, render_title
from catalog.rendering.pieces import Piece, etag_of, kept, respond
from catalog.rendering.tiles import fresh_tiles_of, render_cover, render_each, tiles_of
from catalog.services.prepared import PreparedQuery
from catalog.services.spotify.cover_requests import ask_for
from catalog.services.sync.snapshot import current_snapshot
from catalog.views.catalogue.elsewhere import may_show_player, playable, searches_for
from catalog.views.catalogue.way import way_of
from catalog.views.formats.answers import site_of
from catalog.views.formats.lists import page_of
from catalog.views.negotiation import HtmxRequest, vary_by_representation, wants_fragment
from catalog.views.responses import in_frame, is_like_any_other, live_panel, page, panel_context, panel_facts

A_YEAR = 365 * 24 * 60 * 60
MOST_OTHERS = 6
"""Albums that an album's page shows of its artist, and as many that are like it."""

MOST_CHANGES = 50

ANY = 1
"""Stands for the key of an album in a query that is prepared."""

RETRY_SECONDS = (2, 4, 8, 16, 30)
"""After how long a placeholder asks again: many covers that are wanted at once come one after the other."""

IN_HISTORY = {"catalog-filters": "HX-Push-Url", "jump": "HX-Push-Url", "search": "HX-Replace-Url"}
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
            parts = {"filters": render_filters(query, index), "results": _results(query, index)}
            title = render_title(query)
            texts = {"title": title, "searched": query.text, "shared": _head(request, query, title)}
            response = render(request, "catalog/album_list.html", panel_context(request, fresh=True) | texts | parts)
        if query.chosen_per_page:
            response.set_cookie("per_page", str(query.per_page), max_age=A_YEAR, httponly=True, samesite="Lax")
        vary_by_representation(response)
        return response


def _fragment(request: HtmxRequest, query: CatalogQuery, index: CatalogueIndex) -> HttpResponse:
    trigger = request.htmx.trigger or ""
    asked_by = trigger if trigger in {RESULTS, *IN_HISTORY} else ""
    key = ("fragment", asked_by, *query.key, *_state(index))
    is_behind = current_index().is_behind(index)
    response = respond(request, [kept(key, lambda: render_fragment(query, index, asked_by, is_behind=is_behind))])
    if header := IN_HISTORY.get(trigger):
        response[header] = query.address(query.page)
    return response


def _kept_page(request: HtmxRequest, query: CatalogQuery, index: CatalogueIndex) -> HttpResponse:
    """Answer somebody who isn't signed in: with the page that all of them get, and the panel as it stands."""
    look = current_snapshot().look(fresh=not current_index().is_watched)
    status, key = look.status, ("results", *query.key, *_state(index))
    title = kept(("title", *key), lambda: render_title(query))
    values = {
        "title": title,
        "searched": Piece.short(query.text),
        "shared": kept(("head", site_of(request), *key), lambda: _head(request, query, title.content.decode())),
        "here": Piece.short(quote(query.address(query.page))),
        "panel": live_panel(request, look),
        "filters": kept(("filters", *query.filters_key, index.version), lambda: render_filters(query, index)),
        "results": kept(key, lambda: _results(query, index)),
    }
    pieces = in_frame(request, "catalog/album_list.html", values, {"status": status}, status.is_active)
    facts = (key, site_of(request), status.is_active, panel_facts(request, status))
    return respond(request, pieces, "" if status.is_active else etag_of(facts, request.META.get("CSRF_COOKIE")))


def _results(query: CatalogQuery, index: CatalogueIndex) -> SafeString:
    return render_results(query, index, is_behind=current_index().is_behind(index))


def _head(request: HtmxRequest, query: CatalogQuery, title: str) -> SafeString:
    return render_shared(shared_list(query, page_of(query).number, site_of(request), title), query.formats)


def _state(index: CatalogueIndex) -> tuple[object, ...]:
    """Return all that a list shows beside what is asked for: when any of it changes, what is kept is old."""
    status = current_snapshot().get()
    arrivals = status.last_sync_id, status.added_by_last_sync
    return (index.version, current_index().is_behind(index), current_index().versions.spotify, *arrivals)


@may_show_player
class AlbumDetailView(View):
    """One album: all that is known, and what the syncs changed in it."""

    def get(self, request: HtmxRequest, pk: int) -> HttpResponse:
        """Answer with the album's page, also where the album has left the sheet."""
        album = _album(pk)
        changes = _changes().all(pk)
        genres, countries = _genres().all(pk), countries_of(album.country)
        about = {"album": album, "genres": genres, "countries": countries, "changes": changes, "artist": album.artist}
        ways = {"way": way_of(request, pk), "playable": playable(album), "searches": searches_for(album)}
        context = about | ways | _first_ask(album) | _others(album, genres, countries)
        artist = cast("Artist", context["artist"])
        shared = shared_album(album, [genre.name for genre in genres], artist, site_of(request))
        parts = {
            "title": f"{album.title} by {album.artist.name} · progmetal",
            "shared": render_shared(shared),
            "main": render_to_string("catalog/albums/album.html", context),
        }
        return page(request, "catalog/albums/page.html", parts, is_listed=album.is_listed)


def _others(album: Album, genres: Sequence[Genre], countries: Sequence[Country]) -> dict[str, object]:
    """Return the artist whose page has the album, and the tiles of other albums: by the artist, and of any like it."""
    index = current_index().get()
    number = index.number_of(album.pk)
    if number is None:
        return {}
    own = index.by_artist(number)
    by_artist = [index.keys[each] for each in own if each != number][:MOST_OTHERS]
    facts = [("country", country.slug) for country in countries] + around(album.year)
    facts += [("vocal", album.vocal_style.slug)] if album.vocal_style else []
    like_it = list(islice(similar(index, [genre.slug for genre in genres], facts, leaving_out=own), MOST_OTHERS))
    tiles = {tile.pk: tile for tile in tiles_of([*by_artist, *like_it])}
    pk, name = index.artist(number)
    return {
        "artist": Artist(pk=pk, name=name),
        "by_artist": render_each(tiles[pk] for pk in by_artist if pk in tiles),
        "similar": render_each(tiles[pk] for pk in like_it if pk in tiles),
    }


def _first_ask(album: Album) -> dict[str, str]:
    """Return where and when an album's page asks for what Spotify may still tell."""
    may_ask = album.is_listed and album.spotify_id and not (album.spotify and album.spotify.is_settled)
    return {"ask": f"{album.get_absolute_url()}cover/?large=1", "trigger": "revealed"} if may_ask else {}


class AlbumCoverView(View):
    """The cover of one album as a fragment; a large one brings along what else Spotify knows, once it is known."""

    def get(self, request: HtmxRequest, pk: int) -> HttpResponse:
        """Answer with the cover, else with the placeholder, which asks again, ever later, where it may come soon."""
        response = self._large(request, pk) if "large" in request.GET else self._of_tile(request, pk)
        patch_cache_control(response, no_store=True)
        return response

    def _large(self, request: HtmxRequest, pk: int) -> HttpResponse:
        album = _album(pk)
        is_known = album.spotify is not None and album.spotify.is_complete
        again = {} if is_known else _again(request, pk)
        context = {"album": album, "genres": _genres().all(pk), "countries": countries_of(album.country), **again}
        return render(request, "catalog/albums/arrival.html", context)

    def _of_tile(self, request: HtmxRequest, pk: int) -> HttpResponse:
        for tile in fresh_tiles_of([pk] if pk <= LARGEST_KEY else []).values():
            return HttpResponse(render_cover(tile, {} if tile.cover else _again(request, pk)))
        raise Http404


def _again(request: HtmxRequest, pk: int) -> dict[str, str]:
    """Have a cover asked for, and return where and when the page asks again; nothing if it need not."""
    tried = number_of(request.GET.get("retry", ""), 2) or 0
    if tried >= len(RETRY_SECONDS) or not ask_for(pk):
        return {}
    address = f"{request.path}?{'large=1&' if 'large' in request.GET else ''}retry={tried + 1}"
    return {"ask": address, "trigger": f"load delay:{RETRY_SECONDS[tried]}s"}


def _album(pk: int) -> Album:
    found = _albums().first(pk) if pk <= LARGEST_KEY else None
    if found is None:
        raise Http404
    return found


# Asked with each page, which would take a third longer if these were written anew.
@cache
def _albums() -> PreparedQuery[Album]:
    return PreparedQuery(Album.objects.select_related("artist", "vocal_style", "spotify").filter(pk=ANY))


@cache
def _genres() -> PreparedQuery[Genre]:
    """Return the query for the genres of an album in the order of the sheet."""
    return PreparedQuery(Genre.objects.filter(album_genres__album=ANY).order_by("album_genres__position"))


@cache
def _changes() -> PreparedQuery[AlbumChange]:
    changes = AlbumChange.objects.filter(album=ANY).order_by("-changed_at", "-pk")
    return PreparedQuery(changes[:MOST_CHANGES])


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
