"""The backlog against a stand-in for Spotify: both modes, limits and bad weather."""

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import connection
from django.db.models import F
from django.test.utils import CaptureQueriesContext

from catalog.models.album import Album
from catalog.models.spotify import SpotifyAlbum
from catalog.services.clock import Clock
from catalog.services.spotify.backlog import SpotifyBacklog, WantedAlbum
from catalog.services.spotify.enricher import EnrichOutcome, EnrichProgress, backlog_size
from catalog.services.spotify.parsing import CoverFacts, Covers
from catalog.wording import warning_line
from demo.spotify import Mode, SpotifyStandIn
from tests.long import short
from tests.spotify_world import NOON, SimulatedClock, add_albums, enricher_for, settings_for

pytestmark = pytest.mark.django_db

State = SpotifyAlbum.State
BATCH, SINGLE, OEMBED, TOKEN = "/albums?ids=", "/albums/", "/oembed?", "/token"
DAY = 86_400
Work = Callable[..., EnrichOutcome]


class Cancelled(Exception):
    pass


@pytest.fixture
def work(spotify: SpotifyStandIn, clock: SimulatedClock) -> Work:
    """Return what runs once over the backlog, as a process that has just been started."""

    def work(
        seconds: float = DAY, limit: int | None = None, *, full: bool = False, **settings: object
    ) -> EnrichOutcome:
        enricher = enricher_for(settings_for(spotify, **settings), clock)
        return enricher.work(seconds=seconds, beat=lambda _: None, fence=lambda: None, limit=limit, full=full)

    return work


def asked(spotify: SpotifyStandIn, part: str) -> list[str]:
    """Return the ids that were asked for, in order."""
    paths = [seen.path for seen in spotify.requests if part in seen.path]
    return [album_id for path in paths for album_id in re.findall(r"[0-9A-Za-z]{22}", path)]


def ids_in(state: State) -> set[str]:
    return set(SpotifyAlbum.objects.filter(state=state).values_list("pk", flat=True))


def test_extended_mode_asks_by_twenties_and_a_few_at_a_time(spotify: SpotifyStandIn, work: Work) -> None:
    ids = add_albums(800)
    spotify.latency = (0.3, 0.3)
    assert work() == EnrichOutcome(enriched=800, processed=800, awaiting=0)
    assert len(spotify.requests) <= 44  # 40 batches, and a token that several threads may miss at first
    assert ids_in(State.COMPLETE) == set(ids)
    sent_at = [seen.time for seen in spotify.requests if BATCH in seen.path]
    assert max(sum(0 <= other - moment < 0.27 for other in sent_at) for moment in sent_at) == 3


def test_full_data_are_stored(spotify: SpotifyStandIn, work: Work) -> None:
    (album_id,) = add_albums(1)
    work()
    stored = SpotifyAlbum.objects.get(pk=album_id)
    assert stored.name
    assert stored.label
    assert stored.fetched_at == NOON
    assert stored.total_tracks == len(stored.tracks)
    assert stored.tracks[0].keys() == {"number", "disc", "name", "seconds"}
    for cover in (stored.cover_small, stored.cover_medium, stored.cover_large):
        assert cover.startswith(spotify.address)


@pytest.mark.postgresql
def test_development_mode_spends_its_budget_on_the_newest_and_takes_covers_of_the_rest(
    spotify: SpotifyStandIn, clock: SimulatedClock, work: Work
) -> None:
    ids = add_albums(120)
    spotify.mode = "development"
    assert work(daily_budget=20, min_interval_seconds=None) == EnrichOutcome(enriched=120, processed=120, awaiting=0)
    assert spotify.count(BATCH) == 1
    assert asked(spotify, SINGLE) == ids[:20]
    assert set(asked(spotify, OEMBED)) == set(ids[20:])
    assert spotify.count(OEMBED) == 100
    assert ids_in(State.COMPLETE) == set(ids[:20])
    assert clock.passed >= 99 * 0.35


def test_the_next_sync_of_development_mode_asks_nothing_twice(
    spotify: SpotifyStandIn, clock: SimulatedClock, work: Work
) -> None:
    ids = add_albums(60)
    spotify.mode = "development"
    for hours in range(25):
        work(daily_budget=20, seconds=5, min_interval_seconds=None)
        if hours == 23:
            assert asked(spotify, SINGLE) == ids[:20]
        clock.sleep(3600)
    assert spotify.count(BATCH) == 2  # one a day
    assert len(set(asked(spotify, SINGLE))) == spotify.count(SINGLE) > 20
    assert len(set(asked(spotify, OEMBED))) == spotify.count(OEMBED)
    assert ids_in(State.COMPLETE) | ids_in(State.COVER) == set(ids)


