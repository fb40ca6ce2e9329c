"""Albums as the sheet tells of them. Only the importer writes here."""

from collections.abc import Iterable
from typing import TYPE_CHECKING, ClassVar

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.template.loader import render_to_string
from django.urls import reverse

from catalog.models.artist import Artist
from catalog.models.spotify import SpotifyAlbum

if TYPE_CHECKING:
    from django.db.models.manager import RelatedManager

    from catalog.models.change import AlbumChange


class Genre(models.Model):
    """A genre, whatever its capitals. Names that make the same slug are still two genres."""

    name = models.CharField(max_length=200)
    key = models.CharField(max_length=200, unique=True, help_text="the name, case-folded")
    slug = models.SlugField(max_length=210, unique=True, allow_unicode=True)

    if TYPE_CHECKING:
        aliases: RelatedManager["GenreAlias"]

    class Meta:
        ordering = ("key",)

    def __str__(self) -> str:
        return self.name


class GenreAlias(models.Model):
    """Another spelling of a genre, given by a curator. The next sync moves the albums that are written so."""

    genre = models.ForeignKey(Genre, on_delete=models.CASCADE, related_name="aliases")
    name = models.CharField("spelling", max_length=200)
    key = models.CharField(max_length=200, unique=True, editable=False, help_text="the name, case-folded")

    class Meta:
        ordering = ("key",)
        verbose_name_plural = "genre aliases"
        constraints = (models.CheckConstraint(condition=~Q(key=""), name="genre_alias_is_not_empty"),)

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        """Refuse what would mean two genres, or none."""
        self.key = self.name.casefold()
        if refusal := self._refusal():
            code, genre = refusal
            said = render_to_string("catalog/words/refused_name.txt", {"code": code, "alias": self, "genre": genre})
            raise ValidationError({"name": ValidationError(said.strip(), code=code)})

    def _refusal(self) -> tuple[str, Genre] | None:
        """Return why it cannot be stored, and the genre that is in the way."""
        if len(self.key) > 200:
            return "too_long", self.genre
        if self.key == self.genre.key:
            return "own_name", self.genre
        others = GenreAlias.objects.exclude(pk=self.pk).select_related("genre")
        if same := others.filter(key=self.key).first():
            return "taken", same.genre
        # One step and no more: otherwise two genres could each mean the other.
        if itself := others.filter(key=self.genre.key).first():
            return "of_an_alias", itself.genre
        if other := others.filter(genre__key=self.key).first():
            return "has_aliases", other.genre
        return None


class VocalStyle(models.Model):
    """How an album is sung, if it is."""

    name = models.CharField(max_length=100, unique=True)
    slug = models.SlugField(max_length=110, unique=True, allow_unicode=True)

    class Meta:
        ordering = ("name",)

    def __str__(self) -> str:
        return self.name


class AlbumQuerySet(models.QuerySet["Album"]):
    """Questions about albums."""

    def listed(self) -> "AlbumQuerySet":
        """Keep those that the catalogue shows: they stand in the sheet, or staff restored them."""
        return self.filter(removed_at=None)

    def removed(self) -> "AlbumQuerySet":
        """Keep those that left the sheet and wait to be revived."""
        return self.exclude(removed_at=None)

    def kept(self) -> "AlbumQuerySet":
        """Keep those that left the sheet and that staff restored."""
        return self.listed().exclude(kept_at=None)

    def matching(self, folded_words: Iterable[str]) -> "AlbumQuerySet":
        """Keep those whose artist, title, genres, vocal style and country hold every word, as ``fold`` makes them."""
        found = self
        for word in folded_words:
            found = found.filter(search_text__contains=word)
        return found

    def newest_first(self) -> "AlbumQuerySet":
        """Order by date, latest first; albums without a date stand at the end of the list."""
        return self.order_by("-release_order", "artist_key", "title_key", "pk")


class AlbumManager(models.Manager["Album"]):
    """The way to albums."""

    def get_queryset(self) -> AlbumQuerySet:
        """Return all albums, removed ones too."""
        return AlbumQuerySet(self.model, using=self._db)

    def listed(self) -> AlbumQuerySet:
        """Return the albums that the catalogue shows."""
        return self.get_queryset().listed()

    def removed(self) -> AlbumQuerySet:
        """Return the albums that left the sheet."""
        return self.get_queryset().removed()

    def kept(self) -> AlbumQuerySet:
        """Return the albums that staff restored."""
        return self.get_queryset().kept()


