"""Foretells how long a sync will still take, by its own pace and by how long earlier ones took. Pure."""

from collections.abc import Iterable, Mapping
from statistics import median

from catalog.services.sync.progress.estimate import SHARE_THAT_TELLS, Range, by_pace, remainder, told

FIRST_TIME = {"fetching": 2.0, "reading": 3.5, "applying": 8.0, "each_album": 0.0005}
"""Seconds that the steps take where there is no earlier sync: the whole sheet into an empty catalogue."""

ALBUMS_THAT_TELL = 250
"""Albums from which on their number, and not the overhead, makes the time."""

OVERHEAD, FINALE = 0.2, 0.3
MOST_PERCENT = 99
MOST_UNDELIVERED = 20
"""The most that is over while the download goes on: whether anything will come of it, time does not tell."""

TRUSTED_SHARE = 0.25
"""Of the pieces of a step that must be done before its own pace counts alone."""


def usual_seconds(earlier: Iterable[Mapping[str, float]], enrich_seconds: float) -> dict[str, float]:
    """Return what steps, and albums, took in the middle of earlier syncs, or a guess where there was none."""
    runs = list(earlier)
    guesses = FIRST_TIME | {"enriching": enrich_seconds}
    found = {name: [run[name] for run in runs if name in run] for name in guesses}
    usual = {name: median(seconds) if seconds else guesses[name] for name, seconds in found.items()}
    return usual | {"enriching": min(usual["enriching"], enrich_seconds)}


class Forecast:
    """One sync on its way through its steps. Times are seconds of any steady clock."""

    def __init__(self, usual: Mapping[str, float], began: float, ranges: Mapping[str, Range] | None = None) -> None:
        self._each_album = usual["each_album"]
        self._ahead = {step: seconds for step, seconds in usual.items() if step != "each_album"}
        self._ranges = {step: (seconds, seconds) for step, seconds in usual.items()} | dict(ranges or {})
        self._tempo = 1.0  # of this machine now, against earlier syncs
        self._estimate: float | None = None
        self._told = self._since = began
        self._step = ""
        self._usual = 0.0
        self._pieces: int | None = None
        self._deadline = float("inf")
        self._waits_until = self._waited = 0.0
        self._began: tuple[float, int, float] | None = None
        self._percent = 0.0
        self.took: dict[str, float] = {}
        """Seconds by step, and for each album where there were many: what `usual_seconds` is made of."""

    def enter(self, step: str, now: float, *, pieces: int | None = None, seconds: float = float("inf")) -> None:
        """End the step before and begin one: of so many pieces where that is known, for so many seconds at most."""
        self._note(now)
        self._step, self._since, self._pieces, self._deadline = step, now, pieces, now + seconds
        self._usual = self._ahead.pop(step, 0.0)
        self._waits_until = self._waited = 0.0
        self._began = None
        if step == "applying" and pieces is not None:
            self._usual = OVERHEAD + pieces * self._each_album

    def resize(self, pieces: int) -> None:
        """Correct the number of pieces."""
        self._pieces = pieces

    def expect(self, step: str, seconds: float) -> None:
        """Learn that a step to come takes at most so long."""
        if step in self._ahead:
            self._ahead[step] = min(self._ahead[step], seconds)
            low, high = self._ranges[step]
            self._ranges[step] = (min(low, seconds), min(high, seconds))

    def wait(self, now: float, seconds: float) -> None:
        """Learn that nothing can be done in this step for so many seconds; the time does not count for its pace."""
        self._waited += max(0.0, now + seconds - max(now, self._waits_until))
        self._waits_until = max(self._waits_until, now + seconds)

    def left(self, now: float, done: int) -> float:
        """Return how many seconds are left, when so many pieces of the step are done."""
        waits = max(0.0, self._waits_until - now)
        worked = max(0.0, now - self._since - (self._waited - waits))
        left_of_step = min(waits + self._left_of_step(worked, done), self._deadline - now)
        return max(0.0, left_of_step) + sum(self._ahead.values()) + FINALE

    def estimate(self, now: float, done: int) -> float | None:
        """Return how many seconds are left as far as anybody can know, to be told; None where nobody can.

        A download tells nothing before all of it is here, and a wait is counted down by itself.
        """
        if self._step in {"", "fetching"} or self._waits_until > now:
            return None
        low, high = self._range_of_step(now, done)
        for step in self._ahead:
            least, most = self._ranges[step]
            low, high = low + least, high + most * (max(1.0, self._tempo) if step == "applying" else 1.0)
        seconds = told(low + FINALE, high + FINALE, self._estimate)
        self._estimate = self._estimate if seconds is None else seconds
        return seconds

    def _range_of_step(self, now: float, done: int) -> Range:
        if self._pieces == 0:
            return 0.0, 0.0
        if self._began is None and done:
            self._began = (now, done, self._waited)
        low, high = self._by_pace(now, done) or remainder(self._usual_range(), now - self._since)
        most = max(0.0, self._deadline - now)
        return min(low, most), min(high, most)

    def _by_pace(self, now: float, done: int) -> Range | None:
        """Return what is left by the pace since the first pieces came, which may have been long in coming."""
        if not self._pieces or self._began is None:
            return None
        since, before, waited = self._began
        if (done - before) < SHARE_THAT_TELLS * self._pieces:
            return None
        to_do = max(0, self._pieces - done) / (done - before)
        return by_pace((now - since - (self._waited - waited)) * to_do, self._waited * to_do)

    def _usual_range(self) -> Range:
        low, high = self._ranges.get(self._step, (0.0, 0.0))
        if self._step == "applying":
            if self._pieces is not None:
                low, high = (self._pieces * seconds for seconds in self._ranges["each_album"])
            return low * min(1.0, self._tempo), OVERHEAD + high * max(1.0, self._tempo)
        return low, high

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
        trust = min(1.0, share / TRUSTED_SHARE)
        return trust * elapsed * (1 - share) / share + (1 - trust) * self._usual * (1 - share)

    def _note(self, now: float) -> None:
        if not self._step:
            return
        seconds = now - self._since
        self.took[self._step] = round(self.took.get(self._step, 0.0) + seconds, 3)
        if self._step == "reading" and self._usual:
            self._tempo = seconds / self._usual
        if self._step == "applying" and self._pieces and self._pieces >= ALBUMS_THAT_TELL:
            self.took["each_album"] = round(seconds / self._pieces, 6)
