import os
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog.placeholder import DISTANCES, HUES, METRES, VARIANTS, draw, initials, strokes


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
def test_a_drawing_has_lines_in_one_odd_metre_and_colours_that_the_stylesheet_knows(artist: str, title: str) -> None:
    drawn = draw(artist, title)
    assert sum(stroke.path.count("M") for stroke in drawn.strokes) in METRES
    assert 0 <= drawn.hue < HUES
    assert drawn.distance in DISTANCES


@pytest.mark.parametrize("metre", METRES)
def test_drawings_of_a_metre_differ(metre: int) -> None:
    assert len({strokes(metre, variant) for variant in range(VARIANTS)}) > VARIANTS / 3


def test_names_are_told_apart() -> None:
    drawings = {draw("Leprous", title) for title in ("Bilateral", "Coal", "Malina", "Pitfalls", "Aphelion")}
    assert len(drawings) == 5


@pytest.mark.parametrize(
    ("artist", "title", "facts"),
    [
        ("Leprous", "Aphelion", ("A", 12, "across", 2, -5, 106)),
        ("Haken", "The Mountain", ("M", 6, "far", 2, -5, 104)),
        ("Caligula's Horse", "Rise Radiant", ("RR", 6, "near", 3, -8, 110)),
        ("Sigur Rós", "( )", ("SR", 16, "far", 1, -9, 105)),
    ],
)
def test_a_name_has_the_drawing_that_it_has_always_had(artist: str, title: str, facts: tuple[object, ...]) -> None:
    drawn = draw(artist, title)
    assert (drawn.initials, drawn.hue, drawn.distance, len(drawn.strokes), drawn.x, drawn.y) == facts


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
