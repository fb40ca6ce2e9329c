"""What countries, their states, cities and regions are called: tables of folded names, made once. Pure."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import chain
from typing import Any, cast

import pycountry
from django.utils.text import slugify

from catalog.browse.index.places.tables import ALSO_WRITTEN, LABELS, OTHER_NAMES, PLACES, WITH_STATES
from catalog.services.sheet.text import fold

SHORTEST_REGION = 4
"""Letters of a region's name at least: shorter ones, as of Laos, are words of other languages."""

Codes = Mapping[str, Sequence[str]]
"""The codes of the countries that a folded name may mean, the likeliest first."""


def called(name: str) -> str:
    """Return what names are compared by."""
    return fold(name.replace("-", " "))


@dataclass(frozen=True)
class Country:
    """A country as pages name it, and what else people call it."""

    slug: str
    label: str
    names: Sequence[str]


@cache
def country(code: str) -> Country:
    """Return the country with a code of two letters."""
    known = _standard(code)
    said = (LABELS.get(code), getattr(known, "common_name", None), getattr(known, "name", None))
    names = tuple(dict.fromkeys(filter(None, (*said, *OTHER_NAMES.get(code, ())))))
    return Country(slugify(names[0]), names[0], names)


@cache
def countries() -> Codes:
    """Return the codes of countries by all their names."""
    codes = [*(each.alpha_2 for each in pycountry.countries), *(code for code in LABELS if not _standard(code))]
    return _by_name((name, code) for code in codes for name in _written(code))


@cache
def names() -> Codes:
    """Return codes by the names of countries, and by those of states, whose codes may be countries' too."""
    states = _by_name((name, code) for code in WITH_STATES for name in chain.from_iterable(_states(code)))
    short = {called(each.alpha_2): each.alpha_2 for each in pycountry.countries}
    found = dict(countries())
    for name, codes in states.items():
        found[name] = tuple(dict.fromkeys((*found.get(name, ()), *codes, *filter(None, [short.get(name)]))))
    return found


@cache
def long_names() -> Sequence[str]:
    """Return the names of countries and states that are no abbreviations."""
    states = chain.from_iterable(map(_states, WITH_STATES))
    return [*countries(), *dict.fromkeys(called(name) for name, _ in states)]


@cache
def places() -> Codes:
    """Return codes by the names of regions that only one country has, and of known cities."""
    regions = _by_name((name, part.country_code) for part in _parts() for name in _names_of(part.name))
    unique = {name: codes for name, codes in regions.items() if len(codes) == 1 and len(name) >= SHORTEST_REGION}
    return unique | _by_name((name, code) for code, said in PLACES.items() for name in said.split(","))


@cache
def abbreviations() -> Codes:
    """Return codes by the codes of countries, of two and three letters."""
    return _by_name((name, each.alpha_2) for each in pycountry.countries for name in (each.alpha_2, each.alpha_3))


def _by_name(pairs: Iterable[tuple[str, str]]) -> dict[str, tuple[str, ...]]:
    found: dict[str, dict[str, None]] = {}
    for name, code in pairs:
        found.setdefault(called(name), {})[code] = None
    return {name: tuple(codes) for name, codes in found.items()}


def _written(code: str) -> Iterator[str]:
    yield from country(code).names
    yield from filter(None, [getattr(_standard(code), "official_name", None)])
    yield from ALSO_WRITTEN.get(code, "").split(",") if code in ALSO_WRITTEN else ()


def _states(code: str) -> Iterator[tuple[str, str]]:
    """Yield the name and the abbreviation of each state, but for those that the standard has as countries too."""
    for state in _parts(code):
        short = state.code.split("-")[1]
        if countries().get(called(state.name)) != (short,):
            yield state.name, short


def _names_of(name: str) -> list[str]:
    """Return the names of a region that the standard writes as one: `Navarra / Nafarroa`, `Kent [county]`."""
    return [each.partition("[")[0].partition(",")[0] for each in name.split("/")]


def _parts(code: str | None = None) -> Iterable[Any]:
    known: Any = pycountry.subdivisions
    return cast("Iterable[Any]", known.get(country_code=code) if code else known)


def _standard(code: str) -> object:
    return cast("object", pycountry.countries.get(alpha_2=code))
