"""The words of the sheet: names of columns, fill colours, genres and vocal styles."""

import difflib
from functools import lru_cache

from catalog.services.sheet.text import clean, fold

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

TEXTS = tuple(column for column in COLUMNS if column != "release_date" and column not in LINKS)

LONGEST_GENRE = 100

GENRE_ALIASES = {"progressive metal": "Prog-metal", "progressive rock": "Prog-rock", "tharsh metal": "Thrash metal"}
"""Genres that the sheet writes in two ways. Curators add others as ``GenreAlias``."""

VOCALS = ("Clean", "Harsh", "Mixed", "Instrumental")


def header_of(column: str) -> str:
    """Return what the header row says above a column."""
    return COLUMNS[column][0].title()


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
