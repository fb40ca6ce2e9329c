"""Genres, and artists, that are likely one."""

from collections.abc import Sequence

from django.shortcuts import get_object_or_404

from catalog.browse.curation.artists import artist_pairs
from catalog.browse.curation.genres import genre_pairs
from catalog.browse.curation.pairs import Names, Pair, still_open
from catalog.browse.index.current import current_index
from catalog.browse.index.values import spelled
from catalog.browse.name_forms import ArtistAliasForm, GenreAliasForm
from catalog.models import Artist, ArtistAlias, DismissedPair, Genre, GenreAlias
from catalog.views.curate.merging import SuggestionsView
from catalog.views.negotiation import number


class GenreSuggestionsView(SuggestionsView[Genre]):
    """Genres that are likely one."""

    kind = DismissedPair.Kind.GENRE
    template = "catalog/curate/genre_suggestions.html"

    def open_pairs(self, dismissed: Sequence[Names]) -> Sequence[Pair]:
        """Return the pairs that no curator has decided on: the index may be older than the last press."""
        given = GenreAlias.objects.values_list("name", "genre__name")
        aliases = [name for name, genre in given if spelled(name) != spelled(genre)]
        return still_open(genre_pairs(current_index().get()), spelled, aliases, dismissed)

    def named(self, key: str) -> Genre:
        """Return the genre with a slug."""
        return get_object_or_404(Genre, slug=key)

    def alias_form(self, kept: Genre, name: str) -> GenreAliasForm:
        """Return the form of a spelling."""
        return GenreAliasForm({"name": name}, instance=GenreAlias(genre=kept))


class ArtistSuggestionsView(SuggestionsView[Artist]):
    """Artists that are likely one."""

    kind = DismissedPair.Kind.ARTIST
    template = "catalog/curate/artist_suggestions.html"

    def open_pairs(self, dismissed: Sequence[Names]) -> Sequence[Pair]:
        """Return the pairs that no curator has decided on."""
        aliases = ArtistAlias.objects.values_list("name", flat=True)
        return still_open(artist_pairs(current_index().get()), str, aliases, dismissed)

    def named(self, key: str) -> Artist:
        """Return the artist with a number."""
        return get_object_or_404(Artist, pk=number(key))

    def alias_form(self, kept: Artist, name: str) -> ArtistAliasForm:
        """Return the form of another name."""
        return ArtistAliasForm({"name": name}, instance=ArtistAlias(artist=kept))
