"""Fills the empty, migrated database of DATABASE_URL with invented albums, distributed like those of the sheet.

Usage: python -m bench.tools.catalogue ALBUMS [--seed NUMBER]
"""

import argparse
import itertools
import os
import string
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from random import Random
from typing import TYPE_CHECKING

from bench.tools.measuring import sheet
from catalog.services.sheet.entries import AlbumEntry
from catalog.services.sheet.rows import read_sheet
from catalog.services.sheet.text import fold
from catalog.services.xlsx.reader import Workbook

if TYPE_CHECKING:
    from catalog.services.albums.names import AlbumNames

SEED = 12
BATCH = 2000
BASE62 = string.digits + string.ascii_letters
LONGEST = 200
"""Characters of a name."""


class Names:
    """Makes new names of the words of those it knows, so many words in each as these have."""

    def __init__(self, names: Sequence[str], random: Random) -> None:
        self._random = random
        self._split = [name.split() for name in names]
        self._first = [words[0] for words in self._split]
        self._later = [word for words in self._split for word in words[1:]] or self._first
        self._taken: set[str] = set()

    def make(self) -> str:
        """Return a name; it may be one that was made before."""
        later = len(self._random.choice(self._split)) - 1
        words = (self._random.choice(self._first), *(self._random.choice(self._later) for _ in range(later)))
        return " ".join(words)[:LONGEST].rstrip()

    def make_new(self) -> str:
        """Return a name that was never made before; where words are used up, one is crossed with another."""
        name = self.make()
        while name in self._taken:
            first, *later = name.split()
            other = self._random.choice(self._first)
            crossed = first[: self._random.randint(1, len(first))] + other[self._random.randrange(len(other)) :]
            name = " ".join((crossed, *later))[:LONGEST].rstrip()
        self._taken.add(name)
        return name


def entries_of_the_sheet() -> list[AlbumEntry]:
    with Workbook(sheet()) as workbook:
        return read_sheet(workbook).entries


def invented(known: Sequence[AlbumEntry], seed: int = SEED) -> Iterator[AlbumEntry]:
    """Yield albums without end: new artists, each with albums that are in all but their names those of a real one."""
    random = Random(seed)
    albums_of = [list(group) for _, group in itertools.groupby(sorted(known, key=_artist), _artist)]
    artists = Names([albums[0].artist for albums in albums_of], random)
    titles = Names([entry.title for entry in known], random)
    while True:
        artist = artists.make_new()
        for entry in random.choice(albums_of):
            yield _renamed(entry, artist, titles.make(), random)


def _artist(entry: AlbumEntry) -> str:
    return entry.artist


def _renamed(entry: AlbumEntry, artist: str, title: str, random: Random) -> AlbumEntry:
    keys = {"artist_key": fold(artist), "title_key": fold(title)}
    if entry.spotify_id:
        spotify_id = "".join(random.choices(BASE62, k=22))
        keys |= {"spotify_id": spotify_id, "spotify_url": f"https://open.spotify.com/album/{spotify_id}"}
    return replace(entry, artist=artist, title=title, **keys)


def fill(albums: int, seed: int = SEED) -> None:
    """Write so many albums as the importer would, to a catalogue without albums; needs Django."""
    from catalog.services.albums.names import AlbumNames

    known = [entry for entry in entries_of_the_sheet() if entry.artist and entry.title]
    names = AlbumNames()
    names.load(known)
    entries = itertools.islice(invented(known, seed), albums)
    for first in range(1, albums + 1, BATCH):
        _write(list(itertools.islice(entries, BATCH)), first, names)
    _number_the_next()


def _write(entries: Sequence[AlbumEntry], first: int, names: "AlbumNames") -> None:
    """Write albums, numbered from `first`, past the ORM, which takes four times as long."""
    from django.db import transaction

    from catalog.models import Album, AlbumGenre
    from catalog.services.albums.values import COLUMNS, album_values
    from catalog.services.prepared import columns_of, insert

    columns = columns_of(Album, "id", *COLUMNS)
    numbered = list(enumerate(entries, first))
    with transaction.atomic():
        names.create_missing(entries)
        albums = ({"id": pk, **album_values(entry, entry.digest(), names)} for pk, entry in numbered)
        insert(Album, columns, ([each[column.attname] for column in columns] for each in albums))
        genres = (
            (pk, genre, position) for pk, entry in numbered for position, genre in enumerate(names.genre_ids(entry))
        )
        insert(AlbumGenre, columns_of(AlbumGenre, "album", "genre", "position"), genres)


def _number_the_next() -> None:
    from django.core.management.color import no_style
    from django.db import connection

    from catalog.models import Album

    with connection.cursor() as cursor:
        for statement in connection.ops.sequence_reset_sql(no_style(), [Album]):
            cursor.execute(statement)


def analyse() -> None:
    """Let PostgreSQL count its rows, as it does by itself after a while."""
    from django.db import connection

    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("VACUUM ANALYZE")


def main(arguments: Iterable[str] | None = None) -> None:
    parser = argparse.ArgumentParser(prog="python -m bench.tools.catalogue")
    parser.add_argument("albums", type=int)
    parser.add_argument("--seed", type=int, default=SEED)
    options = parser.parse_args(arguments)
    os.environ |= {"ENV_FILE": os.devnull, "SECRET_KEY": "only-for-benchmarks"}
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    import django

    django.setup()
    fill(options.albums, options.seed)
    analyse()


if __name__ == "__main__":
    main()
