"""Syncs: the one that runs, what came of those that ended, and what failed in them."""

from typing import TYPE_CHECKING, Any, ClassVar

from django.db import models, transaction
from django.db.models import Case, Q, Value, When
from django.db.models.functions import Now
from django.dispatch import Signal

from catalog.models.album import Album
from catalog.models.sync_queries import CHANGED, SyncOperationManager, SyncOperationQuerySet

if TYPE_CHECKING:
    from datetime import datetime, timedelta

    from django.db.models.manager import RelatedManager

    from catalog.models.change import AlbumChange, PlannedChange


operation_ended = Signal()
"""Sent with the ``operation`` in the transaction that ends it: what receivers write is there if the end is."""


class SyncCounts(models.Model):
    """What a sync did. The first five count albums, skipped and failed count rows, the last two Spotify's albums."""

    created = models.PositiveIntegerField(default=0)
    updated = models.PositiveIntegerField(default=0)
    unchanged = models.PositiveIntegerField(default=0)
    removed = models.PositiveIntegerField(default=0)
    revived = models.PositiveIntegerField(default=0)
    skipped = models.PositiveIntegerField(default=0)
    failed = models.PositiveIntegerField(default=0)
    enriched = models.PositiveIntegerField(default=0)
    awaiting_enrichment = models.PositiveIntegerField(default=0)

    ALBUM_COUNTS = ("created", "updated", "unchanged", "removed", "revived")
    COUNTS = (*ALBUM_COUNTS, "skipped", "failed", "enriched", "awaiting_enrichment")

    class Meta:
        abstract = True

    @property
    def counts(self) -> dict[str, int]:
        """The counts by name, in the order of the status object."""
        return {name: getattr(self, name) for name in self.COUNTS}

    @property
    def changed(self) -> int:
        """How many albums it changed in any way."""
        return self.created + self.updated + self.removed + self.revived


