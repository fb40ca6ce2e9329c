"""The albums that left the sheet, for staff: hidden, kept, and revived if they return."""

from django.contrib.auth.decorators import user_passes_test
from django.core.paginator import Paginator
from django.db.models import OuterRef, Subquery
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.decorators import method_decorator
from django.views import View

from catalog.browse.pages import page_links
from catalog.models import Album, AlbumChange
from catalog.views.permission import is_staff

ALBUMS_A_PAGE = 50


@method_decorator(user_passes_test(is_staff), name="dispatch")
class RemovedAlbumsView(View):
    """The removed albums, the latest first. Others than staff are led to the page to sign in."""

    def get(self, request: HttpRequest) -> HttpResponse:
        """Answer with one page of them."""
        removals = AlbumChange.objects.filter(album=OuterRef("pk"), kind=AlbumChange.Kind.REMOVED).order_by("-pk")
        albums = Album.objects.removed().select_related("artist").order_by("-removed_at", "pk")
        albums = albums.annotate(removed_by=Subquery(removals.values("operation")[:1]))
        page = Paginator(albums, ALBUMS_A_PAGE).get_page(request.GET.get("page"))
        context = {"page": page, "pages": list(page_links(page, "?page={}".format))}
        return render(request, "catalog/albums/removed.html", context)
