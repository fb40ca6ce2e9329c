"""One row of the sample sheet, as people would type it."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

DEBUT, REISSUE = "FFFFBA4A", "FF96DA77"
SPOTIFY_ALBUM = re.compile(r"open\.spotify\.com(?:/|%2F)album(?:/|%2F)([0-9A-Za-z]{22})")


@dataclass(frozen=True)
class SheetRow:
    """The cells of a row. An empty link means a cell with text but no link."""

    artist: str | int
    title: str | int | date
    released: date | str | None
    length: str = "LP"
    genres: str = "Prog-metal"
    vocals: str = "Mixed"
    country: str = ""
    links: Mapping[str, str] = field(default_factory=dict[str, str])
    fill: str | None = None
    label: str = "Self-released"
    title_format: str = "General"

    @property
    def spotify_id(self) -> str:
        """The id in the Spotify link, or empty."""
        found = SPOTIFY_ALBUM.search(self.links.get("Spotify", ""))
        return found[1] if found else ""