class SyncOperation(SyncCounts):
    """One run as it happens. Creating one takes the only slot: the constraint allows one active operation at a time.

    ::

        pending ── claim ───────────▶ running
           ├────── cancel_pending ──▶ cancelled
           └────── recover ─────────▶ failed       no worker took it
                      └─────────────▶ interrupted  the process that was about to run it died

        running ── beat ────────────▶ running      and how far it is
           ├────── request_cancel ──▶ running      until its owner's next beat
           ├────── end ─────────────▶ completed    the sheet's part is committed; there may be warnings
           │        ├───────────────▶ failed       the catalogue is as it was, or holds whole batches
           │        ├───────────────▶ cancelled    somebody asked for it; what was committed stays
           │        └───────────────▶ interrupted  the process was told to stop
           └────── recover ─────────▶ interrupted  the process died or fell silent
                      └─────────────▶ completed    as before, but the sheet's part is committed

    Each verb is one conditional update that names the state, and the owner, that it expects to find, and returns
    whether it took effect. So a late thread of a sync that was cancelled or given up changes nothing. A pending one
    that waits for a worker has no owner yet. Times are the database's, as the clocks of machines differ.
    """

    class Kind(models.TextChoices):
        """What the operation is for."""

        SYNC = "sync"
        PREVIEW = "preview"
        UNDO = "undo"

    class Status(models.TextChoices):
        """The states of the drawing above."""

        PENDING = "pending"
        RUNNING = "running"
        COMPLETED = "completed"
        FAILED = "failed"
        CANCELLED = "cancelled"
        INTERRUPTED = "interrupted"

    class Stage(models.TextChoices):
        """What a running sync is busy with."""

        NONE = ""
        FETCHING = "fetching"
        PROCESSING = "processing"
        ENRICHING = "enriching"
        FINALIZING = "finalizing"

    class Trigger(models.TextChoices):
        """What started it."""

        BUTTON = "button"
        COMMAND = "command"
        SCHEDULE = "schedule"

    ACTIVE = (Status.PENDING, Status.RUNNING)

    kind = models.CharField(max_length=10, choices=Kind.choices, default=Kind.SYNC)
    status = models.CharField(max_length=12, choices=Status.choices, default=Status.PENDING)
    stage = models.CharField(max_length=12, choices=Stage.choices, default=Stage.NONE, blank=True)
    trigger = models.CharField(max_length=10, choices=Trigger.choices, default=Trigger.BUTTON)
    started_by = models.CharField(max_length=150, blank=True, help_text="the user's name, where there is one")
    options: "models.JSONField[dict[str, Any]]" = models.JSONField(
        default=dict, help_text="the fields of SyncOptions that differ from the default"
    )

    # 1 or 0: in a condition on a boolean, SQLite sees no use for an index.
    has_changes = models.GeneratedField(
        expression=Case(When(CHANGED, then=1), default=0),
        output_field=models.SmallIntegerField(),
        db_persist=True,
        editable=False,
    )

    due_at = models.DateTimeField(null=True, unique=True, help_text="the due time of a scheduled one")

    owner = models.CharField(max_length=200, blank=True, help_text="the process that runs it, as process.py names it")
    cancel_requested = models.BooleanField(default=False)
    created_at = models.DateTimeField(db_default=Now())
    started_at = models.DateTimeField(null=True)
    beat_at = models.DateTimeField(db_default=Now(), help_text="the last sign of life")
    sheet_committed_at = models.DateTimeField(null=True, help_text="when the sheet's part was in the catalogue")
    finished_at = models.DateTimeField(null=True)

    undone_at = models.DateTimeField(null=True, help_text="when the catalogue was put back to what it was before")

    plan_digest = models.CharField(
        max_length=64,
        blank=True,
        default="",
        db_default="",
        help_text="of the list of what would change, as long as it may be accepted",
    )

    sheet_digest = models.CharField(max_length=64, blank=True, help_text="of the workbook and the rules it was read by")

    tab = models.CharField(max_length=200, blank=True, help_text="the tab that is being read or applied")
    albums_processed = models.PositiveIntegerField(default=0)
    total_albums = models.PositiveIntegerField(null=True)
    spotify_processed = models.PositiveIntegerField(default=0)
    spotify_total = models.PositiveIntegerField(null=True)
    waiting_until = models.DateTimeField(null=True, help_text="until when Spotify makes the sync wait")
    percent = models.PositiveSmallIntegerField(default=0)
    eta_seconds = models.FloatField(null=True)
    step_seconds: "models.JSONField[dict[str, float]]" = models.JSONField(
        default=dict, help_text="how long each step took, as sync_forecast.py names them"
    )

    warnings: "models.JSONField[list[dict[str, Any]]]" = models.JSONField(
        default=list, help_text='[{"code": "failed_rows", "parameters": {"rows": 5}}, …]'
    )
    error_code = models.CharField(max_length=30, blank=True)
    error_parameters: "models.JSONField[dict[str, Any]]" = models.JSONField(
        default=dict, help_text="what the sentence for the code names"
    )

    objects: ClassVar[SyncOperationManager] = (  # pyright: ignore[reportIncompatibleVariableOverride]
        SyncOperationManager()
    )

    if TYPE_CHECKING:
        now: datetime  # both where it was read with_silence()
        silence: timedelta
        record: "SyncRecord"
        failures: RelatedManager["SyncFailure"]
        changes: RelatedManager["AlbumChange"]
        planned: RelatedManager["PlannedChange"]

    class Meta(SyncCounts.Meta):
        ordering = ("-pk",)
        constraints = (
            models.UniqueConstraint(
                Value(1), condition=Q(status__in=("pending", "running")), name="one_active_sync_operation"
            ),
        )
        # Of all syncs, the status asks for the last one that changed something, twice a second; and few are undos.
        indexes = (
            models.Index(fields=["has_changes", "kind", "id"], name="operation_with_changes"),
            models.Index(fields=["id"], name="operation_undo", condition=Q(kind="undo")),
            models.Index(fields=["id"], name="operation_with_offer", condition=~Q(plan_digest="")),
        )

    def __str__(self) -> str:
        return f"{self.kind} {self.pk} ({self.status})"

    @property
    def is_active(self) -> bool:
        """Whether it is pending or running."""
        return self.status in self.ACTIVE

    @property
    def is_for_staff(self) -> bool:
        """Whether only staff may start, and so cancel, one like it: an undo, or a sync that lifts the guards."""
        return self.kind == self.Kind.UNDO.value or bool(self.options.get("force"))

    @property
    def error(self) -> dict[str, Any]:
        """Why it failed, as templates word it."""
        return {"code": self.error_code, "parameters": self.error_parameters}

    @property
    def is_logged(self) -> bool:
        """Whether the change log has all that it changed: there was none once, and old ones may be thrown away."""
        return self.is_logged_by(self.changes.count())

    def is_logged_by(self, changes: int) -> bool:
        """Whether so many changes in the log are all that it changed, where somebody has counted them."""
        return changes >= self.changed

    @property
    def albums_listed(self) -> int:
        """How many albums the sheet named, merged rows counted once."""
        return (self.total_albums or 0) - self.removed

    @property
    def elapsed_seconds(self) -> float | None:
        """How long it ran, or has run by its last sign of life."""
        if self.started_at is None:
            return None
        return max(0.0, ((self.finished_at or self.beat_at) - self.started_at).total_seconds())

    def stand_by(self, owner: str) -> bool:
        """Give a sign of life for one that waits until its process has begun; whether it still waits."""
        return bool(self._expect(status=self.Status.PENDING, owner=owner).update(beat_at=Now()))

    def claim(self, owner: str, handed_over_by: str = "") -> bool:
        """Begin to run it, if it waits for this owner or for anybody, or for one who hands it over."""
        pending = self._expect(status=self.Status.PENDING, owner__in=("", owner, handed_over_by))
        return bool(pending.update(status=self.Status.RUNNING, owner=owner, started_at=Now(), beat_at=Now()))

    def beat(self, owner: str, **progress: object) -> bool:
        """Give a sign of life and store how far it is. The first statement of a transaction: it is the fence."""
        running = self._expect(status=self.Status.RUNNING, owner=owner)
        return bool(running.update(beat_at=Now(), **progress))

    def request_cancel(self) -> bool:
        """Ask the owner to end it."""
        return bool(self._expect(status=self.Status.RUNNING).update(cancel_requested=True))

    def cancel_pending(self) -> bool:
        """End it before anybody runs it."""
        return self._end(self._expect(status=self.Status.PENDING), self.Status.CANCELLED, cancel_requested=True)

    def end(self, owner: str, status: "SyncOperation.Status", **facts: object) -> bool:
        """End what this owner runs."""
        return self._end(self._expect(status=self.Status.RUNNING, owner=owner), status, **facts)

    def recover(self, status: "SyncOperation.Status", *, has_died: bool, **facts: object) -> bool:
        """End it for an owner that has died or fallen silent, if it is still as it was read.

        Raises OperationalError where a silent owner is in the middle of a transaction, if the database can tell. A dead
        one's locks are gone in a moment; a stopped one's may stay for long, and nobody should wait for them.
        """
        same = self._expect(status=self.status, owner=self.owner).active()
        if has_died:
            return self._end(same, status, **facts)
        # A beat in between shows that the owner lives after all. Not `beat_at=`: SQLite compares texts, and its own
        # clock writes 12.345 where Django asks for 12.345000.
        silent = same.filter(beat_at__lte=self.beat_at)
        with transaction.atomic():
            silent.select_for_update(nowait=True).first()
            return self._end(silent, status, **facts)

    def mark_undone(self) -> bool:
        """Say that the catalogue is again as it was before this sync, and so before those that confirmed it later."""
        ended = self._expect(kind=self.Kind.SYNC, undone_at=None).exclude(status__in=self.ACTIVE)
        if not ended.update(undone_at=Now()):
            return False
        SyncOperation.objects.committed().filter(pk__gt=self.pk).update(undone_at=Now())
        return True

    def _expect(self, **state: object) -> SyncOperationQuerySet:
        return SyncOperation.objects.get_queryset().filter(pk=self.pk, **state)

    def _end(self, expected: SyncOperationQuerySet, status: "SyncOperation.Status", **facts: object) -> bool:
        """End it and record what came of it, in one transaction."""
        end: dict[str, object] = {"status": status, "finished_at": Now()}
        with transaction.atomic():
            if not expected.update(**end, stage=self.Stage.NONE, waiting_until=None, eta_seconds=None, **facts):
                return False
            self.refresh_from_db()
            if self.kind != self.Kind.PREVIEW:
                SyncRecord.of(self).save()
            operation_ended.send(SyncOperation, operation=self)
        return True


