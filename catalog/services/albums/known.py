"""Loads the albums of the catalogue as matching needs them."""

from itertools import compress

from catalog.models import Album
from catalog.models.album import AlbumQuerySet
from catalog.services.albums.plan import GUARDED, KnownAlbum
from catalog.services.sheet.text import fold


def known_albums(albums: AlbumQuerySet | None = None) -> list[KnownAlbum]:
    """Return these albums, or all of the catalogue, removed ones too, as matching needs them.

    Names are folded now, like those of the sheet: the stored keys may be those of an older version.
    """
    rows = (Album.objects.get_queryset() if albums is None else albums).values_list(
        "pk", "spotify_id", "artist__name", "title", "year", "release_order", "bandcamp_url", "tab", "entry_hash",
        "removed_at", "kept_at", *GUARDED,
    )  # fmt: skip
    return [
        KnownAlbum(
            pk,
            spotify_id,
            fold(artist),
            fold(title),
            *facts,
            is_removed=removed_at is not None or kept_at is not None,
            is_kept=removed_at is None and kept_at is not None,
            filled=frozenset(compress(GUARDED, values)),
            artist=artist,
            title=title,
            spotify_url=values[-1],
        )
        for pk, spotify_id, artist, title, *facts, removed_at, kept_at, values in (
            (*row[:11], row[11:]) for row in rows.iterator(chunk_size=5000)
        )
    ]
