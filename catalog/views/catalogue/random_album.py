"""Any album of a list."""

import secrets
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views import View

from catalog.browse.index.current import current_index
from catalog.browse.query import CatalogQuery
from catalog.views.negotiation import live


class RandomAlbumView(View):
    """An album that chance picks from what the query string asks for."""

    def get(self, request: HttpRequest) -> HttpResponse:
        """Lead to the album, whose page goes on through the same list; to the list itself if that has none."""
        query = CatalogQuery(request.GET, current_index().get(), request.COOKIES.get("per_page", ""))
        number, address = len(query.albums), query.address()
        if number:
            place = secrets.randbelow(number)
            (pk,) = query.albums[place : place + 1]
            way = urlencode({"list": address.partition("?")[2]})
            address = f"{reverse('catalog:album_detail', args=[pk])}?{way}"
        return live(redirect(address))
