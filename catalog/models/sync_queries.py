"""What can be asked about operations."""

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from django.db import connections, models
from django.db.models import F, Q
from django.db.models.functions import Now

if TYPE_CHECKING:
    from catalog.models.sync import SyncOperation


CHANGED = Q(created__gt=0) | Q(updated__gt=0) | Q(removed__gt=0) | Q(revived__gt=0)


class SyncOperationQuerySet(models.QuerySet["SyncOperation"]):
    """Questions about operations."""

    def active(self) -> "SyncOperationQuerySet":
        """Keep the one that is pending or running, if there is one."""
        return self.filter(status__in=self.model.ACTIVE)

    def with_silence(self) -> "SyncOperationQuerySet":
        """Read the database's clock beside each, as `now`, and for how long it has given no sign of life."""
        return self.annotate(now=Now(), silence=Now() - F("beat_at"))

    def syncs(self) -> "SyncOperationQuerySet":
        """Keep those that follow the sheet."""
        return self.filter(kind=self.model.Kind.SYNC)

    def writing(self) -> "SyncOperationQuerySet":
        """Keep those that may change the catalogue: leave previews out."""
        return self.exclude(kind=self.model.Kind.PREVIEW)

    def changing(self) -> "SyncOperationQuerySet":
        """Keep those that changed albums. Counts without an album processed are of what was held back."""
        return self.writing().filter(has_changes=1, albums_processed__gt=0)

    def fruitful(self) -> "SyncOperationQuerySet":
        """Keep the syncs that ended, however they did, and whose changes are in the catalogue still."""
        return self.syncs().changing().exclude(status__in=self.model.ACTIVE).filter(undone_at=None)

    def offers(self) -> "SyncOperationQuerySet":
        """Keep the comparison whose list may be accepted, if there is one: `foresee` and `close_offers` see to it."""
        return self.exclude(plan_digest="").exclude(status__in=self.model.ACTIVE)

    def accepting(self, comparison: "SyncOperation") -> "SyncOperationQuerySet":
        """Keep the sync that applied what a comparison showed."""
        return self.filter(options__accept=comparison.pk).exclude(sheet_committed_at=None)

    def close_offers(self) -> None:
        """Let no list be accepted any more: the catalogue, or the list, is about to change."""
        self.exclude(plan_digest="").update(plan_digest="")

    def committed(self) -> "SyncOperationQuerySet":
        """Keep the syncs whose sheet is in the catalogue: committed, and not undone."""
        return self.syncs().exclude(sheet_committed_at=None).filter(undone_at=None)


class SyncOperationManager(models.Manager["SyncOperation"]):
    """The way to operations."""

    def get_queryset(self) -> SyncOperationQuerySet:
        """Return all operations."""
        return SyncOperationQuerySet(self.model, using=self._db)

    def active(self) -> SyncOperationQuerySet:
        """Return the one that is pending or running, if there is one."""
        return self.get_queryset().active()

    def syncs(self) -> SyncOperationQuerySet:
        """Return those that follow the sheet."""
        return self.get_queryset().syncs()

    def writing(self) -> SyncOperationQuerySet:
        """Return all but the previews."""
        return self.get_queryset().writing()

    def fruitful(self) -> SyncOperationQuerySet:
        """Return the syncs whose changes are in the catalogue."""
        return self.get_queryset().fruitful()

    def database_time(self) -> datetime:
        """Return the time of the clock by which operations are dated, and which all machines share."""
        with connections[self.db].cursor() as cursor:
            cursor.execute("SELECT CURRENT_TIMESTAMP")
            [(now,)] = cursor.fetchall()
        # SQLite has a text without a zone, in UTC.
        return now if isinstance(now, datetime) else datetime.fromisoformat(now).replace(tzinfo=UTC)

    def forget_due_times(self, after: datetime) -> None:
        """Let due times be claimed again that were before a clock was put back, as they are still to come."""
        self.get_queryset().filter(due_at__gt=after).update(due_at=None)

    def is_schedule_paused(self) -> bool:
        """Whether somebody took a sync back, or began to, and nobody has had the sheet applied since.

        A sync that was cancelled or failed before its sheet was in the catalogue is no sign that the sheet is well.
        """
        all_of_them, completed = self.get_queryset(), Q(status=self.model.Status.COMPLETED)
        # One condition on the kind, not one on each side of an "or": databases find the few undos by their index.
        undos = all_of_them.filter(kind=self.model.Kind.UNDO)
        undo = undos.filter(completed | Q(has_changes=1, albums_processed__gt=0)).first()
        if undo is None:
            return False
        applied = all_of_them.syncs().filter(completed | Q(sheet_committed_at__isnull=False), pk__gt=undo.pk)
        options = applied.exclude(trigger=self.model.Trigger.SCHEDULE).values_list("options", flat=True)
        return all("only_spotify" in asked for asked in options)

    def offers(self) -> SyncOperationQuerySet:
        """Return the comparison whose list may be accepted."""
        return self.get_queryset().offers()

    def close_offers(self) -> None:
        """Let no list be accepted any more."""
        self.get_queryset().close_offers()

    def committed(self) -> SyncOperationQuerySet:
        """Return the syncs whose sheet is in the catalogue."""
        return self.get_queryset().committed()
