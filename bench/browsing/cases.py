"""The pages that are measured: of each kind one that is asked for again and again, and many that never were."""

import itertools
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from random import Random
from urllib.parse import urlencode

from tests.live import rows

LIST = "/catalog/albums/"
FORMATS = {
    "json": "/catalog/albums.json",
    "api": "/catalog/api/albums/",
    "feed": "/catalog/feed/",
    "calendar": "/catalog/albums.ics",
    "csv": "/catalog/albums.csv",
}
SORTS = ("newest", "oldest", "artist", "title", "added")
ALBUMS_A_PAGE = 50
DEEP = 200
SAMPLE = 20_000
"""Of as many albums or artists the names and filters are taken."""

FILTERS = f"""
SELECT genre.slug, style.slug, album.year FROM catalog_album AS album
JOIN catalog_vocalstyle AS style ON style.id = album.vocal_style_id
JOIN catalog_albumgenre AS placed ON placed.album_id = album.id
JOIN catalog_genre AS genre ON genre.id = placed.genre_id
WHERE album.year IS NOT NULL AND album.id <= {SAMPLE}
GROUP BY 1, 2, 3 ORDER BY count(*) DESC, 1, 2, 3
"""
ARTISTS = f"SELECT name FROM catalog_artist WHERE id <= {SAMPLE} ORDER BY id"
ALBUMS = f"SELECT id FROM catalog_album WHERE id <= {SAMPLE} ORDER BY id"
BUSIEST = f"SELECT artist_id FROM catalog_album WHERE id <= {SAMPLE} GROUP BY 1 ORDER BY count(*) DESC, 1 LIMIT 300"
"""The artists with most albums."""

KNOWN, KNOWN_START = "opeth", "ope"


@dataclass(frozen=True)
class Case:
    """A kind of page: a path, paths that nothing else asks for, and the headers that go with both."""

    name: str
    warm: str
    cold: Sequence[str]
    headers: dict[str, str] = field(default_factory=dict[str, str])


def cases(database_url: str, albums: int) -> list[Case]:
    """Return the cases of a catalogue of so many albums."""
    pages = max(1, albums // ALBUMS_A_PAGE)
    deep = min(DEEP, max(1, pages // 2))
    names = ("genre", "vocal", "year")
    filters: list[dict[str, str]] = [dict(zip(names, row, strict=True)) for row in rows(database_url, FILTERS)]
    warm_filters, *others = [_list(**each) for each in filters]
    artists = [name for (name,) in rows(database_url, ARTISTS)]
    ids = [pk for (pk,) in rows(database_url, ALBUMS)]
    busiest = [pk for (pk,) in rows(database_url, BUSIEST)]
    searches, starts = _words(artists), _starts(artists)
    clicks, filtered = others[::2], others[1::2]
    return [
        Case("list", LIST, _shuffled(_pages(range(2, deep)))),
        Case("page", _list(page=deep), _shuffled(_pages(range(deep, pages + 1), SORTS[1:]))),
        Case("search", _list(q=KNOWN), _shuffled(_list(q=word) for word in searches if word != KNOWN)),
        Case("filters", warm_filters, _shuffled(filtered)),
        Case("click", warm_filters, _shuffled(clicks), {"HX-Request": "true", "HX-Trigger": "catalog-filters"}),
        Case("suggest", _suggest(KNOWN_START), _shuffled(map(_suggest, starts - {KNOWN_START}))),
        *(_in_format(name, path, [f"{path}?{urlencode(each)}" for each in filters]) for name, path in FORMATS.items()),
        Case("album", f"{LIST}{ids[0]}/", _shuffled(f"{LIST}{pk}/" for pk in ids[1:])),
        Case("artist", _artist(busiest[0]), _shuffled(map(_artist, busiest[1:]))),
    ]


def _in_format(name: str, path: str, paths: Sequence[str]) -> Case:
    """Return the case of a format: the list of all, except as a file, and filtered lists."""
    return Case(name, paths[0] if name == "csv" else path, _shuffled(paths[1:]))


def _list(**asked: object) -> str:
    return f"{LIST}?{urlencode(asked)}"


def _artist(pk: int) -> str:
    return f"/catalog/artists/{pk}/"


def _suggest(text: str) -> str:
    return f"{LIST}suggest/?{urlencode({'q': text})}"


def _pages(numbers: Iterable[int], sorts: Sequence[str] = SORTS) -> list[str]:
    return [_list(sort=sort, page=number) for sort, number in itertools.product(sorts, numbers)]


def _words(names: Iterable[str]) -> set[str]:
    return {word for name in names for word in name.casefold().split() if len(word) > 2}


def _starts(names: Iterable[str]) -> set[str]:
    return {name.casefold()[:length].strip() for name in names for length in (3, 4, 5) if len(name) >= length}


def _shuffled(paths: Iterable[str]) -> list[str]:
    """Mix the paths, the same way in every run."""
    mixed = sorted(paths)
    Random(len(mixed)).shuffle(mixed)
    return mixed
