"""Adds what Spotify knows to the albums that lack it, at the pace that Spotify allows."""

import logging
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from random import SystemRandom

from catalog.conf import SpotifySettings
from catalog.models import Tally
from catalog.services.clock import Clock
from catalog.services.facts import Fact
from catalog.services.spotify import errors
from catalog.services.spotify.backlog import Answers, SpotifyBacklog, WantedAlbum, backlog_size
from catalog.services.spotify.call_queue import EnrichPlan
from catalog.services.spotify.calls import CALLS, Call, RunningCalls, label_of
from catalog.services.spotify.client import SpotifyClient, is_album_id, shared_client
from catalog.services.spotify.errors import (
    AppForbidden,
    BadCredentials,
    BatchForbidden,
    InvalidId,
    RateLimited,
    SpotifyError,
    UnknownAlbum,
)
from catalog.services.spotify.pacer import Lane, Pacer, Turn, shared_pacer
from catalog.services.spotify.rules.doubt import Doubt

logger = logging.getLogger(__name__)

SLICE_SECONDS = 0.25
GRACE_SECONDS = 2.0
COUNT_SECONDS = 5.0
"""How often calls are written down for the metrics."""

MOST_TRIES = 3
PARALLEL = {Lane.API: 3, Lane.OEMBED: 3}
RANDOM = SystemRandom()


@dataclass(frozen=True)
class EnrichProgress:
    """How far a run is, and until when Spotify makes it wait."""

    processed: int
    total: int
    waiting_until: datetime | None = None
    enriched: int = field(default=0, compare=False)
    warnings: tuple[Fact, ...] = field(default=(), compare=False)


