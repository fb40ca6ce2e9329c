"""Which representation of an address a request wants, and how caches may keep the answer."""

from typing import TYPE_CHECKING

from django.http import HttpRequest, HttpResponse
from django.utils.cache import patch_cache_control, patch_vary_headers

from catalog.browse.parameters import number_of

if TYPE_CHECKING:
    from django_htmx.middleware import HtmxDetails

    class HtmxRequest(HttpRequest):
        """A request that HtmxMiddleware has seen."""

        htmx: HtmxDetails
else:
    HtmxRequest = HttpRequest


def wants_fragment(request: HtmxRequest) -> bool:
    """Whether only the part that changes is asked for; a page that the browser walks back to is wanted whole."""
    return bool(request.htmx) and not request.htmx.history_restore_request


def vary_by_representation(response: HttpResponse) -> None:
    """Tell caches that this address has several faces: a page, a fragment, JSON, and what a visitor may do."""
    for name in ("HX-Request", "Accept", "Cookie"):
        patch_vary_headers(response, (name,))


def wants_json(request: HttpRequest) -> bool:
    """Whether the request prefers JSON to HTML."""
    return request.get_preferred_type(["text/html", "application/json"]) == "application/json"


def number(text: str) -> int:
    """Return the key that a field names, 0 where it names none."""
    return number_of(text) or 0


def is_yes(text: str) -> bool:
    """Whether a field says yes."""
    return text.strip().lower() in {"1", "true", "yes", "on"}


def live(response: HttpResponse) -> HttpResponse:
    """Mark an answer as true at this moment only."""
    patch_cache_control(response, no_store=True)
    vary_by_representation(response)
    return response
