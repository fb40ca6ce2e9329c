"""Finds the albums of rows whose artist, title or date shows an error, and what such rows keep from going. Pure.

Such a row gets what it lacks from its album before all rows are matched, so that it takes part as if it were readable.
"""

from collections import defaultdict
from collections.abc import Callable, Collection, Hashable, Iterable
from dataclasses import dataclass, field, replace

from catalog.services.albums.identity.vetoes import release_page
from catalog.services.albums.plan import KnownAlbum
from catalog.services.sheet.entries import AlbumEntry

NAMES = frozenset({"artist", "title"})
IDENTITY = NAMES | {"release_date"}


@dataclass
class Completed:
    """The rows of a sheet, each with the identity that it has or had."""

    entries: list[AlbumEntry] = field(default_factory=list[AlbumEntry])
    unknown: list[AlbumEntry] = field(default_factory=list[AlbumEntry])
    """Rows left out since they may be any album."""

    def undecided(self, known: Iterable[KnownAlbum], matched: Collection[int]) -> dict[int, str]:
        """Return the tab of each album that no row was matched to, though one that cannot be read may be it."""
        tabs = {entry.tab for entry in self.unknown}
        names = {name for entry in self.unknown for name in _names(entry)}
        listed = (album for album in known if not album.is_removed and album.pk not in matched)
        return {
            album.pk: album.tab
            for album in listed
            if album.tab in tabs or ("artist", album.artist_key) in names or ("title", album.title_key) in names
        }

    def outnumber(self, albums: dict[int, str]) -> set[str]:
        """Return the tabs that have more rows which may be any album than albums that are left for them."""
        rows, left = [entry.tab for entry in self.unknown], list(albums.values())
        return {tab for tab in rows if rows.count(tab) > left.count(tab)}


def complete(entries: Iterable[AlbumEntry], known: Collection[KnownAlbum]) -> Completed:
    """Give rows that cannot be read the artist, title and year of their albums; leave out those that stay unclear."""
    entries = list(entries)
    unclear = {index: entry for index, entry in enumerate(entries) if entry.unreadable & IDENTITY}
    if not unclear:
        return Completed(entries)
    readable = [entry for entry in entries if not entry.unreadable & IDENTITY]
    search = _Search(unclear, readable, known)
    found = search.run()
    completed = Completed()
    certain = readable + list(found.values())
    spoken_for = {(entry.artist_key, entry.title_key) for entry in certain}
    twins = _by_id(certain)
    for index, entry in enumerate(entries):
        if index not in unclear or index in found:
            completed.entries.append(found.get(index, entry))
        elif entry.unreadable & NAMES:
            if not _is_twin(entry, twins.get(entry.spotify_id or "")):
                completed.unknown.append(entry)
        elif search.candidates(entry):
            completed.unknown.append(entry)
        elif (entry.artist_key, entry.title_key) not in spoken_for:
            completed.entries.append(entry)
    return completed


Pairs = list[KnownAlbum | None]


def match_beside(
    completed: Completed,
    entries: list[AlbumEntry],
    known: Collection[KnownAlbum],
    match: Callable[[list[AlbumEntry], Collection[KnownAlbum]], Pairs],
) -> tuple[Pairs, set[int]]:
    """Match rows, and return beside the pairs the albums that stay since a row that cannot be read may be one of them.

    Where a tab then has fewer albums left than rows that may be any, some row took an album by weak evidence that is
    likelier to be that of an unclear row: there only those count that are an album beyond doubt.
    """
    pairs = match(entries, known)
    undecided = completed.undecided(known, {album.pk for album in pairs if album})
    if short := completed.outnumber(undecided):
        claims = _claims(entries, [album for album in known if not album.is_removed])
        sure = [album for album in known if album.is_removed or album.tab not in short or album.pk in claims]
        pairs = match(entries, sure)
        undecided = completed.undecided(known, {album.pk for album in pairs if album})
    return pairs, set(undecided)


def _names(entry: AlbumEntry) -> set[tuple[str, str]]:
    said = {"artist": entry.artist_key, "title": entry.title_key}
    return {(name, key) for name, key in said.items() if name not in entry.unreadable}


def _by_id(entries: Iterable[AlbumEntry]) -> dict[str, AlbumEntry]:
    return {entry.spotify_id: entry for entry in entries if entry.spotify_id}


def _is_twin(entry: AlbumEntry, other: AlbumEntry | None) -> bool:
    """Whether a row that can be read has the same link, and the same name where both have one."""
    return other is not None and bool(_names(entry)) and _names(entry) <= _names(replace(other, unreadable=frozenset()))


Fits = Callable[[AlbumEntry, KnownAlbum], bool]


def _same_tab(entry: AlbumEntry, album: KnownAlbum) -> bool:
    return entry.tab == album.tab


