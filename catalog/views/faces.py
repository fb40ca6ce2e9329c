"""What the views have in common: an address has several faces, a page and its fragments."""

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from django.core.paginator import Page
from django.http import HttpRequest, HttpResponse
from django.utils.cache import patch_vary_headers

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


def vary_by_face(response: HttpResponse) -> None:
    """Tell caches that this address has several faces: a page, a fragment, JSON, and what a visitor may do."""
    for name in ("HX-Request", "Accept", "Cookie"):
        patch_vary_headers(response, (name,))


def page_links(page: Page, address: Callable[[int], str]) -> Iterator[tuple[str, str]]:
    """Yield the numbers of the first, the last and the nearest pages with their addresses, and gaps with none."""
    last, before = page.paginator.num_pages, 0
    for number in sorted({1, page.number - 1, page.number, page.number + 1, last}):
        if 1 <= number <= last:
            if number - before == 2:
                yield str(number - 1), address(number - 1)
            elif number - before > 2:
                yield "…", ""
            yield str(number), address(number)
            before = number
