"""What syncs changed in albums, and what they would change."""

from typing import TYPE_CHECKING, Any

from django.db import models
from django.db.models.functions import Now

from catalog.models.album import Album
from catalog.models.sync import SyncOperation


class Change(models.Model):
    """What happens to one album, and which of its fields become what."""

    class Kind(models.TextChoices):
        """What happens to the album."""

        CREATED = "created"
        UPDATED = "updated"
        REMOVED = "removed"
        REVIVED = "revived"

        @property
        def taken_back(self) -> "Change.Kind":
            """What an undo makes of it."""
            opposite = {Change.Kind.REMOVED: Change.Kind.REVIVED, Change.Kind.UPDATED: Change.Kind.UPDATED}
            return opposite.get(self, Change.Kind.REMOVED)

    kind = models.CharField(max_length=10, choices=Kind.choices)
    fields: "models.JSONField[dict[str, list[Any]]]" = models.JSONField(
        default=dict, help_text='{"title": ["old", "new"], …}'
    )
    tab = models.CharField(max_length=200, blank=True)
    row = models.PositiveIntegerField(null=True)

    class Meta:
        abstract = True


class AlbumChange(Change):
    """What one sync changed in one album, written in the transaction that changed it."""

    operation = models.ForeignKey(SyncOperation, on_delete=models.CASCADE, related_name="changes")
    album = models.ForeignKey(Album, on_delete=models.CASCADE, related_name="changes")
    before: "models.JSONField[dict[str, Any]]" = models.JSONField(
        default=dict, help_text="what an undo needs beside the fields: entry_hash and year"
    )
    changed_at = models.DateTimeField(db_default=Now())

    if TYPE_CHECKING:
        album_id: int
        operation_id: int

    class Meta(Change.Meta):
        ordering = ("pk",)
        constraints = (models.UniqueConstraint(fields=("operation", "album"), name="album_changes_once_a_sync"),)

    def __str__(self) -> str:
        return f"{self.album_id} {self.kind} by {self.operation_id}"

    @property
    def artist(self) -> str:
        """The name of the artist."""
        return self.album.artist.name

    @property
    def title(self) -> str:
        """The title of the album."""
        return self.album.title

    def undone(self) -> "PlannedChange":
        """Return the change, not to be stored, that takes this one back."""
        return PlannedChange(
            album=self.album,
            artist=self.artist,
            title=self.title,
            kind=self.Kind(self.kind).taken_back,
            fields={name: [new, old] for name, (old, new) in self.fields.items()},
            tab=self.tab,
            row=self.row,
        )


class PlannedChange(Change):
    """What a sync would change in one album, found by a preview or by a sync that was refused."""

    operation = models.ForeignKey(SyncOperation, on_delete=models.CASCADE, related_name="planned")
    album = models.ForeignKey(Album, on_delete=models.CASCADE, null=True, related_name="+")
    artist = models.CharField(max_length=500)
    title = models.CharField(max_length=500)
    search_text = models.TextField(help_text="artist and title, folded")

    if TYPE_CHECKING:
        album_id: int | None

    class Meta(Change.Meta):
        ordering = ("pk",)

    def __str__(self) -> str:
        return f"{self.kind} {self.artist} – {self.title}"
