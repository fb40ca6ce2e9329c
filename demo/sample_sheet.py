"""Lays out the invented albums like the community's sheet: tabs, columns, links, colours and oddities."""

import calendar
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cache
from random import Random

from demo import oddities
from demo.sample_albums import SEED, InventedAlbum, Inventor, SampleAlbum
from demo.sheet_row import DEBUT, REISSUE, SheetRow
from demo.spotify_ids import seeded, spotify_id

NEWEST = ("Artist", "Album", "Release Date", "Length", "Genre / Subgenres", "Vocal Style", "Country / State")
ALL_LINKS = ("Bandcamp", "Spotify", "YouTube", "Amazon", "Apple Music")
OLDER = ("Artist", "Album", "Release Date", "Length", "Vocal Style", "Genre / Subgenres", "Country / State")
FEWER_LINKS = ("Spotify", "Bandcamp", "YouTube", "Apple Music")
OLDEST_LINKS = ("Spotify", "Bandcamp", "YouTube", "Google Play", "Amazon")
REISSUED = ("Artist", "Album", "Length", "Release Date", "Genre / Subgenres", "Country / State", "Spotify", "Bandcamp")
STRAY_FILLS = ("FFFFFFFF", "FFFFFFFF", "FFFFFFFF", "FFFCFFFC", "FF93C47D", "FFE69138", "FFF1C232")
EDITIONS = ("(Remastered)", "(10th Anniversary Edition)", "(Live in Gdańsk)", "(Instrumental)", "(Deluxe)", "Redux")


@dataclass(frozen=True)
class Tab:
    """One tab; without columns it has no table of albums."""

    name: str
    rows: tuple[SheetRow, ...] = ()
    columns: tuple[str, ...] = ()
    header_row: int = 6
    is_hidden: bool = False
    unannounced: tuple[tuple[str, str], ...] = ()


@dataclass
class Layout:
    """How to fill a tab: number of albums, scene, columns."""

    name: str
    year: int
    scene: str
    size: int
    columns: tuple[str, ...]
    header_row: int = 6
    odd_rows: tuple[SheetRow, ...] = field(default=())


LAYOUTS = (
    Layout("2026 Prog-metal", 2026, "metal", 96, (*NEWEST, *ALL_LINKS), odd_rows=oddities.METAL_2026),
    Layout("2026 Prog-rock", 2026, "rock", 82, (*NEWEST, *ALL_LINKS), odd_rows=oddities.ROCK_2026),
    Layout("2025 Prog-metal", 2025, "metal", 96, (*NEWEST, *ALL_LINKS), odd_rows=oddities.METAL_2025),
    Layout("2025 Prog-rock", 2025, "rock", 74, (*NEWEST, *ALL_LINKS), odd_rows=oddities.ROCK_2025),
    Layout("2024 Prog-metal", 2024, "metal", 80, (*OLDER, *FEWER_LINKS), odd_rows=oddities.METAL_2024),
    Layout("2024 Prog-rock", 2024, "rock", 62, (*OLDER, *FEWER_LINKS)),
    Layout("2023", 2023, "both", 60, (*OLDER, *OLDEST_LINKS), header_row=5, odd_rows=oddities.YEAR_2023),
    Layout("2023 Reissues & Special Release", 2023, "both", 22, REISSUED, header_row=5),
)


@cache
def sample_tabs() -> tuple[Tab, ...]:
    inventor = Inventor(SEED)
    tabs = [filled(layout, inventor) for layout in LAYOUTS]
    hidden = Tab("2022 Reissues & Special Release", columns=REISSUED, header_row=5, is_hidden=True)
    return (*tabs, hidden, Tab("Statistics"))


@cache
def sample_albums() -> Mapping[str, SampleAlbum]:
    """Return the albums on Spotify by id. A few are missing, have no cover or only a year."""
    return on_spotify(sample_tabs())


def on_spotify(tabs: Iterable[Tab]) -> Mapping[str, SampleAlbum]:
    """Return the albums that tabs link to, by id."""
    rows = [row for tab in tabs for row in tab.rows if row.spotify_id]
    return {row.spotify_id: known_to_spotify(row) for row in reversed(rows)}


