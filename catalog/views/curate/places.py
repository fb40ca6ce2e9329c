"""Places in the sheet that name no known country."""

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views import View

from catalog.browse.curation.places import unknown_places
from catalog.browse.pages import page_links
from catalog.browse.parameters import query_string
from catalog.views.curate.desk import for_staff

PLACES_A_PAGE = 50


@for_staff
class PlacesView(View):
    """What names no country, for whoever edits the sheet."""

    def get(self, request: HttpRequest) -> HttpResponse:
        """Answer with one page of it."""
        page = Paginator(unknown_places(), PLACES_A_PAGE).get_page(request.GET.get("page"))
        pages = list(page_links(page, lambda number: query_string({"page": number})))
        return render(request, "catalog/curate/places.html", {"page": page, "pages": pages, "page_is_for_staff": True})
