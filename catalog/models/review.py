"""What rows of the sheet need now: a to-do list beside the syncs, on which a row stands until it is fixed."""

from datetime import timedelta
from typing import TYPE_CHECKING, Any, ClassVar

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from catalog.models.sync import SyncOperation

if TYPE_CHECKING:
    from datetime import datetime

OPEN, ACKNOWLEDGED, FIXED, SKIPPED = "open", "acknowledged", "fixed", "skipped"
HALF_A_MILLISECOND = timedelta(microseconds=500)


class ReviewRowQuerySet(models.QuerySet["ReviewRow"]):
    """Questions about the rows, and what staff does with them."""

    def listed_as(self, state: str) -> "ReviewRowQuerySet":
        """Keep the rows of one part of the list: open, acknowledged and fixed rows to review, or skipped rows."""
        if state == FIXED:
            return self.exclude(fixed_at=None)
        there = self.filter(fixed_at=None, is_skipped=state == SKIPPED)
        return there if state == SKIPPED else there.filter(acknowledged_at__isnull=state == OPEN)

    def to_review(self) -> "ReviewRowQuerySet":
        """Keep what was imported, looks wrong, and nobody has acknowledged."""
        return self.listed_as(OPEN)

    def failing(self) -> "ReviewRowQuerySet":
        """Keep rows and tabs that are left out of every sync, and that nobody has acknowledged."""
        return self.listed_as(SKIPPED).to_acknowledge()

    def to_acknowledge(self) -> "ReviewRowQuerySet":
        """Keep what staff may acknowledge."""
        return self.filter(fixed_at=None, acknowledged_at=None).exclude(code=ReviewRow.NO_ALBUM)

    def to_reopen(self) -> "ReviewRowQuerySet":
        """Keep what staff acknowledged and may put back on the list."""
        return self.filter(fixed_at=None).exclude(acknowledged_at=None)

    def acknowledge(self, by: str, seen: "datetime") -> int:
        """Leave rows as they are until they change; those that changed after ``seen`` stay. Return how many."""
        # Not `changed_at__lte`: SQLite compares texts, and writes 12.000 itself where Django asks for 12.
        rows = self.to_acknowledge().filter(changed_at__lt=seen + HALF_A_MILLISECOND)
        return rows.update(acknowledged_at=Now(), acknowledged_by=by)

    def reopen(self) -> int:
        """Put acknowledged rows back on the list."""
        return self.to_reopen().update(acknowledged_at=None, acknowledged_by="")


class ReviewRowManager(models.Manager["ReviewRow"]):
    """The way to the rows."""

    def get_queryset(self) -> ReviewRowQuerySet:
        """Return all rows."""
        return ReviewRowQuerySet(self.model, using=self._db)

    def to_review(self) -> ReviewRowQuerySet:
        """Return what is open."""
        return self.get_queryset().to_review()

    def failing(self) -> ReviewRowQuerySet:
        """Return what every sync leaves out."""
        return self.get_queryset().failing()


class ReviewRow(models.Model):
    """One thing that is wrong with one row, or with a tab or a column of it, for as long as the sheet has it.

    ::

        first met ──▶ open ── acknowledge ──▶ acknowledged
                       ▲ ◀── reopen, or its cells change ──┘
                       │        gone from the sheet, from either ──▶ fixed ── comes back ──▶ open

    Only a sync that has read its tab changes what is said of a row, in the transaction that commits the sheet.
    """

    NO_ALBUM = "no_album"
    """The code of rows with an artist alone. They are listed, and ask for nothing."""

    code = models.CharField(max_length=30)
    parameters: "models.JSONField[dict[str, Any]]" = models.JSONField(
        default=dict, help_text="what the sentence for the code names"
    )
    is_skipped = models.BooleanField(help_text="left out, rather than imported though it looks wrong")
    tab = models.CharField(max_length=200)
    row = models.PositiveIntegerField(null=True)
    artist = models.CharField(max_length=500, blank=True)
    album = models.CharField(max_length=500, blank=True)
    search_text = models.TextField(help_text="artist and album, folded")
    digest = models.CharField(max_length=40, blank=True, help_text="of what the row says; empty where unknown")

    first_seen_at = models.DateTimeField(db_default=Now())
    first_seen_in = models.ForeignKey(SyncOperation, on_delete=models.SET_NULL, null=True, related_name="+")
    changed_at = models.DateTimeField(db_default=Now(), help_text="when it was met first, anew, or with other cells")
    acknowledged_at = models.DateTimeField(null=True)
    acknowledged_by = models.CharField(max_length=150, blank=True)
    fixed_at = models.DateTimeField(null=True, help_text="when a sync no longer found it")

    objects: ClassVar[ReviewRowManager] = ReviewRowManager()  # pyright: ignore[reportIncompatibleVariableOverride]

    class Meta:
        ordering = ("pk",)
        indexes = (
            # Counted twice a second while pages are open.
            models.Index(
                fields=["is_skipped"], name="review_row_is_open", condition=Q(fixed_at=None, acknowledged_at=None)
            ),
        )

    def __str__(self) -> str:
        return f"{self.tab} row {self.row}: {self.code}"
