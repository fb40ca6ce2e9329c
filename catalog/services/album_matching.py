"""Decides which album each entry of the sheet is, and so what a sync has to do. Pure: no database, no clock.

An album must keep its primary key through every edit of the sheet, so entries are matched to the known albums in
passes, from the strongest evidence to the weakest, each one to one and in the order of the sheet.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Hashable, Iterable
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import ClassVar

from catalog.services.album_rows import AlbumEntry, RowProblem, SheetContents, header_of
from catalog.services.errors import SyncError

MOST_REMOVED = 50
MOST_REMOVED_SHARE = 0.1
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

VANISHED_FROM = 5
"""Albums from which on a column that lost all of its values counts as vanished."""

TAB_WORTH_GUARDING = 20
"""Albums from which on a tab may not lose half of them at once."""


class SheetShrunk(SyncError):
    """The sheet lost so many albums that a mistake is likelier than an edit, so nothing was changed."""

    code: ClassVar[str] = "sheet_shrunk"
    hint: ClassVar[str] = (
        "Look at the sheet's version history and restore what is missing. "
        "If the albums are meant to go, staff can accept it on the page of this sync, "
        "or anybody at the server with manage.py import_albums --force."
    )


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
    filled: frozenset[str] = frozenset()
    """Which of the guarded columns it has something in."""

    @property
    def key(self) -> tuple[str, str, int | None]:
        """Return what it has in common with an entry of the same album."""
        return self.artist_key, self.title_key, self.year


@dataclass
class Plan:
    """What a sync has to do."""

    created: list[AlbumEntry] = field(default_factory=list[AlbumEntry])
    changed: list[tuple[KnownAlbum, AlbumEntry]] = field(default_factory=list[tuple[KnownAlbum, AlbumEntry]])
    unchanged: list[KnownAlbum] = field(default_factory=list[KnownAlbum])
    removed: list[KnownAlbum] = field(default_factory=list[KnownAlbum])
    problems: list[RowProblem] = field(default_factory=list[RowProblem])
    kept: dict[str, tuple[str, ...]] = field(default_factory=dict[str, tuple[str, ...]])
    """The columns that vanished from a tab: its albums keep what they have in them."""

    holders: dict[str, int] = field(default_factory=dict[str, int])
    """The album that holds each Spotify id now, by primary key."""

    hashes: dict[int, str] = field(default_factory=dict[int, str])
    """What an undo puts back as the hash of an album, by primary key."""

    hidden: set[int] = field(default_factory=set[int])
    """The changed albums that an undo hides again, by primary key."""

    @cached_property
    def wanted_ids(self) -> set[str | None]:
        """The Spotify ids that entries name."""
        return {entry.spotify_id for entry in (*self.created, *(entry for _, entry in self.changed))}

    def salt(self, entry: AlbumEntry, salt: str) -> str:
        """Return what an entry's digest takes in beside the entry: what its album keeps in spite of it."""
        return ",".join((salt, *self.kept[entry.tab])) if entry.tab in self.kept else salt

    @property
    def total(self) -> int:
        """How many albums it is about."""
        return len(self.created) + len(self.changed) + len(self.unchanged) + len(self.removed)


def make_plan(
    contents: SheetContents,
    known: Collection[KnownAlbum],
    *,
    salt: str = "",
    tab_pattern: str = "",
    force: bool = False,
) -> Plan:
    """Compare the whole sheet with the whole catalogue. Raises `SheetShrunk` unless forced."""
    entries, problems = merge(contents.entries)
    pairs = match(entries, known)
    holders = {album.spotify_id: album.pk for album in known if album.spotify_id}
    plan = Plan(problems=problems, holders=holders)
    if not force:
        _keep_vanished_columns(plan, entries, pairs)
    for entry, album in zip(entries, pairs, strict=True):
        if album is None:
            plan.created.append(entry)
        elif album.entry_hash == entry.digest(plan.salt(entry, salt)) and not album.is_removed:
            plan.unchanged.append(album)
        else:
            plan.changed.append((album, entry))
    _plan_removals(plan, contents, known, {album.pk for album in pairs if album}, tab_pattern, force=force)
    return plan


def make_partial_plan(contents: SheetContents, known: Collection[KnownAlbum], *, salt: str = "") -> Plan:
    """Compare a part of the sheet with the catalogue: nothing is removed."""
    nothing_read = replace(contents, tabs_read=[])
    return make_plan(nothing_read, known, salt=salt, tab_pattern="(?!)")


