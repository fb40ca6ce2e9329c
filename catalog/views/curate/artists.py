"""Artists, and the other names by which the search finds them."""

from django.db.models import Count, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce, Lower
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views import View

from catalog.browse.index.current import current_index
from catalog.browse.name_forms import ArtistAliasForm, store
from catalog.browse.parameters import text_of
from catalog.models import Album, Artist, ArtistAlias
from catalog.services.sheet.text import fold
from catalog.views.curate.desk import for_staff, tell
from catalog.views.curate.names import given, list_page, remove

OF_THE_ARTIST = Album.objects.listed().filter(artist=OuterRef("pk")).order_by().values("artist")
# For the artists of one page alone: a join would count the albums of all.
LISTED = Coalesce(Subquery(OF_THE_ARTIST.annotate(count=Count("pk")).values("count")), 0)


@for_staff
class ArtistsView(View):
    """All artists by name; of those whose albums left the sheet, the ones that have other names."""

    def get(self, request: HttpRequest) -> HttpResponse:
        """Answer with one page of them."""
        of_albums, of_aliases = Album.objects.listed().values("artist"), ArtistAlias.objects.values("artist")
        artists = Artist.objects.filter(Q(pk__in=of_albums) | Q(pk__in=of_aliases))
        if text := text_of(request.GET):
            artists = artists.filter(_named(text))
        artists = artists.order_by(Lower("name"), "name").annotate(albums_listed=LISTED)
        return list_page(request, "catalog/curate/artists.html", artists)


@for_staff
class ArtistView(View):
    """One artist, and the other names; its own is the sheet's."""

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Answer with the form."""
        return _artist_page(request, _artist(pk))

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Add or remove a name; what is refused is told beside its field."""
        artist = _artist(pk)
        if "remove" in request.POST:
            return remove(request, artist, "artist_alias_removed", artist=artist)
        form = ArtistAliasForm(given(request, "alias"), instance=ArtistAlias(artist=artist))
        if not store(form):
            return _artist_page(request, artist, alias_form=form)
        tell(request, "artist_alias_added", name=form.cleaned_data["name"], artist=artist)
        return redirect(request.path)


def _named(text: str) -> Q:
    key = fold(text)
    albums = Album.objects.filter(artist_key__contains=key).values("artist")
    aliases = ArtistAlias.objects.filter(key__contains=key).values("artist")
    return Q(name__icontains=text) | Q(pk__in=albums) | Q(pk__in=aliases)


def _artist(pk: int) -> Artist:
    return get_object_or_404(Artist.objects.annotate(albums_listed=LISTED), pk=pk)


def _artist_page(request: HttpRequest, artist: Artist, **forms: object) -> HttpResponse:
    kept = Artist.objects.filter(pk=current_index().get().joined.get(artist.pk)).first()
    aliases = list(artist.aliases.all())
    context = {"artist": artist, "kept": kept, "aliases": aliases, "page_is_for_staff": True, **forms}
    return render(request, "catalog/curate/artist.html", context, status=422 if forms else 200)