def test_an_app_that_was_promoted_is_noticed_after_a_day_or_when_all_is_wanted(
    spotify: SpotifyStandIn, clock: SimulatedClock, work: Work
) -> None:
    add_albums(60)
    spotify.mode = "development"
    work(daily_budget=4)
    spotify.mode = "extended"
    assert work(daily_budget=4).enriched == 0
    assert spotify.count(BATCH) == 1
    clock.sleep(DAY)
    assert work().enriched == 56
    spotify.mode = "development"
    work(daily_budget=4, full=True)
    spotify.mode = "extended"
    assert work(full=True).enriched == 60


@pytest.mark.parametrize(("fault", "retry_after", "hours"), [("rate_limited", 3600, 1), ("quota", None, 24)])
@pytest.mark.parametrize("mode", ["extended", "development"])
def test_nothing_is_sent_before_a_long_block_is_over(
    spotify: SpotifyStandIn, clock: SimulatedClock, work: Work, fault: str, retry_after: int, hours: int, mode: Mode
) -> None:
    add_albums(60)
    spotify.mode = mode
    spotify.fail(fault, retry_after=retry_after, times=1, on="ids=" if mode == "extended" else SINGLE)
    outcome = work()
    assert outcome.awaiting > 0
    assert outcome.warnings[0].code == "spotify_blocked"
    assert "SPOTIFY_DAILY_BUDGET" in warning_line(outcome.warnings[0])
    spotify.requests.clear()
    clock.sleep(hours * 3600 - 62)
    for _ in range(4):
        assert work().processed == 0
    assert spotify.requests == []
    clock.sleep(62)
    assert work().awaiting == 0


def test_a_short_block_is_sat_out_and_told(spotify: SpotifyStandIn, clock: SimulatedClock) -> None:
    add_albums(100)
    spotify.fail("rate_limited", retry_after=3, times=1)
    told: list[EnrichProgress] = []
    enricher = enricher_for(settings_for(spotify), clock)
    outcome = enricher.work(seconds=60, beat=told.append, fence=lambda: None)
    assert outcome == EnrichOutcome(enriched=100, processed=100, awaiting=0)
    assert 3 <= clock.passed < 4
    assert {progress.waiting_until for progress in told} == {None, NOON + timedelta(seconds=3)}
    assert told[-1] == EnrichProgress(processed=100, total=100)


def test_a_wait_that_outlasts_the_run_ends_it(spotify: SpotifyStandIn, clock: SimulatedClock, work: Work) -> None:
    add_albums(20)
    spotify.fail("rate_limited", retry_after=30)
    assert work(seconds=10).warnings[0].code == "spotify_blocked"
    assert clock.passed < 1


@pytest.mark.parametrize(("secret", "most"), short(["not-a-secret"], [("not-a-secret", 1.2), ("", 1.2)]))
def test_all_albums_come_in_bad_weather(spotify: SpotifyStandIn, work: Work, secret: str, most: float) -> None:
    add_albums(1000 if secret else 200)
    for fault in ("error", "bad_gateway", "reset", "stall"):
        spotify.fail(fault, share=0.0125, on="/", seconds=1)
    assert work(client_secret=secret).awaiting == 0
    assert len(spotify.requests) <= most * (51 if secret else 200)


def test_three_tries_then_a_pause(spotify: SpotifyStandIn, clock: SimulatedClock, work: Work) -> None:
    (album_id,) = add_albums(1)
    spotify.fail("html")
    assert work() == EnrichOutcome(enriched=0, processed=1, awaiting=1)
    assert spotify.count(BATCH) == 3
    stored = SpotifyAlbum.objects.get(pk=album_id)
    assert (stored.state, stored.attempts) == (State.AWAITING, 1)
    assert stored.next_try_at == clock.now() + timedelta(minutes=10)
    spotify.heal()
    assert work().processed == 0
    clock.sleep(600)
    assert work().enriched == 1
    assert SpotifyAlbum.objects.get(pk=album_id).attempts == 0


def test_an_outage_ends_a_run_after_a_few_requests(spotify: SpotifyStandIn, work: Work) -> None:
    add_albums(400)
    spotify.fail("unavailable")
    outcome = work(seconds=60)
    assert (outcome.enriched, outcome.awaiting) == (0, 400)
    assert outcome.warnings[0].code == "spotify_blocked"
    assert spotify.count("/v1/") <= 10


