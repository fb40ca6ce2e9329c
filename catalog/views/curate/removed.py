"""The albums that left the sheet: found, restored one by one, or hidden again."""

from django.core.paginator import Paginator
from django.db.models import OuterRef, Subquery
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views import View

from catalog.browse.pages import page_links
from catalog.browse.parameters import query_string, text_of
from catalog.models import Album, AlbumChange
from catalog.models.album import AlbumQuerySet
from catalog.services.curation import restore_album, stop_keeping_album
from catalog.services.sheet.text import fold
from catalog.services.sync_manager import SyncAlreadyRunning
from catalog.views.curate.desk import for_staff, tell
from catalog.views.negotiation import number

ALBUMS_A_PAGE = 50


@for_staff
class RemovedAlbumsView(View):
    """The removed albums, the latest first, or those that staff restored."""

    def get(self, request: HttpRequest) -> HttpResponse:
        """Answer with one page of them."""
        text = text_of(request.GET)
        show = "kept" if request.GET.get("show") == "kept" else ""
        tabs = _albums(show).order_by("tab").values_list("tab", flat=True).distinct()
        tab = request.GET.get("tab", "") if request.GET.get("tab") in tabs else ""
        asked = {"show": show, "q": text, "tab": tab}
        albums = _albums(show).matching(fold(text).split())
        albums = albums.filter(tab=tab) if tab else albums
        page = Paginator(_with_removal(albums), ALBUMS_A_PAGE).get_page(request.GET.get("page"))
        context = {
            "page": page,
            "pages": list(page_links(page, lambda each: query_string({**asked, "page": each}))),
            "q": text,
            "tab": tab,
            "tabs": tabs,
            "show": show,
            "address": query_string(asked),
            "removed": Album.objects.removed().count(),
            "kept": Album.objects.kept().count(),
            "page_is_for_staff": True,
        }
        return render(request, "catalog/albums/removed.html", context)

    def post(self, request: HttpRequest) -> HttpResponse:
        """Restore an album, or stop keeping it, and lead back to the list."""
        name = "stop" if "stop" in request.POST else "restore"
        pk = number(request.POST.get(name, ""))
        try:
            is_done = stop_keeping_album(pk) if name == "stop" else restore_album(pk, request.user.get_username())
        except SyncAlreadyRunning:
            tell(request, "busy", is_done=False)
        else:
            album = Album.objects.get_queryset().select_related("artist").filter(pk=pk).first()
            tell(request, name if is_done else "other", is_done=is_done, album=album)
        return redirect(f"{request.path}?{request.GET.urlencode()}")


def _albums(show: str) -> AlbumQuerySet:
    return Album.objects.kept() if show else Album.objects.removed()


def _with_removal(albums: AlbumQuerySet) -> AlbumQuerySet:
    removals = AlbumChange.objects.filter(album=OuterRef("pk"), kind=AlbumChange.Kind.REMOVED).order_by("-pk")
    albums = albums.select_related("artist").order_by("-removed_at", "-kept_at", "pk")
    return albums.annotate(removed_by=Subquery(removals.values("operation")[:1]))
