"""Merges rows of the same album.

An album whose tab was not read is like a row that nobody can see: it comes first, and the rows that are the same
album wait until its tab can be read again.
"""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace

from catalog.services.albums.identity.vetoes import links_disagree
from catalog.services.albums.plan import KnownAlbum, Side
from catalog.services.sheet.entries import AlbumEntry, RowProblem

MOST_TWINS = 20
"""Albums of one name that a row is compared with; a hostile sheet may have thousands."""

Cluster = list[Side]


def merge(
    entries: Iterable[AlbumEntry], seen: Collection[KnownAlbum] = (), unseen: Collection[KnownAlbum] = ()
) -> tuple[list[AlbumEntry], list[RowProblem]]:
    """Return one entry an album, and the rows that share another album's Spotify id.

    It is the first of its rows, unless the catalogue has the album from another: so a copy of a tab moves nothing.
    """
    clusters = _clusters([*unseen, *entries])
    ids = Counter(entry.spotify_id for entry in entries if entry.spotify_id)
    ids.update(album.spotify_id for album in unseen if album.spotify_id)
    places = _Places(seen)
    kept = [row for cluster in clusters if isinstance(row := _chosen(cluster, places), AlbumEntry)]
    kept += _with_albums_of_their_own(clusters, kept, seen)
    shared: defaultdict[str, list[AlbumEntry]] = defaultdict(list)
    for entry in kept:
        if entry.spotify_id and ids[entry.spotify_id] > 1:
            shared[entry.spotify_id].append(entry)
    return _with_one_id_each(kept, shared, places, {album.spotify_id: album for album in unseen})


class _Places:
    """Where the catalogue has its albums from."""

    def __init__(self, albums: Collection[KnownAlbum]) -> None:
        self._albums = albums
        self._places: set[tuple[str, str, str]] | None = None

    def rank(self, row: AlbumEntry) -> int:
        """Return 0 for a row whose name is that of an album of its tab, 1 for one whose link is, else 2."""
        if self._places is None:
            self._places = {(album.artist_key, album.title_key, album.tab) for album in self._albums}
            self._places |= {("", album.spotify_id, album.tab) for album in self._albums if album.spotify_id}
        if (row.artist_key, row.title_key, row.tab) in self._places:
            return 0
        return 1 if ("", row.spotify_id, row.tab) in self._places else 2


def _clusters(rows: Sequence[Side]) -> list[Cluster]:
    """Divide rows into those of one name whose links don't disagree."""
    clusters: list[Cluster] = []
    by_key: dict[tuple[str, str, int | None], list[Cluster]] = {}
    for row in rows:
        twins = by_key.setdefault(row.key, [])
        for cluster in twins[:MOST_TWINS]:
            if not any(links_disagree(row, each) for each in cluster[:MOST_TWINS]):
                cluster.append(row)
                break
        else:
            twins.append([row])
            clusters.append(twins[-1])
    return clusters


def _chosen(cluster: Cluster, places: _Places) -> Side:
    first = cluster[0]
    if len(cluster) == 1 or isinstance(first, KnownAlbum):
        return first
    return min([row for row in cluster if isinstance(row, AlbumEntry)], key=places.rank)


def _with_albums_of_their_own(
    clusters: list[Cluster], kept: list[AlbumEntry], seen: Collection[KnownAlbum]
) -> list[AlbumEntry]:
    """Return merged rows without which an album of their name and tab would have none."""
    chosen = {id(entry) for entry in kept}
    spare = [row for each in clusters if len(each) > 1 for row in each if id(row) not in chosen]
    keys = {row.key for row in spare}
    if not keys:
        return []
    albums = [album for album in seen if album.key in keys]
    missing = Counter(album.key for album in albums)
    missing.subtract(entry.key for entry in kept if entry.key in keys)
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
    unseen: dict[str | None, KnownAlbum],
) -> tuple[list[AlbumEntry], list[RowProblem]]:
    """Leave each id to one entry: drop those that are the same album, take it from the others."""
    instead: dict[int, AlbumEntry | None] = {}
    problems: list[RowProblem] = []
    for spotify_id, rows in shared.items():
        in_order = sorted(rows, key=places.rank)
        holder = unseen.get(spotify_id) or in_order.pop(0)
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
    return RowProblem("shared_spotify_link", *where, is_doubt=True, parameters=told)
