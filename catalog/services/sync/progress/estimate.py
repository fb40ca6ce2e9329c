"""How long a sync may still take at least and at most, and what of it can be told to people. Pure."""

from collections.abc import Iterable, Mapping

Range = tuple[float, float]

TOLD_WITHIN_SECONDS, TOLD_WITHIN_SHARE = 4.0, 0.25
"""How far off an estimate may be so that people are told: by so many seconds, or by such a share of it."""

MOST_RISE = 1.25
"""How much more than before may be told at once; half a second later it may be more again. Rounded, it is no jump."""

READING: Range = (1.0, 20.0)
EACH_ALBUM: Range = (0.0002, 0.0025)
"""Where no earlier sync tells: seconds on fast and on slow machines."""

APPLYING: Range = (0.0, 40.0)
"""Seconds for one edited row or for all: before the sheet is compared, nobody knows which."""

RUNS_THAT_TELL = 2
ROOM = 0.15
"""How much shorter or longer than any run before the next one may be."""

SHARE_THAT_TELLS, PACE = 0.2, 0.2
"""From which share of the pieces on a step's own pace tells, and how much it changes after that."""


def usual_ranges(earlier: Iterable[Mapping[str, float]], enrich_seconds: float) -> dict[str, Range]:
    """Return how long each step, and each album, took at least and at most in earlier syncs."""
    runs = list(earlier)
    guesses = {"reading": READING, "each_album": EACH_ALBUM}
    learned = {name: _range([run[name] for run in runs if name in run], guess) for name, guess in guesses.items()}
    # Whatever it did before, Spotify may refuse at once, or take all the time it is given.
    return learned | {"applying": APPLYING, "enriching": (0.0, enrich_seconds)}


def _range(seconds: list[float], guess: Range) -> Range:
    if len(seconds) < RUNS_THAT_TELL:
        return guess
    return min(seconds) * (1 - ROOM), max(seconds) * (1 + ROOM)


def by_pace(left: float, waits: float) -> Range:
    """Return what is left of a step at its own pace; it may have to wait again as often as it has."""
    return left * (1 - PACE), left * (1 + PACE) + waits


def remainder(usual: Range, elapsed: float) -> Range:
    """Return what is left of a step whose pace isn't known yet. Once it is late, it may take as long again."""
    low, high = usual
    return max(0.0, low - elapsed), max(high - elapsed, elapsed - high, 0.0)


def told(low: float, high: float, before: float | None) -> float | None:
    """Return the seconds to tell people, or None where nobody can know. It rises by little at a time."""
    middle = (low + high) / 2
    if high - middle > max(TOLD_WITHIN_SECONDS, TOLD_WITHIN_SHARE * low):
        return None
    return middle if before is None else min(middle, max(before, 1.0) * MOST_RISE)


def rounded(seconds: float) -> int:
    """Return seconds as people say them: 4, 15, a minute, 90, two minutes."""
    if seconds < 10:
        return max(2, round(seconds))
    if seconds < 57.5:
        return 5 * round(seconds / 5)
    return 60 if seconds < 75 else 90 if seconds < 105 else 60 * round(seconds / 60)
