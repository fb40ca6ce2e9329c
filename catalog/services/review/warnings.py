"""Counts what could not be imported from the sheet, or looks wrong: one warning for each kind of problem."""

from collections.abc import Iterable, Iterator

from catalog.services.facts import Fact
from catalog.services.sheet.entries import RowProblem

MOST_TABS = 10


def sheet_warnings(problems: list[RowProblem], refused: int = 0) -> list[Fact]:
    """Return a warning for each kind of problem; ``refused`` are the rows that the database refused."""
    tabs = [problem.tab for problem in problems if problem.row is None and not problem.is_doubt]
    rows = sum(problem.is_skipped_row for problem in problems) + refused
    doubtful = [problem for problem in problems if problem.is_doubt and problem.row is not None]
    errors = sum(problem.code == "cell_error" for problem in doubtful)
    doubts = len(doubtful) - errors
    warnings = [Fact("failed_tabs", {"tabs": _names(tabs)})] if tabs else []
    warnings += [Fact("failed_rows", {"rows": rows})] if rows else []
    warnings += [Fact("cell_error", {"rows": errors})] if errors else []
    warnings += _columns([problem for problem in problems if problem.is_doubt and problem.row is None])
    return warnings + ([Fact("doubtful_rows", {"cause": "rows", "rows": doubts})] if doubts else [])


def _columns(problems: list[RowProblem]) -> Iterator[Fact]:
    """Yield a warning for each column that tabs have no more, then for each that they never had."""
    vanished = [problem for problem in problems if problem.code == "vanished_column"]
    known = {(problem.tab, problem.parameters["column"]) for problem in vanished}
    missing = [problem for problem in problems if (problem.tab, problem.parameters["column"]) not in known]
    for cause, found in (("vanished", vanished), ("missing", missing)):
        for column in dict.fromkeys(str(problem.parameters["column"]) for problem in found):
            tabs = [problem.tab for problem in found if problem.parameters["column"] == column]
            yield Fact("doubtful_rows", {"cause": cause, "column": column, "tabs": _names(tabs)})


def _names(tabs: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(tabs))[:MOST_TABS]
