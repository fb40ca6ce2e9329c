"""Turns one row into an album entry, or says why it cannot."""

import hashlib
import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, fields
from datetime import date
from functools import cached_property
from operator import attrgetter

from catalog.services.facts import Parameter
from catalog.services.sheet.text import date_of, fold, link_of, spotify_album_id, text_of
from catalog.services.sheet.vocabulary import (
    DEBUT_FILL,
    LINKS,
    LONGEST_GENRE,
    REISSUE_FILL,
    header_of,
    split_genres,
    vocal_style,
)
from catalog.services.xlsx.reader import Cell

RULES = 1
"""The version of the rules below. Raise it when the same row becomes another entry, so that albums are written anew."""

LONGEST = {
    "artist": 500,
    "title": 500,
    "release_text": 100,
    "format": 100,
    "genre_text": 1000,
    "vocal_text": 100,
    "country": 200,
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

    @property
    def key(self) -> tuple[str, str, int | None]:
        """Return what two rows of the same album have in common."""
        return self.artist_key, self.title_key, self.year

    def digest(self, salt: str = "") -> str:
        """Return a hash of all but the row's number, of the rules and of ``salt``: if it is equal, nothing changed."""
        said = repr((RULES, salt, HASHED(self)))
        return hashlib.blake2b(said.encode("utf-8", "surrogatepass"), digest_size=20).hexdigest()


HASHED = attrgetter(*(each.name for each in fields(AlbumEntry) if each.name != "row"))


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
    uses_1904_dates: bool = False

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


def read_entry(number: int, cells: dict[str, Cell | None], tab: Tab) -> AlbumEntry:
    """Return the entry of a row; raises `RowRefused` where a text is missing or absurdly long."""

    def text(name: str) -> str:
        return text_of(cells.get(name), uses_1904_dates=tab.uses_1904_dates)

    texts = {name: text(name) for name in LONGEST if name != "release_text"}
    released = date_of(cells.get("release_date"), uses_1904_dates=tab.uses_1904_dates)
    texts["release_text"] = "" if released else text("release_date")
    if not texts["artist"]:
        raise RowRefused("no_artist")
    _refuse_long_texts(texts)
    links = {name: link_of(cells.get(name)) for name in LINKS}
    length = cells.get("format")
    fill = length.fill if length else None
    return AlbumEntry(
        **texts,
        **links,
        release_date=released,
        genres=split_genres(texts["genre_text"]),
        vocal_style=vocal_style(texts["vocal_text"]),
        scene=tab.scene,
        is_debut=fill == DEBUT_FILL,
        is_reissue=tab.is_of_reissues or fill == REISSUE_FILL,
        tab=tab.name,
        year=released.year if released else tab.year,
        spotify_id=spotify_album_id(links["spotify_url"]),
        artist_key=fold(texts["artist"]),
        title_key=fold(texts["title"]),
        row=number,
    )


def _refuse_long_texts(texts: dict[str, str]) -> None:
    for name, said in texts.items():
        if len(said) > LONGEST[name]:
            header = header_of("release_date" if name == "release_text" else name)
            raise RowRefused("text_too_long", cause="length", column=header, characters=len(said), most=LONGEST[name])
    for name in ("artist", "title"):
        if len(fold(texts[name]).encode()) > MOST_BYTES:
            raise RowRefused("text_too_long", cause="sorting", column=header_of(name))
    names = dict.fromkeys(split_genres(texts["genre_text"]), 2 * LONGEST_GENRE)
    for name, most in {**names, texts["vocal_text"]: LONGEST["vocal_text"]}.items():
        if len(unicodedata.normalize("NFKC", name).casefold()) > most:  # a letter may stand for eighteen
            raise RowRefused("text_too_long", cause="filter", name=name[:20])


def doubts(entry: AlbumEntry, cells: dict[str, Cell | None], tab: Tab) -> Iterator[tuple[str, dict[str, Parameter]]]:
    """Yield a code and its parameters for each thing in a row that a curator should look at."""
    if entry.release_date and tab.year and entry.release_date.year != tab.year:
        yield "other_year", {"date": entry.release_date.isoformat(), "year": tab.year}
    cell = cells.get("spotify_url")
    if entry.spotify_url and not entry.spotify_id:
        yield "not_a_spotify_album", {"link": entry.spotify_url[:200]}
    elif cell is not None and (cell.link or text_of(cell)) and not entry.spotify_url:
        yield "no_spotify_link", {}
