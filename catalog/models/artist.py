"""Artists as the sheet names them, and the other names that curators give to them."""

from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.text import slugify

if TYPE_CHECKING:
    from django.db.models.manager import RelatedManager


LONGEST_SLUG = 80


def artist_slug(name: str) -> str:
    """Return a name as addresses have it; nothing where it has neither letters nor digits."""
    return slugify(name, allow_unicode=True)[:LONGEST_SLUG]


class Artist(models.Model):
    """A name as it stands in the sheet; two bands that share it share this row."""

    name = models.CharField(max_length=500, unique=True)

    if TYPE_CHECKING:
        aliases: RelatedManager["ArtistAlias"]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        """Return the address of the artist's page."""
        return reverse("catalog:artist_detail", args=[self.pk, self.slug] if self.slug else [self.pk])

    @property
    def slug(self) -> str:
        """The name as the address of the page has it."""
        return artist_slug(self.name)


class ArtistAlias(models.Model):
    """An abbreviation or a former name, given by a curator. Artists may share one: the search finds them all."""

    artist = models.ForeignKey(Artist, on_delete=models.CASCADE, related_name="aliases")
    name = models.CharField(max_length=200)
    key = models.CharField(max_length=200, editable=False, help_text="the name, folded")

    class Meta:
        ordering = ("key",)
        verbose_name_plural = "artist aliases"
        constraints = (
            models.CheckConstraint(condition=~Q(key=""), name="artist_alias_is_not_empty"),
            models.UniqueConstraint(fields=("artist", "key"), name="artist_has_an_alias_once"),
        )

    def __str__(self) -> str:
        return self.name
