"""Pairs entries with albums in passes, from the strongest evidence to the weakest, each under its veto."""

from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Hashable, Sequence
from dataclasses import dataclass

from catalog.services.albums.identity.vetoes import facts_disagree, links_disagree, release_page
from catalog.services.albums.plan import KnownAlbum, Side, release_order
from catalog.services.sheet.entries import AlbumEntry

Evidence = Callable[[Side], Hashable]
Veto = Callable[[Side, Side], bool]
MOST_PAIRS = 2500
"""Of one name, to compare; a hostile sheet may have millions."""


@dataclass(frozen=True)
class Pass:
    """What speaks for a pair, and what rules it out."""

    evidence: Evidence
    veto: Veto = links_disagree
    in_order: bool = False
    """Whether several of a name are paired as they come; else there must be one on each side."""
    settles: bool = False
    """Whether as many rows as albums are paired by date, and what can't be told apart takes no part any more."""


def _named(*names: str) -> Evidence:
    """Return evidence from facts all of which must be there."""

    def evidence(side: Side) -> Hashable:
        said = tuple(FACTS[name](side) for name in names)
        return said if all(said) else None

    return evidence


FACTS: dict[str, Callable[[Side], Hashable]] = {
    "key": lambda side: side.key,
    "artist": lambda side: side.artist_key,
    "title": lambda side: side.title_key,
    "id": lambda side: side.spotify_id,
    "page": release_page,
    "tab": lambda side: side.tab,
    "date": release_order,
}

SAME_KEY = [
    Pass(_named(*names), in_order=True)
    for names in (("key", "id"), ("key", "page"), ("key", "tab", "date"), ("key", "tab"), ("key",))
]
IN_ITS_TAB = [Pass(_named("key", "tab", *names), in_order=True) for names in (("id",), ("page",), ("date",), ())]
RETURNED = [Pass(_named("key", "id"))]
STRONG = [
    Pass(_named("id", "artist")),
    Pass(_named("id", "title")),
    Pass(_named("artist", "title", "page")),
    Pass(_named("artist", "title", "tab")),
    Pass(_named("artist", "title"), settles=True),
    Pass(_named("page", "artist")),
    Pass(_named("page", "title")),
]
WEAK = [
    Pass(_named(*names), facts_disagree)
    for names in (("id",), ("page",), ("artist", "tab", "date"), ("artist", "tab"), ("title", "tab", "date"))
]
LIKENESS = [
    *map(_named, ("key", "id", "page")),
    *(_named(*names) for names in (("artist", "title"), ("artist", "tab", "date"), ("title", "tab", "date"))),
]


