"""What the API and albums.json answer: pages of albums, an album, an artist."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.core.paginator import Page

from catalog.browse.parameters import address_of
from catalog.browse.query import CatalogQuery
from catalog.formats.names import Site
from catalog.formats.records import AlbumRow, genres_of, rows_of

Document = dict[str, Any]


def page_document(query: CatalogQuery, page: Page, site: Site, view: str) -> Document:
    """Return a page of a list, with the addresses of the others as ``view`` has them."""
    last = page.paginator.num_pages
    near = {"first": 1, "previous": page.number - 1, "next": page.number + 1, "last": last}
    links = {name: site.list(query, each, view) if 1 <= each <= last else None for name, each in near.items()}
    return {
        "count": page.paginator.count,
        "page": page.number,
        "pages": last,
        "per_page": query.per_page,
        "url": site.list(query, page.number),
        "self": site.list(query, page.number, view),
        **links,
        "albums": album_documents(list(page.object_list), site),
    }


def link_header(document: Document) -> str:
    """Return the Link header (RFC 8288) of a page of a list."""
    names = {"first": "first", "previous": "prev", "next": "next", "last": "last"}
    return ", ".join(f'<{document[name]}>; rel="{rel}"' for name, rel in names.items() if document[name])


def album_documents(keys: Sequence[int], site: Site) -> list[Document]:
    """Return albums in the order of their keys."""
    genres = genres_of(keys)
    return [album_document(row, genres.get(row.pk, ()), site) for row in rows_of(keys)]


def album_document(row: AlbumRow, genres: Sequence[str], site: Site) -> Document:
    """Return an album as lists have it: its record, and where it leads."""
    return row.record(genres) | {
        "year": row.year,
        "added_at": row.added_at.isoformat(),
        "artist_id": row.artist_id,
        "url": site.album(row.pk),
        "artist_url": site.artist(row.artist_id, row.artist__name),
        "api_url": site.address(address_of("catalog:api_album", row.pk)),
        "artist_api_url": site.address(address_of("catalog:api_artist", row.artist_id)),
    }


def track_documents(tracks: Iterable[Mapping[str, Any]]) -> list[Document]:
    """Return the tracks that Spotify has told."""
    return [{name: track.get(name) for name in ("disc", "number", "name", "seconds")} for track in tracks]