def merge(entries: Iterable[AlbumEntry]) -> tuple[list[AlbumEntry], list[RowProblem]]:
    """Return one entry an album, the first of its rows, and the rows that share another album's Spotify id."""
    by_key: dict[Hashable, AlbumEntry] = {}
    by_id: dict[str, AlbumEntry] = {}
    kept: list[AlbumEntry] = []
    problems: list[RowProblem] = []
    for entry in entries:
        if entry.key in by_key:
            continue
        twin = by_id.get(entry.spotify_id or "")
        if twin and (twin.artist_key == entry.artist_key or twin.title_key == entry.title_key):
            by_key[entry.key] = twin
            continue
        if twin:
            reason = f"Its Spotify link is the one of {twin.artist} – {twin.title} in row {twin.row} of {twin.tab}"
            where = (entry.tab, entry.row, entry.artist, entry.title)
            problems.append(RowProblem("shared_spotify_link", reason[:500], *where, is_doubt=True))
            entry = replace(entry, spotify_id=None)
        by_key[entry.key] = entry
        if entry.spotify_id:
            by_id[entry.spotify_id] = entry
        kept.append(entry)
    return kept, problems


def match(entries: list[AlbumEntry], known: Collection[KnownAlbum]) -> list[KnownAlbum | None]:
    """Return for each entry the album that it is, or None where it is a new one."""
    matching = _Matching(entries, known)
    for of_removed in (False, True):
        matching.pair(lambda side: side.spotify_id and (side.spotify_id, side.key), of_removed=of_removed)
        matching.pair_by_id(of_removed=of_removed)
    matching.pair(lambda side: side.key)
    matching.pair(lambda side: (side.artist_key, side.title_key), only_unique=True)
    matching.pair(lambda side: bandcamp_page(side.bandcamp_url), only_unique=True)
    matching.pair(lambda side: (side.artist_key, side.tab), only_unique=True, unless=links_disagree)
    matching.pair(lambda side: (side.title_key, side.tab, release_order(side)), only_unique=True, unless=links_disagree)
    matching.pair(lambda side: side.key, of_removed=True)
    matching.pair(lambda side: (side.artist_key, side.title_key), only_unique=True, of_removed=True)
    matching.pair(lambda side: bandcamp_page(side.bandcamp_url), only_unique=True, of_removed=True)
    return matching.found


Side = AlbumEntry | KnownAlbum
Evidence = Callable[[Side], Hashable]


class _Matching:
    """The entries and albums that are not paired yet."""

    def __init__(self, entries: list[AlbumEntry], known: Collection[KnownAlbum]) -> None:
        self.found: list[KnownAlbum | None] = [None] * len(entries)
        self._entries = dict(enumerate(entries))
        in_order = sorted(known, key=lambda album: album.pk)
        self._listed = {album.pk: album for album in in_order if not album.is_removed}
        self._removed = {album.pk: album for album in in_order if album.is_removed}

    def pair(
        self,
        evidence: Evidence,
        *,
        only_unique: bool = False,
        of_removed: bool = False,
        unless: Callable[[Side, Side], bool] | None = None,
    ) -> None:
        """Pair what has equal evidence that is not empty, in order, or only where there is one of each."""
        albums = self._group(evidence, of_removed=of_removed)
        entries: defaultdict[Hashable, list[int]] = defaultdict(list)
        for index, entry in self._entries.items():
            entries[evidence(entry)].append(index)
        for said, indexes in entries.items():
            candidates = albums.get(said, []) if said else []
            if only_unique and (len(indexes) != 1 or len(candidates) != 1):
                continue
            for index, album in zip(indexes, candidates, strict=False):
                if unless is None or not unless(self._entries[index], album):
                    self._take(index, album)

    def pair_by_id(self, *, of_removed: bool) -> None:
        """Pair what has the same Spotify id, unless the link has moved between rows that live on."""
        albums = {album.spotify_id or "": album for album in self._pool(of_removed).values()}
        albums.pop("", None)
        listed_keys = {album.key for album in self._listed.values()}
        keys = listed_keys | {album.key for album in self._removed.values()}
        rows = {entry.key: entry for entry in self._entries.values()}
        for index, entry in list(self._entries.items()):
            album = albums.get(entry.spotify_id or "")
            if album is None:
                continue
            own = rows.get(album.key)
            is_given_away = own is not None and (entry.key in keys or own.spotify_id not in albums)
            is_taken_over = of_removed and entry.key in listed_keys
            if entry.key == album.key or not (is_given_away or is_taken_over):
                self._take(index, album)

    def _group(self, evidence: Evidence, *, of_removed: bool) -> defaultdict[Hashable, list[KnownAlbum]]:
        groups: defaultdict[Hashable, list[KnownAlbum]] = defaultdict(list)
        for album in self._pool(of_removed).values():
            groups[evidence(album)].append(album)
        return groups

    def _pool(self, of_removed: bool) -> dict[int, KnownAlbum]:
        return self._removed if of_removed else self._listed

    def _take(self, index: int, album: KnownAlbum) -> None:
        self.found[index] = album
        del self._entries[index]
        del self._pool(album.is_removed)[album.pk]


