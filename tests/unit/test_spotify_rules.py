"""Who is asked next, what an answer changes, and when a refusal is believed: without a database or a network."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog.services.spotify.parsing import AlbumFacts, CoverFacts, Covers, Track
from catalog.services.spotify.rules.merge import merged, pause, refused, told
from catalog.services.spotify.rules.order import COMPLETE, COVER, Known, Order

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
DAY, TTL = timedelta(days=1), timedelta(days=30)
BLANK: dict[str, Any] = {
    "name": "", "release_date": "", "label": "", "total_tracks": None, "tracks": [],
    "cover_small": "", "cover_medium": "", "cover_large": "",
    "refused_days": 0, "refused_at": None, "state": "awaiting",
}  # fmt: skip
TEXTS = st.sampled_from(["", "a", "b"])
COVERS = st.builds(Covers, TEXTS, TEXTS, TEXTS)
TRACKS = st.lists(st.builds(Track, st.integers(1, 3), st.integers(1, 2), TEXTS, st.none() | st.just(1.5)), max_size=4)
ANSWERS = st.builds(
    AlbumFacts, TEXTS, TEXTS, TEXTS, st.none() | st.integers(0, 5), TRACKS.map(tuple), COVERS
) | st.builds(CoverFacts, TEXTS, COVERS)


@pytest.mark.parametrize("from_api", [True, False])
@given(albums=st.integers(1, 60), budget=st.integers(1, 12), dead=st.integers(0, 30))
def test_every_album_is_asked_for_in_the_end_however_small_the_budget(
    albums: int, budget: int, dead: int, *, from_api: bool
) -> None:
    """Days pass, and each asks for as many as the budget allows: data grow old long before all are asked for."""
    rows = {str(number): Known(str(number)) for number in range(albums)}
    asked: set[str] = set()
    now, state = NOON, COMPLETE if from_api else COVER
    for _ in range(5 * albums // budget + 60):
        for album in Order(now, TTL, from_api).of(rows.values())[:budget]:
            asked.add(album.id)
            row = rows[album.id]
            if int(album.id) < dead:
                tries = row.attempts if from_api else row.cover_attempts
                tried = {"attempts": tries + 1, "next_try_at": now + pause(min(tries + 1, 20))}
                rows[album.id] = row._replace(**({} if from_api else {f"cover_{k}": v for k, v in tried.items()}))
                rows[album.id] = row._replace(**tried) if from_api else rows[album.id]
            else:
                rows[album.id] = row._replace(state=state, fetched_at=now, next_try_at=None)
        now += DAY
        if len(asked) == albums:
            return
    raise AssertionError(sorted(set(rows) - asked))


def test_the_whole_catalogue_is_asked_for_in_88_days_before_any_renewal() -> None:
    rows = {str(number): Known(str(number)) for number in range(1760)}
    for day in range(88):
        now = NOON + day * DAY
        wanted = Order(now, TTL, from_api=True).of(rows.values())[:20]
        assert not any(rows[album.id].fetched_at for album in wanted)
        rows |= {album.id: Known(album.id, COMPLETE, now) for album in wanted}
    assert all(row.fetched_at for row in rows.values())
    oldest = Order(NOON + 88 * DAY, TTL, from_api=True).of(rows.values())[:20]
    assert {rows[album.id].fetched_at for album in oldest} == {NOON}


@given(st.lists(st.none() | ANSWERS, max_size=8))
def test_no_sequence_of_answers_loses_a_cover_or_a_track(answers: list[AlbumFacts | CoverFacts | None]) -> None:
    row = dict(BLANK)
    for number, answer in enumerate(answers):
        before = dict(row)
        row |= refused(row, NOON + number * DAY) if answer is None else merged(row, told(answer))
        for name in ("name", "release_date", "label", "total_tracks", "cover_small", "cover_medium", "cover_large"):
            assert row[name] or not before[name], name
        assert _named(row) >= _named(before) or (answer is not None and _is_whole(told(answer)))


def _named(row: dict[str, Any]) -> int:
    return sum(bool(track["name"]) for track in row["tracks"])


def _is_whole(said: dict[str, Any]) -> bool:
    return bool(said["tracks"]) and len(said["tracks"]) >= said["total_tracks"]


def test_a_short_list_does_not_replace_a_long_one_and_a_whole_one_does() -> None:
    def answer(tracks: int, total: int | None) -> AlbumFacts:
        return AlbumFacts("A", "", "", total, tuple(Track(n, 1, f"T{n}", None) for n in range(1, tracks + 1)), Covers())

    row = merged(BLANK, told(answer(10, 10)))
    assert len(merged(row, told(answer(3, 10)))["tracks"]) == 10
    assert len(merged(row, told(answer(3, None)))["tracks"]) == 10
    assert len(merged(row, told(answer(9, 9)))["tracks"]) == 9


def test_an_album_is_broken_after_refusals_on_three_days() -> None:
    row, states = BLANK | {"state": COMPLETE}, list[tuple[object, object]]()
    for hours in (0, 1, 6, 30, 31, 54):
        row |= refused(row, NOON + timedelta(hours=hours))
        states.append((row["refused_days"], row["state"]))
    assert states == [(1, COMPLETE), (1, COMPLETE), (1, COMPLETE), (2, COMPLETE), (2, COMPLETE), (3, "dead")]
    assert row["next_try_at"] == NOON + timedelta(hours=54, days=30)
