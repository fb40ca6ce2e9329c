"""Works out what is written to an album: its columns, and what an edit makes of the album as it is stored."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

from catalog.models import Album, AlbumChange
from catalog.services.albums.changes import AS_WRITTEN, differences, stored_albums, told_by, told_of
from catalog.services.albums.names import AlbumNames
from catalog.services.albums.plan import KEPT, Edit, Plan
from catalog.services.sheet.entries import AlbumEntry
from catalog.services.sheet.text import fold

COPIED = (*AS_WRITTEN, "year", "artist_key", "title_key")
DERIVED = (
    "artist_id",
    "vocal_style_id",
    "release_order",
    "search_text",
    "entry_hash",
    "removed_at",
    "kept_at",
    "kept_by",
)
COLUMNS = [name.removesuffix("_id") for name in (*COPIED, *DERIVED)]
"""The fields of an album that `album_values` gives, as the model calls them."""


def album_values(entry: AlbumEntry, digest: str, names: AlbumNames) -> dict[str, Any]:
    """Return all that an album has from its entry; its names must exist."""
    copied = {name: getattr(entry, name) for name in COPIED}
    genres = names.genres(entry).values()
    searched = (entry.artist, entry.title, entry.genre_text, *genres, entry.vocal_text, entry.vocal_style or "")
    return copied | {
        "artist_id": names.artists[entry.artist],
        "vocal_style_id": names.vocal_styles[entry.vocal_style] if entry.vocal_style else None,
        "release_order": entry.release_date.toordinal() if entry.release_date else 0,
        "search_text": fold(" ".join((*searched, entry.country))),
        "entry_hash": digest,
        "removed_at": None,
        "kept_at": None,
        "kept_by": "",
    }


@dataclass(frozen=True)
class Rewrite:
    """An album as it is stored, and what becomes of it."""

    edit: Edit
    stored: Album
    entry: AlbumEntry
    """The entry, with what the album keeps of its own."""
    told: dict[str, Any]
    """What the album says of itself as it is stored."""
    fields: dict[str, list[Any]]
    """The old and the new value of each field that changes."""

    @property
    def kind(self) -> AlbumChange.Kind:
        """What the change log calls it."""
        if self.edit.removed_at:
            return AlbumChange.Kind.REMOVED
        is_hidden = self.edit.album.is_removed and not self.edit.album.is_kept
        return AlbumChange.Kind.REVIVED if is_hidden else AlbumChange.Kind.UPDATED

    @property
    def is_worth_telling(self) -> bool:
        """Whether it is more than a new hash, and of an album that is seen."""
        if self.edit.album.is_removed and self.edit.removed_at:
            return False
        return bool(self.fields) or self.kind != AlbumChange.Kind.UPDATED


def rewrites(edits: Iterable[Edit], plan: Plan, names: AlbumNames) -> list[Rewrite]:
    """Return what each edit makes of its album as it is stored now."""
    edits = list(edits)
    albums = stored_albums([edit.album.pk for edit in edits])
    return [_rewrite(edit, albums[edit.album.pk], plan, names) for edit in edits]


def _rewrite(edit: Edit, stored: Album, plan: Plan, names: AlbumNames) -> Rewrite:
    told = told_of(stored)
    entry = _with_kept(edit.entry, plan, stored, told)
    fields = differences(told, told_by(entry, names.genres(entry)))
    is_kept = edit.kept_at is not None
    if stored.is_kept != is_kept:
        fields["kept"] = [stored.is_kept, is_kept]
    return Rewrite(edit, stored, entry, told, fields)


def _with_kept(entry: AlbumEntry, plan: Plan, album: Album, told: dict[str, Any]) -> AlbumEntry:
    """Return the entry with what its album has in columns that vanished from the tab, or cannot be read."""
    columns = {*plan.kept.get(entry.tab, ()), *entry.unreadable}
    names = [name for column in columns for name in KEPT[column]]
    kept: dict[str, Any] = {name: told[name] if name in told else getattr(album, name) for name in names}
    if "release_date" in kept:
        kept["release_date"] = album.release_date
    if "genres" in kept:
        kept["genres"] = tuple(kept["genres"])
    if kept.get("spotify_id") and kept["spotify_id"] in plan.wanted_ids:
        kept |= {"spotify_id": entry.spotify_id, "spotify_url": entry.spotify_url}
    return replace(entry, **kept)
