"""The pacer, with time that the test moves: nothing is sent too early, too often or while Spotify is blocked."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta

import pytest
from django.db import connections

from catalog.conf import SpotifySettings
from catalog.models.spotify import SpotifyCall, SpotifyQuota
from catalog.services.spotify.errors import RateLimited, TemporaryFailure, UnknownAlbum
from catalog.services.spotify.pacer import Lane, Pacer
from tests.spotify_world import NOON, SimulatedClock

pytestmark = pytest.mark.django_db

SETTINGS = SpotifySettings(
    client_id="progmetal",
    client_secret="",
    api_url="",
    token_url="",
    oembed_url="",
    min_interval_seconds=None,
    image_hosts=(),
    daily_budget=10,
    max_wait_seconds=60,
    ttl_days=30,
)
DAY = 86_400


@pytest.fixture
def pacer(clock: SimulatedClock) -> Pacer:
    return Pacer(SETTINGS, clock)


def test_turns_never_pile_up(pacer: Pacer, clock: SimulatedClock) -> None:
    assert pacer.take(Lane.API).is_now
    assert pacer.take(Lane.API).wait == pytest.approx(1.0)
    clock.sleep(100)
    assert pacer.take(Lane.API).is_now
    assert not pacer.take(Lane.API).is_now


def test_each_lane_has_a_pace_of_its_own(pacer: Pacer) -> None:
    assert pacer.take(Lane.API).is_now
    assert pacer.take(Lane.OEMBED).is_now
    assert pacer.take(Lane.OEMBED).wait == pytest.approx(0.35)


@pytest.mark.parametrize(
    ("given", "is_extended", "seconds"), [(None, False, 1.0), (None, True, 0.35), (2, True, 2), (0, False, 0)]
)
def test_the_interval_is_that_of_the_settings_or_of_the_mode(
    clock: SimulatedClock, given: float | None, seconds: float, *, is_extended: bool
) -> None:
    pacer = Pacer(replace(SETTINGS, min_interval_seconds=given), clock)
    pacer.remember_mode(is_extended=is_extended)
    assert pacer.interval(Lane.API) == seconds


def test_a_429_raises_the_interval_and_answers_lower_it_slowly(pacer: Pacer, clock: SimulatedClock) -> None:
    pacer.learn(Lane.API, RateLimited(3))
    raised = pacer.interval(Lane.API)
    assert raised > 1.0
    clock.sleep(3)
    pacer.learn(Lane.API)
    assert 1.0 < pacer.interval(Lane.API) < raised
    for _ in range(100):
        pacer.learn(Lane.API, UnknownAlbum())
    assert pacer.interval(Lane.API) == 1.0


def test_a_short_wait_stops_everybody_for_just_that_long(pacer: Pacer, clock: SimulatedClock) -> None:
    other_process = Pacer(SETTINGS, clock)
    for _ in range(4):  # the answers to all calls that were under way
        pacer.learn(Lane.API, RateLimited(3))
    for pacer_of_somebody in (pacer, other_process):
        for lane in Lane:
            assert pacer_of_somebody.take(lane).wait == pytest.approx(3)
    clock.sleep(3)
    assert other_process.take(Lane.API).is_now


@pytest.mark.postgresql
@pytest.mark.parametrize(
    ("error", "seconds"),
    [
        (RateLimited(3600), 3600),
        (RateLimited(16_008, is_quota=True), 16_008),
        (RateLimited(None, is_quota=True), DAY),
        (RateLimited(None), 1),
    ],
)
def test_a_block_is_stored_for_all_processes(
    pacer: Pacer, clock: SimulatedClock, error: RateLimited, seconds: float
) -> None:
    pacer.learn(Lane.API, error)
    assert SpotifyQuota.objects.get(pk=Lane.API).blocked_until == NOON + timedelta(seconds=seconds)
    clock.sleep(seconds - 0.1)
    restarted = Pacer(SETTINGS, clock)
    assert not restarted.take(Lane.API).is_now
    assert not restarted.take(Lane.OEMBED).is_now
    clock.sleep(0.1)
    assert restarted.take(Lane.API).is_now


def test_a_block_is_never_shortened(pacer: Pacer) -> None:
    pacer.learn(Lane.API, RateLimited(3600))
    pacer.learn(Lane.API, RateLimited(2))
    assert pacer.take(Lane.API).wait == pytest.approx(3600)


def test_a_429_of_oembed_leaves_the_web_api_alone(pacer: Pacer) -> None:
    pacer.learn(Lane.OEMBED, RateLimited(3600))
    assert pacer.take(Lane.OEMBED).wait == pytest.approx(3600)
    assert pacer.take(Lane.API).is_now


def test_refusals_after_each_wait_make_the_waits_longer(pacer: Pacer, clock: SimulatedClock) -> None:
    waits: list[float] = []
    for _ in range(4):
        pacer.learn(Lane.API, RateLimited(2))
        waits.append(pacer.take(Lane.API).wait)
        clock.sleep(waits[-1])
    assert waits == pytest.approx([2, 4, 16, 64])


@pytest.mark.postgresql
def test_the_budget_counts_any_24_hours(pacer: Pacer, clock: SimulatedClock) -> None:
    sent: list[float] = []
    for _ in range(3 * 24):
        while pacer.reserve():
            sent.append(clock.passed)
            clock.sleep(1)
        clock.sleep(3600)
    assert len(sent) == 30
    assert all(later - earlier >= DAY for earlier, later in zip(sent, sent[10:], strict=False))
    assert SpotifyCall.objects.count() <= 10


@pytest.mark.postgresql
def test_all_processes_share_the_budget(pacer: Pacer, clock: SimulatedClock) -> None:
    pacers = [pacer, *(Pacer(SETTINGS, clock) for _ in range(3))]
    assert sum(one.reserve() for _ in range(5) for one in pacers) == 10
    assert pacer.budget_left() == 0


def test_visitors_get_at_most_half_of_the_budget(pacer: Pacer) -> None:
    assert sum(pacer.reserve(for_visitor=True) for _ in range(10)) == 5
    assert sum(pacer.reserve() for _ in range(10)) == 5


def test_extended_mode_has_no_budget(pacer: Pacer) -> None:
    pacer.remember_mode(is_extended=True)
    assert all(pacer.reserve() for _ in range(20))
    assert SpotifyCall.objects.count() == 0


def test_a_refused_call_for_twenty_is_remembered_for_a_day_or_until_one_is_answered(
    pacer: Pacer, clock: SimulatedClock
) -> None:
    pacer.remember_mode(is_extended=False)
    assert not pacer.may_ask_for_twenty()
    pacer.remember_mode(is_extended=True)
    assert pacer.may_ask_for_twenty()
    pacer.remember_mode(is_extended=False)
    clock.sleep(24 * 3600)
    assert pacer.may_ask_for_twenty()


def test_failures_in_a_row_make_a_break_that_grows(pacer: Pacer, clock: SimulatedClock) -> None:
    for _ in range(4):
        pacer.learn(Lane.API, TemporaryFailure())
        assert not pacer.take(Lane.API).block
    waits: list[float] = []
    for _ in range(7):
        pacer.learn(Lane.API, TemporaryFailure())
        waits.append(Pacer(SETTINGS, clock).take(Lane.API).wait)
        clock.sleep(waits[-1])
    assert waits == pytest.approx([30, 60, 120, 240, 480, 600, 600])


def test_failures_of_calls_that_were_under_way_do_not_lengthen_the_break(pacer: Pacer) -> None:
    for _ in range(8):
        pacer.learn(Lane.API, TemporaryFailure())
    assert pacer.take(Lane.API).wait == pytest.approx(30)


def test_one_good_answer_ends_the_counting(pacer: Pacer, clock: SimulatedClock) -> None:
    for _ in range(5):
        pacer.learn(Lane.API, TemporaryFailure())
    clock.sleep(30)
    assert pacer.take(Lane.API).is_now
    assert pacer.is_shaky(Lane.API)
    pacer.learn(Lane.API)
    assert not pacer.is_shaky(Lane.API)
    assert SpotifyQuota.objects.get(pk=Lane.API).failures_in_a_row == 0


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_calls_that_are_counted_at_the_same_time_are_all_counted() -> None:
    def process(_: int) -> int:
        pacer = Pacer(SETTINGS, SimulatedClock())
        try:
            return sum(pacer.reserve() for _ in range(5))
        finally:
            connections.close_all()

    with ThreadPoolExecutor(4) as processes:
        assert sum(processes.map(process, range(4))) == 10
    assert SpotifyCall.objects.count() == 10
