"""What a search finds, and what it finds first."""

from itertools import chain, pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog.browse.index.catalogue import CatalogueIndex
from catalog.browse.index.entries import AlbumRow, Catalogue, Named
from catalog.browse.index.search import Search, closest_name
from catalog.browse.index.values import genres_by_spelling
from catalog.browse.index.words import squashed, words
from catalog.services.sheet.text import fold

SHELF = [
    ("Yes", "The Quest", 2021, "London, UK", "Prog-rock"),
    ("Yesterdays", "Saint-Exupéry", 2022, "Romania", "Prog-rock"),
    ("Laura Groves", "Yes", 2023, "London, UK", "Art Pop"),
    ("Haken", "Virus", 2020, "London, UK", "Prog-metal"),
    ("Møl", "Diorama", 2021, "Aarhus, Denmark", "Blackgaze"),
    ("Enslaved", "Utgard", 2020, "Bergen, Norway", "Black metal"),
    ("Black Mountain", "Destroyer", 2019, "Vancouver, Canada", "Heavy metal"),
    ("Opeth", "In Cauda Venenum", 2019, "Stockholm, Sweden", "Prog-metal"),
    ("Between the Buried and Me", "Colors II", 2021, "Raleigh, NC", "Prog-metal"),
    ("Jay-Zed", "Zero", 2018, "US", "Djent"),
    ("Civil Service", "Dark ///", 2020, "Austin, TX", "Post-rock"),
    ("00_", "∞", 2020, "Tokyo, Japan", "Noise rock"),
    ("Sigillum S", "Towns", 2025, "Italy", "Dark Ambient"),
]


def catalogue_of(shelf: list[tuple[str, str, int, str, str]]) -> Catalogue:
    artists = {number: name for number, (name, *_) in enumerate(shelf)}
    names = sorted({genre for *_, genre in shelf})
    aliases = {"Prog-metal": ("progressive metal",)}
    now = "2026-01-01 00:00:00"
    rows = [
        AlbumRow(
            pk,
            pk,
            fold(artist),
            title,
            fold(title),
            year * 366,
            now,
            year,
            "metal",
            "LP",
            country,
            None,
            f"{year}",
            "",
        )
        for pk, (artist, title, year, country, _) in enumerate(shelf)
    ]
    return Catalogue(
        albums=rows,
        artists=artists,
        artist_aliases={8: ("BTBAM",)},
        genres={pk: Named(f"genre-{pk}", name, aliases.get(name, ())) for pk, name in enumerate(names)},
        genres_of={pk: [names.index(genre)] for pk, (*_, genre) in enumerate(shelf)},
    )


CATALOGUE = catalogue_of(SHELF)
INDEX = CatalogueIndex(CATALOGUE)


def found(text: str) -> list[str]:
    tiers = Search(INDEX, text).found.tiers
    return [SHELF[INDEX.keys[number]][0] for tier in tiers for number in tier]


@pytest.mark.parametrize(
    ("text", "artists"),
    [
        ("Yes", ["Yes", "Yesterdays", "Laura Groves"]),
        ("mol", ["Møl"]),
        ("MØL", ["Møl"]),
        ("haken virus 2020", ["Haken"]),
        ("virus haken", ["Haken"]),
        ("between the buried & me", ["Between the Buried and Me"]),
        ("BTBAM", ["Between the Buried and Me"]),
        ("black-metal", ["Enslaved"]),
        ("norway black metal", ["Enslaved"]),
        ("blackmetal", ["Enslaved"]),
        ("jay zed", ["Jay-Zed"]),
        ("jayzed", ["Jay-Zed"]),
        ("progressive metal", ["Between the Buried and Me", "Haken", "Opeth"]),
        ("///", ["Civil Service"]),
        ("dark ///", ["Civil Service"]),
        ("∞", ["00_"]),
        ("S", ["Sigillum S"]),
        ("opeht", ["Opeth"]),
        ("pet", ["Opeth"]),
        ("united kingdom 2020", ["Haken"]),
        ("haken - virus", ["Haken"]),
        ("zzzz", []),
        ("", []),
    ],
)  # fmt: skip
def test_the_best_match_is_first(text: str, artists: list[str]) -> None:
    assert found(text)[: max(len(artists), 1)] == artists


def test_the_usa_are_found_by_every_name() -> None:
    for name in ("USA", "us", "United States"):
        assert set(found(name)) >= {"Between the Buried and Me", "Jay-Zed", "Civil Service"}, name


