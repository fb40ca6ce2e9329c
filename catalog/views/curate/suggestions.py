"""Genres, and artists, that are likely one."""

from collections.abc import Sequence

from django.shortcuts import get_object_or_404

from catalog.browse.curation.genres import genre_pairs
from catalog.browse.curation.pairs import Names, Pair, still_open
from catalog.browse.index.current import current_index
from catalog.browse.index.values import spelled
from catalog.browse.name_forms import GenreAliasForm
from catalog.models import DismissedPair, Genre, GenreAlias
from catalog.views.curate.merging import SuggestionsView


class GenreSuggestionsView(SuggestionsView[Genre]):
    """Genres that are likely one."""

    kind = DismissedPair.Kind.GENRE
    template = "catalog/curate/genre_suggestions.html"

    def open_pairs(self, dismissed: Sequence[Names]) -> Sequence[Pair]:
        """Return the pairs that no curator has decided on: the index may be older than the last press."""
        aliases = GenreAlias.objects.values_list("name", flat=True)
        return still_open(genre_pairs(current_index().get()), spelled, aliases, dismissed)

    def named(self, key: str) -> Genre:
        """Return the genre with a slug."""
        return get_object_or_404(Genre, slug=key)

    def alias_form(self, kept: Genre, name: str) -> GenreAliasForm:
        """Return the form of a spelling."""
        return GenreAliasForm({"name": name}, instance=GenreAlias(genre=kept))
