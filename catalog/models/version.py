"""Which state of the catalogue the database holds, so that processes know when what they keep of it is old."""

from django.db import models


class CatalogueVersion(models.Model):
    """A random number, made by triggers of the database with every change to a part of the catalogue.

    A part's version is the sum of its numbers. There are more than one only where transactions overlap, none of which
    waits for another. Random, not counted: a sum that returns, as after a rollback or a restored backup, stands for the
    same rows.
    """

    class Part(models.TextChoices):
        """What changes together."""

        ALBUMS = "albums"
        """What the index holds: albums, artists, genres, vocal styles, aliases, and labels."""
        SPOTIFY = "spotify"
        """What tiles show beside it: covers and links to Spotify."""

    part = models.CharField(max_length=10, choices=Part.choices)
    number = models.BigIntegerField()

    def __str__(self) -> str:
        return f"{self.part} {self.number}"
