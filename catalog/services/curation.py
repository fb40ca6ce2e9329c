"""What staff change in the catalogue by hand, between two operations."""

from collections.abc import Generator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from django.db import IntegrityError, transaction
from django.db.models import OuterRef, Subquery
from django.db.models.functions import Coalesce, Now

from catalog.models import Album, AlbumChange, DismissedPair, SyncOperation
from catalog.services.sync_manager import SyncAlreadyRunning, SyncManager

if TYPE_CHECKING:
    from django.db.models.manager import RelatedManager

    from catalog.models import ArtistAlias, GenreAlias


def restore_album(pk: int, by: str) -> bool:
    """Show a removed album again, and keep it from being removed; whether it was removed.

    Raises `SyncAlreadyRunning`.
    """
    with _between_operations():
        return bool(Album.objects.removed().filter(pk=pk).update(removed_at=None, kept_at=Now(), kept_by=by))


def stop_keeping_album(pk: int) -> bool:
    """Hide a restored album again, as of when it left the sheet; whether it was kept. Raises `SyncAlreadyRunning`."""
    removals = AlbumChange.objects.filter(album=OuterRef("pk"), kind=AlbumChange.Kind.REMOVED).order_by("-pk")
    left_at = Coalesce(Subquery(removals.values("changed_at")[:1]), Now())
    with _between_operations():
        return bool(Album.objects.kept().filter(pk=pk).update(removed_at=left_at, kept_at=None, kept_by=""))


def remove_alias(aliases: "RelatedManager[GenreAlias] | RelatedManager[ArtistAlias]", pk: int) -> str:
    """Remove one of the aliases of a genre or an artist; return how it was written, or nothing where there is none."""
    found = aliases.filter(pk=pk)
    name = found.values_list("name", flat=True).first() or ""
    found.delete()
    return name


def dismiss_pair(kind: DismissedPair.Kind, one: str, other: str, by: str) -> None:
    """Have two names suggested no more."""
    DismissedPair.objects.get_or_create(kind=kind, one=one, other=other, defaults={"dismissed_by": by})


def suggest_again(kind: DismissedPair.Kind, pk: int) -> bool:
    """Have two names suggested again; whether they were dismissed."""
    return bool(DismissedPair.objects.filter(kind=kind, pk=pk).delete()[0])


@contextmanager
def _between_operations() -> Generator[None]:
    """Hold the only slot for one transaction: what an operation has read of the catalogue must not change meanwhile.

    Lists that may be accepted end, as they are no longer what would happen.
    """
    if active := SyncManager.from_settings().recover():
        raise SyncAlreadyRunning(active)
    try:
        with transaction.atomic():
            slot = SyncOperation.objects.create()
            SyncOperation.objects.close_offers()
            yield
            slot.delete()
    except IntegrityError as error:
        raise SyncAlreadyRunning(SyncOperation.objects.active().first()) from error
