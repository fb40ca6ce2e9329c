"""Loads the albums of the catalogue as matching needs them."""

from catalog.models import Album
from catalog.models.album import AlbumQuerySet
from catalog.services.albums.plan import GUARDED, KnownAlbum


def known_albums(albums: AlbumQuerySet | None = None) -> list[KnownAlbum]:
    """Return these albums, or all of the catalogue, removed ones too, as matching needs them."""
    rows = (Album.objects.get_queryset() if albums is None else albums).values_list(
        "pk", "spotify_id", "artist_key", "title_key", "year", "release_order", "bandcamp_url", "tab", "entry_hash",
        "removed_at", "artist__name", "title", *GUARDED,
    )  # fmt: skip
    return [
        KnownAlbum(
            *row[:9],
            is_removed=row[9] is not None,
            filled=frozenset(column for column, value in zip(GUARDED, row[12:], strict=True) if value),
            artist=row[10],
            title=row[11],
            spotify_url=row[-1],
        )
        for row in rows.iterator(chunk_size=5000)
    ]