def bandcamp_page(address: str) -> str:
    """Return an address without scheme, ``www.``, query and slash at the end, so that two spellings are equal."""
    return re.sub(r"^https?://(?:www\.)?|[?#].*$|/+$", "", address.casefold())


def release_order(side: Side) -> int:
    """Return the day number of the release, 0 where there is no date."""
    if isinstance(side, KnownAlbum):
        return side.release_order
    return side.release_date.toordinal() if side.release_date else 0


def links_disagree(one: Side, other: Side) -> bool:
    """Whether both have a link to Spotify, or to Bandcamp, and not the same: then they are two albums."""
    pairs = (
        (one.spotify_id, other.spotify_id),
        (bandcamp_page(one.bandcamp_url), bandcamp_page(other.bandcamp_url)),
    )
    return any(first and second and first != second for first, second in pairs)


def _keep_vanished_columns(plan: Plan, entries: list[AlbumEntry], pairs: list[KnownAlbum | None]) -> None:
    """Find the columns that no row of a tab has a value in, though most of its albums had one."""
    tabs: dict[str, list[tuple[AlbumEntry, KnownAlbum]]] = {}
    for entry, album in zip(entries, pairs, strict=True):
        if album is not None:
            tabs.setdefault(entry.tab, []).append((entry, album))
    written = {(entry.tab, column) for entry in entries for column in GUARDED if _is_filled(entry, column)}
    for tab, matched in tabs.items():
        for column in GUARDED:
            had = sum(column in album.filled for _, album in matched)
            if (tab, column) in written or had < VANISHED_FROM or 2 * had < len(matched):
                continue
            plan.kept[tab] = (*plan.kept.get(tab, ()), column)
            reason = f"No row has a {header_of(column)} any more; {had} albums keep theirs"
            plan.problems.append(RowProblem("vanished_column", reason, tab, is_doubt=True))


def _is_filled(entry: AlbumEntry, column: str) -> bool:
    return any(getattr(entry, name) for name in GUARDED[column])


def _plan_removals(
    plan: Plan,
    contents: SheetContents,
    known: Collection[KnownAlbum],
    matched: set[int],
    tab_pattern: str,
    *,
    force: bool,
) -> None:
    listed = [album for album in known if not album.is_removed]
    gone = [album for album in listed if album.pk not in matched]
    before, lost = Counter(album.tab for album in listed), Counter(album.tab for album in gone)
    read, failed = set(contents.tabs_read), set(contents.tabs_failed)
    # A tab that was not read was renamed if most of its albums stand elsewhere now.
    unread = {tab for tab in lost if tab not in read | failed and re.search(tab_pattern, tab)}
    renamed = {tab for tab in unread if 2 * lost[tab] < before[tab]}
    headless = (unread - renamed) & set(contents.tabs_present)
    missing = unread - renamed - headless
    if not force:
        _refuse_a_shrunken_sheet([album for album in gone if album.tab in read | renamed | missing], before, read)
    removing: set[str] = read | renamed | (missing if force else set[str]())
    plan.removed = [album for album in gone if album.tab in removing]
    plan.problems += [
        RowProblem(
            "failed_tab", f"The tab, or its header row, is not in the sheet; its {lost[tab]} albums are kept", tab
        )
        for tab in sorted((headless | missing) - removing)
    ]


def _refuse_a_shrunken_sheet(gone: list[KnownAlbum], before: Counter[str], read: set[str]) -> None:
    total = before.total()
    if len(gone) > MOST_REMOVED and len(gone) > MOST_REMOVED_SHARE * total:
        raise SheetShrunk(f"{len(gone):,} of {total:,} albums would be removed")
    for tab, count in Counter(album.tab for album in gone if album.tab in read).items():
        if before[tab] >= TAB_WORTH_GUARDING and 2 * count >= before[tab]:
            raise SheetShrunk(f"{count:,} of the {before[tab]:,} albums of {tab} would be removed")