class SyncRecord(SyncCounts):
    """What came of one operation, written when it ends and never changed."""

    operation = models.OneToOneField(SyncOperation, on_delete=models.CASCADE, related_name="record")
    outcome = models.CharField(max_length=12, choices=SyncOperation.Status.choices)
    started_at = models.DateTimeField()
    finished_at = models.DateTimeField()
    duration_seconds = models.FloatField()
    total_in_catalog = models.PositiveIntegerField()
    warnings: "models.JSONField[list[dict[str, Any]]]" = models.JSONField(default=list)

    if TYPE_CHECKING:
        operation_id: int

    class Meta(SyncCounts.Meta):
        ordering = ("-finished_at",)

    def __str__(self) -> str:
        return f"{self.outcome} {self.finished_at:%Y-%m-%d %H:%M}"

    @classmethod
    def of(cls, operation: SyncOperation) -> "SyncRecord":
        """Return what came of an operation that has just ended, not yet stored."""
        finished = operation.finished_at or operation.beat_at
        started = operation.started_at or operation.created_at
        return cls(
            operation=operation,
            outcome=operation.status,
            started_at=started,
            finished_at=finished,
            duration_seconds=max(0.0, (finished - started).total_seconds()),
            total_in_catalog=Album.objects.listed().count(),
            warnings=operation.warnings,
            **operation.counts,
        )


class SyncFailure(models.Model):
    """A row, a tab or an album of Spotify that a sync could not take in, or took in with a doubt."""

    operation = models.ForeignKey(SyncOperation, on_delete=models.CASCADE, related_name="failures")
    code = models.CharField(max_length=30, help_text="the cause, to group by")
    parameters: "models.JSONField[dict[str, Any]]" = models.JSONField(
        default=dict, help_text="what the sentence for the code names"
    )
    is_doubt = models.BooleanField(default=False, help_text="the row was imported, and is to be reviewed")
    tab = models.CharField(max_length=200, blank=True)
    row = models.PositiveIntegerField(null=True)
    artist = models.CharField(max_length=500, blank=True)
    album = models.CharField(max_length=500, blank=True)

    class Meta:
        ordering = ("pk",)

    def __str__(self) -> str:
        return f"{self.tab} row {self.row}: {self.code}"
