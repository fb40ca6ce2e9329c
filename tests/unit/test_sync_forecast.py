import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog.services.sync.progress.forecast import FIRST_TIME, Forecast, usual_seconds

USUAL = {"fetching": 2.0, "reading": 4.0, "applying": 8.0, "enriching": 10.0, "each_album": 0.001}
STEPS = ("fetching", "reading", "applying", "enriching")


def test_without_earlier_syncs_a_guess_counts() -> None:
    assert usual_seconds([], 60) == FIRST_TIME | {"enriching": 60}


def test_the_middle_of_earlier_syncs_counts() -> None:
    earlier = [{"fetching": 1.0}, {"fetching": 9.0, "reading": 2.0}, {"fetching": 2.0, "enriching": 5.0}]
    usual = usual_seconds(earlier, 60)
    assert (usual["fetching"], usual["reading"], usual["enriching"]) == (2.0, 2.0, 5.0)


def test_enriching_is_bounded_by_its_setting() -> None:
    assert usual_seconds([{"enriching": 60.0}], 0)["enriching"] == 0


def test_before_anything_is_known_the_usual_time_is_left() -> None:
    forecast = Forecast(USUAL, 100.0)
    forecast.enter("fetching", 100.0)
    assert forecast.left(100.0, 0) == pytest.approx(24.3)
    assert forecast.left(101.0, 0) == pytest.approx(23.3)


def test_the_number_of_albums_replaces_the_usual_time() -> None:
    forecast = Forecast(USUAL, 0.0)
    forecast.enter("applying", 0.0, pieces=3000)
    assert forecast.left(0.0, 0) == pytest.approx(0.2 + 3.0 + 2 + 4 + 10 + 0.3)


def test_the_pace_of_the_step_wins_once_a_quarter_is_done() -> None:
    forecast = Forecast(USUAL | {"fetching": 0.0, "reading": 0.0, "enriching": 0.0}, 0.0)
    forecast.enter("applying", 0.0, pieces=1000)
    assert forecast.left(10.0, 500) == pytest.approx(10.3)


def test_a_bound_is_never_overrun() -> None:
    forecast = Forecast(USUAL | {"fetching": 0.0, "reading": 0.0, "applying": 0.0}, 0.0)
    forecast.enter("enriching", 0.0, pieces=10_000, seconds=60)
    assert forecast.left(30.0, 2500) == pytest.approx(30.3)


def test_what_steps_took_is_kept_for_the_next_time() -> None:
    forecast = Forecast(USUAL, 0.0)
    forecast.enter("fetching", 0.0)
    forecast.enter("applying", 1.5, pieces=1000)
    forecast.enter("finalizing", 3.5)
    assert forecast.took == {"fetching": 1.5, "applying": 2.0, "each_album": 0.002}


def test_a_few_albums_do_not_tell_how_long_one_takes() -> None:
    forecast = Forecast(USUAL, 0.0)
    forecast.enter("applying", 0.0, pieces=3)
    forecast.enter("finalizing", 1.0)
    assert forecast.took == {"applying": 1.0}


@given(
    durations=st.lists(st.floats(0, 100), min_size=4, max_size=4),
    pieces=st.lists(st.none() | st.integers(0, 50), min_size=4, max_size=4),
    usual=st.dictionaries(st.sampled_from([*STEPS]), st.floats(0, 100)),
)
def test_the_percentage_never_falls_and_never_says_100(
    durations: list[float], pieces: list[int | None], usual: dict[str, float]
) -> None:
    forecast, now, shown = Forecast(USUAL | usual, 0.0), 0.0, 0
    for step, seconds, number in zip(STEPS, durations, pieces, strict=True):
        forecast.enter(step, now, pieces=number)
        for done in range(11):
            percent = forecast.percent(now + seconds * done / 10, (number or 0) * done // 10)
            assert shown <= percent <= 99
            shown = percent
        now += seconds


def test_the_percentage_is_the_share_of_the_time_where_the_estimate_is_right() -> None:
    forecast = Forecast(dict.fromkeys(USUAL, 0.0) | {"reading": 9.7}, 0.0)
    forecast.enter("reading", 0.0)
    assert [forecast.percent(now, 0) for now in (1.0, 2.0, 5.0, 7.0)] == [9, 19, 49, 69]


def test_the_percentage_goes_on_while_an_estimate_is_found_to_be_wrong() -> None:
    forecast = Forecast(USUAL | {"fetching": 0.0, "reading": 0.0, "enriching": 0.0}, 0.0)
    forecast.enter("applying", 0.0, pieces=1000)
    shown = [forecast.percent(float(now), now * 10) for now in range(101)]
    assert shown == sorted(shown)
    assert max(later - earlier for earlier, later in zip(shown, shown[10:], strict=False)) < 60
    assert all(earlier < later for earlier, later in zip(shown, shown[5:], strict=False))


def test_a_step_without_pieces_is_over_at_once() -> None:
    forecast = Forecast(USUAL, 0.0)
    forecast.enter("enriching", 0.0, pieces=0, seconds=60)
    assert forecast.left(0.0, 0) == pytest.approx(2.0 + 4.0 + 8.0 + 0.3)


@pytest.mark.parametrize("usual", [USUAL, dict.fromkeys(USUAL, 0.0) | {"fetching": 9.7}])
def test_a_download_that_hangs_is_never_nearly_over(usual: dict[str, float]) -> None:
    forecast = Forecast(usual, 0.0)
    forecast.enter("fetching", 0.0)
    shown = [forecast.percent(float(now), 0) for now in range(121)]
    assert shown == sorted(shown)
    assert 0 < shown[-1] <= 20
    assert forecast.left(120.0, 0) > 60


def test_a_wait_for_spotify_is_added_and_does_not_count_for_the_pace() -> None:
    forecast = Forecast(dict.fromkeys(USUAL, 0.0), 0.0)
    forecast.enter("enriching", 0.0, pieces=100, seconds=600)
    assert forecast.left(10.0, 50) == pytest.approx(10.3)
    forecast.wait(10.0, 30)
    assert forecast.left(10.0, 50) == pytest.approx(40.3)
    forecast.wait(20.0, 20)
    assert forecast.left(20.0, 50) == pytest.approx(30.3)
    assert forecast.left(40.0, 50) == pytest.approx(10.3)
    assert forecast.left(45.0, 75) == pytest.approx(5.3)


def test_a_step_that_has_nothing_to_do_is_expected_to_take_no_time() -> None:
    forecast = Forecast(USUAL, 0.0)
    forecast.expect("enriching", 0.0)
    forecast.enter("fetching", 0.0)
    assert forecast.left(0.0, 0) == pytest.approx(14.3)
