"""The marks of accounts: which albums somebody wants, has heard, or wants to see no more."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, ClassVar

from django.conf import settings
from django.contrib.auth.models import AbstractBaseUser, AnonymousUser
from django.db import models
from django.db.models.functions import Now

from catalog.models.album import Album


class MarkQuerySet(models.QuerySet["Mark"]):
    """Questions about marks."""

    def of(self, user: AbstractBaseUser | AnonymousUser) -> "MarkQuerySet":
        """Return the marks of an account, the oldest first."""
        return self.filter(user=user.pk).order_by("marked_at", "pk")

    def by_kind(self) -> dict[str, Sequence[int]]:
        """Return the primary keys of the albums of each kind."""
        found: dict[str, list[int]] = {kind: [] for kind in Mark.Kind.values}
        for kind, album in self.values_list("kind", "album_id"):
            found[kind].append(album)
        return dict(found)


class MarkManager(models.Manager["Mark"]):
    """What is asked of all marks."""

    def get_queryset(self) -> MarkQuerySet:
        """Return all marks."""
        return MarkQuerySet(self.model, using=self._db)

    def of(self, user: AbstractBaseUser | AnonymousUser) -> MarkQuerySet:
        """Return the marks of an account, the oldest first."""
        return self.get_queryset().of(user)


class Mark(models.Model):
    """One mark of one account. An album may have several, and keeps them when it leaves the sheet."""

    class Kind(models.TextChoices):
        """What is said of the album."""

        WANT = "want"
        HEARD = "heard"
        HIDE = "hide"

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    album = models.ForeignKey(Album, on_delete=models.CASCADE, related_name="+")
    kind = models.CharField(max_length=5, choices=Kind.choices)
    marked_at = models.DateTimeField(db_default=Now())

    objects: ClassVar[MarkManager] = MarkManager()  # pyright: ignore[reportIncompatibleVariableOverride]

    if TYPE_CHECKING:
        user_id: int
        album_id: int

    class Meta:
        constraints = (models.UniqueConstraint(fields=("user", "album", "kind"), name="mark_once"),)

    def __str__(self) -> str:
        return f"{self.kind} {self.album_id}"
