"""Two values side by side: what differs is marked, what is long is shortened, and nothing is lost or split."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog.browse.changes.clusters import LONGEST as LONGEST_CLUSTER
from catalog.browse.changes.clusters import clusters, tokens
from catalog.browse.changes.differences import LONGEST, Segments, compare_lists, compare_texts
from catalog.browse.changes.fields import field_changes

ANY_TEXT = st.text(st.characters(exclude_categories=()), max_size=300)
COMBINED = st.text("ab ,e\u0301\u0323👩🏽\u200d💻🇳🇴\ud83d\ude00", max_size=300)
TEXTS = st.one_of(ANY_TEXT, COMBINED, st.text("ab /", max_size=2000))


def whole(segments: Segments) -> str:
    return "".join(segment.text for segment in segments)


def drawn(segments: Segments) -> str:
    """Write what is marked in brackets, and an ellipsis for what is left out."""
    ways = {"same": "{}", "changed": "[{}]", "left_out": "…"}
    return "".join(ways[segment.kind].format(segment.text) for segment in segments)


def check(segments: Segments, original: str) -> None:
    assert whole(segments) == original
    shown = [segment for segment in segments if segment.kind != "left_out"]
    assert sum(len(clusters(segment.text)) for segment in shown) <= LONGEST
    assert all(segment.text for segment in segments)
    assert all(one.kind != other.kind for one, other in pairwise(segments))
    ends = {sum(len(each.text) for each in segments[:place]) for place in range(len(segments))}
    places = {sum(map(len, clusters(original)[:place])) for place in range(len(clusters(original)) + 1)}
    assert ends <= places


@given(TEXTS, TEXTS)
def test_the_segments_of_texts_join_to_them_are_bounded_and_split_no_letter(old: str, new: str) -> None:
    before, after = compare_texts(old, new)
    check(before, old)
    check(after, new)


@given(st.lists(ANY_TEXT, max_size=40), st.lists(ANY_TEXT, max_size=40))
def test_the_segments_of_lists_join_to_them_and_are_bounded(old: list[str], new: list[str]) -> None:
    before, after = compare_lists(old, new)
    assert (whole(before), whole(after)) == (", ".join(old), ", ".join(new))
    for side in (before, after):
        assert sum(len(clusters(each.text)) for each in side if each.kind != "left_out") <= LONGEST + len(side)


@given(TEXTS)
def test_equal_texts_have_no_mark(text: str) -> None:
    for side in compare_texts(text, text):
        assert not [segment for segment in side if segment.kind == "changed"]


@given(TEXTS)
def test_clusters_and_tokens_join_to_the_text(text: str) -> None:
    assert "".join(clusters(text)) == "".join(tokens(text)) == text
    assert all(len(cluster) <= LONGEST_CLUSTER for cluster in clusters(text))


@pytest.mark.parametrize("letter", ["e\u0301", "👩🏽\u200d💻", "🇳🇴", "\ud83d\ude00", "❤\ufe0f"])
def test_a_letter_of_several_code_points_stays_whole(letter: str) -> None:
    assert clusters(letter * 2) == [letter, letter]


@pytest.mark.parametrize(
    ("old", "new", "before", "after"),
    [
        ("Notodden, Norway", "Norway", "[Notodden, ]Norway", "Norway"),
        ("Virsu", "Virus", "[Virsu]", "[Virus]"),
        ("The Long Road", "The Short Road", "The [Long] Road", "The [Short] Road"),
        ("", "Norway", "", "Norway"),
        ("x" * 300, "", "x" * 20 + "…" + "x" * 20, ""),
        (
            "a " * 100 + "old" + " z" * 100, "a " * 100 + "new" + " z" * 100,
            "a a a a a a …a a a a a a [old] z z z z z z… z z z z z z",
            "a a a a a a …a a a a a a [new] z z z z z z… z z z z z z",
        ),
    ],
)  # fmt: skip
def test_the_words_that_differ_are_marked(old: str, new: str, before: str, after: str) -> None:
    assert tuple(map(drawn, compare_texts(old, new))) == (before, after)


def test_the_items_that_the_other_list_lacks_are_marked() -> None:
    old, new = compare_lists(["Prog-metal", "Art-rock", "Jazz"], ["Art-rock", "Jazz", "Djent"])
    assert drawn(old) == "[Prog-metal], Art-rock, Jazz"
    assert drawn(new) == "Art-rock, Jazz, [Djent]"


def test_a_field_that_repeats_another_is_told_once() -> None:
    genres = [["Djent"], ["Prog", "Djent"]]
    link = ["https://open.spotify.com/album/a", "https://open.spotify.com/album/b"]
    fields = {"genre_text": ["Djent", "Prog, Djent"], "genres": genres, "spotify_id": ["a", "b"], "spotify_url": link}
    assert [each.name for each in field_changes(fields)] == ["genres", "spotify_url"]
    as_written = field_changes({**fields, "genre_text": ["djent", "Prog; Djent"]})
    assert next(as_written).name == "genre_text"
    assert [each.name for each in field_changes({"spotify_id": ["a", None]})] == ["spotify_id"]
