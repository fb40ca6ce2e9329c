"""Counts the albums that would get another artist, title or Spotify link, as when somebody sorts a column. Pure."""

from collections import defaultdict
from collections.abc import Callable, Collection, Hashable, Iterator
from dataclasses import dataclass

from catalog.services.albums.plan import KnownAlbum
from catalog.services.sheet.entries import AlbumEntry
from catalog.services.sheet.links import spotify_album_id
from catalog.services.sheet.text import fold

LONGEST_EXAMPLE = 60

Pair = tuple[AlbumEntry, KnownAlbum]
Side = AlbumEntry | KnownAlbum

WRITTEN: dict[str, Callable[[str], str]] = {
    "artist": str,
    "title": str,
    "spotify_url": lambda address: spotify_album_id(address) or "",
}
"""How what the rows and the catalogue say is read: by the rules of now on both sides."""

TWO_OF_THREE: tuple[Callable[[Side], tuple[str, str | None]], ...] = (
    lambda side: (side.artist_key, side.title_key),
    lambda side: (side.title_key, side.spotify_id),
    lambda side: (side.artist_key, side.spotify_id),
)


@dataclass(frozen=True)
class Change:
    """One value of an album that becomes another one."""

    entry: AlbumEntry
    album: KnownAlbum
    old: str
    new: str

    def __str__(self) -> str:
        return f"{self.entry.row}: {self.old[:LONGEST_EXAMPLE]} → {self.new[:LONGEST_EXAMPLE]}"


def changes(
    entries: list[AlbumEntry], pairs: list[KnownAlbum | None], known: Collection[KnownAlbum]
) -> dict[str, list[Change]]:
    """Return by column the values that become other values; one that appears or goes doesn't count."""
    found: dict[str, list[Change]] = {column: [] for column in WRITTEN}
    for entry, album in _pairs(entries, pairs, known):
        for column, read in WRITTEN.items():
            said, says = getattr(album, column), getattr(entry, column)
            if said == says:  # as nearly all do, so that few are read
                continue
            old, new = read(said), read(says)
            if old and new and old != new and column not in entry.unreadable and fold(old) != fold(new):
                found[column].append(Change(entry, album, old, new))
    return found


def _pairs(entries: list[AlbumEntry], pairs: list[KnownAlbum | None], known: Collection[KnownAlbum]) -> Iterator[Pair]:
    """Yield what was matched, and what would have been if one of artist, title and link had not changed."""
    yield from ((entry, album) for entry, album in zip(entries, pairs, strict=True) if album and not album.is_removed)
    new = [entry for entry, album in zip(entries, pairs, strict=True) if album is None]
    matched = {album.pk for album in pairs if album} if new else set[int]()
    gone = [album for album in known if not album.is_removed and album.pk not in matched] if new else []
    taken: set[int] = set()
    left: dict[int, AlbumEntry] = dict(enumerate(new))
    for evidence in TWO_OF_THREE:
        albums: defaultdict[Hashable, list[KnownAlbum]] = defaultdict(list)
        for album in gone:
            if album.pk in taken:
                continue
            albums[album.tab, evidence(album)].append(album)
        for index, entry in list(left.items()):
            if all(evidence(entry)) and (found := albums.get((entry.tab, evidence(entry)))):
                album = found.pop()
                taken.add(album.pk)
                yield left.pop(index), album
