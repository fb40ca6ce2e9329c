"""Merges rows of the same album.

An album whose tab was not read is like a row that nobody can see: it comes first, and the rows that are the same
album wait until its tab can be read again.
"""

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import replace
from functools import cached_property

from catalog.services.albums.identity.vetoes import links_disagree
from catalog.services.albums.plan import KnownAlbum, Side
from catalog.services.sheet.entries import AlbumEntry, RowProblem

MOST_TWINS = 20
"""Albums of one name that a row is compared with; a hostile sheet may have thousands."""

Cluster = list[Side]
Key = tuple[str, str, int | None]


def merge(
    entries: Sequence[AlbumEntry], seen: Collection[KnownAlbum] = (), unseen: Collection[KnownAlbum] = ()
) -> tuple[list[AlbumEntry], list[RowProblem]]:
    """Return one entry an album, and the rows that share another album's Spotify id.

    It is the first of its rows, unless the catalogue has the album from another: so a copy of a tab moves nothing.
    """
    clusters = _clusters([*unseen, *entries])
    places = _Places(seen)
    chosen = [_chosen(cluster, places) for cluster in clusters]
    spare = {id(row) for cluster in clusters for row in cluster} - {id(row) for row in chosen}
    kept = [entry for entry in entries if id(entry) not in spare] if spare else list(entries)
    kept += _with_albums_of_their_own([row for each in clusters for row in each if id(row) in spare], kept, seen)
    holders = {album.spotify_id: album for album in unseen if album.spotify_id}
    return _with_one_id_each(kept, _sharing_ids(kept, holders), places, holders)


def _sharing_ids(kept: list[AlbumEntry], holders: dict[str, KnownAlbum]) -> dict[str, list[AlbumEntry]]:
    """Return the entries of each id that not one alone has."""
    first: dict[str, AlbumEntry] = {}
    shared: dict[str, list[AlbumEntry]] = {}
    for entry in kept:
        if entry.spotify_id:
            other = first.setdefault(entry.spotify_id, entry)
            if other is not entry:
                shared.setdefault(entry.spotify_id, [other]).append(entry)
            elif entry.spotify_id in holders:
                shared[entry.spotify_id] = [entry]
    return shared


class _Places:
    """Where the catalogue has its albums from."""

    def __init__(self, albums: Collection[KnownAlbum]) -> None:
        self._albums = albums

    @cached_property
    def _names(self) -> set[tuple[str, str, str]]:
        return {(album.artist_key, album.title_key, album.tab) for album in self._albums}

    @cached_property
    def _links(self) -> set[tuple[str | None, str]]:
        return {(album.spotify_id, album.tab) for album in self._albums if album.spotify_id}

    @cached_property
    def _tabs(self) -> set[str]:
        return {album.tab for album in self._albums}

    def rank(self, row: AlbumEntry) -> int:
        """Return 0 for a row whose name an album of its tab has, 1 for its link, 2 in a tab with albums, else 3."""
        if (row.artist_key, row.title_key, row.tab) in self._names:
            return 0
        if (row.spotify_id, row.tab) in self._links:
            return 1
        return 2 if row.tab in self._tabs else 3


def _clusters(rows: Sequence[Side]) -> list[Cluster]:
    """Return the rows of one name whose links don't disagree, where there are several of the name."""
    first: dict[Key, Side] = {}
    twins: dict[Key, list[Cluster]] = {}
    for row in rows:
        key = row.key
        other = first.setdefault(key, row)
        if other is not row:
            _join(row, twins.setdefault(key, [[other]]))
    return [cluster for clusters in twins.values() for cluster in clusters]


def _join(row: Side, clusters: list[Cluster]) -> None:
    for cluster in clusters[:MOST_TWINS]:
        if not any(links_disagree(row, each) for each in cluster[:MOST_TWINS]):
            cluster.append(row)
            return
    clusters.append([row])


def _chosen(cluster: Cluster, places: _Places) -> Side:
    first = cluster[0]
    if len(cluster) == 1 or isinstance(first, KnownAlbum):
        return first
    return min([row for row in cluster if isinstance(row, AlbumEntry)], key=places.rank)


def _with_albums_of_their_own(
    spare: list[Side], kept: list[AlbumEntry], seen: Collection[KnownAlbum]
) -> list[AlbumEntry]:
    """Return merged rows without which an album of their name and tab would have none."""
    names = {row.artist_key for row in spare}
    albums = [album for album in seen if album.artist_key in names] if names else []
    missing = Counter(album.key for album in albums)
    missing.subtract(entry.key for entry in kept if entry.artist_key in names)
    places = {(album.key, album.tab) for album in albums}
    back: list[AlbumEntry] = []
    for row in spare:
        if isinstance(row, AlbumEntry) and missing[row.key] > 0 and (row.key, row.tab) in places:
            missing[row.key] -= 1
            back.append(row)
    return back


def _with_one_id_each(
    kept: list[AlbumEntry],
    shared: dict[str, list[AlbumEntry]],
    places: _Places,
    holders: dict[str, KnownAlbum],
) -> tuple[list[AlbumEntry], list[RowProblem]]:
    """Leave each id to one entry: drop those that are the same album, take it from the others."""
    instead: dict[int, AlbumEntry | None] = {}
    problems: list[RowProblem] = []
    for spotify_id, rows in shared.items():
        in_order = sorted(rows, key=places.rank)
        holder = holders.get(spotify_id) or in_order.pop(0)
        for row in in_order:
            is_same = row.artist_key == holder.artist_key or row.title_key == holder.title_key
            if is_same and places.rank(row) > 0:
                instead[id(row)] = None
            else:
                instead[id(row)] = replace(row, spotify_id=None)
                problems.append(_doubt(row, holder))
    if not instead:
        return kept, problems
    left = [instead.get(id(entry), entry) for entry in kept]
    return [entry for entry in left if entry], problems


def _doubt(entry: AlbumEntry, holder: Side) -> RowProblem:
    where = (entry.tab, entry.row, entry.artist, entry.title)
    row = {"row": holder.row} if isinstance(holder, AlbumEntry) else {}
    told = {"artist": holder.artist, "album": holder.title, "tab": holder.tab, **row}
    digest = entry.content(holder.tab, holder.artist_key, holder.title_key)
    return RowProblem("shared_spotify_link", *where, is_doubt=True, parameters=told, digest=digest)
