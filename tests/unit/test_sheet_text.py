import unicodedata
from datetime import date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog.services.sheet.cells import date_of, text_of
from catalog.services.sheet.dates import format_date, is_date_format
from catalog.services.sheet.links import clean_link
from catalog.services.sheet.text import clean, fold
from catalog.services.xlsx.reader import Cell


@given(st.text())
def test_cleaned_text_is_composed_visible_and_stays_as_it_is(text: str) -> None:
    cleaned = clean(text)
    assert clean(cleaned) == cleaned
    assert unicodedata.is_normalized("NFC", cleaned)
    assert not any(unicodedata.category(character) in {"Cf", "Cc", "Cs"} for character in cleaned)
    assert cleaned == " ".join(cleaned.split())


@pytest.mark.parametrize(
    ("one", "other"),
    [("Rīga", "riga"), ("Björk", "BJORK"), ("Be'lakor", "Belakor"), ("Łódź", "lodz"), ("M.Ø.", "mo"), ("ﬁre", "fire")],
)
def test_folding_forgets_case_accents_and_punctuation(one: str, other: str) -> None:
    assert fold(one) == fold(other)


def test_folding_keeps_what_has_nothing_but_punctuation() -> None:
    assert fold("///") == "///"
    assert fold("><") != fold("{ }")


@pytest.mark.parametrize(
    ("code", "written"),
    [
        ("mmmm yyyy", "July 1960"),
        ('mmmm" "d', "July 4"),
        ("yyyy-mm-dd", "1960-07-04"),
        ("d-mmm-yy", "4-Jul-60"),
        ("dddd, mmmm d", "Monday, July 4"),
        ("h:mm:ss AM/PM", "3:05:09 PM"),
        ("[$-409]m/d/yy hh:mm;@", "7/4/60 15:05"),
    ],
)
def test_a_date_is_written_in_the_number_format_of_its_cell(code: str, written: str) -> None:
    moment = datetime(1960, 7, 4, 15, 5, 9)  # noqa: DTZ001 - a cell has no time zone
    assert format_date(moment, code) == written


@pytest.mark.parametrize(
    ("code", "is_date"), [("mmmm d", True), ("General", False), ("0.00", False), ('"day"0', False)]
)
def test_number_formats_of_dates_are_told_from_others(code: str, is_date: bool) -> None:
    assert is_date_format(code) == is_date


@pytest.mark.parametrize(
    ("serial", "read"),
    [(45658.0, date(2025, 1, 1)), (60.0, date(1900, 2, 28)), (1.0, date(1900, 1, 1)), (1e9, None), (-1.0, None)],
)
def test_dates_are_serial_numbers(serial: float, read: date | None) -> None:
    assert date_of(Cell(serial, None, None, "mmmm d")) == read


def test_numbers_that_are_no_dates_stay_numbers() -> None:
    assert text_of(Cell(1e20, None, None, "General")) == "1e+20"
    assert text_of(Cell(-3.0, None, None, "0")) == "-3"
    assert text_of(Cell(True, None, None, "General")) == "TRUE"


@given(st.text())
def test_a_kept_link_is_always_of_the_web(text: str) -> None:
    kept = clean_link(text)
    assert kept == "" or kept.lower().startswith(("http://", "https://"))


def test_a_link_of_absurd_length_is_dropped() -> None:
    assert clean_link("https://example.com/" + "x" * 2000) == ""


@pytest.mark.parametrize(
    ("one", "other"),
    [("ガ", "カ"), ("ぱ", "は"), ("กี", "กา"), ("कि", "की"), ("C", "C#"), ("Live", "Live+"), ("שָ", "ש")],
)
def test_folding_keeps_marks_and_symbols_that_make_another_word(one: str, other: str) -> None:
    assert fold(one) != fold(other)


def test_folding_forgets_accents_however_they_are_written() -> None:
    assert fold("Ёлка Ψυχή Ǻ") == fold("елка ψυχη a")
    assert fold("ｶﾞ") == fold("ガ")
    assert fold("❤\ufe0f") == fold("❤")