class Album(models.Model):
    """One album, EP or other release, under a primary key that survives every edit of the sheet."""

    class Scene(models.TextChoices):
        """The half of the sheet that a tab belongs to."""

        METAL = "metal", "Metal"
        ROCK = "rock", "Rock"

    artist = models.ForeignKey(Artist, on_delete=models.PROTECT, related_name="albums")
    title = models.CharField(max_length=500)
    release_date = models.DateField(null=True)
    release_text = models.CharField(max_length=100, blank=True, help_text="where there is no date: TBA, Fall")
    format = models.CharField(max_length=100, blank=True, help_text="as written: LP, EP, 2xLP")
    genres: "models.ManyToManyField[Genre, AlbumGenre]" = models.ManyToManyField(
        Genre, through="AlbumGenre", related_name="albums"
    )
    genre_text = models.CharField(max_length=1000, blank=True)
    vocal_style = models.ForeignKey(VocalStyle, on_delete=models.PROTECT, null=True, related_name="albums")
    vocal_text = models.CharField(max_length=100, blank=True)
    country = models.CharField(max_length=200, blank=True)
    scene = models.CharField(max_length=5, choices=Scene.choices, null=True)  # noqa: DJ001 - null is "neither" in the export
    is_debut = models.BooleanField(default=False)
    is_reissue = models.BooleanField(default=False)
    tab = models.CharField(max_length=200)

    # No constraint in the database: the sheet may name an album that Spotify has not been asked for yet.
    spotify = models.OneToOneField(
        SpotifyAlbum, on_delete=models.DO_NOTHING, null=True, db_constraint=False, related_name="album"
    )
    spotify_url = models.CharField(max_length=2000, blank=True)
    bandcamp_url = models.CharField(max_length=2000, blank=True)
    youtube_url = models.CharField(max_length=2000, blank=True)
    amazon_url = models.CharField(max_length=2000, blank=True)
    apple_music_url = models.CharField(max_length=2000, blank=True)
    google_play_url = models.CharField(max_length=2000, blank=True)

    year = models.PositiveSmallIntegerField(null=True, help_text="of the date, or of the tab where there is no date")
    release_order = models.PositiveIntegerField(default=0, help_text="the day number of the date, 0 without one")
    artist_key = models.CharField(max_length=1000, help_text="folded, for matching and sorting")
    title_key = models.CharField(max_length=1000, help_text="folded, for matching and sorting")
    search_text = models.TextField(blank=True, help_text="folded, for searching")
    entry_hash = models.CharField(max_length=40, help_text="of the sheet's entry and the rules it was read by")
    added_at = models.DateTimeField(db_default=Now())
    removed_at = models.DateTimeField(null=True)
    kept_at = models.DateTimeField(null=True, help_text="when staff restored it, until the sheet lists it again")
    kept_by = models.CharField(max_length=150, blank=True, default="", db_default="")

    objects: ClassVar[AlbumManager] = AlbumManager()  # pyright: ignore[reportIncompatibleVariableOverride]

    if TYPE_CHECKING:
        artist_id: int
        vocal_style_id: int | None
        spotify_id: str | None
        changes: RelatedManager[AlbumChange]
        album_genres: RelatedManager["AlbumGenre"]

    class Meta:
        constraints = (
            models.CheckConstraint(condition=~Q(title=""), name="album_has_a_title"),
            models.CheckConstraint(condition=~Q(spotify=""), name="album_without_spotify_is_null"),
        )
        indexes = (
            models.Index(F("release_order").desc(), "artist_key", "title_key", "id", name="album_newest"),
            models.Index("artist_key", "title_key", "id", name="album_by_artist"),
            models.Index("title_key", "artist_key", "id", name="album_by_title"),
            models.Index("added_at", name="album_added"),
            models.Index("removed_at", name="album_removed"),
        )

    def __str__(self) -> str:
        return f"{self.artist} – {self.title}"

    def get_absolute_url(self) -> str:
        """Return the address of the album's page."""
        return reverse("catalog:album_detail", args=[self.pk])

    @property
    def is_listed(self) -> bool:
        """Whether the catalogue shows the album."""
        return self.removed_at is None

    @property
    def is_kept(self) -> bool:
        """Whether staff restored it, and the sheet has not listed it since."""
        return self.is_listed and self.kept_at is not None

    @property
    def listening_links(self) -> list[str]:
        """The addresses that a tile shows."""
        return [address for address in (self.spotify_url, self.bandcamp_url) if address]

    @property
    def links(self) -> list[str]:
        """The addresses where the album can be heard or bought, in the order in which its page shows them."""
        others = (self.youtube_url, self.apple_music_url, self.amazon_url, self.google_play_url)
        return self.listening_links + [address for address in others if address]


class AlbumGenre(models.Model):
    """A genre of an album, at its place in the list of the sheet."""

    album = models.ForeignKey(Album, on_delete=models.CASCADE, related_name="album_genres")
    genre = models.ForeignKey(Genre, on_delete=models.PROTECT, related_name="album_genres")
    position = models.PositiveSmallIntegerField()

    if TYPE_CHECKING:
        album_id: int
        genre_id: int

    class Meta:
        ordering = ("position",)
        constraints = (models.UniqueConstraint(fields=("album", "genre"), name="album_has_a_genre_once"),)

    def __str__(self) -> str:
        return f"{self.album_id}: {self.genre_id}"
