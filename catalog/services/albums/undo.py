"""Plans how to put the catalogue back to what it was before the last sync that changed it, from the change log."""

from collections.abc import Iterator

from django.db.models import Exists, OuterRef

from catalog.models import Album, AlbumChange, SyncOperation
from catalog.services.albums.changes import entry_of, in_chunks, stored_albums, told_of
from catalog.services.albums.known import known_albums
from catalog.services.albums.plan import Edit, KnownAlbum, Plan

Kind = AlbumChange.Kind


def undoable_sync() -> SyncOperation | None:
    """Return the sync that changed the catalogue last, unless it was undone; an undo that broke off counts for none."""
    changes = AlbumChange.objects.filter(operation=OuterRef("pk"))
    last = SyncOperation.objects.settled().filter(Exists(changes)).first()
    return last if last and last.kind == SyncOperation.Kind.SYNC.value and last.undone_at is None else None


def plan_undo(sync: SyncOperation) -> Plan:
    """Return the plan that takes a sync back. What an undo that broke off has done already is left as it is."""
    albums = Album.objects.get_queryset().filter(changes__operation=sync)
    known = {album.pk: album for album in known_albums(albums)}
    ids = Album.objects.exclude(spotify_id=None).values_list("spotify_id", "pk")
    plan = Plan(holders={spotify_id: pk for spotify_id, pk in ids if spotify_id})
    for change, album in _with_albums(sync):
        _take_back(plan, change, album, known[album.pk])
    return plan


def _with_albums(sync: SyncOperation) -> Iterator[tuple[AlbumChange, Album]]:
    for chunk in in_chunks(list(sync.changes.order_by("pk"))):
        albums = stored_albums([change.album_id for change in chunk])
        yield from ((change, albums[change.album_id]) for change in chunk)


def _take_back(plan: Plan, change: AlbumChange, album: Album, known: KnownAlbum) -> None:
    was_listed = change.kind in {Kind.UPDATED.value, Kind.REMOVED.value}
    if not was_listed and known.is_removed:
        plan.unchanged.append(known)
    elif change.kind == Kind.CREATED.value:
        plan.removed.append(known)
    else:
        told = told_of(album) | {name: old for name, (old, _) in change.fields.items()}
        # A removal left the album as it was. The hash before an edit without a note is unknown: it is written anew.
        was_edited = change.kind != Kind.REMOVED.value
        digest = change.before.get("entry_hash", "" if was_edited else known.entry_hash)
        entry = entry_of(told, change.before.get("year", album.year))
        plan.changed.append(Edit(known, entry, digest, hides=not was_listed))