def test_near_words_are_told_from_what_is_spelled_so() -> None:
    assert Search(INDEX, "opeht").found.is_near_only
    assert not Search(INDEX, "opeth").found.is_near_only


def test_the_closest_name_is_suggested() -> None:
    assert closest_name(INDEX, "Opeht") == "Opeth"
    assert closest_name(INDEX, "xqzw") == ""


def test_one_word_less_tells_what_it_would_find() -> None:
    assert dict(Search(INDEX, "haken zzzz").without_one_word()) == {"haken": 1}


@pytest.mark.parametrize(
    "text",
    [
        "a " * 100,
        "x" * 200,
        "((((",
        "\\",
        "%_",
        "a*b?c[d]",
        "🤘🏽",
        "\u202e",
        "é" * 200,
        "- - -",
        "& & &",
        "'" * 200,
        "\n",
    ],
)
def test_odd_texts_find_what_they_find(text: str) -> None:
    search = Search(INDEX, text)
    assert len(search.found.albums) <= len(INDEX)
    assert list(search.without_one_word()) == list(search.without_one_word())


def test_what_stands_between_words_makes_no_difference() -> None:
    assert words("Black-metal") == words("black  METAL") == ("black", "metal")
    assert squashed("Jay-Zed") == squashed("jay zed") == "jayzed"
    assert words("!!!") == ("!!!",)


@given(st.text(st.sampled_from("aB9 -&/é∞_'\t"), max_size=80) | st.text(max_size=20))
def test_plain_texts_are_cut_as_all_others_are(text: str) -> None:
    assert words(f"{text} ∞") == (*words(text), "∞")


names = st.lists(st.sampled_from(["Black", "Metal", "∞", "Norway", "Jay-Zed"]), min_size=1, max_size=4).map(" ".join)
shelves = st.lists(
    st.tuples(names, names, st.just(2020), st.sampled_from(["Oslo, Norway", "Black"]), names), max_size=6
)


@given(shelves)
def test_each_word_and_pair_has_the_albums_whose_texts_have_it(shelf: list[tuple[str, str, int, str, str]]) -> None:
    index = CatalogueIndex(catalogue_of(shelf))
    texts = {
        number: [words(text) for text in (*shelf[pk][:2], "LP", "2020", shelf[pk][3])]
        for number, pk in enumerate(index.keys)
    }
    named = {number: [words(shelf[pk][4])] for number, pk in enumerate(index.keys)}
    for word in ("black", "metal", "∞", "norway", "jay", "zed", "lp", "2020", "oslo"):
        having = {each for each in texts if word in {*chain.from_iterable((*texts[each], *named[each]))}}
        assert having <= set(index.words.exactly(word)), word
        if word not in {"norway", "black"}:  # what countries are called besides
            assert set(index.words.exactly(word)) == having, word
    for pair in ("blackmetal", "metalblack", "jayzed", "osonorway", "blackblack", "oslonorway"):
        having = {each for each in texts if any(pair in map("".join, pairwise(text)) for text in texts[each])}
        assert set(index.pairs.exactly(pair)) == having, pair
    for whole in {squashed(text) for artist, title, *_ in shelf for text in (artist, title)}:
        assert set(index.artists.exactly(whole)) == {n for n, (artist, *_) in texts.items() if "".join(artist) == whole}
        assert set(index.titles.exactly(whole)) == {n for n, (_, title, *_) in texts.items() if "".join(title) == whole}


def test_spellings_of_a_genre_are_one_named_as_most_albums_name_it() -> None:
    names = ("Jazz Fusion", "Jazz-fusion", "jazz / fusion", "Jazz", "Fusion jazz")
    genres = {pk: Named(f"slug-{pk}", name) for pk, name in enumerate(names)}
    genres[1] = Named("slug-1", "Jazz-fusion", ("Fusion Jazz",))
    found = genres_by_spelling(genres, {0: 2, 1: 5, 2: 1, 3: 9, 4: 7})
    assert [found[pk].label for pk in range(5)] == ["Jazz-fusion"] * 3 + ["Jazz", "Jazz-fusion"]
    assert set(found[0].slugs) == {"slug-0", "slug-2", "slug-4"}
    assert {"Jazz Fusion", "Fusion jazz", "Fusion Jazz"} <= set(found[0].names)
