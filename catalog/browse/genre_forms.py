"""Names that curators give to genres, and what they may not be: for the admin and for the pages of the curators."""

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.forms import ModelForm
from django.template.loader import render_to_string

from catalog.models import Genre, GenreAlias
from catalog.services.sheet.text import clean

LONGEST_KEY = 200
"""Characters of a case-folded name that the columns hold."""


def said(code: str, **facts: object) -> str:
    """Say why a genre cannot get a name or a spelling."""
    return render_to_string("catalog/words/genre_alias.txt", {"code": code, **facts}).strip()


def _refused(code: str, **facts: object) -> ValidationError:
    return ValidationError(said(code, **facts), code=code)


class NameForm(ModelForm):
    """Takes a name as the sheet's cells are taken: without doubled blanks and invisible characters."""

    def clean_name(self) -> str:
        """Refuse what no cell could say."""
        name = clean(self.cleaned_data["name"])
        if not name:
            raise _refused("empty")
        if "," in name:
            raise _refused("comma", name=name)
        if len(name.casefold()) > LONGEST_KEY:
            raise _refused("too_long")
        return name


class GenreForm(NameForm):
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


class AliasForm(NameForm):
    """One more spelling of a genre."""

    class Meta:
        model = GenreAlias
        fields = ("name",)


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