def _same_day(entry: AlbumEntry, album: KnownAlbum) -> bool:
    is_dated = entry.release_date is not None and entry.release_date.toordinal() == album.release_order
    return is_dated and entry.tab == album.tab


def _anywhere(_entry: AlbumEntry, _album: KnownAlbum) -> bool:
    return True


EVIDENCE: tuple[tuple[bool, Fits], ...] = (
    (True, _same_tab),
    (True, _anywhere),
    (False, _same_day),
    (False, _same_tab),
)
"""Whether a link speaks for the pair, or else the names, and what has to be equal beside."""


class _Search:
    """Rows that cannot be read, and the albums that no other row is."""

    def __init__(
        self, unclear: dict[int, AlbumEntry], readable: list[AlbumEntry], known: Collection[KnownAlbum]
    ) -> None:
        self._unclear = unclear
        listed = [album for album in known if not album.is_removed]
        self._claims = _claims(readable, listed)
        self._albums: defaultdict[Hashable, list[KnownAlbum]] = defaultdict(list)
        for album in listed:
            page = release_page(album)
            for said in (
                ("id", album.spotify_id or ""), ("page", page if "/" in page else ""),
                ("artist", album.artist_key), ("title", album.title_key),
            ):  # fmt: skip
                self._albums[said].append(album)
        self._taken: set[int] = set()

    def run(self) -> dict[int, AlbumEntry]:
        """Return the rows whose album was found, completed, by index: from the strongest evidence to the weakest."""
        found: dict[int, AlbumEntry] = {}
        for is_of_link, fits in EVIDENCE:
            for index, album in self._pairs(is_of_link, fits):
                self._taken.add(album.pk)
                found[index] = _completed(self._unclear[index], album)
            self._unclear = {index: entry for index, entry in self._unclear.items() if index not in found}
        return found

    def candidates(self, entry: AlbumEntry) -> list[KnownAlbum]:
        """Return the albums that a row may be by the names that it has."""
        names = _names(entry)
        if not names:
            return []
        albums = min((self._albums.get(name, []) for name in names), key=len)
        return [album for album in albums if self._is_free(album, entry)]

    def _pairs(self, is_of_link: bool, fits: Fits) -> list[tuple[int, KnownAlbum]]:
        """Return each row with the one album that fits it, if it is the only row that the album fits."""
        proposals: defaultdict[int, list[tuple[int, KnownAlbum]]] = defaultdict(list)
        for index, entry in self._unclear.items():
            candidates = self._linked(entry) if is_of_link else self.candidates(entry)
            fitting = [album for album in candidates if fits(entry, album)]
            if len(fitting) == 1:
                proposals[fitting[0].pk].append((index, fitting[0]))
        return [pairs[0] for pairs in proposals.values() if len(pairs) == 1]

    def _linked(self, entry: AlbumEntry) -> list[KnownAlbum]:
        page = release_page(entry)
        by_id = self._albums.get(("id", entry.spotify_id)) if entry.spotify_id else None
        albums = by_id or (self._albums.get(("page", page), []) if "/" in page else [])
        return [album for album in albums if self._is_free(album, entry)]

    def _is_free(self, album: KnownAlbum, entry: AlbumEntry) -> bool:
        if album.pk in self._taken or (entry.spotify_id and album.spotify_id not in (None, entry.spotify_id)):
            return False
        if not _names(entry) <= {("artist", album.artist_key), ("title", album.title_key)}:
            return False
        claims = self._claims.get(album.pk, set())
        return not claims or (album.tab == entry.tab and entry.tab not in claims)


def _claims(readable: list[AlbumEntry], listed: list[KnownAlbum]) -> dict[int, set[str]]:
    """Return for each album the tabs with rows that are it beyond doubt."""
    by_key = {album.key: album for album in listed}
    by_id = {album.spotify_id: album for album in listed if album.spotify_id}
    by_names: defaultdict[Hashable, list[KnownAlbum]] = defaultdict(list)
    for album in listed:
        by_names[album.artist_key, album.title_key].append(album)
    claims: defaultdict[int, set[str]] = defaultdict(set)
    for entry in readable:
        albums = [by_key[entry.key]] if entry.key in by_key else by_names.get((entry.artist_key, entry.title_key), [])
        linked = by_id.get(entry.spotify_id or "")
        if linked and (linked.artist_key == entry.artist_key or linked.title_key == entry.title_key):
            albums = [*albums, linked]
        for album in albums:
            claims[album.pk].add(entry.tab)
    return claims


def _completed(entry: AlbumEntry, album: KnownAlbum) -> AlbumEntry:
    lacking = entry.unreadable & IDENTITY
    known = {"artist": album.artist, "artist_key": album.artist_key} if "artist" in lacking else {}
    known |= {"title": album.title, "title_key": album.title_key} if "title" in lacking else {}
    return replace(entry, **known, **({"year": album.year} if "release_date" in lacking else {}))
