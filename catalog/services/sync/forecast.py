"""Foretells how long a sync will still take, by its own pace and by how long earlier ones took. Pure."""

from collections.abc import Iterable, Mapping
from math import exp
from statistics import median

FIRST_TIME = {"fetching": 2.0, "reading": 3.5, "applying": 8.0, "each_album": 0.0005}
"""Seconds that the steps take where there is no earlier sync: the whole sheet into an empty catalogue."""

ALBUMS_THAT_TELL = 250
"""Albums from which on their number, and not the overhead, makes the time."""

OVERHEAD, FINALE = 0.2, 0.3
MOST_PERCENT = 99
MOST_UNDELIVERED = 20
"""The most that is over while the download goes on: whether anything will come of it, time does not tell."""

TRUSTED_SHARE, TRUSTED_SECONDS = 0.25, 3.0
"""Of a step, what must be done or over before its own pace counts alone."""

FOLLOW_SECONDS, RISE_A_SECOND, MOST_RISE = 3.0, 1.1, 1.4
"""What is shown follows the estimate within seconds, but rises by a tenth a second, and never by half at once."""

LEAST_SHOWN = 1.0
STEPS = (*range(3, 11), 15, 20, 25, 30, 40, 50, 60, 90, 120)
"""Seconds as people say them; each is at most half as much again as the one before."""


def usual_seconds(earlier: Iterable[Mapping[str, float]], enrich_seconds: float) -> dict[str, float]:
    """Return what steps, and albums, took in the middle of earlier syncs, or a guess where there was none."""
    runs = list(earlier)
    guesses = FIRST_TIME | {"enriching": enrich_seconds}
    found = {name: [run[name] for run in runs if name in run] for name in guesses}
    usual = {name: median(seconds) if seconds else guesses[name] for name, seconds in found.items()}
    return usual | {"enriching": min(usual["enriching"], enrich_seconds)}


def rounded(seconds: float) -> int:
    """Return a time as people say it, in seconds: 3 for a few of them, whole minutes from two on, hours from two on."""
    if seconds < 150:
        return min(STEPS, key=lambda step: abs(step - seconds))
    unit = 60 if seconds < 10 * 60 else 5 * 60 if seconds < 60 * 60 else 30 * 60 if seconds < 2 * 3600 else 3600
    return round(seconds / unit) * unit


class Forecast:
    """One sync on its way through its steps. Times are seconds of any steady clock."""

    def __init__(self, usual: Mapping[str, float], began: float) -> None:
        self._each_album = usual["each_album"]
        self._usually = {step: seconds for step, seconds in usual.items() if step != "each_album"}
        self._ahead = dict(self._usually)
        self._told = self._since = began
        self._step = ""
        self._usual = 0.0
        self._pieces: int | None = None
        self._deadline = float("inf")
        self._waits_until = self._waited = 0.0
        self._percent = 0.0
        self._shown: float | None = None
        self._shown_at = began
        self.took: dict[str, float] = {}
        """Seconds by step, and for each album where there were many: what `usual_seconds` is made of."""

    def enter(self, step: str, now: float, *, pieces: int | None = None, seconds: float = float("inf")) -> None:
        """End the step before and begin one: of so many pieces where that is known, for so many seconds at most."""
        self._note(now)
        self._step, self._since, self._pieces, self._deadline = step, now, pieces, now + seconds
        self._usual = self._ahead.pop(step, 0.0)
        self._waits_until = self._waited = 0.0
        self._shown = None
        if step == "applying" and pieces is not None:
            self._usual = OVERHEAD + pieces * self._each_album

    def resize(self, pieces: int) -> None:
        """Correct the number of pieces."""
        self._pieces = pieces

    def expect(self, step: str, seconds: float) -> None:
        """Learn that a step to come takes at most so long."""
        if step in self._ahead:
            self._ahead[step] = min(self._usually[step], seconds)

    def wait(self, now: float, seconds: float) -> None:
        """Learn that nothing can be done in this step for so many seconds; the time does not count for its pace."""
        self._waited += max(0.0, now + seconds - max(now, self._waits_until))
        self._waits_until = max(self._waits_until, now + seconds)

    def left(self, now: float, done: int) -> float:
        """Return how many seconds are left, when so many pieces of the step are done."""
        waits = max(0.0, self._waits_until - now)
        left_of_step = min(waits + self._left_of_step(self._worked(now), done), self._deadline - now)
        return max(0.0, left_of_step) + sum(self._ahead.values()) + FINALE

    def shown(self, now: float, done: int) -> float | None:
        """Return the seconds left to show, None as long as nobody can know: a guess that jumps is worse than none.

        It is known once the step has a pace of its own and nothing of unknown length comes after it.
        """
        if now < self._waits_until or any(self._ahead.values()) or not self._has_pace(now, done):
            return None
        left, passed = self.left(now, done), now - self._shown_at
        if self._shown is not None:
            left = _followed(self._shown, left, passed)
        self._shown, self._shown_at = max(LEAST_SHOWN, left), now
        return self._shown

    def percent(self, now: float, done: int) -> int:
        """Return how much is over, having gone on from what was said last so as to arrive when no time is left.

        So it never falls, however wrong an estimate was, and moves as long as time does. 100 is for the end.
        """
        passed, self._told = now - self._told, now
        most = MOST_UNDELIVERED if self._step == "fetching" else MOST_PERCENT
        self._percent += max(0.0, most - self._percent) * passed / (passed + self.left(now, done))
        return int(self._percent)

    def _left_of_step(self, elapsed: float, done: int) -> float:
        if self._pieces == 0:
            return 0.0
        if self._step == "fetching":
            # Once it is late, it may well take as long again.
            return max(self._usual - elapsed, elapsed - self._usual, 0.1 * (self._usual + elapsed))
        if self._pieces is None or not done:
            return max(self._usual - elapsed, 0.1 * (self._usual + elapsed))
        share = min(1.0, done / self._pieces)
        trust = self._trust(elapsed, done)
        return trust * elapsed * (1 - share) / share + (1 - trust) * self._usual * (1 - share)

    def _worked(self, now: float) -> float:
        """Return the seconds since the step began without those in which nothing could be done."""
        waits = max(0.0, self._waits_until - now)
        return max(0.0, now - self._since - (self._waited - waits))

    def _trust(self, worked: float, done: int) -> float:
        if not self._pieces or not done:
            return 0.0
        return min(1.0, max(done / self._pieces / TRUSTED_SHARE, worked / TRUSTED_SECONDS))

    def _has_pace(self, now: float, done: int) -> bool:
        return self._pieces == 0 or self._trust(self._worked(now), done) == 1

    def _note(self, now: float) -> None:
        if not self._step:
            return
        seconds = now - self._since
        self.took[self._step] = round(self.took.get(self._step, 0.0) + seconds, 3)
        if self._step == "applying" and self._pieces and self._pieces >= ALBUMS_THAT_TELL:
            self.took["each_album"] = round(seconds / self._pieces, 6)


def _followed(shown: float, left: float, passed: float) -> float:
    """Return what to show next: what was shown, less the time that passed, drawn towards the estimate."""
    expected = max(0.0, shown - passed)
    drawn = left + (expected - left) * exp(-passed / FOLLOW_SECONDS)
    return min(drawn, shown * min(MOST_RISE, RISE_A_SECOND**passed))
