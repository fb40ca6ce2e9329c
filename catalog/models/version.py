"""Which state of the catalogue the database holds, so that processes know when what they keep of it is old."""

from django.db import models


class CatalogueVersion(models.Model):
    """A random number for each part of the catalogue. Triggers of the database change it with every row of the part.

    Random, not counted: a number that returns, as after a rollback or a restored backup, stands for the same rows.
    """

    class Part(models.TextChoices):
        """What changes together."""

        ALBUMS = "albums"
        """What the index holds: albums, artists, genres, vocal styles, aliases, and labels."""
        SPOTIFY = "spotify"
        """What tiles show beside it: covers and links to Spotify."""

    part = models.CharField(max_length=10, choices=Part.choices, primary_key=True)
    number = models.BigIntegerField()

    def __str__(self) -> str:
        return f"{self.part} {self.number}"
