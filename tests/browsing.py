"""What plain queries of the database say of a list, for what the index says to be compared with."""

from collections import Counter
from collections.abc import Callable, Sequence
from datetime import date, timedelta
from typing import Any

from django.db.models import Q
from django.http import QueryDict
from django.utils.timezone import localdate

from catalog.browse.facets import Facets
from catalog.browse.index.catalogue import CatalogueIndex
from catalog.browse.index.current import LARGE, current_index
from catalog.browse.index.entries import AlbumRow, Catalogue
from catalog.browse.index.places import countries_of
from catalog.browse.query import CatalogQuery
from catalog.models import Album, AlbumGenre, Artist, ArtistAlias, Genre, VocalStyle

ORDERS: dict[str, Callable[[Album], tuple[Any, ...]]] = {
    "newest": lambda album: (-album.release_order, album.artist_key, album.title_key, album.pk),
    "oldest": lambda album: (album.release_order or 10**9, album.artist_key, album.title_key, album.pk),
    "artist": lambda album: (album.artist_key.removeprefix("the "), album.artist_key, *ORDERS["newest"](album)),
    "title": lambda album: (album.title_key, album.artist_key, album.pk),
    "added": lambda album: (-album.added_at.timestamp(), *ORDERS["newest"](album)),
}


def at(when: str, today: date) -> Q:
    """Return the albums of a time: a week is Monday to Sunday, and who has no date is to come during its year."""
    is_to_come = Q(release_date__gt=today) | Q(release_date=None, year__gte=today.year)
    monday = today - timedelta(days=today.weekday())
    return {
        "out": ~is_to_come,
        "week": Q(release_date__range=(monday, monday + timedelta(days=6))),
        "month": Q(release_date__year=today.year, release_date__month=today.month),
        "upcoming": is_to_come,
        "all": Q(),
    }[when]


def expected(asked: dict[str, Sequence[str]], leaving_out: str = "") -> list[Album]:
    """Return what a plain query of the database gives, sorted here."""
    asked = {name: values for name, values in asked.items() if name != leaving_out}
    when = asked.get("when", ["out"])[0]
    found = Album.objects.filter(pk__in=Album.objects.listed().filter(at(when, localdate())))
    known = set(Genre.objects.values_list("slug", flat=True))
    for values in [[slug for slug in asked.get("genre", ()) if slug in known]]:
        found = (
            found.filter(pk__in=AlbumGenre.objects.filter(genre__slug__in=values).values("album")) if values else found
        )
    for slug in known.intersection(asked.get("genre_all", ())):
        found = found.filter(album_genres__genre__slug=slug)
    for slug in known.intersection(asked.get("genre_not", ())):
        found = found.exclude(album_genres__genre__slug=slug)
    styles = set(VocalStyle.objects.values_list("slug", flat=True)).intersection(asked.get("vocal", ()))
    found = found.filter(vocal_style__slug__in=styles) if styles else found
    found = found.filter(scene__in=asked["scene"]) if asked.get("scene") else found
    is_format = {"lp": Q(format__iendswith="lp"), "ep": Q(format__iendswith="ep")}
    is_format["other"] = ~(is_format["lp"] | is_format["ep"])
    formats = [is_format[name] for name in asked.get("format", ())]
    found = found.filter(Q(*formats, _connector=Q.OR)) if formats else found
    albums = list(found.distinct())
    there = {country.slug for album in Album.objects.listed() for country in countries_of(album.country)}
    if wanted := there.intersection(asked.get("country", ())):
        albums = [album for album in albums if wanted & {country.slug for country in countries_of(album.country)}]
    sort = asked.get("sort", ["oldest" if when == "upcoming" else "newest"])[0]
    albums.sort(key=ORDERS[sort])
    return sorted(albums, key=waits) if (when, sort) == ("out", "newest") else albums


def waits(album: Album) -> int:
    """Return where an album stands that is out: the new ones that Spotify has, new ones that it lacks, all others."""
    is_new = album.release_date is not None and album.release_date > localdate() - timedelta(days=14)
    return (1 if album.spotify_id is None else 0) if is_new else 2


def values_of(album: Album, group: str) -> set[str]:
    """Return what an album is filtered by in a group."""
    format_ = album.format.lower()
    return {
        "genre": set(album.genres.values_list("slug", flat=True)) if group == "genre" else set[str](),
        "vocal": {album.vocal_style.slug} if album.vocal_style else set[str](),
        "year": {str(album.year)},
        "country": {country.slug for country in countries_of(album.country)},
        "scene": {album.scene or ""},
        "format": {"lp" if format_.endswith("lp") else "ep" if format_.endswith("ep") else "other"},
    }[group]


def assert_equal(index: CatalogueIndex, query: dict[str, Sequence[str]]) -> None:
    """The list of a query, every slice of it, and all counts beside it are those of the database."""
    string = "&".join(f"{name}={value}" for name, values in query.items() for value in values)
    read = CatalogQuery(QueryDict(string), index)
    keys = [album.pk for album in expected(query)]
    assert read.albums[0 : len(keys) + 1] == keys
    assert [key for start in range(0, len(keys), 2) for key in read.albums[start : start + 2]] == keys
    assert [read.albums.place_of(key) for key in keys] == list(range(len(keys)))
    for moment in read.moments:
        assert moment.count == len(expected({**query, "when": [moment.name]})), (string, moment)
    for facet in Facets(read, index).all:
        beside = expected(query, leaving_out=facet.name)
        counted = Counter(value for album in beside for value in values_of(album, facet.name))
        for choice in facet.choices:
            assert choice.count == counted[choice.value], (string, facet.name, choice)


def assert_artists_equal(index: CatalogueIndex) -> None:
    """The albums of each artist, and of those that a curator says are one, are those of the database."""
    names = dict(Artist.objects.values_list("pk", "name"))
    kept = {
        pk: alias.artist.pk
        for alias in ArtistAlias.objects.select_related("artist")
        for pk, name in names.items()
        if name.casefold() == alias.name.casefold() and pk != alias.artist.pk
    }
    shelves: dict[int, list[int]] = {}
    for album in Album.objects.listed().newest_first():
        shelves.setdefault(kept.get(album.artist_id, album.artist_id), []).append(album.pk)
    for artist, albums in shelves.items():
        for album in albums:
            number = index.number_of(album)
            assert number is not None
            assert index.artist(number) == (artist, names[artist])
            assert [index.keys[each] for each in index.by_artist(number)] == albums


def assert_up_to_date() -> None:
    """The index of this process is that of the database, in each order, for some filters and for each artist."""
    index = current_index().get()
    assert_artists_equal(index)
    slugs = list(Genre.objects.order_by("slug").values_list("slug", flat=True)[:2])
    for sort in ORDERS:
        assert_equal(index, {"sort": [sort], "when": ["all"]})
    assert_equal(
        index, {"sort": ["newest"], "genre": slugs[:1], "genre_not": slugs[1:], "scene": ["metal"], "when": ["out"]}
    )


def large_catalogue() -> Catalogue:
    """Return as many albums as make a catalogue large, all by one artist."""
    album = AlbumRow(0, 1, "haken", "Virus", "virus", 0, "", 2020, None, "LP", "", None, "2020", None)
    return Catalogue(albums=[album._replace(pk=pk) for pk in range(LARGE)], artists={1: "Haken"})