class EnrichRun:
    """One run. Calls go out in threads; the thread that runs this does all the writing and never waits for long."""

    def __init__(
        self,
        client: SpotifyClient,
        pacer: Pacer,
        settings: SpotifySettings,
        clock: Clock,
        backlog: SpotifyBacklog,
        seconds: float,
    ) -> None:
        self._pacer = pacer
        self._settings = settings
        self._clock = clock
        self._backlog = backlog
        self._calls = RunningCalls(client, clock)
        self._plan = EnrichPlan()
        self._started_at = clock.now()
        self._ends_at = clock.monotonic() + seconds
        self._answered: list[tuple[Sequence[WantedAlbum], Answers]] = []
        self._doubts: dict[Lane, Doubt[Call]] = {lane: Doubt() for lane in Lane}
        self._may_ask_for_twenty: bool | None = None
        self._twenty_refused = False
        self._waiting_until: datetime | None = None
        self._made: Counter[str] = Counter()
        self._counted_at = clock.monotonic()
        self.enriched = self.processed = self.total = 0
        self.warnings: dict[str, Fact] = {}

    def work(
        self, albums: Sequence[WantedAlbum], beat: Callable[[EnrichProgress], None], *, probe: bool = False
    ) -> None:
        """Ask for the albums until all are asked for or the time is over; what `beat` raises ends the run.

        `probe` calls for twenty albums even if that was refused today.
        """
        self._make_plan(albums, probe=probe)
        try:
            while self._goes_on():
                wait = self._send_what_may_go()
                self._write()
                beat(self._progress(self._waiting_until))
                for call, answer in self._calls.ended(wait):
                    self._take_in(call, answer)
            for lane in Lane:
                self._leave_undecided(lane)
            self._write()
        finally:
            self._calls.close()
            self._count_calls()
        beat(self._progress())

    def _progress(self, waiting_until: datetime | None = None) -> EnrichProgress:
        return EnrichProgress(self.processed, self.total, waiting_until, self.enriched, tuple(self.warnings.values()))

    def _make_plan(self, albums: Sequence[WantedAlbum], *, probe: bool) -> None:
        self.total = len(albums)
        malformed = [album for album in albums if not is_album_id(album.id)]
        if malformed:
            self._backlog.store_malformed(malformed)
            self.processed += len(malformed)
            albums = [album for album in albums if is_album_id(album.id)]
        if not self._settings.has_credentials:
            self._one_by_one(albums, 0)
        elif probe or self._pacer.may_ask_for_twenty():
            self._plan.by_twenties(albums)
        else:
            self._may_ask_for_twenty = False
            self._one_by_one(albums, self._within_reach())

    def _goes_on(self) -> bool:
        now = self._clock.monotonic()
        if self._calls.count():
            return now < self._ends_at + GRACE_SECONDS
        return now < self._ends_at and any(map(self._plan.has_calls, Lane))

    def _send_what_may_go(self) -> float:
        """Start calls; return how many seconds to wait for answers before looking again."""
        self._waiting_until = None
        if self._clock.monotonic() >= self._ends_at:
            return SLICE_SECONDS
        return min(SLICE_SECONDS, *map(self._send_in, Lane))

    def _send_in(self, lane: Lane) -> float:
        while self._calls.count(lane) < self._most_at_once(lane):
            call = self._plan.next_due(lane, self._clock.monotonic())
            if call is None:
                break
            turn = self._pacer.take(lane)
            if not turn.is_now:
                self._plan.put_back(call)
                return self._heed(lane, turn)
            self._start(call)
        return SLICE_SECONDS

    def _most_at_once(self, lane: Lane) -> int:
        """Send one call alone to learn whether the app may ask for twenty albums, or whether Spotify is well again."""
        is_probe = (lane is Lane.API and self._may_ask_for_twenty is None) or self._doubts[lane].is_checking
        return 1 if is_probe or self._pacer.is_shaky(lane) else PARALLEL[lane]

    def _heed(self, lane: Lane, turn: Turn) -> float:
        """Return how long to wait for a turn; if Spotify is blocked for long, leave the rest to a later run."""
        if turn.block is None or turn.block.blocked_until is None:
            return turn.wait
        if turn.wait > self._settings.max_wait_seconds or self._clock.monotonic() + turn.wait >= self._ends_at:
            self._plan.drop(lane)
            self._warn(errors.blocked(turn.block.blocked_until, turn.block.blocked_reason))
            return 0.0
        if lane is Lane.API or not self._plan.has_calls(Lane.API):
            self._waiting_until = turn.block.blocked_until
        return turn.wait

    def _start(self, call: Call) -> None:
        """Start a call, unless others have asked for its albums meanwhile or the day's budget is spent."""
        albums = call.albums if call.is_check else self._backlog.still_wanted(call.albums, self._started_at)
        self.total -= len(call.albums) - len(albums)
        call.albums = albums
        if not albums:
            return
        if call.lane is Lane.API and not call.is_batch and not self._pacer.reserve():
            self._one_by_one(() if call.is_check else albums, 0)
        else:
            self._calls.start(call)

    def _take_in(self, call: Call, answer: Answers | SpotifyError) -> None:
        self._made[label_of(call.lane, answer)] += 1
        if isinstance(answer, SpotifyError):
            self._pacer.learn(call.lane, answer)
            self._recover(call, answer)
            return
        if answer and not any(answer.values()):
            self._take_refusal(call)
            return
        self._pacer.learn(call.lane)
        self._remember_mode(call)
        self._believe(call.lane)
        if not call.is_check:
            self._answered.append((call.albums, answer))

    def _remember_mode(self, call: Call) -> None:
        """Learn the app's mode: that it may not ask for twenty is true once Spotify answers calls for one."""
        if call.is_batch:
            self._may_ask_for_twenty, self._twenty_refused = True, False
            self._pacer.remember_mode(is_extended=True)
        elif self._twenty_refused and call.lane is Lane.API:
            self._twenty_refused = False
            self._pacer.remember_mode(is_extended=False)

    def _take_refusal(self, call: Call) -> None:
        """Hold a refusal until Spotify knows some other album."""
        self._pacer.learn(call.lane, UnknownAlbum())
        if call.is_check:
            self._stop(call.lane)
        elif not self._is_stopped(call.lane):
            self._doubts[call.lane].refuse(call, len(call.albums))
            self._check(call)

    def _check(self, call: Call) -> None:
        """After several refusals in a row ask for an album that Spotify knew; if there is none, stop."""
        doubt = self._doubts[call.lane]
        if not doubt.deepens(is_shaky=self._pacer.is_shaky(call.lane)):
            return
        refused = (*call.albums, *(album for held in doubt.held for album in held.albums))
        witness = self._backlog.witness(album.id for album in refused)
        if witness:
            doubt.is_checking = True
            self._plan.first(Call(call.lane, (witness,), is_batch=call.is_batch, is_check=True))
        elif doubt.is_deep():
            self._leave_undecided(call.lane)
            self._stop(call.lane)

    def _stop(self, lane: Lane) -> None:
        """Leave a lane alone that refuses every album; nothing that it said is believed."""
        self._doubts[lane].end()
        self._plan.drop(lane)
        self._pacer.distrust(lane)
        if block := self._pacer.block(lane):
            self._warn(errors.outage(block.blocked_until or self._clock.now()))

    def _believe(self, lane: Lane) -> None:
        """Write down the refusals that came before Spotify knew an album again."""
        for call in self._doubts[lane].end():
            if lane is Lane.OEMBED:
                self._fail(call, UnknownAlbum())
            else:
                self._answered.append((call.albums, dict.fromkeys((album.id for album in call.albums), None)))

    def _leave_undecided(self, lane: Lane) -> None:
        """Write down refusals that nothing contradicts: a few as such, many as calls that failed."""
        if not self._doubts[lane].is_deep():
            self._believe(lane)
        for call in self._doubts[lane].end():
            self._fail(call, UnknownAlbum())

    def _fail(self, call: Call, error: SpotifyError) -> None:
        self._backlog.store_failure(call.albums, error, by_oembed=call.lane is Lane.OEMBED)
        self.processed += len(call.albums)

    def _is_stopped(self, lane: Lane) -> bool:
        """Say whether this is the answer to a call that was under way when its lane was stopped."""
        block = self._pacer.block(lane)
        return block is not None and block.is_outage

    def _write(self) -> None:
        """Store what was answered; the next calls are on their way meanwhile."""
        for albums, answers in self._answered:
            self.enriched += self._backlog.store(albums, answers)
            self.processed += len(albums)
        self._answered.clear()
        if self._clock.monotonic() - self._counted_at > COUNT_SECONDS:
            self._count_calls()

    def _count_calls(self) -> None:
        Tally.add(CALLS, self._made)
        self._made.clear()
        self._counted_at = self._clock.monotonic()

    def _recover(self, call: Call, error: SpotifyError) -> None:
        """Do what an error demands."""
        if call.is_check and not isinstance(error, RateLimited):
            self._doubts[call.lane].is_checking = False
            if isinstance(error, InvalidId):
                self._stop(call.lane)
            return
        match error:
            case RateLimited():
                self._plan.again(call)
            case BatchForbidden():
                self._may_ask_for_twenty, self._twenty_refused = False, True
                self._one_by_one(call.albums, self._within_reach())
            case BadCredentials():
                self._covers_only(call.albums, errors.BAD_CREDENTIALS)
            case AppForbidden():
                self._covers_only(call.albums, errors.forbidden(error))
            case InvalidId():
                self._plan.halves(call)
                self._doubts[call.lane].refuse_batch()
                self._check(call)
            case _:
                self._try_again(call, error)

    def _try_again(self, call: Call, error: SpotifyError) -> None:
        call.tries += 1
        if call.tries < MOST_TRIES:
            call.not_before = self._clock.monotonic() + RANDOM.uniform(0.5, 1.5) * 0.5 * 2**call.tries
            self._plan.again(call)
            return
        logger.warning("Spotify call failed albums=%s error=%s", len(call.albums), error)
        self._fail(call, error)

    def _covers_only(self, albums: Sequence[WantedAlbum], warning: Fact) -> None:
        self._warn(warning)
        self._one_by_one(albums, 0)

    def _one_by_one(self, albums: Sequence[WantedAlbum], most: int) -> None:
        """Plan anew: the first albums from the Web API, one by one, and of the others the covers that lack."""
        self._write()
        self._plan.one_by_one(self._plan.take_back(albums), most)
        self.total = self.processed + self._plan.album_count() + self._calls.album_count()

    def _within_reach(self) -> int:
        """Return how many single calls the day's budget and the time of this run allow."""
        budget, interval = self._pacer.budget_left(), self._pacer.interval(Lane.API)
        seconds = self._ends_at - self._clock.monotonic()
        return max(0, budget if interval <= 0 else min(budget, int(seconds / interval) + 1))

    def _warn(self, warning: Fact) -> None:
        if warning.code not in self.warnings:
            self.warnings[warning.code] = warning
            logger.warning("Enriching is limited warning=%s", warning)


