"""Genres, and the spellings in the sheet that lead to each."""

from django.core.paginator import Paginator
from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views import View

from catalog.browse.genre_forms import AliasForm, RenameForm, store
from catalog.browse.pages import page_links
from catalog.browse.parameters import query_string, text_of
from catalog.models import Genre, GenreAlias
from catalog.services.curation import remove_alias
from catalog.views.curate.desk import for_staff, tell
from catalog.views.negotiation import number

GENRES_A_PAGE = 50
LISTED = Count("album_genres", filter=Q(album_genres__album__removed_at=None))


@for_staff
class GenresView(View):
    """All genres by name."""

    def get(self, request: HttpRequest) -> HttpResponse:
        """Answer with one page of them."""
        text = text_of(request.GET)
        genres = Genre.objects.prefetch_related("aliases").order_by("key")
        if text:
            spelled = GenreAlias.objects.filter(key__contains=text.casefold()).values("genre")
            genres = genres.filter(Q(key__contains=text.casefold()) | Q(name__icontains=text) | Q(pk__in=spelled))
        page = Paginator(genres.annotate(albums_listed=LISTED), GENRES_A_PAGE).get_page(request.GET.get("page"))
        pages = list(page_links(page, lambda each: query_string({"q": text, "page": each})))
        context = {"page": page, "pages": pages, "q": text, "page_is_for_staff": True}
        return render(request, "catalog/curate/genres.html", context)


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
            name = remove_alias(pk, number(request.POST.get("remove", "")))
            tell(request, "alias_removed" if name else "alias_gone", is_done=bool(name), name=name, genre=genre)
            return redirect(request.path)
        is_alias = "alias" in request.POST
        given = {"name": request.POST.get("alias" if is_alias else "name", "").replace("\0", "")}
        form = AliasForm(given, instance=GenreAlias(genre=genre)) if is_alias else RenameForm(given, instance=genre)
        if not store(form):
            return _genre_page(request, _genre(pk), **{"alias_form" if is_alias else "name_form": form})
        tell(request, "alias_added" if is_alias else "renamed", name=form.cleaned_data["name"], genre=genre)
        return redirect(request.path)


def _genre(pk: int) -> Genre:
    return get_object_or_404(Genre.objects.annotate(albums_listed=LISTED), pk=pk)


def _genre_page(request: HttpRequest, genre: Genre, **forms: object) -> HttpResponse:
    context = {"genre": genre, "aliases": list(genre.aliases.all()), "page_is_for_staff": True, **forms}
    return render(request, "catalog/curate/genre.html", context, status=422 if forms else 200)
