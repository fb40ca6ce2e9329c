"""Where curators begin: what needs doing, and the way to each of their pages."""

from django.contrib import messages
from django.contrib.auth.decorators import user_passes_test
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils.decorators import method_decorator
from django.views import View

from catalog.browse.curation.places import unknown_places
from catalog.models import Album, ArtistAlias, Genre, GenreAlias
from catalog.views.permission import is_staff
from catalog.views.responses import panel_context

for_staff = method_decorator(user_passes_test(is_staff), name="dispatch")
"""Others are led to the page to sign in."""


@for_staff
class CurateView(View):
    """What there is to do."""

    def get(self, request: HttpRequest) -> HttpResponse:
        """Answer with the counts of each page."""
        context = {
            **panel_context(request, fresh=True),
            "removed": Album.objects.removed().count(),
            "kept": Album.objects.kept().count(),
            "genres": Genre.objects.count(),
            "spellings": GenreAlias.objects.count(),
            "artist_aliases": ArtistAlias.objects.count(),
            "unknown_places": len(unknown_places()),
            "page_is_for_staff": True,
        }
        return render(request, "catalog/curate/desk.html", context)


def tell(request: HttpRequest, code: str, *, is_done: bool = True, **facts: object) -> None:
    """Say on the next page what became of a change: one sentence for each code of ``curate/told.txt``."""
    said = render_to_string("catalog/curate/told.txt", {"code": code, **facts})
    messages.add_message(request, messages.SUCCESS if is_done else messages.WARNING, " ".join(said.split()))