def test_after_a_break_one_call_finds_out_whether_spotify_is_well(spotify: SpotifyStandIn, work: Work) -> None:
    add_albums(50)
    spotify.fail("unavailable", on=OEMBED)
    work(seconds=500, client_id="", max_wait_seconds=600)
    breaks = 4  # of 30, 60, 120 and 240 seconds
    assert 5 + breaks <= spotify.count(OEMBED) <= 7 + breaks


def test_without_credentials_covers_come_from_oembed(spotify: SpotifyStandIn, work: Work) -> None:
    ids = add_albums(10)
    outcome = work(client_id="", client_secret="")
    assert (outcome.enriched, outcome.awaiting, outcome.warnings) == (10, 0, ())
    assert spotify.count(OEMBED) == len(spotify.requests) == 10
    assert ids_in(State.COVER) == set(ids)


def test_with_wrong_credentials_covers_come_from_oembed(spotify: SpotifyStandIn, work: Work) -> None:
    add_albums(30)
    outcome = work(client_secret="wrong")
    assert (outcome.enriched, outcome.processed, outcome.awaiting) == (30, 30, 0)
    assert re.match(
        "spotify_credentials: .*SPOTIFY_CLIENT_ID.*SPOTIFY_CLIENT_SECRET", warning_line(outcome.warnings[0])
    )
    assert (spotify.count(TOKEN), spotify.count("/v1/"), spotify.count(OEMBED)) == (1, 0, 30)


@pytest.mark.parametrize("mode", ["extended", "development"])
def test_an_app_without_premium_gets_covers_and_is_told(spotify: SpotifyStandIn, work: Work, mode: Mode) -> None:
    add_albums(30)
    spotify.mode = mode
    spotify.fail("premium")
    outcome = work()
    assert (outcome.enriched, outcome.awaiting) == (30, 0)
    assert re.match("spotify_forbidden: .*SPOTIFY_CLIENT_ID.*Premium", warning_line(outcome.warnings[0]))
    assert spotify.count("/v1/") == 1


def test_covers_are_completed_once_the_api_may_be_asked(
    spotify: SpotifyStandIn, clock: SimulatedClock, work: Work
) -> None:
    ids = add_albums(5)
    work(client_id="")
    clock.sleep(60)
    assert work().enriched == 5
    assert ids_in(State.COMPLETE) == set(ids)
    assert work(client_id="", full=True).processed == 0


@pytest.mark.parametrize("settings", [{}, {"daily_budget": 2}])
def test_ids_are_dead_after_refusals_on_several_days_and_asked_for_again_after_a_month(
    spotify: SpotifyStandIn, clock: SimulatedClock, work: Work, settings: dict[str, object]
) -> None:
    spotify.unknown = "missing"
    spotify.mode = "development" if "daily_budget" in settings else "extended"
    ids = add_albums(2)
    for hours in (0, 6, 24, 18):
        assert ids_in(State.DEAD) == set()
        clock.sleep(3600 * hours)
        work(**settings)
        clock.sleep(3600 * 6)
    for _ in range(4):
        work(**settings)
        clock.sleep(DAY)
    assert ids_in(State.DEAD) == set(ids)
    spotify.requests.clear()
    clock.sleep(25 * DAY)
    assert work(**settings).processed == 0
    assert spotify.requests == []
    clock.sleep(5 * DAY)
    spotify.unknown = "invent"
    assert work(**settings).enriched == 2
    assert ids_in(State.COMPLETE) == set(ids)


def test_one_bad_id_does_not_spoil_a_batch(spotify: SpotifyStandIn, work: Work) -> None:
    ids = add_albums(20)
    Album.objects.filter(spotify_id=ids[7]).update(spotify_id="short")
    assert work().enriched == 19
    assert ids_in(State.DEAD) == {"short"}


def test_data_are_asked_for_anew_when_they_are_old_or_all_are_wanted(
    spotify: SpotifyStandIn, clock: SimulatedClock, work: Work
) -> None:
    add_albums(3)
    assert [work().processed, work().processed] == [3, 0]
    clock.sleep(30 * DAY)
    assert work().processed == 0
    clock.sleep(1)
    assert work().processed == 3
    clock.sleep(1)
    assert work(full=True).processed == 3


