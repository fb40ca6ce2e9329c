"""Says which row of the to-do list each problem of a sync is, however the rows were moved meanwhile. Pure."""

from collections import defaultdict, deque
from collections.abc import Callable, Collection, Hashable, Iterable, Sequence
from dataclasses import dataclass, field

from catalog.models import ReviewRow
from catalog.services.sheet.entries import RowProblem
from catalog.services.sheet.text import fold

Side = RowProblem | ReviewRow
Key = Callable[[Side], Hashable]


@dataclass
class Pairs:
    """What was known and what is new, in the order of the sheet, and what the sheet has no more."""

    known: list[tuple[ReviewRow, RowProblem]] = field(default_factory=list[tuple[ReviewRow, RowProblem]])
    new: list[RowProblem] = field(default_factory=list[RowProblem])
    gone: list[ReviewRow] = field(default_factory=list[ReviewRow])


def pair(problems: Sequence[RowProblem], rows: Iterable[ReviewRow], is_settled: Callable[[str], bool]) -> Pairs:
    """Pair problems with rows. Only what stood in a tab that is settled can have moved to another, or be gone."""
    rows = list(rows)
    live, fixed = [row for row in rows if not row.fixed_at], [row for row in rows if row.fixed_at]
    found: dict[int, ReviewRow] = {}
    for among in (live, fixed):
        _find(found, problems, among, _as_it_was)
        _find(found, problems, among, _place)
        _find(found, problems, [row for row in among if row.digest and is_settled(row.tab)], _content)
    pairs = Pairs()
    for index, problem in enumerate(problems):
        if index in found:
            pairs.known.append((found[index], problem))
        else:
            pairs.new.append(problem)
    met = {id(row) for row in found.values()}
    pairs.gone = [row for row in live if id(row) not in met and is_settled(row.tab)]
    return pairs


def _find(found: dict[int, ReviewRow], problems: Sequence[RowProblem], rows: Collection[ReviewRow], key: Key) -> None:
    """Pair what has the same key, equal ones in their order."""
    met = {id(row) for row in found.values()}
    waiting: defaultdict[Hashable, deque[ReviewRow]] = defaultdict(deque)
    for row in rows:
        if id(row) not in met:
            waiting[key(row)].append(row)
    if not waiting:
        return
    for index, problem in enumerate(problems):
        if index not in found and (same := waiting.get(key(problem))):
            found[index] = same.popleft()


def _as_it_was(side: Side) -> Hashable:
    return _place(side), side.digest


def _place(side: Side) -> Hashable:
    return side.tab, _name(side)


def _content(side: Side) -> Hashable:
    return _name(side), side.digest


def _name(side: Side) -> Hashable:
    return side.code, side.parameters.get("column"), fold(side.artist), fold(side.album)