def known_to_spotify(row: SheetRow) -> SampleAlbum:
    chance = seeded("fate", row.spotify_id)
    released = row.released.isoformat() if isinstance(row.released, date) else "2026-11-01"
    return SampleAlbum(
        artist=str(row.artist),
        title=f"{row.title:%B %Y}" if isinstance(row.title, date) else str(row.title),
        released=released[:4] if chance.random() < 1 / 50 else released,
        label=row.label,
        length=row.length,
        is_missing=chance.random() < 1 / 40,
        has_cover=chance.random() >= 1 / 60,
    )


def filled(layout: Layout, inventor: Inventor) -> Tab:
    """Return a tab with invented and odd rows, sorted by date; rows without a real date come last."""
    rows = [*(invented_row(layout, inventor) for _ in range(layout.size)), *layout.odd_rows]
    has_more = layout.year >= 2025 and layout.scene == "metal"
    unannounced = [inventor.album(layout.scene) for _ in range(5)] if has_more else []
    return Tab(
        name=layout.name,
        rows=tuple(sorted(rows, key=lambda row: str(row.released))),
        columns=layout.columns,
        header_row=layout.header_row,
        unannounced=tuple((album.artist, album.genres) for album in unannounced),
    )


def invented_row(layout: Layout, inventor: Inventor) -> SheetRow:
    random = inventor.random
    album = inventor.album(random.choice(("metal", "rock")) if layout.scene == "both" else layout.scene)
    if layout.columns == REISSUED:
        album = replace(album, title=f"{album.title} {random.choice(EDITIONS)}")
    row = SheetRow(
        artist=album.artist,
        title=album.title,
        released=release_date(layout.year, random),
        length=album.length,
        genres=album.genres,
        vocals=oddities.misspelt(album.vocals, random),
        country=album.place,
        links=links(album, random),
        fill=fill(random) if layout.columns != REISSUED else REISSUE,
        label=album.label,
    )
    return oddities.with_invisible_characters(row) if random.random() < 1 / 45 else row


def release_date(year: int, random: Random) -> date:
    """Return a date in the year, mostly a Friday: that's when records come out."""
    month = random.randint(1, 12)
    day = date(year, month, random.randint(1, calendar.monthrange(year, month)[1]))
    friday = day.day - day.weekday() + 4
    return day.replace(day=friday) if random.random() < 0.8 and 1 <= friday <= 28 else day


def fill(random: Random) -> str | None:
    """Return the colour of the Length cell: debut, reissue, white or a stray colour; mostly none."""
    chance = random.random()
    if chance < 0.2:
        return DEBUT
    if chance < 0.24:
        return REISSUE
    return random.choice(STRAY_FILLS) if chance < 0.4 else None


def links(album: InventedAlbum, random: Random) -> dict[str, str]:
    """Return the album's links; most albums have Spotify and Bandcamp."""
    slug = oddities.slug(album.artist) or "music"
    album_id = spotify_id(album.artist, album.title)
    share = f"?si={spotify_id(album_id)[:16]}" if random.random() < 0.75 else ""
    found = {
        "Spotify": f"https://open.spotify.com/album/{album_id}{share}" if random.random() < 0.93 else "",
        "Bandcamp": f"https://{slug}.bandcamp.com/album/{oddities.slug(album.title) or 'untitled'}",
        "YouTube": f"https://www.youtube.com/watch?v={album_id[:11]}",
        "Amazon": f"https://www.amazon.com/dp/B0{album_id[:8].upper()}",
        "Apple Music": f"https://music.apple.com/us/album/{random.randrange(10**9, 2 * 10**9)}",
        "Google Play": f"https://play.google.com/store/music/album?id=B{album_id.lower()}",
    }
    wanted = {"Spotify": 1.0, "Bandcamp": 0.88, "YouTube": 0.3, "Amazon": 0.12, "Apple Music": 0.2, "Google Play": 0.4}
    return {name: address for name, address in found.items() if address and random.random() < wanted[name]}
