"""Reads the rows of a tab as albums: a row becomes an entry, or the reason why not. Pure: rows in, entries out."""

import difflib
import hashlib
import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, fields
from datetime import date
from functools import cached_property, lru_cache
from operator import attrgetter
from typing import ClassVar

from catalog.services.cell_text import clean, date_of, fold, link_of, spotify_album_id, text_of
from catalog.services.errors import SyncError
from catalog.services.workbook import Cell, SheetRow, SheetTab, Workbook

RULES = 1
"""The version of the rules below. Raise it when the same row becomes another entry, so that albums are written anew."""

DEBUT_FILL = "FFBA4A"
REISSUE_FILL = "96DA77"
"""Fill colours of the Length cell, as the note on the sheet explains them."""

COLUMNS = {
    "artist": ("artist", "artists", "band"),
    "title": ("album", "title", "album title"),
    "release_date": ("release date", "date", "released"),
    "format": ("length", "format", "type"),
    "genre_text": ("genre subgenres", "genre", "genres", "subgenres"),
    "vocal_text": ("vocal style", "vocals", "vocal"),
    "country": ("country state", "country", "state", "location"),
    "bandcamp_url": ("bandcamp",),
    "spotify_url": ("spotify",),
    "youtube_url": ("youtube",),
    "amazon_url": ("amazon",),
    "apple_music_url": ("apple music",),
    "google_play_url": ("google play",),
}
"""What the header of each column may say, folded."""

COLUMN_OF = {name: column for column, names in COLUMNS.items() for name in names}
EXPECTED = ("release_date", "format", "genre_text", "vocal_text", "country", "bandcamp_url", "spotify_url")
LINKS = tuple(column for column in COLUMNS if column.endswith("_url"))
HEADER_WITHIN = 60
"""Rows in which the header must come."""

LONGEST = {
    "artist": 500,
    "title": 500,
    "release_text": 100,
    "format": 100,
    "genre_text": 1000,
    "vocal_text": 100,
    "country": 200,
}
LONGEST_GENRE = 100
MOST_BYTES = 1000
"""Of an artist or a title, folded: an index of PostgreSQL holds 2,700 bytes of both together."""

YEAR = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)")

GENRE_ALIASES = {"progressive metal": "Prog-metal", "progressive rock": "Prog-rock", "tharsh metal": "Thrash metal"}
"""Genres that the sheet writes in two ways. Curators add others to ``Genre.aliases``."""

VOCALS = ("Clean", "Harsh", "Mixed", "Instrumental")


class SheetLayout(SyncError):
    """No tab of the workbook has a header row with Artist and Album."""

    code: ClassVar[str] = "sheet_layout"
    hint: ClassVar[str] = (
        "Check that GOOGLE_SHEETS_XLSX_URL names the sheet of albums, that SHEET_TABS matches its tabs, and that the "
        "header row still reads Artist, Album, Release Date and so on."
    )


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
    reason: str
    tab: str
    row: int | None = None
    artist: str = ""
    album: str = ""
    is_doubt: bool = False


@dataclass
class SheetContents:
    """All that a workbook says of albums."""

    entries: list[AlbumEntry] = field(default_factory=list[AlbumEntry])
    problems: list[RowProblem] = field(default_factory=list[RowProblem])
    tabs_present: list[str] = field(default_factory=list[str])
    tabs_read: list[str] = field(default_factory=list[str])
    tabs_failed: list[str] = field(default_factory=list[str])
    skipped: int = 0

    @property
    def failed_rows(self) -> int:
        """How many rows could not become entries."""
        return sum(problem.row is not None and not problem.is_doubt for problem in self.problems)


class RowRefused(Exception):
    """A row that cannot become an entry."""

    def __init__(self, code: str, reason: str) -> None:
        super().__init__(reason)
        self.code = code
        self.reason = reason


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


def read_sheet(
    workbook: Workbook,
    tab_pattern: str = "",
    limit: int | None = None,
    begin_tab: Callable[[str], None] = lambda _: None,
) -> SheetContents:
    """Read every tab that has the album header and whose name ``tab_pattern`` finds; at most ``limit`` entries.

    ``begin_tab`` is told the name of each. Raises `SheetLayout` where there is none.
    """
    contents = SheetContents()
    for sheet_tab in workbook.tabs:
        if re.search(tab_pattern, sheet_tab.name) and (limit is None or len(contents.entries) < limit):
            begin_tab(sheet_tab.name)
            _read_tab(workbook, sheet_tab, contents, limit)
    if not contents.tabs_read:
        raise SheetLayout
    return contents


def _read_tab(workbook: Workbook, sheet_tab: SheetTab, contents: SheetContents, limit: int | None) -> None:
    tab = Tab(clean(sheet_tab.name)[:200], workbook.uses_1904_dates)
    contents.tabs_present.append(tab.name)
    rows = iter(workbook.rows(sheet_tab))
    columns = find_header(rows)
    if columns is None:
        return
    missing = [name for name in ("artist", "title") if name not in columns]
    if missing:
        contents.tabs_failed.append(tab.name)
        said = " or ".join(map(header_of, missing))
        contents.problems.append(RowProblem("failed_tab", f"The header row has no column {said}", tab.name))
        return
    contents.tabs_read.append(tab.name)
    contents.problems += [
        RowProblem("column_missing", f"The header row has no column {header_of(name)}", tab.name, is_doubt=True)
        for name in EXPECTED
        if name not in columns
    ]
    for row in rows:
        if limit is not None and len(contents.entries) >= limit:
            return
        _read_row(row, columns, tab, contents)


