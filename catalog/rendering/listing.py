"""Renders the list of albums: its filters, its results, or only what a click changes in it."""

import json
from functools import lru_cache

from django.core.paginator import Page, Paginator
from django.utils.safestring import SafeString, mark_safe

from catalog.browse.facets import Facet, Facets
from catalog.browse.index.catalogue import CatalogueIndex
from catalog.browse.pages import page_links
from catalog.browse.query import PER_PAGE, CatalogQuery
from catalog.models import AlbumChange
from catalog.rendering.choices import render_choices
from catalog.rendering.jinja import rendered
from catalog.rendering.shelves import render_shelves
from catalog.rendering.tiles import tiles_of
from catalog.services.sync.snapshot import current_snapshot


def render_filters(query: CatalogQuery, index: CatalogueIndex) -> SafeString:
    """Return the filters beside a list, whatever its order and page."""
    facets = Facets(query, index)
    shown = [_facet(facet, facets, query) for facet in facets.all]
    return rendered("catalog/list/filters.html", {"facets": shown, "count": len(query.albums)})


def render_results(query: CatalogQuery, index: CatalogueIndex, *, is_behind: bool = False) -> SafeString:
    """Return one page of a list, which asks for itself again where the index is behind."""
    return rendered("catalog/list/results.html", _results(query, index) | {"is_behind": is_behind})


def render_title(query: CatalogQuery) -> SafeString:
    """Return the title of a list, in one line."""
    title = rendered("catalog/list/title.html", {"query": query, "number": _page(query).number})
    return mark_safe(" ".join(title.split()))  # noqa: S308


def first_cover(query: CatalogQuery) -> str:
    """Return the address of the first cover on a page of a list, if any of its albums has one."""
    page = _page(query)
    return next((tile.cover for tile in tiles_of(list(page.object_list)) if tile.cover), "")


def render_fragment(
    query: CatalogQuery, index: CatalogueIndex, asked_by: str, *, is_behind: bool = False
) -> SafeString:
    """Return the results, with the counts of the filters that stay; ``asked_by`` is the id of what asked."""
    told = {"counts": Facets(query, index).counts(), "chosen": query.ticked}
    counts = json.dumps(told, separators=(",", ":"))
    return rendered(
        "catalog/list/fragment.html",
        {
            **_results(query, index),
            "is_behind": is_behind,
            "title": render_title(query),
            "counts": counts,
            "asked_by": asked_by,
            "text": query.text,
        },
    )


def _results(query: CatalogQuery, index: CatalogueIndex) -> dict[str, object]:
    page = _page(query)
    return {
        "query": query,
        "page": page,
        "count": page.paginator.count,
        "shelves": render_shelves(list(page.object_list), added_by_last_sync(index), query),
        "total": len(index),
        "pages": list(page_links(page, query.address)),
        "address": query.address(page.number),
        "per_page_choices": PER_PAGE,
    }


def _page(query: CatalogQuery) -> Page:
    return Paginator(query.albums, query.per_page).get_page(query.page)


def _facet(facet: Facet, facets: Facets, query: CatalogQuery) -> dict[str, object]:
    finding = query.finding(facet.name)
    found = render_choices(facet.name, facets.find(facet.name, finding)) if finding else ""
    choices = render_choices(facet.name, facet.choices)
    return {"name": facet.name, "rendered": choices, "more": facet.more, "finding": finding, "found": found}


def added_by_last_sync(index: CatalogueIndex) -> frozenset[int]:
    """Return which albums are new; after a first import, where all would be, none is."""
    status = current_snapshot().get()
    is_told = status.last_sync_id is not None and 0 < status.added_by_last_sync <= len(index) / 2
    return _created_by(status.last_sync_id, status.added_by_last_sync, index.version) if is_told else frozenset()


@lru_cache(maxsize=2)
def _created_by(sync: int | None, _number: int, _version: int) -> frozenset[int]:
    created = AlbumChange.objects.filter(operation=sync, kind=AlbumChange.Kind.CREATED)
    return frozenset(created.values_list("album_id", flat=True))
