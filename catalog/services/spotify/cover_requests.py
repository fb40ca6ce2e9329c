"""Asks Spotify for the albums that visitors look at, in one background thread of the process."""

import logging
import threading
from collections import Counter, deque
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import cache

from django.conf import settings as django_settings
from django.db import connections
from django.db.models import Q

from catalog.conf import SpotifySettings
from catalog.models.album import Album
from catalog.models.spotify import SpotifyAlbum
from catalog.models.watch.tally import Tally
from catalog.services.clock import Clock
from catalog.services.spotify.backlog import Answers, SpotifyBacklog, WantedAlbum
from catalog.services.spotify.calls import CALLS, Call, label_of
from catalog.services.spotify.client import SpotifyClient, shared_client
from catalog.services.spotify.errors import AppForbidden, BadCredentials, RateLimited, SpotifyError, UnknownAlbum
from catalog.services.spotify.pacer import Lane, Pacer, shared_pacer
from catalog.services.spotify.rules.doubt import REFUSALS_TO_DOUBT

logger = logging.getLogger(__name__)

LEASE = timedelta(seconds=60)
PATIENCE_SECONDS = 25.0
SLICE_SECONDS = 0.1
IDLE_SECONDS = 5.0
REFUSED_SECONDS = 600.0
MOST_WAITING = 200
AWAITING, COVER = SpotifyAlbum.State.AWAITING.value, SpotifyAlbum.State.COVER.value


def ask_for(album_id: int) -> bool:
    """Have Spotify asked for an album in the background; return whether what it lacks may come soon.

    One request is made however many people ask. For an album without a cover it goes to whichever of the Web API and
    oEmbed is free first, for one with a cover to the Web API alone: for tracks, label and dates.
    """
    return shared_requests(django_settings.SPOTIFY).ask_for(album_id)


@cache
def shared_requests(settings: SpotifySettings) -> "CoverRequests":
    """Return the requests of this process."""
    return CoverRequests(shared_client(settings), shared_pacer(settings), settings, Clock())


@dataclass(frozen=True)
class Claim:
    """An album that nobody else asks for until the lease is over."""

    album: WantedAlbum
    leased_until: datetime


