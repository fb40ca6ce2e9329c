"""How long a server asks to wait, in whatever shape it says so."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog.services.http import parse_retry_after

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
WEEK = 604_800.0


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        ("3", 3.0),
        ("0", 0.0),
        (" 30 ", 30.0),
        (" 1.5 ", 1.5),
        ("86400", 86_400.0),
        ("99999999", WEEK),
        ("9" * 5000, WEEK),
        ("Sun, 22 Nov 2026 12:00:30 GMT", 30.0),
        ("Sun, 22 Nov 2026 11:00:00 GMT", 0.0),
        ("Sun, 22 Nov 2026 12:00:30 -0000", 30.0),
        ("Sun, 22 Nov 2026 12:00:30", 30.0),
        ("Sun, 22 Nov 2026 13:00:30 +0100", 30.0),
        ("Sun, 22 Nov 2099 12:00:30 GMT", WEEK),
        ("Fri, 07 Feb 3025 10:00:00 GMT", WEEK),
        ("Fri, 07 Feb 99999999999 10:00:00 GMT", None),
        ("-3", None),
        ("nan", None),
        ("1e3", None),
        ("1.", None),
        ("٣٠", None),
        ("soon", None),
        ("", None),
        (None, None),
    ],
)
def test_retry_after_in_every_shape(value: str | None, seconds: float | None) -> None:
    assert parse_retry_after(value, NOW) == seconds


@given(st.text())
def test_no_retry_after_makes_the_parser_stumble(value: str) -> None:
    assert 0 <= (parse_retry_after(value, NOW) or 0) <= WEEK
