"""The bars of a chart: larger values are taller, and all stand on the line at the bottom."""

from datetime import UTC, datetime
from itertools import pairwise

import pytest
from django.template.loader import render_to_string
from lxml import html

from catalog.charts import HEIGHT, bar_chart

NOON = datetime(2026, 11, 25, 12, tzinfo=UTC)
VALUES = [(0.0, NOON, "failed"), (9.0, NOON, "completed"), (100.0, NOON, "cancelled")]


def test_a_larger_value_is_a_taller_bar_that_begins_nearer_to_the_top() -> None:
    bars = bar_chart(VALUES).bars
    assert [bar.height for bar in bars] == [0.0, 49.9, 100.0]
    assert [bar.y for bar in bars] == [100.0, 50.1, 0.0]
    assert [round(bar.y + bar.height, 1) for bar in bars] == [HEIGHT, HEIGHT, HEIGHT]


def test_bars_stand_side_by_side_in_the_order_of_their_values() -> None:
    chart = bar_chart(VALUES)
    assert [(bar.x, bar.value, bar.outcome) for bar in chart.bars] == [
        (530.0, 0.0, "failed"),
        (547.0, 9.0, "completed"),
        (564.0, 100.0, "cancelled"),
    ]
    assert (chart.width, chart.height, chart.bar_width) == (578, 100, 11.1)


@pytest.mark.parametrize("number", [1, 2, 34, 35, 100])
def test_one_bar_and_a_hundred_fill_the_same_room_up_to_the_right_edge(number: int) -> None:
    chart = bar_chart([(9.0, NOON, "completed")] * number)
    edges = [bar.x for bar in chart.bars]
    assert chart.width == 578
    assert edges[0] >= 0
    assert 0 < chart.width - (edges[-1] + chart.bar_width) < 4
    assert all(after - before > chart.bar_width for before, after in pairwise(edges))


def test_ticks_are_powers_of_ten_and_ascend_upwards() -> None:
    assert [(tick.value, tick.y) for tick in bar_chart(VALUES).ticks] == [(1, 85.0), (10, 48.0), (100, 0.0)]


def test_a_tick_is_where_a_bar_of_its_value_ends() -> None:
    chart = bar_chart([(value, NOON, "completed") for value in (1, 10, 100)])
    assert [tick.y for tick in chart.ticks] == [bar.y for bar in chart.bars]


def test_many_powers_of_ten_have_every_second_tick() -> None:
    assert [tick.value for tick in bar_chart([(17_602, NOON, "completed")]).ticks] == [1, 100, 10_000]
    assert [tick.value for tick in bar_chart([(1000, NOON, "completed")]).ticks] == [1, 10, 100, 1000]
    assert [tick.value for tick in bar_chart([(1001, NOON, "completed")]).ticks] == [1, 100, 10_000]


def test_trifles_and_nothing_at_all_are_drawn_on_a_scale_to_ten() -> None:
    assert [tick.value for tick in bar_chart([]).ticks] == [1, 10]
    assert bar_chart([]).bars == ()
    (bar,) = bar_chart([(0.4, NOON, "completed")]).bars
    assert (bar.y, bar.height) == (86.0, 14.0)


def drawn() -> html.HtmlElement:
    return html.fromstring(
        render_to_string("catalog/history/bar_chart.html", {"chart": bar_chart(VALUES), "title": "Albums changed"})
    )


def test_the_drawing_has_the_bars_as_they_were_reckoned() -> None:
    bars = drawn().xpath("//*[contains(concat(' ', @class, ' '), ' chart__bar ')]")
    names = ("x", "y", "width", "height", "data-outcome")
    assert [tuple(bar.get(name) for name in names) for bar in bars] == [
        ("530.0", "100.0", "11.1", "0.0", "failed"),
        ("547.0", "50.1", "11.1", "49.9", "completed"),
        ("564.0", "0.0", "11.1", "100.0", "cancelled"),
    ]


def test_the_drawing_has_its_numbers_beside_their_lines_and_is_not_turned() -> None:
    chart = drawn()
    ticks = chart.xpath("//*[contains(concat(' ', @class, ' '), ' chart__tick ')]")
    assert [(tick.text_content().strip(), tick.get("y")) for tick in ticks] == [
        ("1", "85.0"), ("10", "48.0"), ("100", "0.0"),
    ]  # fmt: skip
    lines = chart.xpath("//*[contains(concat(' ', @class, ' '), ' chart__grid ')]")
    assert [(line.get("y1"), line.get("y2")) for line in lines] == [("85.0", "85.0"), ("48.0", "48.0"), ("0.0", "0.0")]
    assert chart.xpath("//@transform | //@style") == []
    (drawing,) = chart.xpath("//svg")
    left, top, _, height = map(float, (drawing.get("viewbox") or drawing.get("viewBox")).split())
    assert left <= 0
    assert top <= 0
    assert top + height >= HEIGHT