@dataclass(frozen=True)
class EnrichOutcome:
    """What came of a run: albums that gained something, albums asked for, albums that still have nothing."""

    enriched: int
    processed: int
    awaiting: int
    warnings: tuple[Fact, ...] = ()


class AlbumEnricher:
    """Works on the backlog. Only SpotifyAlbum, SpotifyQuota and SpotifyCall are written."""

    def __init__(self, client: SpotifyClient, pacer: Pacer, settings: SpotifySettings, clock: Clock) -> None:
        self._client = client
        self._pacer = pacer
        self._settings = settings
        self._clock = clock

    @classmethod
    def from_settings(cls, settings: SpotifySettings) -> "AlbumEnricher":
        """Return an enricher that shares client and pacer with everybody else in this process."""
        return cls(shared_client(settings), shared_pacer(settings), settings, Clock())

    def expected_seconds(self, seconds: float, *, has_new: bool = False) -> float:
        """Return how long a run may take now: no time at all where Spotify is blocked, or has told everything.

        `has_new` says that albums are about to come which Spotify was never asked for.
        """
        backlog = SpotifyBacklog(self._settings.ttl_days, self._clock, fence=lambda: None)
        lane = Lane.API if self._settings.has_credentials else Lane.OEMBED
        block = self._pacer.block(lane)
        if block and block.blocked_until:
            wait = (block.blocked_until - self._clock.now()).total_seconds()
            if wait > min(self._settings.max_wait_seconds, seconds):
                return 0.0
        return seconds if has_new or backlog.has_work() else 0.0

    def work(
        self,
        *,
        seconds: float,
        beat: Callable[[EnrichProgress], None],
        fence: Callable[[], None],
        limit: int | None = None,
        full: bool = False,
    ) -> EnrichOutcome:
        """Work for so many seconds at most; `full` asks anew for everything.

        `beat` is called every half second or more often, whatever Spotify does, and cancels the run by raising.
        `fence` is called first in every transaction that writes albums, and undoes it by raising. Blocks and calls
        are noted without it: they are true whoever learned of them.
        """
        if seconds <= 0:
            return EnrichOutcome(0, 0, backlog_size())
        backlog = SpotifyBacklog(self._settings.ttl_days, self._clock, fence)
        run = EnrichRun(self._client, self._pacer, self._settings, self._clock, backlog, seconds)
        wanted = backlog.wanted(from_api=self._settings.has_credentials, full=full)
        logger.info("Enriching begins albums=%s seconds=%g", len(wanted[:limit]), seconds)
        run.work(wanted[:limit], beat, probe=full)
        outcome = EnrichOutcome(run.enriched, run.processed, backlog_size(), tuple(run.warnings.values()))
        logger.info("Enriching ends enriched=%s awaiting=%s", outcome.enriched, outcome.awaiting)
        return outcome
