"""Plans how to put the catalogue back to what it was before a sync, from the change log: newest sync first."""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from typing import Any

from catalog.models import Album, AlbumChange, Genre, SyncOperation
from catalog.models.album import AlbumQuerySet
from catalog.services.albums.changes import entry_of, in_chunks, stored_albums, told_of
from catalog.services.albums.known import known_albums
from catalog.services.albums.plan import Edit, KnownAlbum, Plan

Kind = AlbumChange.Kind


def undoable_sync() -> SyncOperation | None:
    """Return the sync to undo next: the newest whose changes are in the catalogue, if all of them are in the log."""
    newest = SyncOperation.objects.fruitful().first()
    return newest if newest and newest.is_logged else None


def plan_undo(sync: SyncOperation) -> Plan:
    """Return the plan that takes a sync back. What an undo that broke off has done already is left as it is."""
    changes = {change.album_id: change for change in sync.changes.order_by("pk")}
    losses = {taken["album"]: taken for each in changes.values() if (taken := each.before.get("taken"))}
    ids = Album.objects.exclude(spotify_id=None).values_list("spotify_id", "pk")
    plan = Plan(holders={spotify_id: pk for spotify_id, pk in ids if spotify_id})
    keys = dict(Genre.objects.values_list("name", "key"))
    for album, known in _with_known([*changes, *(pk for pk in losses if pk not in changes)]):
        change = changes.get(album.pk)
        if change is None or change.kind != Kind.CREATED:
            plan.changed.append(_taken_back(album, known, change, losses.get(album.pk, {}), keys))
        elif known.is_removed:
            plan.unchanged.append(known)
        else:
            plan.removed.append(known)
    return plan


def _with_known(pks: Sequence[int]) -> Iterator[tuple[Album, KnownAlbum]]:
    for chunk in in_chunks(pks):
        albums = stored_albums(chunk)
        chosen: AlbumQuerySet = Album.objects.get_queryset().filter(pk__in=chunk)
        known = {album.pk: album for album in known_albums(chosen)}
        yield from ((albums[pk], known[pk]) for pk in chunk)


def _taken_back(
    album: Album, known: KnownAlbum, change: AlbumChange | None, loss: dict[str, Any], keys: dict[str, str]
) -> Edit:
    """Return the edit that makes of an album what it was before a change, and before it lost its Spotify id."""
    told, before = told_of(album), change.before if change else {}
    told |= {name: old for name, (old, _) in change.fields.items()} if change else {}
    if "genres" in before:
        told["genres"] = before["genres"]
    elif change and "genres" in change.fields:  # of a log that had the names alone
        told["genres"] = [keys.get(name, name) for name in told["genres"]]
    told["spotify_id"] = loss.get("spotify_id", told["spotify_id"])
    # A removal left the album as it was. The hash before an edit without a note is unknown: it is written anew.
    is_edit = change is not None and change.kind != Kind.REMOVED
    digest = loss.get("entry_hash") or before.get("entry_hash", "" if is_edit else known.entry_hash)
    entry = entry_of(told, before.get("year", album.year))
    kept_at, kept_by = _kept(album, change)
    return Edit(known, entry, digest, None if kept_at else _removed_at(album, change), kept_at, kept_by)


def _kept(album: Album, change: AlbumChange | None) -> tuple[datetime | None, str]:
    """Return since when an album is kept, and by whom: an undo leaves it so, or makes it so again."""
    if change and "kept" in change.fields and (noted := change.before.get("kept_at")):
        return datetime.fromisoformat(noted), change.before["kept_by"]
    return (album.kept_at, album.kept_by) if album.is_kept else (None, "")


def _removed_at(album: Album, change: AlbumChange | None) -> datetime | None:
    # Staff may have hidden again, since, what they had restored.
    if change is None or change.kind == Kind.UPDATED:
        return album.removed_at
    if change.kind != Kind.REVIVED:
        return None
    noted = change.before.get("removed_at")
    return datetime.fromisoformat(noted) if noted else album.removed_at or datetime.now(UTC)