@pytest.mark.postgresql
def test_wishes_come_first_then_the_newest_and_removed_albums_never(spotify: SpotifyStandIn, work: Work) -> None:
    ids = add_albums(5)
    Album.objects.filter(spotify_id=ids[0]).update(release_date=None, release_order=0)
    Album.objects.filter(spotify_id=ids[1]).update(removed_at=NOON)
    SpotifyAlbum.objects.create(pk=ids[4], asked_for_at=NOON)
    work(client_id="", limit=3, min_interval_seconds=1)
    work()
    assert asked(spotify, OEMBED) == [ids[4], ids[2], ids[3]]
    assert asked(spotify, BATCH) == [ids[2], ids[3], ids[4], ids[0]]
    assert not SpotifyAlbum.objects.exclude(asked_for_at=None).exists()


@pytest.mark.postgresql
def test_an_album_that_somebody_else_asks_for_is_left_to_them(spotify: SpotifyStandIn, work: Work) -> None:
    ids = add_albums(2)
    SpotifyAlbum.objects.create(pk=ids[0], leased_until=NOON + timedelta(seconds=60))
    assert work() == EnrichOutcome(enriched=1, processed=1, awaiting=1)
    assert asked(spotify, BATCH) == [ids[1]]


def test_no_time_means_no_request(spotify: SpotifyStandIn, work: Work) -> None:
    add_albums(2)
    assert work(seconds=0) == EnrichOutcome(enriched=0, processed=0, awaiting=2)
    assert spotify.requests == []


def test_the_run_ends_in_time_at_the_pace_that_is_set(
    spotify: SpotifyStandIn, clock: SimulatedClock, work: Work
) -> None:
    add_albums(400)
    assert work(seconds=10, min_interval_seconds=1).enriched == 200
    assert clock.passed == pytest.approx(10, abs=1)


def test_beats_go_on_and_cancel_works_while_spotify_stalls(spotify: SpotifyStandIn) -> None:
    add_albums(100)
    spotify.fail("stall", seconds=60)
    beats: list[int] = []

    def beat(_: EnrichProgress) -> None:
        beats.append(spotify.count())
        if len(beats) > 6:
            raise Cancelled

    enricher = enricher_for(settings_for(spotify), Clock())
    with pytest.raises(Cancelled):
        enricher.work(seconds=120, beat=beat, fence=lambda: None)
    assert spotify.paused == 0, "the stall is not over"
    assert beats[-1] > 0
    assert not SpotifyAlbum.objects.exists()


def test_calls_that_hang_do_not_hold_a_run_that_is_over(spotify: SpotifyStandIn) -> None:
    add_albums(1)
    spotify.fail("stall", seconds=60)
    enricher = enricher_for(settings_for(spotify), Clock())
    assert enricher.work(seconds=0.3, beat=lambda _: None, fence=lambda: None).awaiting == 1
    assert spotify.paused == 0, "the stall is not over"


def test_a_cover_does_not_replace_the_full_data_that_came_meanwhile(clock: SimulatedClock) -> None:
    SpotifyAlbum.objects.create(pk="a" * 22, state=State.COMPLETE, label="Inside Out")
    album, facts = WantedAlbum("a" * 22), CoverFacts("Malina", Covers(medium="https://i.scdn.co/image/a"))
    SpotifyBacklog(30, clock, fence=lambda: None).store([album], {album.id: facts})
    stored = SpotifyAlbum.objects.get()
    assert (stored.state, stored.label) == (State.COMPLETE, "Inside Out")


@pytest.mark.postgresql
def test_a_sync_that_lost_its_place_writes_nothing(spotify: SpotifyStandIn, clock: SimulatedClock) -> None:
    add_albums(2)

    def fence() -> None:
        raise Cancelled

    with pytest.raises(Cancelled):
        enricher_for(settings_for(spotify), clock).work(seconds=60, beat=lambda _: None, fence=fence)
    assert not SpotifyAlbum.objects.exists()


def test_the_number_of_queries_grows_with_the_calls_and_not_with_the_albums(
    spotify: SpotifyStandIn, work: Work
) -> None:
    add_albums(400)
    with CaptureQueriesContext(connection) as queries:
        work()
    calls = len(asked(spotify, BATCH)) / 20  # 20, and those that a busy machine repeats
    assert len(queries) <= calls * 8 + 20


def test_only_spotifys_side_is_written(work: Work) -> None:
    add_albums(3)
    before = list(Album.objects.order_by("pk").values())
    work()
    assert list(Album.objects.order_by("pk").values()) == before


@pytest.mark.postgresql
def test_the_backlog_counts_listed_albums_with_an_id_and_no_answer() -> None:
    ids = add_albums(6)
    for album_id, state in zip(ids, State.values, strict=False):
        SpotifyAlbum.objects.create(pk=album_id, state=state)
    Album.objects.filter(spotify_id=ids[4]).update(removed_at=F("added_at"))
    assert backlog_size() == 2
