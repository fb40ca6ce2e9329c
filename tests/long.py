"""What the short run leaves to the long one, `--all`: the short run keeps at least one example of everything."""

import os
from collections.abc import Collection, Iterable
from typing import Any, cast

import pytest
from _pytest.mark import ParameterSet

IS_LONG = bool(os.environ.get("ALL_TESTS"))
"""Set by tests/plugin.py from the option, for what is decided when a module is imported."""


def amount(name: str, few: int, many: int) -> int:
    """Return how often something random is tried: as the environment says, or as the run is short or long.

    Chance leads to the same places on both databases, so the slower one is asked for a third.
    """
    on_postgresql = os.environ.get("DATABASE_URL", "").startswith("postgres")
    usual = (max(2, many // 3) if on_postgresql else many) if IS_LONG else few
    return int(os.environ.get(name, usual))


def short(chosen: Collection[Any], cases: Iterable[Any]) -> list[Any]:
    """Return the parameters of all cases, of which those that are not chosen run with --all only."""
    return [_marked(case, long_if(not _is(case, chosen))) for case in cases]


def postgresql(chosen: Collection[Any], cases: Iterable[Any]) -> list[Any]:
    """Return the parameters of all cases, of which those that are chosen run on PostgreSQL too."""
    return [_marked(case, [pytest.mark.postgresql] if _is(case, chosen) else []) for case in cases]


def long_if(condition: bool) -> list[pytest.MarkDecorator]:
    """Return the marks of a case that is for the long run on a condition."""
    return [pytest.mark.long] if condition else []


def _marked(case: Any, marks: list[pytest.MarkDecorator]) -> Any:
    return pytest.param(*_values(case), marks=[*getattr(case, "marks", ()), *marks])


def _values(case: Any) -> tuple[Any, ...]:
    if isinstance(case, ParameterSet):
        return tuple(case.values)
    return cast("tuple[Any, ...]", case) if isinstance(case, tuple) else (case,)


def _is(case: Any, chosen: Collection[Any]) -> bool:
    """Whether a case is chosen, by itself or by its first value."""
    return case in chosen or _values(case)[0] in chosen
