"""Which changes of a list are wanted: by kind, tab, field and words, as the query string says."""

from collections.abc import Container, Sequence
from dataclasses import dataclass
from typing import TypeVar

from django.db.models import Model, QuerySet
from django.http import QueryDict

from catalog.browse.changes.fields import LINKS
from catalog.browse.parameters import query_string, text_of
from catalog.services.sheet.text import fold

FIELDS: dict[str, Sequence[str]] = {
    "artist": ("artist",), "title": ("title",), "release_date": ("release_date", "release_text"),
    "genres": ("genres", "genre_text"), "vocal_style": ("vocal_style", "vocal_text"), "country": ("country",),
    "format": ("format",), "links": tuple(LINKS), "tab": ("tab", "scene"), "is_debut": ("is_debut",),
    "is_reissue": ("is_reissue",),
}  # fmt: skip
"""What people filter by, and the fields of the log that it means."""

AnyModel = TypeVar("AnyModel", bound=Model)


@dataclass(frozen=True)
class ChangeFilters:
    """What is wanted; empty where anything is."""

    kind: str = ""
    tab: str = ""
    field: str = ""
    text: str = ""

    @classmethod
    def read(cls, query: QueryDict, kinds: Container[str], tabs: Container[str]) -> "ChangeFilters":
        """Return what a query string asks for; what the list hasn't got is ignored."""
        kind, tab, field = (query.get(name, "") for name in ("kind", "tab", "field"))
        return cls(
            kind=kind if kind in kinds else "",
            tab=tab if tab in tabs else "",
            field=field if field in FIELDS else "",
            text=text_of(query),
        )

    @property
    def are_set(self) -> bool:
        """Whether anything is filtered out."""
        return bool(self.kind or self.tab or self.field or self.text)

    def applied(self, changes: QuerySet[AnyModel], searched: str, kinds: Sequence[str]) -> QuerySet[AnyModel]:
        """Return the changes that fit; ``kinds`` are those that are shown as the kind that is wanted."""
        if self.kind:
            changes = changes.filter(kind__in=kinds)
        if self.tab:
            changes = changes.filter(tab=self.tab)
        if self.field:
            changes = changes.filter(fields__has_any_keys=list(FIELDS[self.field]))
        for word in fold(self.text).split():
            changes = changes.filter(**{f"{searched}__contains": word})
        return changes

    def address(self, **changed: object) -> str:
        """Return the query string of the same list with another filter, or of another page of it."""
        return query_string({"kind": self.kind, "tab": self.tab, "field": self.field, "q": self.text, **changed})
