"""Decides which album each entry of the sheet is, and so what a sync has to do. Pure: no database, no clock.

An album must keep its primary key through every edit of the sheet, so entries are matched to the known albums in
passes, from the strongest evidence to the weakest, each one to one and in the order of the sheet.
"""

from collections import defaultdict
from collections.abc import Callable, Collection, Hashable, Iterable
from dataclasses import replace

from catalog.services.albums.guards import keep_vanished_columns, plan_removals, refuse_a_scrambled_sheet
from catalog.services.albums.identity.unreadable import complete, match_beside
from catalog.services.albums.plan import Creation, Edit, KnownAlbum, Plan, Side, bandcamp_page, release_order
from catalog.services.sheet.entries import AlbumEntry, RowProblem
from catalog.services.sheet.rows import SheetContents


def make_plan(
    contents: SheetContents,
    known: Collection[KnownAlbum],
    *,
    salt: str = "",
    tab_pattern: str = "",
    force: bool = False,
) -> Plan:
    """Compare the whole sheet with the whole catalogue. Raises `SheetShrunk` unless forced.

    ``salt`` is what digests take in beside the entries, since it decides too what they mean in the catalogue.
    """
    completed = complete(contents.entries, known)
    entries, problems = merge(completed.entries)
    pairs, undecided = match_beside(completed, entries, known, match)
    holders = {album.spotify_id: album.pk for album in known if album.spotify_id}
    plan = Plan(problems=problems, holders=holders)
    if not force:
        keep_vanished_columns(plan, entries, pairs)
        refuse_a_scrambled_sheet(entries, pairs, known)
    salts = {tab: ",".join((salt, *columns)) for tab, columns in plan.kept.items()}
    for entry, album in zip(entries, pairs, strict=True):
        digest = entry.digest(salts.get(entry.tab, salt))
        if album is None:
            plan.created.append(Creation(entry, digest))
        elif album.entry_hash == digest and not album.is_removed:
            plan.unchanged.append(album)
        else:
            plan.changed.append(Edit(album, entry, digest))
    there = {album.pk for album in pairs if album} | undecided
    plan_removals(plan, contents, known, there, tab_pattern, force=force)
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
            where = (entry.tab, entry.row, entry.artist, entry.title)
            other = {"artist": twin.artist, "album": twin.title, "row": twin.row, "tab": twin.tab}
            problems.append(RowProblem("shared_spotify_link", *where, is_doubt=True, parameters=other))
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


def links_disagree(one: Side, other: Side) -> bool:
    """Whether both have a link to Spotify, or to Bandcamp, and not the same: then they are two albums."""
    pairs = (
        (one.spotify_id, other.spotify_id),
        (bandcamp_page(one.bandcamp_url), bandcamp_page(other.bandcamp_url)),
    )
    return any(first and second and first != second for first, second in pairs)
