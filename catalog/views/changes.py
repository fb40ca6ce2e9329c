"""Lists of changes, made or planned: counted and grouped by kind and tab, filtered, a page at a time."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from typing import TypeVar

from django.core.paginator import Page, Paginator
from django.db.models import Case, Count, IntegerField, QuerySet, Value, When
from django.http import HttpRequest

from catalog.browse.changes.filters import FIELDS, ChangeFilters
from catalog.browse.pages import page_links
from catalog.models import AlbumChange, PlannedChange

CHANGES_A_PAGE = 50
KINDS: list[str] = [str(kind) for kind in AlbumChange.Kind.values]
AS_IT_IS = dict(zip(KINDS, KINDS, strict=True))
TAKEN_BACK = {str(kind): str(kind.taken_back) for kind in AlbumChange.Kind}

AnyChange = TypeVar("AnyChange", AlbumChange, PlannedChange)
Choice = tuple[str, int, str]
"""A value to filter by, how many changes have it, and the query string that shows these alone."""


@dataclass(frozen=True)
class ChangeGroup:
    """Neighbours on a page that share kind and tab."""

    kind: str
    tab: str
    changes: Sequence[AlbumChange | PlannedChange]


@dataclass(frozen=True)
class ChangeList:
    """One page of changes, and the way to the others."""

    kinds: Sequence[Choice]
    tabs: Sequence[Choice]
    all_kinds: str
    all_tabs: str
    filters: ChangeFilters
    page: Page
    pages: Sequence[tuple[str, str]]
    shown: Sequence[AlbumChange | PlannedChange]
    fields: Sequence[str] = tuple(FIELDS)

    @property
    def total(self) -> int:
        """How many changes there are without any filter."""
        return sum(number for _, number, _ in self.kinds)

    @property
    def groups(self) -> Iterator[ChangeGroup]:
        """The page's changes by kind and tab."""
        for (kind, tab), changes in groupby(self.shown, lambda change: (str(change.kind), change.tab)):
            yield ChangeGroup(kind, tab, list(changes))


def planned(request: HttpRequest, changes: QuerySet[PlannedChange]) -> ChangeList:
    """Return a page of what a sync would change."""
    return _listed(request, changes, "search_text", AS_IT_IS)


def made(request: HttpRequest, changes: QuerySet[AlbumChange]) -> ChangeList:
    """Return a page of what a sync changed."""
    return _listed(request, changes, "album__search_text", AS_IT_IS)


def taken_back(request: HttpRequest, changes: QuerySet[AlbumChange]) -> ChangeList:
    """Return a page of what an undo of these changes would change."""
    found = _listed(request, changes, "album__search_text", TAKEN_BACK)
    return replace(found, shown=[change.undone() for change in found.shown if isinstance(change, AlbumChange)])


def _listed(
    request: HttpRequest, changes: QuerySet[AnyChange], searched: str, kind_shown: Mapping[str, str]
) -> ChangeList:
    counted = [
        (kind_shown[kind], tab, number)
        for kind, tab, number in changes.order_by().values_list("kind", "tab").annotate(Count("pk"))
    ]
    kinds = {name: sum(number for kind, _, number in counted if kind == name) for name in KINDS}
    tabs = {name: sum(number for _, tab, number in counted if tab == name) for name in _newest_first(counted)}
    filters = ChangeFilters.read(request.GET, {name for name in KINDS if kinds[name]}, tabs)
    stored_kinds = [name for name in KINDS if kind_shown[name] == filters.kind]
    found = filters.applied(changes, searched, stored_kinds).select_related("album__artist", "album__spotify")
    found = found.defer("album__spotify__tracks").order_by(_place_of_kind(kind_shown), "-tab", "pk")
    paginator = Paginator(found, CHANGES_A_PAGE)
    if not (filters.field or filters.text):
        fitting = (number for kind, tab, number in counted if filters.kind in ("", kind) and filters.tab in ("", tab))
        paginator.count = sum(fitting)  # pyright: ignore[reportAttributeAccessIssue] - else it would count again
    page = paginator.get_page(request.GET.get("page"))
    return ChangeList(
        kinds=[(name, kinds[name], filters.address(kind=name)) for name in KINDS if kinds[name]],
        tabs=[(name, number, filters.address(tab=name)) for name, number in tabs.items()],
        all_kinds=filters.address(kind=""),
        all_tabs=filters.address(tab=""),
        filters=filters,
        page=page,
        pages=list(page_links(page, lambda number: filters.address(page=number))),
        shown=list(page),
    )


def _newest_first(counted: Iterable[tuple[str, str, int]]) -> list[str]:
    return sorted({tab for _, tab, _ in counted}, reverse=True)


def _place_of_kind(kind_shown: Mapping[str, str]) -> Case:
    places = (When(kind=name, then=Value(KINDS.index(kind_shown[name]))) for name in KINDS)
    return Case(*places, output_field=IntegerField())
