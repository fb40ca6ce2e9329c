"""What the short run leaves to the long one, `--all`: the short run keeps at least one example of everything."""

import os
from collections.abc import Iterable
from typing import Any

import pytest

IS_LONG = bool(os.environ.get("ALL_TESTS"))
"""Set by tests/plugin.py from the option, for what is decided when a module is imported."""


def amount(name: str, few: int, many: int) -> int:
    """Return how often something random is tried: as the environment says, or as the run is short or long."""
    return int(os.environ.get(name, many if IS_LONG else few))


def after(short: int, cases: Iterable[Any]) -> list[Any]:
    """Return parameters, of which those after the first few are for the long run."""
    return [case if place < short else _long(case) for place, case in enumerate(cases)]


def besides(short: Iterable[str], cases: Iterable[str]) -> list[Any]:
    """Return named parameters, of which only some are for the short run."""
    kept = set(short)
    return [case if case in kept else _long(case) for case in cases]


def _long(case: Any) -> Any:
    return pytest.param(*(case if isinstance(case, tuple) else (case,)), marks=pytest.mark.long)
