"""Which countries a text of the sheet names: `Montreal, Canada`, `Los Angeles, CA`, `UK / US`. Pure."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Any, cast

import pycountry
from django.utils.text import slugify

from catalog.services.sheet.text import fold

LABELS = {
    "BN": "Brunei", "BO": "Bolivia", "CD": "DR Congo", "CG": "Congo", "CI": "Ivory Coast", "FK": "Falkland Islands",
    "FM": "Micronesia", "GB": "United Kingdom", "IR": "Iran", "KP": "North Korea", "KR": "South Korea", "LA": "Laos",
    "MD": "Moldova", "NL": "Netherlands", "PS": "Palestine", "RU": "Russia", "SY": "Syria", "TR": "Turkey",
    "TW": "Taiwan", "TZ": "Tanzania", "US": "United States", "VA": "Vatican City", "VE": "Venezuela", "VN": "Vietnam",
}  # fmt: skip
"""Short names, where the standard has long ones."""

OTHER_NAMES = {
    "US": ("USA", "US", "America", "United States of America"),
    "GB": ("UK", "Great Britain", "Britain", "England", "Scotland", "Wales", "Northern Ireland"),
    "AE": ("UAE",), "BA": ("Bosnia",), "CZ": ("Czech Republic",), "MK": ("Macedonia",),
    "NL": ("Holland", "The Netherlands"),
    "TR": ("Türkiye",), "CD": ("Congo-Kinshasa",), "KR": ("Korea",), "CI": ("Côte d'Ivoire",), "SZ": ("Swaziland",),
    "CV": ("Cape Verde",), "MM": ("Burma",), "RU": ("Russian Federation",), "FO": ("Faroe Isles",),
}  # fmt: skip

WITH_STATES = ("US", "CA", "AU")
"""Countries whose states the sheet writes instead of their names: `Austin, TX`. The first wins: CA is California."""

SEVERAL = re.compile(r"[/&;|]|\band\b", re.IGNORECASE)


@dataclass(frozen=True)
class Country:
    """A country as pages name it, and what else people call it."""

    slug: str
    label: str
    names: Sequence[str]


@lru_cache(maxsize=10_000)
def countries_of(text: str) -> tuple[Country, ...]:
    """Return the countries that a text names, each once; none where it names none that is known."""
    whole = _country_of(text)
    found = [whole] if whole else [_country_of(part) for part in SEVERAL.split(text)]
    return tuple(dict.fromkeys(_country(code) for code in found if code))


def _country_of(text: str) -> str | None:
    """Return the code of the country of one place: the last part that names one, as cities come first."""
    parts = [fold(re.sub(r"\(.*?\)", "", part)) for part in text.split(",")]
    return next((code for part in reversed(parts) if (code := _codes().get(part))), None)


@cache
def _codes() -> dict[str, str]:
    """Return codes by folded names; names of countries win over those of states."""
    found: dict[str, str] = {}
    for code in reversed(WITH_STATES):
        states = cast("Iterable[Any]", pycountry.subdivisions.get(country_code=code))  # pyright: ignore[reportUnknownMemberType]
        for state in states:
            found |= {fold(state.name): code, fold(state.code.split("-")[1]): code}
    return found | {fold(name): country.alpha_2 for country in pycountry.countries for name in _names(country.alpha_2)}


@cache
def _country(code: str) -> Country:
    names = tuple(_names(code))
    return Country(slugify(names[0]), names[0], names)


def _names(code: str) -> Iterator[str]:
    """Yield what a country is called, its label first."""
    known = cast("Any", pycountry.countries.get(alpha_2=code))
    said: Iterable[str | None] = (LABELS.get(code), getattr(known, "common_name", None), known.name)
    yield from dict.fromkeys(filter(None, (*said, *OTHER_NAMES.get(code, ()))))
