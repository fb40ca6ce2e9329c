"""What the query strings of all lists have in common: words to look for, and the address of the same list."""

from collections.abc import Mapping, Sequence
from functools import cache

from django.urls import get_script_prefix, reverse
from django.utils.http import urlencode

LONGEST_TEXT = 200
LONGEST_KEY = 18
"""Digits of a number that every database can hold."""
LARGEST_KEY = 10**LONGEST_KEY - 1


def text_of(query: Mapping[str, str], name: str = "q") -> str:
    """Return what somebody typed, bounded, without the character that PostgreSQL refuses."""
    return query.get(name, "").replace("\0", "").strip()[:LONGEST_TEXT]


def number_of(text: str, digits: int = LONGEST_KEY) -> int | None:
    """Return a number of so many digits at most, those of ASCII: others have digits too, which `int` would read."""
    return int(text) if text.isascii() and text.isdecimal() and len(text) <= digits else None


def query_string(fields: Mapping[str, object]) -> str:
    """Return the query string of the fields that say something."""
    return "?" + urlencode({name: value for name, value in fields.items() if value})


def list_address(pairs: Sequence[tuple[str, str]] = ()) -> str:
    """Return the address of a list of albums: a page has dozens, so they are made from one."""
    path = _of_all_albums(get_script_prefix())
    return f"{path}?{urlencode(pairs)}" if pairs else path


@cache
def _of_all_albums(_prefix: str) -> str:
    return reverse("catalog:album_list")


def address_of(view: str, pk: int) -> str:
    """Return the address that a view has for a number, which ends with it: lists have hundreds, made from one."""
    return f"{_of_any(view, get_script_prefix())}{pk}/"


@cache
def _of_any(view: str, _prefix: str) -> str:
    return reverse(view, args=[0]).removesuffix("0/")
