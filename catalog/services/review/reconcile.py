"""Keeps the to-do list of the sheet's rows: compares it with what a sync found, and writes down what changed."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import cached_property

from django.db.models.functions import Now

from catalog.models import ReviewRow, SyncOperation
from catalog.services.albums.changes import in_chunks
from catalog.services.clock import Clock
from catalog.services.facts import Fact, bounded
from catalog.services.review.pairing import Pairs, pair
from catalog.services.review.warnings import sheet_warnings
from catalog.services.sheet.entries import RowProblem
from catalog.services.sheet.rows import SheetContents
from catalog.services.sheet.text import fold

MOST_LISTED = 5000
"""Rows that are on the list at once, and that are kept as fixed; a hostile sheet may have more."""

KEPT_DAYS = 90
"""How long a fixed row is listed as such."""

SAID = ("tab", "row", "artist", "album", "parameters", "search_text", "digest")
"""What a row says of itself, and may say otherwise in each sync."""

OPEN = {"acknowledged_at": None, "acknowledged_by": "", "fixed_at": None, "changed_at": Now()}
"""What makes a row open again."""


@dataclass(frozen=True)
class SheetReview:
    """What one sync found in the sheet, beside what was known when it looked."""

    contents: SheetContents
    problems: Sequence[RowProblem]
    tab_pattern: str = ""

    @cached_property
    def skipped_rows(self) -> int:
        """How many rows are left out that should not be."""
        return sum(problem.is_skipped_row for problem in self.problems)

    @cached_property
    def news(self) -> list[RowProblem]:
        """What this sync is the first to meet: new rows, and rows that changed after they were off the list."""
        back = [problem for row, problem in self._pairs.known if _comes_back(row, problem)]
        return [problem for problem in (*self._pairs.new, *back) if not _is_announced(problem)]

    def warnings(self, refused: int = 0) -> list[Fact]:
        """Return what to warn of: what is new, and what is left out until somebody fixes or acknowledges it.

        ``refused`` are the rows that the database refused.
        """
        failing = [
            problem
            for row, problem in self._pairs.known
            if not (problem.is_doubt or _is_announced(problem) or row.acknowledged_at or _comes_back(row, problem))
        ]
        return sheet_warnings([*self.news, *failing], refused)

    def save(self, operation: SyncOperation, refused: Sequence[RowProblem]) -> None:
        """Write the list anew, in the transaction that commits the sheet."""
        pairs = self._paired([*self._found, *refused]) if refused else self._pairs
        there = [row for row, _ in pairs.known]
        ReviewRow.objects.bulk_create(
            [_listed(problem, operation) for problem in pairs.new[: max(0, MOST_LISTED - len(there))]], batch_size=500
        )
        # An edited row is open even if somebody has acknowledged it since it was read: they saw the other cells.
        _change([row for row, problem in pairs.known if row.fixed_at or _is_edited(row, problem)], **OPEN)
        _change(pairs.gone, fixed_at=Now())
        _say_anew(pairs)
        _forget_what_was_fixed_long_ago()

    @cached_property
    def _found(self) -> list[RowProblem]:
        return [*self.problems, *self.contents.without_album]

    @cached_property
    def _pairs(self) -> Pairs:
        return self._paired(self._found)

    def _paired(self, problems: Sequence[RowProblem]) -> Pairs:
        return pair(problems, self._rows, self._is_settled)

    @cached_property
    def _rows(self) -> list[ReviewRow]:
        return list(ReviewRow.objects.all())

    @cached_property
    def _unread(self) -> set[str]:
        """The tabs that are in the sheet, or were missed, and of which nothing is known now."""
        failed = {problem.tab for problem in self.problems if problem.code == "failed_tab"}
        return failed | set(self.contents.tabs_present) - set(self.contents.tabs_read)

    def _is_settled(self, tab: str) -> bool:
        """Whether it is known what a tab says: it was read, or it is gone and nobody misses it."""
        return tab not in self._unread and bool(re.search(self.tab_pattern, tab))


def known_warnings() -> list[Fact]:
    """Return what to warn of where the sheet is the one that was read last."""
    failing = ReviewRow.objects.failing()
    return sheet_warnings([RowProblem(row.code, row.tab, row.row, parameters=row.parameters) for row in failing])


def _is_announced(problem: RowProblem) -> bool:
    return problem.code == ReviewRow.NO_ALBUM


def _is_edited(row: ReviewRow, problem: RowProblem) -> bool:
    """Whether its cells are others; what an earlier version stored had no digest."""
    return bool(row.digest) and row.digest != problem.digest


def _comes_back(row: ReviewRow, problem: RowProblem) -> bool:
    return bool(row.fixed_at) or (bool(row.acknowledged_at) and _is_edited(row, problem))


def _listed(problem: RowProblem, operation: SyncOperation) -> ReviewRow:
    is_skipped = not problem.is_doubt
    return ReviewRow(code=problem.code, is_skipped=is_skipped, first_seen_in=operation, **_said(problem))


def _said(problem: RowProblem) -> dict[str, object]:
    return {
        "tab": problem.tab,
        "row": problem.row,
        "artist": problem.artist,
        "album": problem.album,
        "parameters": bounded(problem.parameters),
        "search_text": f"{fold(problem.artist)} {fold(problem.album)}",
        "digest": problem.digest,
    }


def _change(rows: Sequence[ReviewRow], **values: object) -> None:
    for some in in_chunks(rows):
        ReviewRow.objects.filter(pk__in=[row.pk for row in some]).update(**values)


def _say_anew(pairs: Pairs) -> None:
    """Store where known rows stand now and what they say, and leave alone what staff may change at this moment."""
    other: list[ReviewRow] = []
    for row, problem in pairs.known:
        said = _said(problem)
        if any(getattr(row, name) != value for name, value in said.items()):
            for name, value in said.items():
                setattr(row, name, value)
            other.append(row)
    ReviewRow.objects.bulk_create(
        other, batch_size=500, update_conflicts=True, unique_fields=["id"], update_fields=list(SAID)
    )


def _forget_what_was_fixed_long_ago() -> None:
    fixed = ReviewRow.objects.exclude(fixed_at=None)
    fixed.filter(fixed_at__lt=Clock().now() - timedelta(days=KEPT_DAYS)).delete()
    if beyond := fixed.order_by("-fixed_at").values_list("fixed_at", flat=True)[MOST_LISTED : MOST_LISTED + 1]:
        fixed.filter(fixed_at__lte=beyond[0]).delete()
