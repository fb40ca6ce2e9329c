"""An artist's page: all of its albums, where they come from, and what they are."""

from collections.abc import Mapping, Sequence

from django.db.models import Count
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect
from django.template.loader import render_to_string
from django.views import View

from catalog.browse.bands import Band, Traces, bands_of
from catalog.browse.index.current import current_index
from catalog.browse.query import CatalogQuery
from catalog.formats.shared import render_shared, shared_artist
from catalog.models import Album, Artist, Genre
from catalog.rendering.tiles import Tile, render_each, tiles_of
from catalog.views.catalogue.elsewhere import searches
from catalog.views.formats.answers import site_of
from catalog.views.responses import page

MOST_GENRES = 8


class ArtistDetailView(View):
    """One artist. Two bands that share a name share a page, but not a list."""

    def get(self, request: HttpRequest, pk: int, slug: str = "") -> HttpResponse:
        """Answer with the albums, newest first; an old name in the address, or another artist's number, leads there."""
        index = current_index().get()
        artist = get_object_or_404(Artist, pk=index.joined.get(pk, pk))
        if pk != artist.pk or slug not in {"", artist.slug}:
            return redirect(artist, permanent=False)
        artists = [pk, *index.joined_to(pk)]
        listed = Album.objects.listed().filter(artist__in=artists)
        albums = tiles_of(list(listed.newest_first().values_list("pk", flat=True)))
        if not albums:
            raise Http404
        tiles = {tile.pk: tile for tile in albums}
        others = {tile.pk: tile.artist for tile in albums if tile.artist != artist.name}
        bands = bands_of([Traces(tile.pk, tile.country, tile.bandcamp_url) for tile in albums], others)
        years = [tile.year for tile in albums if tile.year]
        genres = _genres(artists)
        shops = list(dict.fromkeys(host for band in bands for host in band.shops))
        shared = shared_artist(artist, albums, [genre.name for genre in genres], shops, site_of(request))
        formats = CatalogQuery(QueryDict(f"when=all&artist={pk}"), index).formats
        context = {
            "artist": artist,
            "formats": formats,
            "other_names": sorted(set(others.values())),
            "count": len(albums),
            "bands": [_shown(band, tiles) for band in bands],
            "years": (min(years), max(years)) if years else None,
            "genres": genres,
            "searches": searches(artist.name, "artist"),
        }
        parts = {
            "title": f"{artist.name} · progmetal",
            "shared": render_shared(shared, formats),
            "main": render_to_string("catalog/artists/artist.html", context),
        }
        return page(request, "catalog/artists/page.html", parts)


def _shown(band: Band, tiles: Mapping[int, Tile]) -> dict[str, object]:
    albums = render_each(tiles[pk] for pk in band.albums)
    return {"countries": band.countries.values(), "shops": band.shops, "tiles": albums}


def _genres(artists: Sequence[int]) -> Sequence[Genre]:
    """Return the genres of most of the albums."""
    used = Genre.objects.filter(album_genres__album__artist__in=artists, album_genres__album__removed_at=None)
    return list(used.annotate(number=Count("pk")).order_by("-number", "key")[:MOST_GENRES])
