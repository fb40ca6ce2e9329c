"""Words what a sync could not take in from the sheet, or took in with a doubt: one sentence a kind, code first."""

from collections import Counter

from catalog.services.sheet.entries import RowProblem

CODES = ("failed_tabs:", "failed_rows:", "doubtful_rows:")


def sheet_warnings(problems: list[RowProblem], refused: int = 0) -> list[str]:
    """Return a sentence for each kind of problem, with its code in front."""
    rows = sum(problem.row is not None and not problem.is_doubt for problem in problems) + refused
    tabs = Counter(problem.tab for problem in problems if problem.row is None and not problem.is_doubt)
    doubts = sum(problem.is_doubt and problem.row is not None for problem in problems)
    columns = [problem for problem in problems if problem.is_doubt and problem.row is None]
    warnings: list[str] = []
    if tabs:
        names = ", ".join(list(tabs)[:10])
        warnings.append(f"failed_tabs: Not read, and its albums kept: {names}. Restore the tab or its header row.")
    if rows:
        warnings.append(f"failed_rows: Not taken in: {_rows(rows)}. Correct each as the list says.")
    if columns:
        names = ", ".join(dict.fromkeys(problem.tab for problem in columns[:10]))
        warnings.append(
            f"doubtful_rows: A column of {names} is missing or empty; albums keep what they had. Restore it."
        )
    if doubts:
        warnings.append(f"doubtful_rows: Taken in as written, but worth a look: {_rows(doubts)}. See the list.")
    return warnings


def _rows(count: int) -> str:
    return "1 row" if count == 1 else f"{count:,} rows"
