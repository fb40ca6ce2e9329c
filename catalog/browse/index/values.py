"""The values that albums can be filtered by, and the albums of each."""

import re
from array import array
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from pyroaring import BitMap

from catalog.browse.index.entries import AlbumRow, Catalogue, Named
from catalog.browse.index.places import countries_of
from catalog.browse.index.postings import numbers_by
from catalog.models import Album

BETWEEN_WORDS = re.compile(r"[\s/\u2010-\u2015-]+")

FORMATS = ("lp", "ep", "other")


@dataclass(frozen=True)
class Value:
    """One value of a group of filters: as addresses name it, as pages do, and what else people call it."""

    slug: str
    label: str
    names: Sequence[str] = ()
    slugs: Sequence[str] = ()
    """What addresses called its other spellings."""


Values = Mapping[str, Mapping[str, Value]]


class Collected:
    """The values of all groups, and the albums of each."""

    def __init__(self, catalogue: Catalogue, albums: Sequence[AlbumRow]) -> None:
        self.values: dict[str, dict[str, Value]] = {}
        self.bitmaps: dict[str, dict[str, BitMap]] = {}
        self._add("genre", _genres(catalogue, albums))
        self._add("vocal", _vocals(catalogue, albums))
        self._add("year", _years(albums))
        self._add("country", _countries(albums))
        self._add("scene", _scenes(albums))
        self._add("format", _formats(albums))

    def _add(self, group: str, found: Iterable[tuple[Value, Iterable[int]]]) -> None:
        values, bitmaps = self.values.setdefault(group, {}), self.bitmaps.setdefault(group, {})
        for value, numbers in found:
            values.setdefault(value.slug, value)
            bitmaps.setdefault(value.slug, BitMap()).update(numbers)


def _genres(catalogue: Catalogue, albums: Iterable[AlbumRow]) -> Iterator[tuple[Value, Iterable[int]]]:
    numbers = {genre: array("I") for genre in catalogue.genres}
    for number, album in enumerate(albums):
        for genre in catalogue.genres_of.get(album.pk, ()):
            numbers[genre].append(number)
    frequency = {genre: len(found) for genre, found in numbers.items()}
    for genre, value in genres_by_spelling(catalogue.genres, frequency).items():
        yield value, numbers[genre]


def _vocals(catalogue: Catalogue, albums: Iterable[AlbumRow]) -> Iterator[tuple[Value, Iterable[int]]]:
    numbers = numbers_by(album.vocal_style for album in albums)
    for style, named in catalogue.vocal_styles.items():
        yield Value(named.slug, named.name), numbers.get(style, ())


def _years(albums: Iterable[AlbumRow]) -> Iterator[tuple[Value, Iterable[int]]]:
    for year, numbers in numbers_by(album.year for album in albums).items():
        if year:
            yield Value(str(year), str(year)), numbers


def _countries(albums: Iterable[AlbumRow]) -> Iterator[tuple[Value, Iterable[int]]]:
    for text, numbers in numbers_by(album.country for album in albums).items():
        for country in countries_of(text):
            yield Value(country.slug, country.label, country.names), numbers


def _scenes(albums: Iterable[AlbumRow]) -> Iterator[tuple[Value, Iterable[int]]]:
    numbers = numbers_by(album.scene for album in albums)
    for scene in map(str, Album.Scene.values):
        yield Value(scene, scene), numbers.get(scene, ())


def _formats(albums: Iterable[AlbumRow]) -> Iterator[tuple[Value, Iterable[int]]]:
    yield from ((Value(name, name), ()) for name in FORMATS)
    for text, numbers in numbers_by(album.format for album in albums).items():
        name = format_group(text)
        yield Value(name, name), numbers


def genres_by_spelling(genres: Mapping[int, Named], albums: Mapping[int, int]) -> dict[int, Value]:
    """Return the genre that each of the database's stands for, by primary key.

    Those whose names differ only in hyphens, blanks, slashes or capitals are one, named as most albums name it; and so
    are those that a curator called the same, without waiting for a sync to move their albums.
    """
    meant = {spelled(alias): spelled(genre.name) for genre in genres.values() for alias in genre.aliases}
    groups: dict[str, list[int]] = {}
    for pk, genre in genres.items():
        own = spelled(genre.name)
        groups.setdefault(meant.get(own, own), []).append(pk)
    found: dict[int, Value] = {}
    for name, pks in groups.items():
        pks.sort(key=lambda pk: (spelled(genres[pk].name) != name, -albums.get(pk, 0), pk))
        first, others = genres[pks[0]], [genres[pk] for pk in pks[1:]]
        names = (*first.aliases, *(each for other in others for each in (other.name, *other.aliases)))
        value = Value(first.slug, first.name, names, tuple(other.slug for other in others))
        found |= dict.fromkeys(pks, value)
    return found


def spelled(name: str) -> str:
    """Return what two spellings of a genre have in common."""
    return BETWEEN_WORDS.sub("", name.casefold())


def format_group(text: str) -> str:
    """Return which of `FORMATS` a format such as `2xLP` belongs to."""
    return next((name for name in ("lp", "ep") if text.lower().endswith(name)), "other")


def ranked(values: Mapping[str, Value], bitmaps: Mapping[str, BitMap], group: str) -> list[Value]:
    """Return the values that albums have as the page offers them: years down, the others by frequency."""
    used: Iterable[Value] = (value for slug, value in values.items() if bitmaps[slug])
    if group == "year":
        return sorted(used, key=lambda value: value.slug, reverse=True)
    if group in {"scene", "format"}:
        return list(values.values())
    return sorted(used, key=lambda value: (-len(bitmaps[value.slug]), value.label.casefold()))
