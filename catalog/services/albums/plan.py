"""What a sync has to do, and what it compares: values that matching, guards and the importer share."""

from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import ClassVar

from catalog.services.sheet.entries import AlbumEntry, RowProblem

GUARDED = {
    "release_date": ("release_date", "release_text"),
    "format": ("format",),
    "genre_text": ("genre_text", "genres"),
    "vocal_text": ("vocal_text", "vocal_style"),
    "country": ("country",),
    "bandcamp_url": ("bandcamp_url",),
    "spotify_url": ("spotify_url", "spotify_id"),
}
"""Columns that a whole tab does not lose at once but by mistake, and what of an entry stands in them."""

KEPT = {
    **{name: (name,) for name in ("youtube_url", "amazon_url", "apple_music_url", "google_play_url")},
    "artist": ("artist", "artist_key"),
    "title": ("title", "title_key"),
    **GUARDED,
    "release_date": (*GUARDED["release_date"], "year"),
}
"""What an album keeps of each column that cannot be read, or vanished."""


@dataclass(frozen=True, slots=True)
class KnownAlbum:
    """What matching needs of an album in the catalogue, removed ones too."""

    pk: int
    spotify_id: str | None
    artist_key: str
    title_key: str
    year: int | None
    release_order: int
    bandcamp_url: str
    tab: str
    entry_hash: str
    is_removed: bool
    """Whether it left the sheet: hidden, or kept by staff."""
    is_kept: bool = False
    """Whether staff restored it: neither a sync nor an undo hides it."""
    filled: frozenset[str] = frozenset()
    """Which of the guarded columns it has something in."""
    artist: str = ""
    title: str = ""
    spotify_url: str = ""

    @property
    def key(self) -> tuple[str, str, int | None]:
        """Return what it has in common with an entry of the same album."""
        return self.artist_key, self.title_key, self.year


@dataclass(frozen=True, slots=True, eq=False)
class Creation:
    """An entry that becomes a new album, with the hash that the album keeps of it."""

    entry: AlbumEntry
    digest: str
    album: ClassVar[None] = None


@dataclass(frozen=True, slots=True, eq=False)
class Edit:
    """An entry that is written over an album, with the hash that the album keeps of it."""

    album: KnownAlbum
    entry: AlbumEntry
    digest: str
    removed_at: datetime | None = None
    """When an album that an undo hides, or leaves hidden, had left the sheet."""
    kept_at: datetime | None = None
    kept_by: str = ""
    """When staff restored it, and who, where an undo leaves it so: what the sheet lists is not kept any more."""


@dataclass(frozen=True, slots=True, eq=False)
class Removal:
    """An album that left the sheet."""

    album: KnownAlbum
    entry: ClassVar[None] = None


Step = Creation | Edit | Removal


@dataclass
class Plan:
    """What a sync has to do."""

    created: list[Creation] = field(default_factory=list[Creation])
    changed: list[Edit] = field(default_factory=list[Edit])
    unchanged: list[KnownAlbum] = field(default_factory=list[KnownAlbum])
    removed: list[KnownAlbum] = field(default_factory=list[KnownAlbum])
    problems: list[RowProblem] = field(default_factory=list[RowProblem])
    kept: dict[str, tuple[str, ...]] = field(default_factory=dict[str, tuple[str, ...]])
    """The columns that vanished from a tab: its albums keep what they have in them."""

    holders: dict[str, int] = field(default_factory=dict[str, int])
    """The album that holds each Spotify id now, by primary key."""

    @property
    def entries(self) -> list[AlbumEntry]:
        """The entries that are written: of new albums, then of changed ones."""
        return [step.entry for step in (*self.created, *self.changed)]

    @cached_property
    def wanted_ids(self) -> set[str | None]:
        """The Spotify ids that entries name."""
        return {entry.spotify_id for entry in self.entries}

    @property
    def total(self) -> int:
        """How many albums it is about."""
        return len(self.created) + len(self.changed) + len(self.unchanged) + len(self.removed)


Side = AlbumEntry | KnownAlbum


def release_order(side: Side) -> int:
    """Return the day number of the release, 0 where there is no date."""
    if isinstance(side, KnownAlbum):
        return side.release_order
    return side.release_date.toordinal() if side.release_date else 0
