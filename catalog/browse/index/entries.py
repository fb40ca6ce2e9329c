"""What the index is built from: the albums that are listed, and the names that they use, as the database has them."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple, TypeVar

from django.db import connection
from django.db.models import IntegerField, Q, TextField
from django.db.models.functions import Cast

from catalog.browse.index.joined import joined_artists
from catalog.models import Album, AlbumGenre, Artist, ArtistAlias, CatalogueVersion, Genre, GenreAlias, VocalStyle
from catalog.services.sheet.vocabulary import GENRE_ALIASES

CHUNK = 5000

# As types that Django hands on as the driver reads them: it converts moments and truths one by one.
ADDED_AT = Cast("added_at", TextField())
IS_LINKED = Cast(Q(spotify_id__isnull=False), IntegerField())
IS_DEBUT = Cast("is_debut", IntegerField())

VERSIONS = "SELECT part, SUM(number) FROM catalog_catalogueversion GROUP BY part"

Value = TypeVar("Value")


class AlbumRow(NamedTuple):
    """The columns of an album that the index needs."""

    pk: int
    artist: int
    artist_key: str
    title: str
    title_key: str
    release_order: int
    added_at: str
    """As the database writes it, in UTC: texts in the order of the moments."""
    year: int | None
    scene: str | None
    format: str
    country: str
    vocal_style: int | None
    tab: str
    label: str | None
    is_linked: bool = True
    """Whether the sheet links it to Spotify, where covers come from."""
    is_debut: bool = False


@dataclass(frozen=True)
class Named:
    """A genre or a vocal style: its slug and name, and what else it is called."""

    slug: str
    name: str
    aliases: Sequence[str] = ()


@dataclass(frozen=True)
class Catalogue:
    """All that is listed, at one moment."""

    albums: Sequence[AlbumRow] = ()
    artists: Mapping[int, str] = field(default_factory=dict[int, str])
    artist_aliases: Mapping[int, Sequence[str]] = field(default_factory=dict[int, Sequence[str]])
    genres: Mapping[int, Named] = field(default_factory=dict[int, Named])
    genres_of: Mapping[int, Sequence[int]] = field(default_factory=dict[int, Sequence[int]])
    """The genres of each album, by primary keys."""
    vocal_styles: Mapping[int, Named] = field(default_factory=dict[int, Named])
    joined: Mapping[int, int] = field(default_factory=dict[int, int])
    """The artists that are another one, by primary keys."""


def read_catalogue() -> Catalogue:
    """Read all that is listed.

    Not in one transaction, which would stop writers on SQLite: whoever writes meanwhile changes the version, and the
    next index is of that one. What is named is read after what names it, so that nothing names what isn't there.
    """
    albums = list(_albums())
    genres_of = _grouped(AlbumGenre.objects.order_by().values_list("album_id", "genre_id"))
    aliases = list(ArtistAlias.objects.order_by("pk").values_list("artist_id", "name"))
    artists = dict(Artist.objects.values_list("pk", "name"))
    return Catalogue(
        albums=albums,
        artists=artists,
        artist_aliases=_grouped(aliases),
        genres=_genres(),
        genres_of=genres_of,
        vocal_styles={pk: Named(slug, name) for pk, slug, name in VocalStyle.objects.values_list("pk", "slug", "name")},
        joined=joined_artists(artists, aliases),
    )


class Versions(NamedTuple):
    """The numbers that stand for the present rows; 0 before the first one."""

    albums: int
    spotify: int


def read_versions() -> Versions:
    """Return the version of what the index holds, and of what pages show beside it."""
    # Asked with every list, so not through the ORM, which takes longer to write the query than the database to answer.
    with connection.cursor() as cursor:
        cursor.execute(VERSIONS)
        numbers = {part: int(number) for part, number in cursor.fetchall()}
    return Versions(*(numbers.get(part, 0) for part in CatalogueVersion.Part.values))


def _albums() -> Iterator[AlbumRow]:
    rows = Album.objects.listed().values_list(
        "pk", "artist_id", "artist_key", "title", "title_key", "release_order", ADDED_AT, "year", "scene", "format",
        "country", "vocal_style_id", "tab", "spotify__label", IS_LINKED, IS_DEBUT,
    )  # fmt: skip
    known: dict[object, object] = {}
    for row in rows.iterator(CHUNK):
        # Thousands of albums share a tab, a country or a moment, and the driver makes a new object of each.
        yield AlbumRow._make(map(known.setdefault, row, row))


def _genres() -> dict[int, Named]:
    built_in: dict[str, list[str]] = {}
    for alias, name in GENRE_ALIASES.items():
        built_in.setdefault(name.casefold(), []).append(alias)
    given = _grouped(GenreAlias.objects.values_list("genre_id", "name"))
    return {
        pk: Named(slug, name, (*built_in.get(key, ()), *given.get(pk, ())))
        for pk, slug, name, key in Genre.objects.values_list("pk", "slug", "name", "key")
    }


def _grouped(pairs: Iterable[tuple[int, Value]]) -> dict[int, list[Value]]:
    found: defaultdict[int, list[Value]] = defaultdict(list)
    for key, value in pairs:
        found[key].append(value)
    return found
