"""Decides when Spotify may be asked: spacing in this process; blocks, failures and the day's budget for all of them."""

import threading
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from enum import IntEnum
from functools import cache

from django.db import transaction
from django.db.models import Count, F, Q

from catalog.conf import SpotifySettings
from catalog.models.spotify import SpotifyCall, SpotifyQuota
from catalog.services.clock import Clock
from catalog.services.spotify.errors import (
    BatchForbidden,
    InvalidId,
    MalformedAnswer,
    RateLimited,
    SpotifyError,
    TemporaryFailure,
    UnknownAlbum,
)

DAY = timedelta(hours=24)

EXTENDED_INTERVAL, DEVELOPMENT_INTERVAL, OEMBED_INTERVAL = 0.35, 1.0, 0.35
LEAST_EXTRA, MOST_EXTRA, EASING = 0.1, 10.0, 0.95
FAILURES_TO_BREAK = 5
FIRST_BREAK_SECONDS, LONGEST_BREAK_SECONDS, DISTRUST_SECONDS = 30.0, 600.0, 1800.0
TWENTIES = 3
"""The primary key of the SpotifyQuota that remembers that calls for twenty albums were refused."""


class Lane(IntEnum):
    """A way to Spotify; the number is the primary key of its SpotifyQuota."""

    API = 1
    OEMBED = 2


@dataclass(frozen=True)
class Turn:
    """Whether a call may be sent now, or else after how many seconds to ask again, and why if Spotify is blocked."""

    wait: float = 0.0
    block: SpotifyQuota | None = None

    @property
    def is_now(self) -> bool:
        """Whether the call may be sent."""
        return self.wait <= 0 and self.block is None