class CoverRequests:
    """Claims albums for this process and asks for them, one after the other."""

    def __init__(self, client: SpotifyClient, pacer: Pacer, settings: SpotifySettings, clock: Clock) -> None:
        self._client = client
        self._pacer = pacer
        self._settings = settings
        self._clock = clock
        self._backlog = SpotifyBacklog(settings.ttl_days, clock, fence=lambda: None)
        self._claims: deque[Claim] = deque()
        self._changed = threading.Condition()
        self._thread: threading.Thread | None = None
        self._api_refused_until = 0.0
        self._refusals: Counter[Lane] = Counter()

    def ask_for(self, album_id: int) -> bool:
        """Claim an album, unless somebody has; return whether what it lacks may come soon."""
        spotify_id = Album.objects.listed().filter(pk=album_id).values_list("spotify_id", flat=True).first()
        if spotify_id is None:
            return False
        row, now = SpotifyAlbum.objects.filter(pk=spotify_id).defer("tracks").first(), self._clock.now()
        if row and row.leased_until and row.leased_until > now:
            return True
        row = row or SpotifyAlbum(pk=spotify_id)
        lanes = self._lanes(_wanted(row, now))
        # What fails in the Web API rests; what fails in oEmbed says nothing of the Web API.
        rests = self._settings.has_credentials and not _has_come(row.next_try_at, now)
        if row.state not in {AWAITING, COVER} or rests or not lanes:
            return False
        if len(self._claims) >= MOST_WAITING or not self._may_ask(lanes):
            self._note_wish(row, now)
            return False
        self._claim(row, now)
        return True

    def _lanes(self, album: WantedAlbum) -> list[Lane]:
        """Return the ways by which an album may get what it lacks."""
        may_use_api = self._settings.has_credentials and self._clock.monotonic() >= self._api_refused_until
        return [Lane.API] * may_use_api + [Lane.OEMBED] * album.lacks_cover

    def _may_ask(self, lanes: list[Lane]) -> bool:
        return any(
            self._pacer.block(lane) is None and (lane is Lane.OEMBED or self._pacer.has_budget(for_visitor=True))
            for lane in lanes
        )

    def _note_wish(self, row: SpotifyAlbum, now: datetime) -> None:
        """Let the next run over the backlog begin with this album."""
        if row.asked_for_at is None:
            SpotifyAlbum.objects.bulk_create([SpotifyAlbum(pk=row.pk)], ignore_conflicts=True)
            SpotifyAlbum.objects.filter(pk=row.pk, asked_for_at=None).update(asked_for_at=now)

    def _claim(self, row: SpotifyAlbum, now: datetime) -> None:
        """Take the lease, if nobody was faster, and hand the album to the thread."""
        SpotifyAlbum.objects.bulk_create([SpotifyAlbum(pk=row.pk)], ignore_conflicts=True)
        as_seen = SpotifyAlbum.objects.filter(pk=row.pk, state=row.state, attempts=row.attempts)
        free = as_seen.filter(Q(leased_until=None) | Q(leased_until__lte=now), fetched_at=row.fetched_at)
        until = now + LEASE
        if free.update(leased_until=until, asked_for_at=now):
            self._hand_over(Claim(_wanted(row, now), until))

    def _hand_over(self, claim: Claim) -> None:
        with self._changed:
            self._claims.append(claim)
            self._changed.notify()
            if self._thread is None or not self._thread.is_alive():
                self._thread = threading.Thread(target=self._work, name="cover requests", daemon=True)
                self._thread.start()

    def _work(self) -> None:
        """Serve claims until there are none for a while."""
        while claim := self._next_claim():
            try:
                self._serve(claim)
            finally:
                connections.close_all()

    def _next_claim(self) -> Claim | None:
        with self._changed:
            if not self._changed.wait_for(lambda: self._claims, IDLE_SECONDS):
                self._thread = None
                return None
            return self._claims.popleft()

    def _serve(self, claim: Claim) -> None:
        """Ask for one album, if the lease still holds, and store what comes."""
        lease = SpotifyAlbum.objects.filter(pk=claim.album.id, leased_until=claim.leased_until)
        claim = replace(claim, leased_until=self._clock.now() + LEASE)
        if not lease.update(leased_until=claim.leased_until):
            return
        call = self._wait_for_turn(claim.album)
        if call is None:
            self._release(claim)
            return
        answers: Answers | SpotifyError
        try:
            answers = call.send(self._client)
        except SpotifyError as error:
            answers = error
            self._pacer.learn(call.lane, error)
            self._recover(claim, call.lane, error)
        else:
            self._take_in(call, answers)
        Tally.add(CALLS, {label_of(call.lane, answers): 1})

    def _take_in(self, call: Call, answers: Answers) -> None:
        """Store an answer. Refusals only count in runs, which ask more than once who is right."""
        if any(answers.values()):
            self._refusals[call.lane] = 0
            self._pacer.learn(call.lane)
            self._backlog.store(call.albums, answers)
            return
        self._pacer.learn(call.lane, UnknownAlbum())
        self._backlog.store_failure(call.albums, UnknownAlbum(), by_oembed=call.lane is Lane.OEMBED)
        self._refusals[call.lane] += 1
        if self._refusals[call.lane] >= REFUSALS_TO_DOUBT:
            self._refusals[call.lane] = 0
            self._pacer.distrust(call.lane)

    def _wait_for_turn(self, album: WantedAlbum) -> Call | None:
        """Return a call on the lane that is free first, or None if none is soon."""
        lanes, gives_up_at = self._lanes(album), self._clock.monotonic() + PATIENCE_SECONDS
        while lanes and self._clock.monotonic() < gives_up_at:
            for lane in tuple(lanes):
                turn = self._pacer.take(lane)
                if turn.block or (turn.is_now and lane is Lane.API and not self._pacer.reserve(for_visitor=True)):
                    lanes.remove(lane)
                elif turn.is_now:
                    return Call(lane, (album,))
            self._clock.sleep(SLICE_SECONDS)
        return None

    def _release(self, claim: Claim) -> None:
        """Give the lease back; the wish stays."""
        SpotifyAlbum.objects.filter(pk=claim.album.id, leased_until=claim.leased_until).update(leased_until=None)

    def _recover(self, claim: Claim, lane: Lane, error: SpotifyError) -> None:
        logger.warning("Spotify call for a visitor failed album=%s error=%s", claim.album.id, error)
        if isinstance(error, BadCredentials | AppForbidden):
            self._api_refused_until = self._clock.monotonic() + REFUSED_SECONDS
            if claim.album.lacks_cover:
                self._hand_over(claim)
                return
        if isinstance(error, RateLimited | BadCredentials | AppForbidden):
            self._release(claim)
        else:
            self._backlog.store_failure([claim.album], error, by_oembed=lane is Lane.OEMBED)


def _wanted(row: SpotifyAlbum, now: datetime) -> WantedAlbum:
    lacks_cover = row.state == AWAITING and _has_come(row.cover_next_try_at, now)
    return WantedAlbum(row.pk, attempts=row.attempts, lacks_cover=lacks_cover)


def _has_come(moment: datetime | None, now: datetime) -> bool:
    return moment is None or moment <= now
