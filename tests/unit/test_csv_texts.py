"""Texts in CSV: spreadsheets must take each for a text, and show it as it is written."""

import csv
import io
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog.formats.csv_file import BOM, as_text, csv_blocks
from catalog.formats.records import KEYS

FIGURE_SPACE = "\u2007"
EMPTY = dict.fromkeys(KEYS)


@pytest.mark.parametrize(
    "text",
    [
        "=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\ttext", "\rtext", "  =1+1", "\u00a0-1", "\u200b=1",
        '"=1+1"', "'=1+1",
        "＝1+1", "＋1", "－1", "＠A1", "\ufeff=1", "−1", "=HYPERLINK(\"http://x\")", "-", "+44 (live)", "@", "\n=1",
    ],
)  # fmt: skip
def test_what_begins_like_a_formula_begins_with_an_apostrophe(text: str) -> None:
    written = as_text(text)
    assert written.startswith("'")
    assert re.sub(r"\s", "", written[1:]) == re.sub(r"\s", "", text)


@pytest.mark.parametrize(
    "text",
    [
        "007", "2112", "10,000", "10.000", "1 000", "1.618", "1/2", "3-1", "2020-01-02", "12:30", "12:30 PM", "10%",
        "$5", "5 €",
        "(5)", "1e5", "1E-5", "5 May", "May 5", "May 5, 2020", "1. März 2020", "5-Jan", "MAR1", "SEPT2", "5May",
        "TRUE", "false",
        "WAHR", "#N/A", "#REF!", "２１１２", "٢١١٢", "90125", "69/96",
    ],
)  # fmt: skip
def test_what_looks_like_a_number_or_a_date_ends_with_a_blank_that_nobody_sees(text: str) -> None:
    assert as_text(text) == text + FIGURE_SPACE


@pytest.mark.parametrize(
    "text",
    [
        "", "Coal", "Kveikur, \"live\"", "2xLP", "LP", "2020 Prog-metal", "Blackwater Park", "Chapter One", "Sigur Rós",
        "may", "May", "March of the Fire Ants", "https://open.spotify.com/album/2bF0pQmLdMrTU9hZRnl9Wp",
        "2bF0pQmLdMrTU9hZRnl9Wp", "Q: Are We Not Men", "Rock'n'Roll", "a;b", "Volume", "N/A",
    ],
)  # fmt: skip
def test_other_texts_stay_as_they_are(text: str) -> None:
    assert as_text(text) == text


def test_a_cell_that_semicolons_would_make_is_a_text_too() -> None:
    assert as_text("Coal;=1+1") == "Coal;'=1+1"
    assert as_text("Coal; =1+1; b") == "Coal;' =1+1; b"


def test_line_breaks_and_control_characters_become_blanks() -> None:
    assert as_text("a\r\n=1+1\x00\x0bb\u2028c") == "a =1+1 b c"


@given(st.text(max_size=40))
def test_no_cell_begins_like_a_formula(text: str) -> None:
    written = as_text(text)
    assert not written.startswith(("=", "+", "-", "@", "\t", "\r", "\n"))
    assert not re.search(r"[\x00-\x1f\x7f]", written)
    # Nothing is lost: what a reader of the documentation takes away again are two marks.
    plain = written.removesuffix(FIGURE_SPACE) if not text.endswith(FIGURE_SPACE) else written
    assert re.sub(r"[\s'\x00-\x1f\x7f-\x9f\u2028\u2029]", "", plain) == re.sub(
        r"[\s'\x00-\x1f\x7f-\x9f\u2028\u2029]", "", text
    )


def test_a_file_has_a_mark_for_excel_quoted_texts_and_bare_numbers() -> None:
    record = {**EMPTY, "id": 7, "artist": "1349", "title": 'The "Cave"', "genres": ["A", "B"], "is_debut": True}
    written = "".join(csv_blocks([record]))
    assert written.startswith(BOM + ",".join(KEYS) + "\r\n")
    assert '7,"1349\u2007","The ""Cave""",' in written
    (row,) = csv.DictReader(io.StringIO(written.removeprefix(BOM)))
    assert (row["genres"], row["is_debut"], row["label"]) == ("A, B", "True", "")
