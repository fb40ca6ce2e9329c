"""The values that albums can be filtered by, and the albums of each."""

import re
from array import array
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain

from pyroaring import BitMap

from catalog.browse.index.entries import AlbumRow, Catalogue, Named
from catalog.browse.index.places import countries_of
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
    """The values of all groups while albums are read in their order."""

    def __init__(self, catalogue: Catalogue) -> None:
        self._catalogue = catalogue
        self._genres = genres_by_spelling(catalogue.genres, Counter(chain.from_iterable(catalogue.genres_of.values())))
        self._vocals = {pk: Value(each.slug, each.name) for pk, each in catalogue.vocal_styles.items()}
        self._scenes = {str(scene): Value(scene, scene) for scene in Album.Scene.values}
        self._formats = {name: Value(name, name) for name in FORMATS}
        self.values: dict[str, dict[str, Value]] = {
            "genre": {value.slug: value for value in self._genres.values()},
            "vocal": {value.slug: value for value in self._vocals.values()},
            "year": {},
            "country": {},
            "scene": {value.slug: value for value in self._scenes.values()},
            "format": dict(self._formats),
        }
        self._numbers: dict[str, dict[str, array[int]]] = {
            group: {slug: array("I") for slug in values} for group, values in self.values.items()
        }

    def add(self, number: int, album: AlbumRow) -> None:
        """Take note of the values of an album."""
        for group, value in self._values_of(album):
            numbers = self._numbers[group]
            if value.slug not in numbers:
                numbers[value.slug] = array("I")
                self.values[group][value.slug] = value
            numbers[value.slug].append(number)

    def bitmaps(self) -> dict[str, dict[str, BitMap]]:
        """Return the albums of each value."""
        return {
            group: {slug: BitMap(numbers) for slug, numbers in values.items()}
            for group, values in self._numbers.items()
        }

    def _values_of(self, album: AlbumRow) -> Iterator[tuple[str, Value]]:
        for genre in self._catalogue.genres_of.get(album.pk, ()):
            yield "genre", self._genres[genre]
        if album.vocal_style in self._vocals:
            yield "vocal", self._vocals[album.vocal_style]
        if album.year:
            yield "year", Value(str(album.year), str(album.year))
        for country in countries_of(album.country):
            yield "country", Value(country.slug, country.label, country.names)
        if album.scene in self._scenes:
            yield "scene", self._scenes[album.scene]
        yield "format", self._formats[format_group(album.format)]


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
