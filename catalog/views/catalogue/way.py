"""The list that a visitor came from, so that an album's page can lead on to the next of it."""

from dataclasses import dataclass
from urllib.parse import urlsplit

from django.http import HttpRequest, QueryDict
from django.urls import reverse
from django.utils.http import urlencode

from catalog.browse.index.current import current_index
from catalog.browse.parameters import list_address
from catalog.browse.query import CatalogQuery

LONGEST_QUERY = 1900
"""Characters, so that it can't have more fields than Django reads."""


@dataclass(frozen=True)
class Way:
    """Where an album stands in a list, counted from 1, and the addresses around it; at an end one is empty."""

    place: int
    count: int
    back: str
    previous: str
    next: str


def way_of(request: HttpRequest, pk: int) -> Way | None:
    """Return where an album stands in the list that the address names, else in the one whose link was followed."""
    string = request.GET.get("list", _followed(request))
    if string is None or len(string) > LONGEST_QUERY:
        return None
    query = CatalogQuery(QueryDict(string), current_index().get(), request.COOKIES.get("per_page", ""))
    place = query.albums.place_of(pk)
    if place is None:
        return None
    asked = urlsplit(query.address()).query
    before, after = query.albums[place - 1 : place] if place else [], query.albums[place + 1 : place + 2]
    return Way(
        place=place + 1,
        count=len(query.albums),
        back=query.address(page=place // query.per_page + 1),
        previous=_address(before, asked),
        next=_address(after, asked),
    )


def _followed(request: HttpRequest) -> str | None:
    """Return the query string of the list that has the link."""
    try:
        referrer = urlsplit(request.headers.get("Referer", ""))
    except ValueError:
        return None
    is_list = referrer.netloc == request.get_host() and referrer.path == list_address()
    return referrer.query if is_list else None


def _address(keys: list[int], asked: str) -> str:
    return "".join(f"{reverse('catalog:album_detail', args=[pk])}?{urlencode({'list': asked})}" for pk in keys)
