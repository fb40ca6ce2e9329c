"""What the statistics count, and the shapes of their charts."""

import pytest

from catalog.browse.statistics.shapes import Counted, bars, shares, stacked


def counted(*numbers: int) -> list[Counted]:
    return [Counted(str(place), number, f"?{place}") for place, number in enumerate(numbers)]


def test_the_tallest_column_fills_the_chart_and_parts_stand_on_each_other() -> None:
    whole, half = stacked([(Counted("2024", 8, ""), counted(2, 0, 6)), (Counted("2025", 4, ""), counted(4, 0, 0))])
    assert [(each.series, each.y, each.height) for each in whole.segments] == [(1, "75", "25"), (3, "0", "75")]
    assert [(each.series, each.y, each.height) for each in half.segments] == [(1, "50", "50")]
    assert [part.albums for part in whole.parts] == [2, 0, 6]


def test_a_share_is_of_its_year_and_a_year_without_albums_has_none() -> None:
    columns = shares(zip(counted(1, 2, 0), (10, 10, 0), strict=True), largest=0.2)
    assert [[each.height for each in column.segments] for column in columns] == [["50"], ["100"], []]


@pytest.mark.parametrize(("numbers", "lengths"), [((4, 3, 0), ["100", "75", "0"]), ((0, 0), ["0", "0"]), ((), [])])
def test_the_longest_bar_fills_the_chart(numbers: tuple[int, ...], lengths: list[str]) -> None:
    assert [bar.length for bar in bars(counted(*numbers))] == lengths
