"""The catalogue as JSON: lists, albums, artists, and how the sync stands."""

import json
from collections import Counter
from collections.abc import Iterable, Sequence

from django.http import HttpRequest, HttpResponse, HttpResponsePermanentRedirect
from django.http.response import HttpResponseBase
from django.urls import resolve, reverse
from django.utils.http import urlencode

from catalog.browse.index.catalogue import CatalogueIndex
from catalog.browse.index.current import current_index
from catalog.browse.index.places import countries_of
from catalog.browse.query import CatalogQuery
from catalog.formats.documents import Document, album_document, track_documents
from catalog.formats.names import Site
from catalog.formats.records import AlbumRow, genres_of, rows_of
from catalog.models import Album, ArtistAlias
from catalog.services.sync.snapshot import current_snapshot
from catalog.views.api.parameters import broken_parameters
from catalog.views.api.problems import ApiView, BrokenParameters, Problem
from catalog.views.formats.answers import conditional, site_of
from catalog.views.formats.lists import page_as_json, page_of
from catalog.views.responses import status_as_json

ALBUMS = "catalog:api_albums"
MOST_ALBUMS = 100
"""Of an artist's albums that come with the artist; all of them are a list."""

MOST_GENRES = 8


class AlbumsView(ApiView):
    """A list of albums."""

    def get(self, request: HttpRequest) -> HttpResponseBase:
        """Answer with a page of it, or with what is wrong with the query."""
        index = current_index().get()
        query = CatalogQuery(request.GET, index)
        if broken := broken_parameters(request.GET, query, index):
            raise BrokenParameters(broken)
        last = page_of(query).paginator.num_pages
        if query.page > last:
            raise Problem(404, "no_page", page=query.page, last=last)
        return conditional(request, index, query.key, lambda: page_as_json(request, query, ALBUMS), is_kept=True)


class AlbumView(ApiView):
    """An album of the catalogue."""

    def get(self, request: HttpRequest, pk: int) -> HttpResponseBase:
        """Answer with the album and its tracks."""
        index = current_index().get()
        if index.number_of(pk) is None:
            raise Problem(404, "no_album", pk=pk)
        return conditional(request, index, pk, lambda: _json(_album(pk, site_of(request))))


class ArtistView(ApiView):
    """An artist who has an album in the catalogue."""

    def get(self, request: HttpRequest, pk: int) -> HttpResponseBase:
        """Answer with the artist; the number of one that a curator joined to another leads to that one."""
        index = current_index().get()
        place = index.place_of_artist(pk)
        if place is None:
            raise Problem(404, "no_artist", pk=pk)
        return conditional(request, index, pk, lambda: _json(_artist(index, place, site_of(request))))


class SyncView(ApiView):
    """How the latest sync stands."""

    def get(self, request: HttpRequest) -> HttpResponse:
        """Answer with the status object."""
        return status_as_json(request, current_snapshot().look())


class UnknownView(ApiView):
    """What the API doesn't have, whatever the method."""

    http_method_names = (*ApiView.http_method_names, "post", "put", "patch", "delete", "trace")

    def get(self, request: HttpRequest, rest: str = "") -> HttpResponseBase:  # noqa: ARG002
        """Lead to the address with a slash at its end, if there is one."""
        path = f"{request.path_info}/"
        if resolve(path).url_name == "api_unknown":
            raise Problem(404, "no_address")
        string = request.META.get("QUERY_STRING", "")
        return HttpResponsePermanentRedirect(f"{request.path}/{'?' if string else ''}{string}")

    post = put = patch = delete = trace = get


def _json(document: Document) -> HttpResponse:
    return HttpResponse(json.dumps(document, ensure_ascii=False), content_type="application/json")


def _album(pk: int, site: Site) -> Document:
    rows = rows_of([pk])
    if not rows:  # gone since the index was built
        raise Problem(404, "no_album", pk=pk)
    album = Album.objects.select_related("spotify").get(pk=pk)
    tracks = album.spotify.tracks if album.spotify else []
    known = album_document(rows[0], genres_of([pk]).get(pk, ()), site)
    return known | {"links": album.links, "tracks": track_documents(tracks)}


def _artist(index: CatalogueIndex, place: int, site: Site) -> Document:
    pk, name = index.artist_keys[place], index.artist_names[place]
    keys = [index.keys[number] for number in index.albums_at(place)]
    rows, genres = rows_of(keys[:MOST_ALBUMS]), genres_of(keys)
    years = [row.year for row in rows if row.year]
    whole = urlencode({"when": "all", "artist": pk})
    return {
        "id": pk,
        "name": name,
        "other_names": _other_names(name, [pk, *index.joined_to(pk)], rows),
        "count": len(keys),
        "years": [min(years), max(years)] if years else None,
        "countries": list(dict.fromkeys(country.label for row in rows for country in countries_of(row.country))),
        "genres": _most_common(genre for each in keys for genre in genres.get(each, ())),
        "url": site.artist(pk, name),
        "api_url": site.address(reverse("catalog:api_artist", args=[pk])),
        "albums_url": site.address(f"{reverse(ALBUMS)}?{whole}"),
        "feed_url": site.address(f"{reverse('catalog:feed')}?{whole}"),
        "albums": [album_document(row, genres.get(row.pk, ()), site) for row in rows],
    }


def _other_names(name: str, artists: Sequence[int], rows: Sequence[AlbumRow]) -> list[str]:
    given = ArtistAlias.objects.filter(artist__in=artists).values_list("name", flat=True)
    return sorted({*given, *(row.artist__name for row in rows)} - {name})


def _most_common(genres: Iterable[str]) -> list[str]:
    return [genre for genre, _ in Counter(genres).most_common(MOST_GENRES)]