class DayBudget:
    """So many calls in any 24 hours, at most half of them for visitors."""

    def __init__(self, calls: int, clock: Clock) -> None:
        self._calls = calls
        self._clock = clock

    def reserve(self, *, for_visitor: bool) -> bool:
        """Count a call before it is sent; return False if it must not be sent."""
        now = self._clock.now()
        with transaction.atomic():
            # Locks the row, so that processes count one after the other.
            SpotifyQuota.objects.select_for_update().get_or_create(pk=1)
            SpotifyCall.objects.filter(at__lte=now - DAY).delete()
            if self.left(for_visitor=for_visitor) <= 0:
                return False
            SpotifyCall.objects.create(at=now, for_visitor=for_visitor)
            return True

    def left(self, *, for_visitor: bool) -> int:
        """Return how many calls may still be sent now."""
        calls = SpotifyCall.objects.filter(at__gt=self._clock.now() - DAY)
        spent = calls.aggregate(all=Count("pk"), visitors=Count("pk", filter=Q(for_visitor=True)))
        left = self._calls - spent["all"]
        return min(left, self._calls // 2 - spent["visitors"]) if for_visitor else left


@dataclass
class Pace:
    """How one lane goes in this process."""

    next_at: float = 0.0
    extra: float = 0.0
    refusals: int = 0
    failures: int = 0


class Pacer:
    """Says when each call may go and learns from each answer. One for a process; threads share it."""

    def __init__(self, settings: SpotifySettings, clock: Clock) -> None:
        self._settings = settings
        self._clock = clock
        self._budget = DayBudget(settings.daily_budget, clock)
        self._lock = threading.Lock()
        self._paces = {lane: Pace() for lane in Lane}
        self._is_extended = False

    def take(self, lane: Lane) -> Turn:
        """Take the next turn of a lane if it has come."""
        block = self.block(lane)
        if block and block.blocked_until:
            return Turn((block.blocked_until - self._clock.now()).total_seconds(), block)
        with self._lock:
            pace, now = self._paces[lane], self._clock.monotonic()
            if now >= pace.next_at:
                pace.next_at = now + self.interval(lane)
                return Turn()
            return Turn(pace.next_at - now)

    def block(self, lane: Lane) -> SpotifyQuota | None:
        """Return what keeps a lane from being used, if anything does."""
        quotas, now = self._quotas(), self._clock.now()
        self._is_extended = quotas[Lane.API].is_extended
        self._paces[lane].failures = quotas[lane].failures_in_a_row
        holds = {number: number == lane or (number < lane and not quota.is_outage) for number, quota in quotas.items()}
        blocked = [quota for number, quota in quotas.items() if holds[number] and quota.is_blocked(now)]
        return max(blocked, key=lambda quota: quota.blocked_until or now, default=None)

    def interval(self, lane: Lane) -> float:
        """Return the least seconds between two calls of a lane."""
        given = self._settings.min_interval_seconds
        if lane is Lane.OEMBED:
            least = OEMBED_INTERVAL if given is None else min(given, OEMBED_INTERVAL)
        elif given is None:
            least = EXTENDED_INTERVAL if self._is_extended else DEVELOPMENT_INTERVAL
        else:
            least = given
        return least + self._paces[lane].extra

    def is_shaky(self, lane: Lane) -> bool:
        """Say whether a lane failed so often that one call at a time should find out whether it is well again."""
        return self._paces[lane].failures >= FAILURES_TO_BREAK

    def reserve(self, *, for_visitor: bool = False) -> bool:
        """Count a call for a single album before it is sent; return False if the day's budget does not allow it."""
        return self._is_extended or self._budget.reserve(for_visitor=for_visitor)

    def budget_left(self) -> int:
        """Return how many single albums may still be asked for today while the app is in development mode."""
        return max(0, self._budget.left(for_visitor=False))

    def has_budget(self, *, for_visitor: bool = False) -> bool:
        """Say whether single albums may be asked for at all."""
        return self._is_extended or self._budget.left(for_visitor=for_visitor) > 0

    def may_ask_for_twenty(self) -> bool:
        """Say whether to call for twenty albums; where that was refused, once a day finds out whether it still is."""
        now = self._clock.now()
        return not any(quota.is_blocked(now) for quota in SpotifyQuota.objects.filter(pk=TWENTIES))

    def remember_mode(self, *, is_extended: bool) -> None:
        """Store whether the app may ask for twenty albums at once."""
        if self._is_extended != is_extended:
            self._is_extended = is_extended
            SpotifyQuota.objects.filter(pk=Lane.API).update(is_extended=is_extended)
            SpotifyQuota.objects.filter(pk=TWENTIES).update(blocked_until=None)
        if not is_extended:
            until = self._clock.now() + DAY
            SpotifyQuota.objects.update_or_create(
                pk=TWENTIES, defaults={"blocked_until": until, "blocked_reason": BatchForbidden.code}
            )

    def learn(self, lane: Lane, error: SpotifyError | None = None) -> None:
        """Take note of how a call ended: refused, failed, or answered, if only with an error of its own."""
        if isinstance(error, RateLimited):
            self._slow_down(lane, error)
        elif isinstance(error, TemporaryFailure | MalformedAnswer):
            self._count_failure(lane)
        else:
            # Whoever names no album may not be well.
            self._ease(lane, is_well=not isinstance(error, UnknownAlbum | InvalidId | BatchForbidden))

    def distrust(self, lane: Lane) -> None:
        """Leave a lane alone for a while that refuses every album; then one call finds out whether it is well."""
        few = SpotifyQuota.objects.filter(pk=lane, failures_in_a_row__lt=FAILURES_TO_BREAK)
        few.update(failures_in_a_row=FAILURES_TO_BREAK)
        self._block(lane, DISTRUST_SECONDS, "refusing")

    def _slow_down(self, lane: Lane, error: RateLimited) -> None:
        """Block the lane for as long as Spotify asks, longer with each refusal that follows a wait."""
        pace, is_first = self._paces[lane], self.block(lane) is None
        with self._lock:
            least = 4.0**pace.refusals if is_first else 0.0
            pace.refusals += is_first
            pace.extra = min(max(2 * pace.extra, LEAST_EXTRA), MOST_EXTRA)
        if error.is_quota and error.retry_after is None:
            least = DAY.total_seconds()
        self._block(lane, max(error.retry_after or 0.0, least), error.cause or error.code)

    def _count_failure(self, lane: Lane) -> None:
        """Count a failure, and begin a break after several in a row; calls of before the break do not count."""
        if self._quotas()[lane].is_blocked(self._clock.now()):
            return
        SpotifyQuota.objects.filter(pk=lane).update(failures_in_a_row=F("failures_in_a_row") + 1)
        failures = self._paces[lane].failures = self._quotas()[lane].failures_in_a_row
        if failures >= FAILURES_TO_BREAK:
            seconds = FIRST_BREAK_SECONDS * 2.0 ** min(failures - FAILURES_TO_BREAK, 10)
            self._block(lane, min(seconds, LONGEST_BREAK_SECONDS), "failing")

    def _ease(self, lane: Lane, *, is_well: bool) -> None:
        pace = self._paces[lane]
        with self._lock:
            pace.refusals = 0
            pace.extra = pace.extra * EASING if pace.extra > LEAST_EXTRA / 10 else 0.0
            had_failures = is_well and pace.failures > 0
            pace.failures = 0 if is_well else pace.failures
        if had_failures:
            SpotifyQuota.objects.filter(pk=lane).update(failures_in_a_row=0)

    def _block(self, lane: Lane, seconds: float, reason: str) -> None:
        """Store until when nobody may ask; a block is never shortened."""
        until = self._clock.now() + timedelta(seconds=seconds)
        shorter = SpotifyQuota.objects.filter(Q(blocked_until=None) | Q(blocked_until__lt=until), pk=lane)
        shorter.update(blocked_until=until, blocked_reason=reason)

    def _quotas(self) -> Mapping[int, SpotifyQuota]:
        quotas = SpotifyQuota.objects.in_bulk(list(Lane))
        if len(quotas) < len(Lane):
            SpotifyQuota.objects.bulk_create([SpotifyQuota(pk=lane) for lane in Lane], ignore_conflicts=True)
            quotas = SpotifyQuota.objects.in_bulk(list(Lane))
        return quotas


@cache
def shared_pacer(settings: SpotifySettings) -> Pacer:
    """Return the pacer of this process."""
    return Pacer(settings, Clock())
