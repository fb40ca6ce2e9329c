"""A believable sheet for tests: rows as literals, tabs with the anatomy of the real one."""

from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from catalog.services.sheet.entries import AlbumEntry
from catalog.services.sheet.rows import SheetContents, read_sheet
from catalog.services.xlsx.reader import Workbook
from tests.workbooks import MadeCell, Value, cell, make_workbook

REAL_SHEET = Path(__file__).resolve().parents[2] / "shared" / "data" / "progmetal_releases_full.xlsx"
needs_real_sheet = pytest.mark.skipif(
    not REAL_SHEET.exists(), reason="the community's sheet is not ours to publish and is not here"
)

HEADER = (
    "Artist", "Album", "Release Date", "Length", "Genre / Subgenres", "Vocal Style", "Country / State",
    "Bandcamp", "Spotify", "YouTube",
)  # fmt: skip
ABOVE: tuple[tuple[Value, ...], ...] = (("2024 Progressive Metal Albums", None, "Releases:", 3.0), ("",), ("",), ("",))

Row = Sequence["MadeCell | Value | date"]


def album(
    artist: Value = "Leprous",
    title: "Value | MadeCell" = "Aphelion",
    released: "Value | date | MadeCell" = date(2024, 8, 27),
    *,
    length: "Value | MadeCell" = "LP",
    genres: Value = "Prog-metal, Art-rock",
    vocals: Value = "Clean",
    country: Value = "Notodden, Norway",
    bandcamp: str = "",
    spotify: str = "",
    youtube: str = "",
) -> Row:
    """Return a row of a tab; ``spotify`` is an id or an address."""
    address = spotify if ":" in spotify else f"https://open.spotify.com/album/{spotify}?si=abc"
    return (
        artist, title, released, length, genres, vocals, country,
        cell("BC", link=bandcamp) if bandcamp else None,
        cell("S", link=address) if spotify else None,
        cell("YT", formula_link=youtube) if youtube else None,
    )  # fmt: skip


def spotify_id(number: int) -> str:
    """Return a well-formed id."""
    return f"{number:022d}"


def many(number: int, **facts: Any) -> list[Row]:
    """Return rows of so many albums."""
    return [album(title=f"Album {each}", spotify=spotify_id(each), **facts) for each in range(1, number + 1)]


def sheet(path: Path, tabs: Mapping[str, Sequence[Row]]) -> Path:
    """Write a workbook whose tabs have a title, the header and these rows."""
    return make_workbook({name: [*ABOVE, HEADER, *rows] for name, rows in tabs.items()}, path)


def contents(path: Path, tabs: Mapping[str, Sequence[Row]]) -> SheetContents:
    """Return what a workbook of these tabs says."""
    with Workbook(sheet(path, tabs)) as workbook:
        return read_sheet(workbook)


def entries(path: Path, *rows: Row, tab: str = "2024 Prog-metal") -> list[AlbumEntry]:
    """Return the entries of one tab."""
    return contents(path, {tab: rows}).entries