class Pairing:
    """The entries and albums that are not paired yet."""

    def __init__(self, entries: Sequence[AlbumEntry], known: Collection[KnownAlbum], digests: Sequence[str]) -> None:
        self.found: list[KnownAlbum | None] = [None] * len(entries)
        self._entries = entries
        self._rows = dict(enumerate(entries))
        in_order = sorted(known, key=lambda album: album.pk)
        self._listed = {album.pk: album for album in in_order if not album.is_removed}
        self._removed = {album.pk: album for album in in_order if album.is_removed}
        self._take_unchanged(digests)

    @property
    def has_more(self) -> bool:
        """Whether entries and listed albums are left."""
        return bool(self._rows and self._listed)

    def run(self, passes: Sequence[Pass], *, of_removed: bool = False) -> None:
        """Pair what the passes can."""
        pool = self._removed if of_removed else self._listed
        for each in passes:
            if self._rows and pool:
                self._run(each, pool)

    def wait_for_the_rest(self) -> set[int]:
        """Leave the other listed albums alone, and return the rows that may be one of them or take its link."""
        rest = self._listed.values()
        ids = {album.spotify_id for album in rest if album.spotify_id}
        known = [{evidence(album) for album in rest} - {None} for evidence in LIKENESS]
        waiting = {
            index
            for index, row in enumerate(self._entries)
            if row.spotify_id in ids
            or (index in self._rows and any(like(row) in values for like, values in zip(LIKENESS, known, strict=True)))
        }
        self._listed = {}
        self._rows = {index: row for index, row in self._rows.items() if index not in waiting}
        return waiting

    def _take_unchanged(self, digests: Sequence[str]) -> None:
        """Pair the rows that say to the letter what they said when their album was written."""
        albums = {album.entry_hash: album for album in reversed(self._listed.values())}
        for index, digest in enumerate(digests):
            if album := albums.pop(digest, None):
                self._take(index, album)

    def _run(self, this: Pass, pool: dict[int, KnownAlbum]) -> None:
        albums: defaultdict[Hashable, list[KnownAlbum]] = defaultdict(list)
        for album in pool.values():
            if (said := this.evidence(album)) is not None:
                albums[said].append(album)
        rows: defaultdict[Hashable, list[int]] = defaultdict(list)
        for index, row in self._rows.items():
            if (said := this.evidence(row)) in albums:
                rows[said].append(index)
        for said, indexes in rows.items():
            if len(indexes) * len(albums[said]) <= MOST_PAIRS:
                self._pair(this, indexes, albums[said], pool)

    def _pair(self, this: Pass, indexes: list[int], albums: list[KnownAlbum], pool: dict[int, KnownAlbum]) -> None:
        if this.settles:
            indexes = sorted(indexes, key=lambda index: release_order(self._rows[index]))
            albums = sorted(albums, key=release_order)
        if this.in_order:
            for index in indexes:
                row = self._rows[index]
                album = next((each for each in albums if each.pk in pool and not this.veto(row, each)), None)
                if album:
                    self._take(index, album)
        elif len(indexes) == len(albums) and (len(albums) == 1 or this.settles):
            for index, album in zip(indexes, albums, strict=True):
                if not this.veto(self._rows[index], album):
                    self._take(index, album)
        elif this.settles:
            self._leave_out(this, indexes, albums, pool)

    def _leave_out(self, this: Pass, indexes: list[int], albums: list[KnownAlbum], pool: dict[int, KnownAlbum]) -> None:
        """Let no weaker evidence decide over what may be several."""
        doubtful = [(index, each.pk) for index in indexes for each in albums if not this.veto(self._rows[index], each)]
        for index, pk in doubtful:
            self._rows.pop(index, None)
            pool.pop(pk, None)

    def _take(self, index: int, album: KnownAlbum) -> None:
        self.found[index] = album
        del self._rows[index]
        del (self._removed if album.is_removed else self._listed)[album.pk]


def match(
    entries: Sequence[AlbumEntry], known: Collection[KnownAlbum], digests: Sequence[str] = ()
) -> list[KnownAlbum | None]:
    """Return for each entry the album that it is, or None where it is a new one."""
    pairing = Pairing(entries, known, digests)
    pairing.run(SAME_KEY)
    pairing.run(RETURNED, of_removed=True)
    if pairing.has_more:
        pairing.run([_of_one_name(entries, known)])
    pairing.run(STRONG)
    pairing.run([*SAME_KEY, *STRONG], of_removed=True)
    pairing.run(WEAK)
    return pairing.found


def match_part(
    entries: Sequence[AlbumEntry], known: Collection[KnownAlbum]
) -> tuple[list[KnownAlbum | None], set[int]]:
    """Match a part of the sheet, and say which entries wait: they may be albums whose rows stand further down."""
    pairing = Pairing(entries, known, ())
    pairing.run(IN_ITS_TAB)
    waiting = pairing.wait_for_the_rest()
    pairing.run(RETURNED, of_removed=True)
    pairing.run([*SAME_KEY, *STRONG], of_removed=True)
    return pairing.found, waiting


def _of_one_name(entries: Sequence[AlbumEntry], known: Collection[KnownAlbum]) -> Pass:
    """Return the pass for links that were replaced or swapped: the name decides, if it is that of one album only.

    Not so where all links stayed and the names moved on by one.
    """
    listed = [album for album in known if not album.is_removed]
    rows, albums = Counter(entry.key for entry in entries), Counter(album.key for album in listed)
    new = {entry.spotify_id for entry in entries if entry.key not in albums} - {None}
    gone = {album.spotify_id for album in listed if album.key not in rows} - {None}
    return Pass(
        lambda side: side.key if rows[side.key] == albums[side.key] == 1 else None,
        lambda row, album: album.spotify_id in new and row.spotify_id in gone,
    )
