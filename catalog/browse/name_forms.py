"""Names that curators give to genres and artists, and what they may not be: for the admin and for the pages."""

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.forms import ModelForm
from django.template.loader import render_to_string

from catalog.browse.index.joined import joined_artists
from catalog.models import Artist, ArtistAlias, Genre, GenreAlias
from catalog.services.sheet.text import clean, fold

LONGEST_KEY = 200
"""Characters of a folded name that the columns hold."""


def said(code: str, **facts: object) -> str:
    """Say why a name is refused."""
    return render_to_string("catalog/words/refused_name.txt", {"code": code, **facts}).strip()


def _refused(code: str, **facts: object) -> ValidationError:
    return ValidationError(said(code, **facts), code=code)


class NameForm(ModelForm):
    """Takes a name as the sheet's cells are taken: without doubled blanks and invisible characters."""

    key_of = staticmethod(str.casefold)

    def clean_name(self) -> str:
        """Refuse what no cell could say."""
        name = clean(self.cleaned_data["name"])
        if not name:
            raise _refused("empty")
        if len(self.key_of(name)) > LONGEST_KEY:
            raise _refused("too_long")
        return name


class GenreNameForm(NameForm):
    """A name or a spelling of a genre."""

    def clean_name(self) -> str:
        """Refuse what a cell would take for several genres."""
        name = super().clean_name()
        if "," in name:
            raise _refused("comma", name=name)
        return name


class GenreForm(GenreNameForm):
    """A genre, whose name must not mean another one."""

    def clean_name(self) -> str:
        """Refuse the name, and the spellings, of another genre. Compared here: databases know few capitals."""
        name = super().clean_name()
        key = name.casefold()
        others = Genre.objects.exclude(pk=self.instance.pk).prefetch_related("aliases")
        for other in others:
            if key in {other.key, other.name.casefold(), *(alias.key for alias in other.aliases.all())}:
                raise _refused("taken", alias={"name": name}, genre=other)
        return name


class RenameForm(GenreForm):
    """A genre's name, on the curators' page."""

    class Meta:
        model = Genre
        fields = ("name",)


class GenreAliasForm(GenreNameForm):
    """One more spelling of a genre."""

    class Meta:
        model = GenreAlias
        fields = ("name",)


class ArtistAliasForm(NameForm):
    """One more name of an artist. Others may have it too, unless it is an artist's name: then the two are one."""

    key_of = staticmethod(fold)

    class Meta:
        model = ArtistAlias
        fields = ("name",)

    def clean_name(self) -> str:
        """Refuse what the search finds anyway, and what would make an artist two."""
        name, alias = super().clean_name(), self.instance
        other = _other_artist(name, alias)
        # Names of artists differ by accents, which folding takes away.
        alias.key = name.casefold()[:LONGEST_KEY] if other else fold(name)
        is_own = not other and alias.key == fold(alias.artist.name)
        if is_own or alias.artist.aliases.exclude(pk=alias.pk).filter(key=alias.key).exists():
            raise _refused("found_anyway", name=name, artist=alias.artist)
        return name


def _other_artist(name: str, alias: ArtistAlias) -> bool:
    """Whether an alias makes another artist one with its own; refused where one of them is another's already."""
    artists = dict(Artist.objects.values_list("pk", "name"))
    given = ArtistAlias.objects.exclude(pk=alias.pk).order_by("pk").values_list("artist_id", "name")
    joined = joined_artists(artists, given)
    others = [pk for pk, each in artists.items() if each.casefold() == name.casefold() and pk != alias.artist.pk]
    if others and alias.artist.pk in joined:
        raise _refused("joined_itself", artist=alias.artist, kept=artists[joined[alias.artist.pk]])
    for other in others:
        if joined.get(other, alias.artist.pk) != alias.artist.pk:
            raise _refused("joined", name=name, kept=artists[joined[other]])
        if other in joined.values():
            raise _refused("has_joined", name=name)
    return bool(others)


def store(form: ModelForm) -> bool:
    """Store what a form holds; whether it could be: where not, the form says why."""
    if not form.is_valid():
        return False
    try:
        with transaction.atomic():
            form.save()
    except IntegrityError:
        form.add_error("name", _refused("meanwhile"))
        return False
    return True
