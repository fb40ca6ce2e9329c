"""Takes secrets out of whatever is written: an error of a library may quote what it was given."""

import re
from collections.abc import Iterable
from urllib.parse import urlsplit

LEAST_LENGTH = 6
"""A shorter one would be found in innocent words."""

HIDDEN = "[secret]"
NOTHING = re.compile(r"(?!)")
WITHIN_ADDRESS = re.compile(r"[/:@?&=\s]+")
LEAST_TOKEN = 12
"""Parts of an address that are so long may be tokens; the name of its host is none."""

_secrets: set[str] = set()
_pattern = NOTHING


def hide(secrets: Iterable[str], addresses: Iterable[str] = ()) -> None:
    """Hide these texts from now on, and of addresses the tokens in them, too."""
    global _pattern
    addresses = list(addresses)
    tokens = {part for address in addresses for part in _parts(address) if len(part) >= LEAST_TOKEN}
    _secrets.update(each for each in (*secrets, *addresses, *tokens) if len(each) >= LEAST_LENGTH)
    longest_first = sorted(_secrets, key=len, reverse=True)
    _pattern = re.compile("|".join(map(re.escape, longest_first))) if longest_first else NOTHING


def redacted(text: str) -> str:
    """Return a text without the secrets in it."""
    return _pattern.sub(HIDDEN, text)


def _parts(address: str) -> set[str]:
    return set(WITHIN_ADDRESS.split(address)) - {urlsplit(address).hostname or ""}
