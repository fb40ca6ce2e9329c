"""Tells bands apart that share a name, by where they come from and where they sell. Pure."""

from collections.abc import Iterable, Sequence
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


def bands_of(albums: Iterable[Traces]) -> Sequence[Band]:
    """Return the bands of one name, the one with most albums first.

    Albums of one country, or of one shop, are of one band. What names no country is of the band with most albums.
    """
    order: dict[int, int] = {}
    bands: list[Band] = []
    for place, album in enumerate(albums):
        order[album.pk] = place
        band = _band_of(album)
        for same in [each for each in bands if each.is_same(band)]:
            bands.remove(same)
            same.add(band)
            band = same
        bands.append(band)
    for band in bands:
        band.albums.sort(key=order.__getitem__)
    bands.sort(key=lambda band: (band.is_from_anywhere, -len(band.albums), order[band.albums[0]]))
    found, others = bands[:1], bands[1:]
    for band in others:
        found[0].add(band) if band.is_from_anywhere else found.append(band)
    if found:
        found[0].albums.sort(key=order.__getitem__)
    return found


def _band_of(album: Traces) -> Band:
    host = urlsplit(album.bandcamp_url).hostname or ""
    countries = {country.slug: country for country in countries_of(album.country)}
    return Band([album.pk], countries, {host: None} if host.endswith(BANDCAMP) else {})
