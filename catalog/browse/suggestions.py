"""Names that fit what somebody is typing: artists and albums, a few of each, the best first."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, islice

from pyroaring import BitMap

from catalog.browse.index.catalogue import CatalogueIndex
from catalog.browse.index.current import current_index
from catalog.browse.index.search import LEAST_FOR_TYPO, Search, typos_in
from catalog.browse.index.words import squashed, words
from catalog.models import Album, Artist

MOST = 5

MOST_LOOKED_AT = 2000
"""Albums of one letter's names that are looked at, the newest: enough to tell who has most of them."""


@dataclass(frozen=True)
class Suggestion:
    """An artist with the number of their albums, or an album with its artist as the detail."""

    name: str
    detail: str
    address: str
    albums: int = 0


@dataclass(frozen=True)
class Suggestions:
    """What is suggested for a text, the best first."""

    artists: Sequence[Suggestion] = ()
    albums: Sequence[Suggestion] = ()

    @property
    def count(self) -> int:
        """How many there are."""
        return len(self.artists) + len(self.albums)


def suggest(text: str) -> Suggestions:
    """Return artists and albums: the exact name, names that begin so, names with such a word, else near names."""
    key = squashed(text)
    if not key:
        return Suggestions()
    index = current_index().get()
    artists, titles = _first_artists(index, text, key), _first_titles(index, key)
    if not artists and not titles:
        found = Search(index, text).found
        titles = list(islice(chain.from_iterable(found.tiers), MOST))
    return Suggestions([_artist(index, place) for place in artists], _albums(index, titles))


def _first_artists(index: CatalogueIndex, text: str, key: str) -> list[int]:
    """Return the places of the artists, of equal ones those with most albums first."""
    typos = typos_in(key) if len(key) >= LEAST_FOR_TYPO else 0
    tiers = (
        lambda: index.artists.exactly(key),
        lambda: index.artists.starting(key),
        lambda: _with_words(index, text),
        lambda: index.artists.near(key, typos) if typos else BitMap(),
    )
    found: dict[int, None] = {}
    for tier in tiers[:3] if index.artists.starting(key) else tiers:
        places = dict.fromkeys(index.artist_of[number] for number in islice(tier(), MOST_LOOKED_AT))
        found |= dict.fromkeys(sorted(places, key=lambda place: -index.albums_of[place]))
        if len(found) >= MOST:
            break
    return list(found)[:MOST]


def _first_titles(index: CatalogueIndex, key: str) -> list[int]:
    """Return the numbers of the albums, of equal ones the newest first."""
    tiers = (index.titles.exactly(key), index.titles.starting(key))
    return list(islice(dict.fromkeys(chain.from_iterable(tiers)), MOST))


def _with_words(index: CatalogueIndex, text: str) -> Iterator[int]:
    """Yield the albums whose artist's name has words that begin as each of a text's."""
    asked = words(text)
    for number in islice(Search(index, text).found.albums, MOST_LOOKED_AT):
        own = words(index.artist_names[index.artist_of[number]])
        if all(any(word.startswith(each) for word in own) for each in asked):
            yield number


def _artist(index: CatalogueIndex, place: int) -> Suggestion:
    artist = Artist(pk=index.artist_keys[place], name=index.artist_names[place])
    return Suggestion(artist.name, "", artist.get_absolute_url(), index.albums_of[place])


def _albums(index: CatalogueIndex, numbers: Iterable[int]) -> list[Suggestion]:
    keys = [index.keys[number] for number in numbers]
    albums = Album.objects.select_related("artist").in_bulk(keys) if keys else {}
    shown = [albums[key] for key in keys if key in albums]
    return [Suggestion(album.title, album.artist.name, album.get_absolute_url()) for album in shown]
