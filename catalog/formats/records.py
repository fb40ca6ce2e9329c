"""Albums as records: one shape for the export, for files, for feeds and for the API."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime
from math import ceil
from typing import Any, NamedTuple

from catalog.models import Album, AlbumGenre, SpotifyAlbum
from catalog.models.spotify import tile_cover

KEYS: Sequence[str] = (
    "id", "artist", "title", "release_date", "release_text", "format", "genres", "genre_text", "vocal_style",
    "vocal_text", "country", "scene", "is_debut", "is_reissue", "tab", "spotify_id", "spotify_url", "bandcamp_url",
    "cover_url", "total_tracks", "label", "enriched",
)  # fmt: skip
"""In their order; docs/reference/export.md explains them."""

AT_ONCE = 1000
MOST_PARTS = 3
"""A list is read in so many queries at most, however long it is; a part of 17,602 albums takes 10 MB for a moment."""

MOST_PARAMETERS = 30_000
"""That SQLite takes in one statement."""

Genres = Mapping[int, Sequence[str]]
"""The names of the genres of albums, by primary key."""


class AlbumRow(NamedTuple):
    """The columns that a record is made of."""

    pk: int
    artist__name: str
    title: str
    release_date: date | None
    release_text: str
    format: str
    genre_text: str
    vocal_style__name: str | None
    vocal_text: str
    country: str
    scene: str | None
    is_debut: bool
    is_reissue: bool
    tab: str
    spotify_id: str | None
    spotify_url: str
    bandcamp_url: str
    spotify__cover_medium: str | None
    spotify__cover_large: str | None
    spotify__cover_small: str | None
    spotify__total_tracks: int | None
    spotify__label: str | None
    spotify__state: str | None
    artist_id: int
    year: int | None
    added_at: datetime

    @property
    def cover(self) -> str | None:
        """The address of the cover that suits a tile, if Spotify has told one."""
        return tile_cover(self.spotify__cover_medium, self.spotify__cover_large, self.spotify__cover_small)

    def record(self, genres: Sequence[str]) -> dict[str, Any]:
        """Return the album by `KEYS`."""
        return {
            "id": self.pk,
            "artist": self.artist__name,
            "title": self.title,
            "release_date": self.release_date.isoformat() if self.release_date else None,
            "release_text": self.release_text,
            "format": self.format,
            "genres": list(genres),
            "genre_text": self.genre_text,
            "vocal_style": self.vocal_style__name,
            "vocal_text": self.vocal_text,
            "country": self.country,
            "scene": self.scene,
            "is_debut": self.is_debut,
            "is_reissue": self.is_reissue,
            "tab": self.tab,
            "spotify_id": self.spotify_id,
            "spotify_url": self.spotify_url or None,
            "bandcamp_url": self.bandcamp_url or None,
            "cover_url": self.cover,
            "total_tracks": self.spotify__total_tracks,
            "label": self.spotify__label or None,
            "enriched": self.spotify__state == SpotifyAlbum.State.COMPLETE.value,
        }


def rows_of(keys: Sequence[int]) -> list[AlbumRow]:
    """Return the rows of albums in the order of their keys; those that are gone are left out."""
    found = Album.objects.listed().filter(pk__in=keys).values_list(*AlbumRow._fields) if keys else ()
    rows = {row[0]: AlbumRow._make(row) for row in found}
    return [rows[key] for key in keys if key in rows]


def genres_of(keys: Sequence[int] | None = None) -> Genres:
    """Return the genres of these albums, or of all, in the order of the sheet."""
    if keys is not None and not keys:
        return {}
    links = AlbumGenre.objects.order_by("album_id", "position")
    if keys is not None and len(keys) <= AT_ONCE:
        links = links.filter(album__in=keys)
    found: dict[int, list[str]] = {}
    names: dict[str, str] = {}
    for pk, name in links.values_list("album_id", "genre__name").iterator(AT_ONCE):
        found.setdefault(pk, []).append(names.setdefault(name, name))
    return found


def records_of(keys: Sequence[int]) -> Iterator[dict[str, Any]]:
    """Yield the records of albums in the order of their keys: part by part, in a bounded number of queries."""
    genres = genres_of(keys)
    size = min(MOST_PARAMETERS, max(AT_ONCE, ceil(len(keys) / MOST_PARTS)))
    for start in range(0, len(keys), size):
        yield from (row.record(genres.get(row.pk, ())) for row in rows_of(keys[start : start + size]))


def exported() -> Iterator[dict[str, Any]]:
    """Yield the record of each listed album by primary key."""
    genres = genres_of()
    for row in Album.objects.listed().order_by("pk").values_list(*AlbumRow._fields).iterator(AT_ONCE):
        album = AlbumRow._make(row)
        yield album.record(genres.get(album.pk, ()))
