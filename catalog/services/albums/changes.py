"""Says which fields of an album become what: for the change log, for previews, and for what an undo puts back."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import date
from typing import Any, TypeVar

from catalog.models import Album
from catalog.services.sheet.entries import AlbumEntry, Tab
from catalog.services.sheet.text import fold

Item = TypeVar("Item")

CHUNK = 500
AS_WRITTEN = (
    "title", "release_date", "release_text", "format", "genre_text", "vocal_text", "country", "scene", "is_debut",
    "is_reissue", "tab", "spotify_id", "spotify_url", "bandcamp_url", "youtube_url", "amazon_url", "apple_music_url",
    "google_play_url",
)  # fmt: skip
"""What an album has straight from its entry, and can be told of."""

LOGGED = (*AS_WRITTEN, "artist", "vocal_style", "genres")
"""What a change is told of."""


def in_chunks(items: Sequence[Item]) -> Iterator[Sequence[Item]]:
    """Yield the items in order, so many at a time as albums are worth reading at once."""
    for start in range(0, len(items), CHUNK):
        yield items[start : start + CHUNK]


def stored_albums(pks: Collection[int]) -> dict[int, Album]:
    """Return albums with all that a change is told of, by primary key."""
    return Album.objects.select_related("artist", "vocal_style").prefetch_related("album_genres__genre").in_bulk(pks)


def told_of(album: Album) -> dict[str, Any]:
    """Return what an album in the catalogue says of itself, as JSON can hold it; its genres as names by key."""
    style = album.vocal_style
    genres = {link.genre.key: link.genre.name for link in album.album_genres.all()}
    said = {name: getattr(album, name) for name in AS_WRITTEN}
    return _plain(said | {"artist": album.artist.name, "vocal_style": style and style.name, "genres": genres})


def told_by(entry: AlbumEntry, genres: Mapping[str, str]) -> dict[str, Any]:
    """Return what an entry says, in the same way; its genres as the catalogue calls them."""
    said = {name: getattr(entry, name) for name in LOGGED if name != "genres"}
    return _plain(said | {"genres": genres})


def differences(before: dict[str, Any], after: dict[str, Any]) -> dict[str, list[Any]]:
    """Return the old and the new value of each field that is not the same: of genres their names."""
    return {
        name: [list(side[name].values()) if name == "genres" else side[name] for side in (before, after)]
        for name in LOGGED
        if before[name] != after[name] or (name == "genres" and list(before[name]) != list(after[name]))
    }


def entry_of(told: dict[str, Any], year: int | None) -> AlbumEntry:
    """Return the entry that an album which says this of itself came from; its row is not known, nor how it was written.

    Its genres are named by their keys, which name them whatever they are called now.
    """
    released = told["release_date"] and date.fromisoformat(told["release_date"])
    return AlbumEntry(
        **{name: told[name] for name in (*AS_WRITTEN, "artist", "vocal_style") if name != "release_date"},
        release_date=released,
        genres=tuple(told["genres"]),
        year=year or (released.year if released else Tab(told["tab"]).year),
        artist_key=fold(told["artist"]),
        title_key=fold(told["title"]),
        row=0,
    )


def _plain(values: dict[str, Any]) -> dict[str, Any]:
    return {name: value.isoformat() if isinstance(value, date) else value for name, value in values.items()}
