"""The index of one version of the catalogue. Pure: built from values, and never changed."""

import marshal
from array import array
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property
from hashlib import blake2b
from operator import attrgetter

from pyroaring import BitMap

from catalog.browse.index.calendar import Calendar
from catalog.browse.index.entries import AlbumRow, Catalogue
from catalog.browse.index.orders import NEWEST, Bitmaps, Newest, Order, in_each_order
from catalog.browse.index.postings import Either
from catalog.browse.index.texts import AlbumTexts, NameTexts
from catalog.browse.index.values import Collected, Value, Values, ranked
from catalog.browse.index.words import squashed, words


class CatalogueIndex:
    """Answers what to list. An album's number is its place among the newest."""

    def __init__(self, catalogue: Catalogue, version: int = 0, before: "CatalogueIndex | None" = None) -> None:
        """Build it; from parts of the one before it, where what curators gave names has changed and no album has."""
        self.version = version
        self.digest = _digest(catalogue.albums)
        """Of the albums' rows, whichever process built it."""
        kept = before if before and before.digest == self.digest else None
        ordered = {} if kept else in_each_order(catalogue.albums)
        albums = _in_order(catalogue.albums, kept.keys) if kept else ordered[NEWEST]
        collected = Collected(catalogue, albums)
        self.keys = kept.keys if kept else array("Q", (album.pk for album in albums))
        """The primary keys of the albums, by number."""
        self.values: Values = collected.values
        self.genre_slugs = {slug: genre.slug for genre in self.values["genre"].values() for slug in genre.slugs}
        """For what addresses call other spellings of genres, what they call the genre."""
        self.orders: dict[str, Order] = (
            {name: order.with_bitmaps(collected.bitmaps) for name, order in kept.orders.items()}
            if kept
            else _orders(ordered, collected.bitmaps)
        )
        self.calendar = Calendar(albums, self.orders)
        self.debuts = BitMap(number for number, album in enumerate(albums) if album.is_debut)
        self.joined: Mapping[int, int] = catalogue.joined
        """The artists that are another one, by primary keys."""
        places: dict[int, int] = {}
        artists = (self.joined.get(album.artist, album.artist) for album in albums)
        self.artist_of = array("I", (places.setdefault(artist, len(places)) for artist in artists))
        """For each album the place of its artist, the one that it is joined to, among `artist_names`."""
        self.artist_keys: Sequence[int] = array("Q", places)
        """The primary keys of the artists that have albums, by place."""
        self.artist_names: Sequence[str] = [catalogue.artists[artist] for artist in places]
        self.albums_of: Mapping[int, int] = Counter(self.artist_of)
        """The number of albums of each artist, by place."""
        self.texts = kept.texts if kept else AlbumTexts(albums)
        names = NameTexts(catalogue, albums, collected.values, collected.bitmaps)
        self.words, self.pairs = Either(self.texts.words, names.words), Either(self.texts.pairs, names.pairs)
        self.artists, self.titles = names.artists, self.texts.titles
        self.phrases: Mapping[str, BitMap] = names.phrases

    def __len__(self) -> int:
        return len(self.keys)

    @property
    def newest(self) -> Order:
        """The order that gives albums their numbers."""
        return self.orders[NEWEST]

    def number_of(self, pk: int) -> int | None:
        """Return the number of an album, if it is listed."""
        place = bisect_left(self._by_key, pk, key=self.keys.__getitem__)
        is_listed = place < len(self) and self.keys[self._by_key[place]] == pk
        return self._by_key[place] if is_listed else None

    def by_artist(self, number: int) -> BitMap:
        """Return the albums of an album's artist, the newest first."""
        return self.albums_at(self.artist_of[number])

    def albums_at(self, place: int) -> BitMap:
        """Return the albums of the artist at a place among `artist_names`."""
        named_so = self.artists.exactly(squashed(self.artist_names[place]))
        return BitMap(each for each in named_so if self.artist_of[each] == place)

    def artist(self, number: int) -> tuple[int, str]:
        """Return the primary key and the name of an album's artist, or of the one that it is joined to."""
        place = self.artist_of[number]
        return self.artist_keys[place], self.artist_names[place]

    def place_of_artist(self, pk: int) -> int | None:
        """Return the place of an artist, or of the one that it is joined to, among `artist_names`."""
        try:
            return self.artist_keys.index(self.joined.get(pk, pk))
        except ValueError:
            return None

    def joined_to(self, artist: int) -> list[int]:
        """Return the primary keys of the artists that are this one."""
        return [other for other, kept in self.joined.items() if kept == artist]

    @cached_property
    def _by_key(self) -> "array[int]":
        """The numbers of the albums by primary key. Made when somebody first looks at an album."""
        return array("I", sorted(range(len(self)), key=self.keys.__getitem__))

    @cached_property
    def offered(self) -> Mapping[str, Sequence[Value]]:
        """The values of each group in the order in which the page offers them."""
        return {group: ranked(values, self.newest.bitmaps[group], group) for group, values in self.values.items()}

    @cached_property
    def folded_artist_names(self) -> Sequence[str]:
        """The names of artists as searches compare them. Made when a search first finds nothing."""
        return [" ".join(words(name)) for name in self.artist_names]


def _digest(albums: Iterable[AlbumRow]) -> bytes:
    """Return what stands for rows in any order; marshal's later formats tell equal objects from the same one."""
    rows = [tuple(album) for album in sorted(albums, key=attrgetter("pk"))]
    return blake2b(marshal.dumps(rows, 2)).digest()


def _in_order(albums: Iterable[AlbumRow], keys: Iterable[int]) -> list[AlbumRow]:
    rows = {album.pk: album for album in albums}
    return [rows[key] for key in keys]


def _orders(ordered: Mapping[str, Sequence[AlbumRow]], bitmaps: Bitmaps) -> dict[str, Order]:
    numbers = {album.pk: number for number, album in enumerate(ordered[NEWEST])}
    return {
        name: Newest(len(albums), bitmaps)
        if name == NEWEST
        else Order(array("I", (numbers[album.pk] for album in albums)), bitmaps)
        for name, albums in ordered.items()
    }
