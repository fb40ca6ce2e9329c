"""What search engines may find: some thousand addresses a page, from the index and the change log."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import datetime
from typing import NamedTuple

from django.db.models import Max
from django.urls import reverse

from catalog.browse.index.catalogue import CatalogueIndex
from catalog.browse.parameters import list_address
from catalog.formats.names import Site, changed_at
from catalog.models import Album, AlbumChange, Artist

A_PAGE = 2500
"""Addresses."""

PAGES = ("catalog:album_list", "catalog:statistics", "catalog:api")
"""The pages that there is one of."""


class Entry(NamedTuple):
    """An address, and when what it tells last changed, where that is known."""

    address: str
    changed: datetime | None = None


def sections(index: CatalogueIndex) -> Mapping[str, int]:
    """Return how many pages each section of the sitemap has."""
    sizes = {"pages": len(PAGES), "albums": len(index), "artists": len(index.artist_keys)}
    return {name: max(1, -(-size // A_PAGE)) for name, size in sizes.items()}


def changed_last() -> datetime | None:
    """Return when anything in the catalogue last changed."""
    changed = AlbumChange.objects.order_by().aggregate(at=Max("changed_at"))["at"]
    return changed or Album.objects.listed().order_by().aggregate(at=Max("added_at"))["at"]


def entries(section: str, page: int, index: CatalogueIndex, site: Site) -> Iterable[Entry]:
    """Return the entries of a page, counted from 1. The newest are last, so that they don't shift the others."""
    return SECTIONS[section](slice((page - 1) * A_PAGE, page * A_PAGE), index, site)


def _pages(places: slice, _index: CatalogueIndex, site: Site) -> Iterator[Entry]:
    yield from (Entry(site.address(reverse(name))) for name in PAGES[places])


def _albums(places: slice, index: CatalogueIndex, site: Site) -> Iterator[Entry]:
    keys = sorted(index.keys)[places]
    added = dict(Album.objects.listed().filter(pk__in=keys).values_list("pk", "added_at"))
    changed = _later(added, changed_at(keys))
    start = site.address(list_address())
    yield from (Entry(f"{start}{pk}/", changed.get(pk)) for pk in keys)


def _artists(places: slice, index: CatalogueIndex, site: Site) -> Iterator[Entry]:
    names = dict(zip(index.artist_keys, index.artist_names, strict=True))
    keys = sorted(names)[places]
    albums = Album.objects.listed().filter(artist__in=keys).order_by().values_list("artist")
    added, changes = albums.annotate(Max("added_at")), albums.annotate(at=Max("changes__changed_at")).exclude(at=None)
    changed = _later(dict(added), dict(changes))
    yield from (Entry(site.address(Artist(pk=pk, name=names[pk]).get_absolute_url()), changed.get(pk)) for pk in keys)


def _later(first: Mapping[int, datetime], second: Mapping[int, datetime]) -> Mapping[int, datetime]:
    return {key: max(moment, second.get(key, moment)) for key, moment in first.items()}


SECTIONS: Mapping[str, Callable[[slice, CatalogueIndex, Site], Iterable[Entry]]] = {
    "pages": _pages,
    "albums": _albums,
    "artists": _artists,
}
