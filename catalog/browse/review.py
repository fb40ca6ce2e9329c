"""The part of the rows to review that a query string asks for, with what the filters would leave."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from django.db.models import Case, Count, Expression, F, Max, Q, When
from django.db.models.expressions import OrderBy

from catalog.browse.parameters import query_string, text_of
from catalog.models import ReviewRow
from catalog.models.review import ACKNOWLEDGED, FIXED, OPEN, SKIPPED, ReviewRowQuerySet
from catalog.services.sheet.text import fold

STATES = (OPEN, ACKNOWLEDGED, FIXED, SKIPPED)
AS_IN_THE_SHEET = ("-tab", F("row").asc(nulls_first=True), "pk")  # tabs are named by years, the latest first
ASKING_FIRST = Case(When(code=ReviewRow.NO_ALBUM, then=1), default=0).asc()
ORDERS = {"sheet": AS_IN_THE_SHEET, "newest": ("-first_seen_at", *AS_IN_THE_SHEET)}


@dataclass(frozen=True)
class ReviewQuery:
    """What is asked for; anything unknown is as if it were not asked."""

    state: str = OPEN
    code: str = ""
    tab: str = ""
    text: str = ""
    sort: str = "sheet"

    @classmethod
    def of(cls, asked: Mapping[str, str]) -> "ReviewQuery":
        """Read a query string, or the same fields of a form."""
        state, sort = asked.get("show", ""), asked.get("sort", "")
        return cls(
            state=state if state in STATES else OPEN,
            code=text_of(asked, "code"),
            tab=text_of(asked, "tab"),
            text=text_of(asked),
            sort=sort if sort in ORDERS else "sheet",
        )

    @property
    def fields(self) -> dict[str, str]:
        """The query as the names and values of a form, without what is as usual."""
        said = {"show": self.state, "code": self.code, "tab": self.tab, "q": self.text, "sort": self.sort}
        usual = {"show": OPEN, "sort": "sheet"}
        return {name: value for name, value in said.items() if value and value != usual.get(name)}

    @property
    def is_narrowed(self) -> bool:
        """Whether it leaves rows out."""
        return bool(self.code or self.tab or self.text)

    def address(self, **changed: object) -> str:
        """Return the query string with some fields changed."""
        return query_string(self.fields | changed)

    @cached_property
    def rows(self) -> ReviewRowQuerySet:
        """The rows that it asks for, in their order."""
        rows = self._matching(code=self.code, tab=self.tab)
        return rows.order_by("-fixed_at", "pk") if self.state == FIXED else rows.order_by(*self._order)

    @property
    def states(self) -> Sequence[tuple[str, int, str]]:
        """Each part of the list, how many rows it has, and the query string that shows it."""
        is_open, there = Q(acknowledged_at=None), Q(fixed_at=None)
        review = there & Q(is_skipped=False)
        numbers = ReviewRow.objects.aggregate(
            open=Count("pk", filter=review & is_open),
            acknowledged=Count("pk", filter=review & ~is_open),
            fixed=Count("pk", filter=~there),
            skipped=Count("pk", filter=there & Q(is_skipped=True)),
        )
        return [(state, numbers[state], query_string({"show": state})) for state in STATES]

    @property
    def causes(self) -> Sequence[tuple[str, int]]:
        """The causes of what the other filters leave, each with its number."""
        return _counted(self._matching(tab=self.tab), "code")

    @property
    def tabs(self) -> Sequence[tuple[str, int]]:
        """The tabs of what the other filters leave, the latest first."""
        return _counted(self._matching(code=self.code), "tab")[::-1]

    @property
    def changed_at(self) -> datetime | None:
        """When the latest of its rows got what it says."""
        return self.rows.order_by().aggregate(latest=Max("changed_at"))["latest"]

    @property
    def _order(self) -> Sequence[str | OrderBy | Expression]:
        order = ORDERS[self.sort]
        return [ASKING_FIRST, *order] if self.state == SKIPPED else order

    def _matching(self, **exact: str) -> ReviewRowQuerySet:
        rows = ReviewRow.objects.get_queryset().listed_as(self.state)
        rows = rows.filter(**{name: value for name, value in exact.items() if value})
        for word in fold(self.text).split():
            rows = rows.filter(search_text__contains=word)
        return rows


def _counted(rows: ReviewRowQuerySet, name: str) -> list[tuple[str, int]]:
    return list(rows.order_by(name).values_list(name).annotate(Count("pk")))
