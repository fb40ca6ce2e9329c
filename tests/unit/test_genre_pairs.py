"""Which genres are suggested as one."""

from collections.abc import Mapping
from itertools import count

import pytest

from catalog.browse.curation.genres import genre_pairs
from catalog.browse.curation.pairs import Pair, Side, still_open
from catalog.browse.index.catalogue import CatalogueIndex
from catalog.browse.index.entries import AlbumRow, Catalogue, Named

NOW = "2026-01-01 00:00:00"


def index_of(genres: Mapping[str, int], together: Mapping[tuple[str, str], int] | None = None) -> CatalogueIndex:
    """Return the index of a catalogue with so many albums of each genre, and of some pairs of genres."""
    keys = {name: key for key, name in enumerate(dict.fromkeys((*genres, *sum(together or {}, ()))), 1)}
    numbers = count(1)
    of = {next(numbers): [keys[name]] for name, albums in genres.items() for _ in range(albums)}
    of |= {
        next(numbers): [keys[each] for each in both] for both, albums in (together or {}).items() for _ in range(albums)
    }
    albums = [
        AlbumRow(pk, 1, "haken", f"t{pk}", f"t{pk}", 1, NOW, 2020, None, "LP", "", None, "2020", None) for pk in of
    ]
    named = {key: Named(f"slug-{key}", name) for name, key in keys.items()}
    return CatalogueIndex(Catalogue(albums, {1: "Haken"}, genres=named, genres_of=of))


def said(index: CatalogueIndex) -> list[tuple[str, str, str]]:
    return [(pair.other.name, pair.kept.name, pair.why) for pair in genre_pairs(index)]


def test_what_is_likely_one_is_suggested_likeliest_first() -> None:
    genres = {
        "Psychedelic rock": 90, "Pyschedelic rock": 2, "Psych rock": 1, "Sludge metal": 80, "Sludge": 9,
        "Slugde Metal": 1,
        "Death Doom metal": 50, "Doom Death metal": 1, "Alt-rock": 40, "Alternative Rock": 20, "Djent": 30, "Djents": 1,
        "Minimalism": 9, "Minimal": 1, "Irish Folk": 3, "Irish Folk Music": 1, "Zeuhl": 17, "Zheul": 1,
        "Black metal": 70, "Blak Metal": 2,
    }  # fmt: skip
    assert said(index_of(genres)) == [
        ("Psych rock", "Psychedelic rock", "words"),
        ("Alternative Rock", "Alt-rock", "words"),
        ("Irish Folk Music", "Irish Folk", "words"),
        ("Pyschedelic rock", "Psychedelic rock", "typo"),
        ("Slugde Metal", "Sludge metal", "typo"),
        ("Blak Metal", "Black metal", "typo"),
        ("Djents", "Djent", "typo"),
        ("Zheul", "Zeuhl", "typo"),
        ("Doom Death metal", "Death Doom metal", "order"),
        ("Minimal", "Minimalism", "ending"),
        ("Sludge", "Sludge metal", "left_out"),
    ]


@pytest.mark.parametrize(
    "genres",
    [
        {"Black metal": 90, "Slack metal": 1},
        {"Art rock": 90, "Alt-rock": 40},
        {"Death metal": 90, "Dark metal": 30},
        {"Rap metal": 17, "Trap metal": 3},
        {"Britpop": 6, "Bitpop": 1, "Glitch Bitpop": 1},
        {"Electronic": 200, "Electronica": 32, "Glitch Electronica": 1},
        {"Melodic Death metal": 90, "Death metal": 90},
        {"Post-rock": 90, "Post-metal": 90},
        {"Folk metal": 100, "Folk": 90},
        {"Gothic metal": 75, "Gothic rock": 69, "Gothic": 9},
        {"Doom": 40, "Doom metal": 90},
        {"Trance": 2, "Dance": 30},
        {"Emo": 5, "Emu": 1},
        {"Soft rock": 30, "Surf rock": 10},
        {"Doom metal": 30, "Zoom metal": 1},
        {"∞": 3, "///": 2, "": 1},
    ],
)
def test_real_words_are_never_taken_for_each_other(genres: dict[str, int]) -> None:
    assert said(index_of(genres)) == []


def test_genres_that_albums_have_together_are_not_one() -> None:
    genres = {"Gothic rock": 9, "Goth rock": 3}
    assert said(index_of(genres)) == [("Goth rock", "Gothic rock", "words")]
    assert said(index_of(genres, {("Gothic rock", "Goth rock"): 1})) == []


def test_a_genre_is_on_one_side_only() -> None:
    pairs = genre_pairs(index_of({"Progressive Pop": 23, "Prog Pop": 3, "Pop Prog": 1, "Progresive Pop": 1}))
    assert {pair.kept.name for pair in pairs} == {"Progressive Pop"}
    assert sorted(pair.other.name for pair in pairs) == ["Pop Prog", "Prog Pop", "Progresive Pop"]


def test_a_known_word_is_no_typo_of_a_rarer_one() -> None:
    assert said(index_of({"Progresive Rock": 3, "Prog-rock": 2})) == [("Prog-rock", "Progresive Rock", "typo")]


def test_what_a_curator_has_decided_on_is_asked_no_more() -> None:
    pairs = [Pair(Side("a", "Zeuhl", 9), Side(name, name, 1), "typo") for name in ("Zheul", "Zeul", "Zeuhls")]
    left = still_open(pairs, str.casefold, aliases=["ZHEUL"], dismissed=[("zeul", "ZEUHL"), ("Zeuhls", "Djent")])
    assert [pair.other.name for pair in left] == ["Zeuhls"]