def header_of(column: str) -> str:
    """Return what the header row says above a column."""
    return COLUMNS[column][0].title()


def find_header(rows: Iterable[SheetRow]) -> dict[str, int] | None:
    """Return the columns by name from the first row that names three of them, or both Artist and Album.

    The rows up to and with the header are consumed. None where there is no such row.
    """
    for row in rows:
        if row.number > HEADER_WITHIN:
            return None
        columns: dict[str, int] = {}
        for number, cell in sorted(row.cells.items()):
            name = COLUMN_OF.get(fold(text_of(cell).replace("/", " ")))
            if name:
                columns.setdefault(name, number)
        if len(columns) >= 3 or columns.keys() >= {"artist", "title"}:
            return columns
    return None


def _read_row(row: SheetRow, columns: dict[str, int], tab: Tab, contents: SheetContents) -> None:
    cells = {name: row.cells.get(number) for name, number in columns.items()}
    artist, title = (text_of(cells[name], uses_1904_dates=tab.uses_1904_dates) for name in ("artist", "title"))
    if not title:
        # An artist without an album is announced, or the row divides the tab: no album yet.
        contents.skipped += bool(artist)
        return
    if COLUMN_OF.get(fold(artist)) == "artist" and COLUMN_OF.get(fold(title)) == "title":
        return
    try:
        entry = read_entry(row.number, cells, tab)
    except RowRefused as refusal:
        problem = RowProblem(refusal.code, refusal.reason, tab.name, row.number, artist[:500], title[:500])
        contents.problems.append(problem)
        return
    contents.entries.append(entry)
    contents.problems += [
        RowProblem(code, reason, tab.name, row.number, entry.artist, entry.title, is_doubt=True)
        for code, reason in doubts(entry, cells, tab)
    ]


def read_entry(number: int, cells: dict[str, Cell | None], tab: Tab) -> AlbumEntry:
    """Return the entry of a row; raises `RowRefused` where a text is missing or absurdly long."""

    def text(name: str) -> str:
        return text_of(cells.get(name), uses_1904_dates=tab.uses_1904_dates)

    texts = {name: text(name) for name in LONGEST if name != "release_text"}
    released = date_of(cells.get("release_date"), uses_1904_dates=tab.uses_1904_dates)
    texts["release_text"] = "" if released else text("release_date")
    if not texts["artist"]:
        raise RowRefused("no_artist", "The row has an album but no artist")
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
            raise RowRefused("text_too_long", f"{header} has {len(said):,} characters; at most {LONGEST[name]}")
    for name in ("artist", "title"):
        if len(fold(texts[name]).encode()) > MOST_BYTES:
            raise RowRefused("text_too_long", f"{header_of(name)} is too long to be sorted; shorten it")
    names = dict.fromkeys(split_genres(texts["genre_text"]), 2 * LONGEST_GENRE)
    for name, most in {**names, texts["vocal_text"]: LONGEST["vocal_text"]}.items():
        if len(unicodedata.normalize("NFKC", name).casefold()) > most:  # a letter may stand for eighteen
            raise RowRefused("text_too_long", f"“{name[:20]}…” is too long for a name that albums are filtered by")


def doubts(entry: AlbumEntry, cells: dict[str, Cell | None], tab: Tab) -> Iterator[tuple[str, str]]:
    """Yield a code and a reason for each thing in a row that a curator should look at."""
    if entry.release_date and tab.year and entry.release_date.year != tab.year:
        yield "other_year", f"The release date {entry.release_date} lies in another year than the tab"
    cell = cells.get("spotify_url")
    if entry.spotify_url and not entry.spotify_id:
        yield "not_a_spotify_album", f"The Spotify link leads to no album on Spotify: {entry.spotify_url[:200]}"
    elif cell is not None and (cell.link or text_of(cell)) and not entry.spotify_url:
        yield "no_spotify_link", "The Spotify cell has no link to a web page"


@lru_cache(maxsize=10_000)
def split_genres(text: str) -> tuple[str, ...]:
    """Return the genres of a list separated by commas, each once, whatever its capitals."""
    names = (clean(part)[:LONGEST_GENRE].strip() for part in text.split(","))
    known = (GENRE_ALIASES.get(name.casefold(), name) for name in names if name)
    return tuple({name.casefold(): name for name in reversed(list(known))}.values())[::-1]


@lru_cache(maxsize=1000)
def vocal_style(text: str) -> str | None:
    """Return the style that a text means: one of four, or a pair such as ``Instru./Clean``; None where it means none.

    Capitals, cut words and small misspellings are forgiven. Other words are a style of their own, as written.
    """
    parts = [_vocal_word(part.strip()) for part in text.split("/") if part.strip()]
    if len(parts) != 2 or not set(parts) <= set(VOCALS) or parts[0] == parts[1]:
        return "/".join(dict.fromkeys(parts)) or None
    if "Instrumental" in parts:
        other = next(part for part in parts if part != "Instrumental")
        return f"Instru./{other}"
    return "/".join(sorted(parts))


def _vocal_word(word: str) -> str:
    bare = fold(word)
    if len(bare) >= 5 and "instrumental".startswith(bare):
        return "Instrumental"
    near = difflib.get_close_matches(bare, [style.casefold() for style in VOCALS], n=1, cutoff=0.75)
    return near[0].title() if near else word
