"""Pairs of names that curators were asked about."""

from django.db import models
from django.db.models.functions import Now


class DismissedPair(models.Model):
    """Two names that a curator says are not one, so that nobody is asked again.

    Names, not keys of rows: a name that leaves the sheet and returns is another row.
    """

    class Kind(models.TextChoices):
        """What has the names."""

        GENRE = "genre"
        ARTIST = "artist"

    kind = models.CharField(max_length=6, choices=Kind.choices)
    one = models.TextField()
    other = models.TextField()
    dismissed_by = models.CharField(max_length=150)
    dismissed_at = models.DateTimeField(db_default=Now())

    class Meta:
        ordering = ("one", "other", "pk")

    def __str__(self) -> str:
        return f"{self.one} · {self.other}"
