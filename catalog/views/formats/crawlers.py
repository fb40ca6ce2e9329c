"""What search engines are told: what there is, and what they had better leave alone."""

from collections.abc import Iterable, Mapping

from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.template.loader import render_to_string
from django.urls import reverse

from catalog.browse.index.catalogue import CatalogueIndex
from catalog.browse.index.current import current_index
from catalog.browse.query import GROUPS
from catalog.formats.names import Site
from catalog.formats.sitemaps import Entry, changed_last, entries, sections
from catalog.rendering.jinja import rendered
from catalog.views.formats.answers import conditional, site_of

FILTERS = ("q", "when", "artist", "sort", "per_page", "list", "find_genre", "find_country", *GROUPS)
"""What narrows or orders a list: all parameters but its page."""


def robots(request: HttpRequest) -> HttpResponse:
    """Say where crawlers may go."""
    context = {
        "albums": reverse("catalog:album_list"),
        "filters": FILTERS,
        "curate": reverse("catalog:curate"),
        "sync": reverse("catalog:sync_status").removesuffix("status/"),
        "login": reverse("login"),
        "admin": reverse("admin:index"),
        "sitemap": site_of(request).address(reverse("sitemap")),
    }
    return HttpResponse(render_to_string("catalog/crawlers/robots.txt", context), content_type="text/plain")


def sitemap_index(request: HttpRequest) -> HttpResponseBase:
    """List the pages of the sitemap."""
    index = current_index().get()
    return conditional(request, index, "", lambda: _index(index, site_of(request)))


def sitemap(request: HttpRequest, section: str, page: int) -> HttpResponseBase:
    """List a page of a section's addresses."""
    index = current_index().get()
    if not 1 <= page <= sections(index).get(section, 0):
        raise Http404
    return conditional(request, index, "", lambda: _page(entries(section, page, index, site_of(request))))


def _index(index: CatalogueIndex, site: Site) -> HttpResponse:
    pages = ((name, number) for name, count in sections(index).items() for number in range(1, count + 1))
    addresses = [site.address(reverse("sitemap_page", args=page)) for page in pages]
    return _xml("catalog/crawlers/sitemap_index.html", {"addresses": addresses, "changed": changed_last()})


def _page(found: Iterable[Entry]) -> HttpResponse:
    return _xml("catalog/crawlers/sitemap.html", {"entries": found})


def _xml(name: str, context: Mapping[str, object]) -> HttpResponse:
    return HttpResponse(rendered(name, context), content_type="application/xml")
