"""Names that curators give to genres and artists, and what they may not be: for the admin and for the pages."""

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.forms import ModelForm
from django.template.loader import render_to_string

from catalog.models import ArtistAlias, Genre, GenreAlias
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
    """One more name of an artist, which tells the artist from nobody: others may have it too."""

    key_of = staticmethod(fold)

    class Meta:
        model = ArtistAlias
        fields = ("name",)

    def clean_name(self) -> str:
        """Refuse what the search finds anyway."""
        name, alias = super().clean_name(), self.instance
        alias.key = fold(name)
        others = alias.artist.aliases.exclude(pk=alias.pk)
        if alias.key == fold(alias.artist.name) or others.filter(key=alias.key).exists():
            raise _refused("found_anyway", name=name, artist=alias.artist)
        return name


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
