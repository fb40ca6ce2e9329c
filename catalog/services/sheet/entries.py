"""Turns a decoded row into an album entry with its doubts, or says why it cannot. Pure: values in, values out."""

import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, fields
from datetime import date
from functools import cached_property
from operator import attrgetter

from catalog.services.facts import Parameter
from catalog.services.sheet.cells import TypedRow, hashed
from catalog.services.sheet.links import spotify_album_id
from catalog.services.sheet.text import fold
from catalog.services.sheet.vocabulary import (
    COLUMN_OF,
    COLUMNS,
    DEBUT_FILL,
    LONGEST_GENRE,
    REISSUE_FILL,
    header_of,
    split_genres,
    vocal_style,
)

RULES = 2
"""The version of the rules below. Raise it when the same row becomes another entry, so that albums are written anew."""

READING = 1
"""The version of what is found beside the entries. Raise it to have unchanged sheets read, though no album written."""

LONGEST = {
    "artist": 500,
    "title": 500,
    "format": 100,
    "genre_text": 1000,
    "vocal_text": 100,
    "country": 200,
    "release_text": 100,
}

MOST_BYTES = 1000
"""Of an artist or a title, folded: an index of PostgreSQL holds 2,700 bytes of both together."""

YEAR = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)")


@dataclass(frozen=True, slots=True)
class AlbumEntry:
    """What one row of the sheet says of an album."""

    artist: str
    title: str
    release_date: date | None
    release_text: str
    format: str
    genre_text: str
    genres: tuple[str, ...]
    vocal_text: str
    vocal_style: str | None
    country: str
    scene: str | None
    is_debut: bool
    is_reissue: bool
    tab: str
    year: int | None
    spotify_id: str | None
    spotify_url: str
    bandcamp_url: str
    youtube_url: str
    amazon_url: str
    apple_music_url: str
    google_play_url: str
    artist_key: str
    title_key: str
    row: int
    unreadable: frozenset[str] = frozenset()
    """The columns that show an error: an album keeps what it has of them."""

    @property
    def key(self) -> tuple[str, str, int | None]:
        """Return what two rows of the same album have in common."""
        return self.artist_key, self.title_key, self.year

    def digest(self, salt: str = "") -> str:
        """Return a hash of all but the row's number, of the rules and of ``salt``: if it is equal, nothing changed."""
        return hashed((RULES, salt, HASHED(self), sorted(self.unreadable)))

    def content(self, *beside: str) -> str:
        """Return a hash of what the row says, and of ``beside``: unlike the digest, it outlives the rules."""
        return hashed((HASHED(self), sorted(self.unreadable), beside))


HASHED = attrgetter(*(each.name for each in fields(AlbumEntry) if each.name not in {"row", "unreadable"}))


@dataclass(frozen=True, slots=True)
class RowProblem:
    """A row that is no entry, or an entry with a doubt: a doubtful row is in the catalogue all the same."""

    code: str
    tab: str
    row: int | None = None
    artist: str = ""
    album: str = ""
    is_doubt: bool = False
    parameters: Mapping[str, Parameter] = field(default_factory=dict[str, Parameter], hash=False)
    digest: str = field(default="", compare=False)
    """Of what the row says, whatever its number and the rules; empty for a whole tab or column."""

    @property
    def is_skipped_row(self) -> bool:
        """Whether it is a row that was left out, rather than a whole tab or a row to review."""
        return self.row is not None and not self.is_doubt


class RowRefused(Exception):
    """A row that cannot become an entry."""

    def __init__(self, code: str, **parameters: Parameter) -> None:
        super().__init__(code)
        self.code = code
        self.parameters = parameters


@dataclass(frozen=True)
class Tab:
    """What the name of a tab says of all its rows."""

    name: str

    @cached_property
    def year(self) -> int | None:
        """Return the year in the name."""
        found = YEAR.search(self.name)
        return int(found[0]) if found else None

    @cached_property
    def scene(self) -> str | None:
        """Return metal or rock, or None where the name has neither or both."""
        said = [scene for scene in ("metal", "rock") if scene in self.name.casefold()]
        return said[0] if len(said) == 1 else None

    @cached_property
    def is_of_reissues(self) -> bool:
        """Whether all its rows are reissues or special releases."""
        return "reissue" in self.name.casefold()


def read_entry(row: TypedRow, tab: Tab) -> AlbumEntry | None:
    """Return the entry of a row, None where it is the header once more.

    Raises `RowRefused` where a text is missing or absurdly long.
    """
    texts = {**row.texts, "release_text": row.release_text}
    artist_key, title_key = fold(texts["artist"]), fold(texts["title"])
    if COLUMN_OF.get(artist_key) == "artist" and COLUMN_OF.get(title_key) == "title":
        return None
    if not texts["artist"] and not row.unreadable & {"artist", "title"}:
        raise RowRefused("no_artist")
    _refuse_long_texts(texts)
    _refuse_long_keys(artist=artist_key, title=title_key)
    genres = split_genres(texts["genre_text"])
    _refuse_long_names(genres, texts["vocal_text"])
    return AlbumEntry(
        **texts,
        **row.links,
        release_date=row.release_date,
        genres=genres,
        vocal_style=vocal_style(texts["vocal_text"]),
        scene=tab.scene,
        is_debut=row.length_fill == DEBUT_FILL,
        is_reissue=tab.is_of_reissues or row.length_fill == REISSUE_FILL,
        tab=tab.name,
        year=row.release_date.year if row.release_date else tab.year,
        spotify_id=spotify_album_id(row.links["spotify_url"]),
        artist_key=artist_key,
        title_key=title_key,
        row=row.number,
        unreadable=row.unreadable if texts["artist"] else row.unreadable | {"artist"},
    )


def _refuse_long_texts(texts: dict[str, str]) -> None:
    for name, most in LONGEST.items():
        if len(texts[name]) > most:
            header = header_of("release_date" if name == "release_text" else name)
            raise RowRefused("text_too_long", cause="length", column=header, characters=len(texts[name]), most=most)


def _refuse_long_keys(**keys: str) -> None:
    for name, key in keys.items():
        if len(key.encode()) > MOST_BYTES:
            raise RowRefused("text_too_long", cause="sorting", column=header_of(name))


def _refuse_long_names(genres: tuple[str, ...], vocals: str) -> None:
    for name, most in {**dict.fromkeys(genres, 2 * LONGEST_GENRE), vocals: LONGEST["vocal_text"]}.items():
        if len(unicodedata.normalize("NFKC", name).casefold()) > most:  # a letter may stand for eighteen
            raise RowRefused("text_too_long", cause="filter", name=name[:20])


def doubts(entry: AlbumEntry, row: TypedRow, tab: Tab) -> Iterator[tuple[str, dict[str, Parameter]]]:
    """Yield a code and its parameters for each thing in a row that a curator should look at."""
    if row.unreadable:
        yield "cell_error", {"columns": [header_of(name) for name in COLUMNS if name in row.unreadable]}
    if entry.release_date and tab.year and entry.release_date.year != tab.year:
        yield "other_year", {"date": entry.release_date.isoformat(), "year": tab.year}
    if row.far_off_date:
        yield "far_off_date", {"cell": row.far_off_date}
    for column, cells in row.twice:
        yield "column_twice", {"column": header_of(column), "cells": cells}
    if entry.spotify_url and not entry.spotify_id:
        yield "not_a_spotify_album", {"link": entry.spotify_url[:200]}
    elif row.has_spotify_cell and not entry.spotify_url:
        yield "no_spotify_link", {}
