"""Reads which countries a text of the sheet names: `Montreal, Canada`, `Los Angeles, CA`, `UK / US`. Pure."""

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import chain

from rapidfuzz import process
from rapidfuzz.distance import OSA

from catalog.browse.index.places.names import (
    Country,
    abbreviations,
    called,
    countries,
    country,
    long_names,
    names,
    places,
)
from catalog.browse.index.places.tables import CONTINENTS

APART = re.compile(r"[/;|+\\→]|->")
AND = re.compile(r"&|\band\b", re.IGNORECASE)
ASIDE = re.compile(r"[(\[]([^)\]]*)[)\]]")
STEP = re.compile(r"[,:]|\s[-\u2010-\u2015]\s")
"""What stands between a city and its country."""

MOST_WORDS = 3
"""Words of a country's name at the end of a text without commas: `Auckland New Zealand`."""

LEAST_FOR_TYPO, LEAST_FOR_TWO_TYPOS = 6, 9
"""Letters that a name needs at least: shorter ones are like too many others."""


@lru_cache(maxsize=10_000)
def countries_of(text: str) -> tuple[Country, ...]:
    """Return the countries that a text names, each once; none where it names none that is known."""
    codes = chain.from_iterable(map(_codes_of, _places(text)))
    return tuple(map(country, dict.fromkeys(codes)))


def _places(text: str) -> Iterator[str]:
    """Yield the places of a text one by one: `UK / US` has two, `Port of Spain, Trinidad and Tobago` is one."""
    for part in APART.split(text):
        last = part.rpartition(",")[2]
        yield from [part] if AND.search(last) and called(last) in names() else AND.split(part)


def _codes_of(place: str) -> Sequence[str]:
    """Return the code of the country of one place, or those of several countries with commas between them."""
    steps = _steps(ASIDE.sub(" ", place))
    aside = [step for each in ASIDE.findall(place) for step in _steps(each)]
    if len(steps) > 1 and all(len(names().get(step, ())) == 1 and step in countries() for step in map(called, steps)):
        return [countries()[called(step)][0] for step in steps]
    code = _code_of(steps, aside) or _code_of(aside, steps)
    return [code] if code else []


def _steps(text: str) -> list[str]:
    """Return what stands between commas; `Korea, Republic of` is one, and `Norway-Sweden` two."""
    if called(text) in names():
        return [text]
    steps = [step for step in map(str.strip, STEP.split(text)) if step and called(step) not in CONTINENTS]
    return steps if len(steps) != 1 else _countries_joined_by_hyphens(steps[0]) or steps


def _countries_joined_by_hyphens(step: str) -> list[str]:
    parts = step.split("-")
    return parts if all(called(part) in countries() for part in parts) else []


def _code_of(steps: Sequence[str], beside: Sequence[str]) -> str | None:
    """Return the code of the last step that says a country, as cities come first; else of one that has a name."""
    for known in (names(), places(), abbreviations()):
        for step in reversed(steps):
            if meant := known.get(called(step)):
                return _likeliest(meant, [each for each in (*steps, *beside) if each != step])
    return _ending(steps[-1], beside) or _misspelled(steps[-1]) if steps else None


def _likeliest(meant: Sequence[str], others: Sequence[str]) -> str:
    """Return the code that the other steps speak for, as Toronto does in `Toronto, CA`; else the first."""
    known = {code for each in map(called, others) for code in (*names().get(each, ()), *places().get(each, ()))}
    return next((code for code in meant if code in known), meant[0])


def _ending(step: str, beside: Sequence[str]) -> str | None:
    """Return the code of the place at the end of a text without commas: `Tokyo Japan`, `Austin TX`."""
    words = step.split()
    for number in range(min(MOST_WORDS, len(words) - 1), 0, -1):
        start, end = " ".join(words[:-number]), " ".join(words[-number:])
        if called(end) in names() and (end.isupper() or len(end) > 3):
            return _code_of([start, end], beside)
    return None


def _misspelled(step: str) -> str | None:
    """Return the code of the only country that is called nearly so: `Minnasota`."""
    name = called(step)
    typos = (len(name) >= LEAST_FOR_TYPO) + (len(name) >= LEAST_FOR_TWO_TYPOS)
    if not typos:
        return None
    near = process.extract(name, long_names(), scorer=OSA.distance, score_cutoff=typos, limit=None)
    best = min((distance for _, distance, _ in near), default=0)
    codes = {code for found, distance, _ in near if distance == best for code in names()[found]}
    return codes.pop() if len(codes) == 1 else None
