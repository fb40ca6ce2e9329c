"""Derives Spotify ids (22 characters in base 62) from words, always the same for the same words."""

import hashlib
import string
from functools import lru_cache
from random import Random

BASE_62 = string.digits + string.ascii_letters


@lru_cache(maxsize=50_000)
def spotify_id(*words: str) -> str:
    number = int.from_bytes(hashlib.blake2b("\x1f".join(words).encode(), digest_size=16).digest(), "big")
    digits = ""
    for _ in range(22):
        number, digit = divmod(number, 62)
        digits = BASE_62[digit] + digits
    return digits


def seeded(*words: str) -> Random:
    """Return a random generator seeded by words."""
    return Random(spotify_id(*words))
