"""The oddities of a sheet that many people edit: one of every kind seen in the community's sheet."""

import re
import unicodedata
from dataclasses import replace
from datetime import date
from random import Random

from demo.sheet_row import DEBUT, SheetRow
from demo.spotify_ids import spotify_id

MISSPELT = {"Instrumental": "Insturmental", "Clean": "Claen", "Mixed": "Mxied", "Harsh": "harsh "}
ZERO_WIDTH = "\u200b"


def misspelt(vocals: str, random: Random) -> str:
    """Return the vocal style, misspelt one time in sixty."""
    return MISSPELT.get(vocals, vocals) if random.random() < 1 / 60 else vocals


def with_invisible_characters(row: SheetRow) -> SheetRow:
    """Return the row as if pasted from a web page: zero-width characters, decomposed letters (NFD)."""
    artist = unicodedata.normalize("NFD", str(row.artist))
    return replace(row, artist=f"{ZERO_WIDTH}{artist}", title=f"{row.title}\u00a0{ZERO_WIDTH}")


def slug(name: str) -> str:
    """Return a name as it appears in a Bandcamp address."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")


def spotify(*words: str) -> dict[str, str]:
    """Return the links cell of the Spotify album derived from words."""
    return {"Spotify": f"https://open.spotify.com/album/{spotify_id(*words)}"}


SHARED = spotify("Saltmarsh Embassy", "Low Water, High Water")
IN_TWO_TABS = SheetRow(
    "Vantage Hymnal", "The Long Rehearsal", date(2025, 12, 30), "2xLP", "Prog-metal, Art rock", "Clean", "Leeds, UK",
    spotify("Vantage Hymnal", "The Long Rehearsal"), label="Odd Metre",
)  # fmt: skip
WRAPPED = {
    name: f"https://www.google.com/url?q={address.replace(':', '%3A').replace('/', '%2F')}&sa=D&source=editors"
    for name, address in spotify("Quiet Apparatus", "Redirected").items()
}

METAL_2026 = (
    SheetRow("Kald Horisont", 1349, date(2026, 2, 6), "LP", "Black metal, Prog-metal", "Harsh", "Oslo, Norway",
             spotify("Kald Horisont", "1349"), DEBUT),
    SheetRow("Zeroth", 0, date(2026, 3, 13), "EP", "Djent, Mathcore", "Instrumental", "Melbourne, Australia",
             spotify("Zeroth", "0")),
    SheetRow("Slant", "///", date(2026, 5, 1), "LP", "Experimental metal, Industrial metal", "Mixed", "Berlin, Germany",
             spotify("Slant", "///")),
    SheetRow("Ashes of Antwerp", date(1994, 11, 1), date(2026, 11, 20), "LP", "Post-metal", "Mixed", "Antwerp, Belgium",
             spotify("Ashes of Antwerp", "November 1994"), title_format="mmmm yyyy"),
    SheetRow("Cenote", "Sumidero", "TBA", "LP", "Prog-metal, Death metal", "Harsh", "Mérida, Mexico"),
    SheetRow("Thornwood Parallax", "The Unlit Hours", "Fall", "LP", "Prog-metal", "Clean", "Boston, MA",
             {"Bandcamp": "https://thornwood-parallax.bandcamp.com/album/the-unlit-hours"}),
    SheetRow("Vantage Hymnal", "The Long Rehearsal", date(2025, 12, 30), "2xLP", "Prog-metal, Art rock", "Clean",
             "Leeds, UK", IN_TWO_TABS.links, label="Odd Metre"),
    SheetRow("Gravel Psalm", "Ninety-Nine Steps Down", date(2006, 9, 11), "LP", "Doom metal, Stoner metal", "Clean",
             "Asheville, NC", spotify("Gravel Psalm", "Ninety-Nine Steps Down")),
    SheetRow("Saltmarsh Embassy", "Low Water, High Water", date(2026, 10, 2), "LP", "Post-metal, Sludge metal", "Harsh",
             "Hull, UK", SHARED),
    SheetRow("Estuary Kings", "Herring Moon", date(2026, 10, 9), "LP", "Post-metal", "Mixed", "Hull, UK", SHARED),
    SheetRow("Procession of the Equinoxes",
             "An Incomplete and Partly Illegible Inventory of Every Lighthouse That Was Still Burning on the Night the "
             "Sea Came Back for Its Names, Movements I–IX", date(2026, 12, 11), "2xLP", "Prog-metal, Avant-Garde metal",
             "Mixed", "Halifax, Canada", spotify("Procession of the Equinoxes", "Inventory")),
)  # fmt: skip
ROCK_2026 = (
    SheetRow("Mellotron Weather", "Standing Stone Radio", date(2026, 1, 23), "LP", "Symphonic Prog", "Clean",
             "Bath, UK", {"Spotify": ""}),
    SheetRow("Halina Mroz", "Letters to a Glacier", date(2026, 4, 17), "LP", "Art rock", "Clean", "Kraków, Poland",
             {"Spotify": f"https://open.spotify.com/artist/{spotify_id('Halina Mroz')}"}),
    SheetRow("Quiet Apparatus", "Redirected", date(2026, 6, 12), "LP", "Math rock, Post-rock", "Instrumental",
             "Osaka, Japan", WRAPPED),
    SheetRow("Pocket Planetarium", "s/t", date(2026, 7, 3), "EP", "Space rock", "Instrumental", "Austin, TX",
             {"Spotify": "http://s/"}, DEBUT),
    SheetRow("Thirteen Fifty-Nine", "One Minute Late", "April", "LP", "Neo-Prog", "Clean", "Utrecht, Netherlands",
             spotify("Thirteen Fifty-Nine", "One Minute Late")),
    SheetRow("Lord Kestrel's Orrery",
             "How the Clockmaker's Youngest Daughter Taught the Moon to Keep Time, and What It Cost the Town",
             date(2026, 12, 4), "LP", "Symphonic Prog, Canterbury scene", "Clean", "Canterbury, UK",
             spotify("Lord Kestrel's Orrery", "Clockmaker")),
)  # fmt: skip
METAL_2025 = (
    IN_TWO_TABS,
    SheetRow(1916, "Somme", date(2005, 7, 1), "LP", "Death Doom metal", "Harsh", "Lille, France",
             spotify("1916", "Somme")),
    SheetRow("Ouroboros Tax", "Eat the Calendar", date(2025, 8, 8), "", "Mathcore", "Harsh", "Ohio",
             {"Spotify": "https://ouroborostax.bandcamp.com/album/eat-the-calendar"}),
    SheetRow("Nattskift", "Nattskift", None, "LP", "Progressive Metal", "Mixed", "Sweden",
             spotify("Nattskift", "Nattskift")),
)  # fmt: skip
ROCK_2025 = (
    SheetRow(unicodedata.normalize("NFD", "Électricité Statique"), unicodedata.normalize("NFD", "Forêt de verre"),
             date(2025, 10, 17), "LP", "Zeuhl, Avant-prog", "Clean", "Nancy, France",
             spotify("Électricité Statique", "Forêt de verre")),
    SheetRow("Gull & Anvil", "Tide Tables", "Septmber", "LP", "Folk rock, Prog-rock", "Clean", "Cork, Ireland",
             spotify("Gull & Anvil", "Tide Tables")),
    SheetRow("Halcyon", "Halcyon", date(2025, 5, 16), "LP", "Post-rock", "Instru./Clean", "Perth, Australia",
             spotify("Halcyon", "Halcyon", "Perth"), DEBUT),
)  # fmt: skip
METAL_2024 = (
    SheetRow("Halcyon", "Kingfisher", date(2024, 10, 4), "LP", "Djent, Progressive Metal", "Mixed", "Lyon, France",
             spotify("Halcyon", "Kingfisher", "Lyon")),
)  # fmt: skip
YEAR_2023 = (
    SheetRow("Coldframe", "∞", date(2023, 6, 2), "LP", "Post-rock", "Instrumental", "Tromsø, Norway",
             spotify("Coldframe", "∞")),
)  # fmt: skip

DOUBTFUL = {
    "2026 Prog-metal": ("The Long Rehearsal", "Ninety-Nine Steps Down", "Herring Moon"),
    "2026 Prog-rock": ("Standing Stone Radio", "Letters to a Glacier", "s/t"),
    "2025 Prog-metal": ("Somme", "Eat the Calendar"),
}
"""Titles by tab of rows that curators have to review."""
