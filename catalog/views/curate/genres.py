"""Genres, and the spellings in the sheet that lead to each."""

from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views import View

from catalog.browse.name_forms import GenreAliasForm, RenameForm, store
from catalog.browse.parameters import text_of
from catalog.models import Genre, GenreAlias
from catalog.views.curate.desk import for_staff, tell
from catalog.views.curate.names import given, list_page, remove

LISTED = Count("album_genres", filter=Q(album_genres__album__removed_at=None))


@for_staff
class GenresView(View):
    """All genres by name."""

    def get(self, request: HttpRequest) -> HttpResponse:
        """Answer with one page of them."""
        genres = Genre.objects.order_by("key")
        if text := text_of(request.GET):
            spelled = GenreAlias.objects.filter(key__contains=text.casefold()).values("genre")
            genres = genres.filter(Q(key__contains=text.casefold()) | Q(name__icontains=text) | Q(pk__in=spelled))
        return list_page(request, "catalog/curate/genres.html", genres.annotate(albums_listed=LISTED))


@for_staff
class GenreView(View):
    """One genre: its name and its spellings."""

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Answer with the forms."""
        return _genre_page(request, _genre(pk))

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Rename it, or add or remove a spelling; what is refused is told beside its field."""
        genre = _genre(pk)
        if "remove" in request.POST:
            return remove(request, genre, "alias_removed", genre=genre)
        if is_alias := "alias" in request.POST:
            form = GenreAliasForm(given(request, "alias"), instance=GenreAlias(genre=genre))
        else:
            form = RenameForm(given(request, "name"), instance=genre)
        if not store(form):
            return _genre_page(request, _genre(pk), **{"alias_form" if is_alias else "name_form": form})
        tell(request, "alias_added" if is_alias else "renamed", name=form.cleaned_data["name"], genre=genre)
        return redirect(request.path)


def _genre(pk: int) -> Genre:
    return get_object_or_404(Genre.objects.annotate(albums_listed=LISTED), pk=pk)


def _genre_page(request: HttpRequest, genre: Genre, **forms: object) -> HttpResponse:
    context = {"genre": genre, "aliases": list(genre.aliases.all()), "page_is_for_staff": True, **forms}
    return render(request, "catalog/curate/genre.html", context, status=422 if forms else 200)
