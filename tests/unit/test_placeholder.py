import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.contrib.staticfiles import finders
from hypothesis import given
from hypothesis import strategies as st

from catalog.placeholder import DISTANCES, DRAWINGS, HUES, METRES, VARIANTS, all_drawings, draw, initials, strokes


@pytest.mark.parametrize(
    ("name", "letters"),
    [
        ("Affinity", "A"),
        ("In Contact", "C"),
        ("The Mountain", "M"),
        ("The Congregation", "C"),
        ("Rise Radiant", "RR"),
        ("Visions of the Sleeping", "VS"),
        ("1755", "1"),
        ("The", "T"),
        ("Ænima", "Æ"),
        ("straße", "S"),
        ("///", ""),
    ],
)
def test_initials_are_those_of_the_words_that_carry_weight(name: str, letters: str) -> None:
    assert initials(name) == letters


def test_a_title_without_letters_borrows_those_of_the_artist() -> None:
    assert draw("Sigur Rós", "( )").initials == "SR"
    assert draw("…", "( )").initials == "?"


@given(st.text(), st.text())
def test_the_same_name_is_always_drawn_the_same(artist: str, title: str) -> None:
    assert draw(artist, title) == draw(artist, title)


@given(st.text(), st.text())
def test_a_placeholder_has_a_drawing_that_is_there_and_colours_that_the_stylesheet_knows(
    artist: str, title: str
) -> None:
    drawn = draw(artist, title)
    assert f'<g id="{drawn.drawing}">' in all_drawings()
    assert 0 <= drawn.hue < HUES
    assert drawn.distance in DISTANCES


def test_the_file_has_all_drawings() -> None:
    kept = finders.find(DRAWINGS)
    assert isinstance(kept, str)
    assert Path(kept).read_text() == all_drawings(), "the drawings have changed: write all_drawings() to the file"


@pytest.mark.parametrize("metre", METRES)
def test_a_drawing_has_lines_in_its_odd_metre(metre: int) -> None:
    for variant in range(VARIANTS):
        assert sum(stroke.path.count("M") for stroke in strokes(metre, variant)) == metre


@pytest.mark.parametrize("metre", METRES)
def test_drawings_of_a_metre_differ(metre: int) -> None:
    assert len({strokes(metre, variant) for variant in range(VARIANTS)}) > VARIANTS / 3


def test_names_are_told_apart() -> None:
    drawings = {draw("Leprous", title) for title in ("Bilateral", "Coal", "Malina", "Pitfalls", "Aphelion")}
    assert len(drawings) == 5


@pytest.mark.parametrize(
    ("artist", "title", "facts"),
    [
        ("Leprous", "Aphelion", ("A", 12, "across", "d0", -5, 106)),
        ("Haken", "The Mountain", ("M", 6, "far", "d22", -5, 104)),
        ("Caligula's Horse", "Rise Radiant", ("RR", 6, "near", "d49", -8, 110)),
        ("Sigur Rós", "( )", ("SR", 16, "far", "d26", -9, 105)),
    ],
)
def test_a_name_has_the_drawing_that_it_has_always_had(artist: str, title: str, facts: tuple[object, ...]) -> None:
    drawn = draw(artist, title)
    assert (drawn.initials, drawn.hue, drawn.distance, drawn.drawing, drawn.x, drawn.y) == facts


def test_every_process_draws_the_same() -> None:
    ask = "from catalog.placeholder import draw; print(draw('Leprous', 'Aphelion'))"
    root = Path(__file__).resolve().parents[2]
    drawings = [
        subprocess.run(
            [sys.executable, "-c", ask], cwd=root, capture_output=True, text=True, check=True,
            env={**os.environ, "PYTHONHASHSEED": seed},
        ).stdout
        for seed in ("1", "2")
    ]  # fmt: skip
    assert drawings[0] == drawings[1] == str(draw("Leprous", "Aphelion")) + "\n"
