import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog.placeholder import DISTANCES, HUES, draw, initials


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
    assert (len(drawn.lines), len(drawn.rings)) in {(7, 0), (11, 0), (0, 5)}
    assert 0 <= drawn.hue < HUES
    assert drawn.distance in DISTANCES


def test_names_are_told_apart() -> None:
    drawings = {draw("Leprous", title) for title in ("Bilateral", "Coal", "Malina", "Pitfalls", "Aphelion")}
    assert len(drawings) == 5
