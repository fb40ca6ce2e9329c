"""Lists of changes, made or planned: counted by kind, filtered by kind and by words, a page at a time."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TypeVar

from django.core.paginator import Page, Paginator
from django.db.models import Count, QuerySet
from django.http import HttpRequest
from django.utils.http import urlencode

from catalog.browse.pages import page_links
from catalog.models import AlbumChange, PlannedChange
from catalog.services.sheet.text import fold

CHANGES_A_PAGE = 50
LONGEST_SEARCH = 200
KINDS: list[str] = [str(kind) for kind in AlbumChange.Kind.values]
AS_IT_IS = dict(zip(KINDS, KINDS, strict=True))
TAKEN_BACK = {str(kind): str(kind.taken_back) for kind in AlbumChange.Kind}

AnyChange = TypeVar("AnyChange", AlbumChange, PlannedChange)


@dataclass(frozen=True)
class ChangeList:
    """One page of changes, and the way to the others."""

    kinds: Sequence[tuple[str, int, str]]
    """Each kind that there is, how many changes are of it, and the query string that shows these alone."""

    all_kinds: str
    kind: str
    text: str
    page: Page
    pages: Sequence[tuple[str, str]]
    shown: Sequence[AlbumChange | PlannedChange]


def planned(request: HttpRequest, changes: QuerySet[PlannedChange]) -> ChangeList:
    """Return a page of what a sync would change."""
    changes = changes.select_related("album")
    return _listed(request, changes, "search_text", AS_IT_IS)


def made(request: HttpRequest, changes: QuerySet[AlbumChange]) -> ChangeList:
    """Return a page of what a sync changed."""
    changes = changes.select_related("album__artist").order_by("pk")
    return _listed(request, changes, "album__search_text", AS_IT_IS)


def taken_back(request: HttpRequest, changes: QuerySet[AlbumChange]) -> ChangeList:
    """Return a page of what an undo of these changes would change."""
    changes = changes.select_related("album__artist").order_by("pk")
    found = _listed(request, changes, "album__search_text", TAKEN_BACK)
    return replace(found, shown=[change.undone() for change in found.shown if isinstance(change, AlbumChange)])


def _listed(
    request: HttpRequest, changes: QuerySet[AnyChange], searched: str, kind_shown: Mapping[str, str]
) -> ChangeList:
    numbers: Counter[str] = Counter()
    for kind, number in changes.order_by().values_list("kind").annotate(Count("pk")):
        numbers[kind_shown[kind]] += number
    kind = request.GET.get("kind", "") if request.GET.get("kind") in numbers else ""
    text = request.GET.get("q", "").strip()[:LONGEST_SEARCH]
    if kind:
        changes = changes.filter(kind__in=[name for name in KINDS if kind_shown[name] == kind])
    for word in fold(text).split():
        changes = changes.filter(**{f"{searched}__contains": word})

    def address(**changed: object) -> str:
        filters = {"kind": kind, "q": text, **changed}
        return "?" + urlencode({name: value for name, value in filters.items() if value})

    page = Paginator(changes, CHANGES_A_PAGE).get_page(request.GET.get("page"))
    return ChangeList(
        kinds=[(name, numbers[name], address(kind=name)) for name in KINDS if name in numbers],
        all_kinds=address(kind=""),
        kind=kind,
        text=text,
        page=page,
        pages=list(page_links(page, lambda number: address(page=number))),
        shown=list(page),
    )
