"""Tells bands apart that share a name, by where they come from and where they sell. Pure."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple
from urllib.parse import urlsplit

from catalog.browse.index.places import Country, countries_of

BANDCAMP = ".bandcamp.com"


class Traces(NamedTuple):
    """What an album tells of its band."""

    pk: int
    country: str
    bandcamp_url: str


@dataclass
class Band:
    """The albums of one band, in the order in which they were given."""

    albums: list[int] = field(default_factory=list[int])
    countries: dict[str, Country] = field(default_factory=dict[str, Country])
    """By slug, the one named first at the beginning."""
    shops: dict[str, None] = field(default_factory=dict[str, None])
    """Hosts of its own at Bandcamp."""

    def add(self, other: "Band") -> None:
        """Take in the albums of what is the same band."""
        self.albums += other.albums
        self.countries |= other.countries
        self.shops |= other.shops

    def is_same(self, other: "Band") -> bool:
        """Whether two share a country or a shop."""
        return bool(self.countries.keys() & other.countries.keys() or self.shops.keys() & other.shops.keys())

    @property
    def is_from_anywhere(self) -> bool:
        """Whether it could be any of them: a shop may be a label's, so only a country tells bands apart."""
        return not self.countries


def bands_of(albums: Sequence[Traces], under_other_names: Collection[int] = ()) -> Sequence[Band]:
    """Return the bands of one name, the one with most albums first.

    Albums of one country, or of one shop, are of one band. What names no country is of the band with most albums, and
    so is what stands under another name of the artist, unless it is of another band: a curator says that they are one.
    """
    order = {album.pk: place for place, album in enumerate(albums)}
    found = _apart((album for album in albums if album.pk not in under_other_names), order)
    for band in _apart((album for album in albums if album.pk in under_other_names), order):
        same = next((each for each in found if each.is_same(band)), found[0] if found else None)
        same.add(band) if same else found.append(band)
    for band in found:
        band.albums.sort(key=order.__getitem__)
    return found


def _apart(albums: Iterable[Traces], order: Mapping[int, int]) -> list[Band]:
    bands: list[Band] = []
    for album in albums:
        band = _band_of(album)
        for same in [each for each in bands if each.is_same(band)]:
            bands.remove(same)
            same.add(band)
            band = same
        bands.append(band)
    bands.sort(key=lambda band: (band.is_from_anywhere, -len(band.albums), min(map(order.__getitem__, band.albums))))
    found, others = bands[:1], bands[1:]
    for band in others:
        found[0].add(band) if band.is_from_anywhere else found.append(band)
    return found


def _band_of(album: Traces) -> Band:
    host = urlsplit(album.bandcamp_url).hostname or ""
    countries = {country.slug: country for country in countries_of(album.country)}
    return Band([album.pk], countries, {host: None} if host.endswith(BANDCAMP) else {})
