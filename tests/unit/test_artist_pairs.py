"""Which artists are suggested as one, and who is joined to whom."""

from collections.abc import Mapping, Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog.browse.curation.artists import artist_pairs
from catalog.browse.index.catalogue import CatalogueIndex
from catalog.browse.index.entries import AlbumRow, Catalogue, Named
from catalog.browse.index.joined import joined_artists

NOW = "2026-01-01 00:00:00"
PROG, DOOM = 1, 2
Shelf = Sequence[tuple[str, str, int]]


def index_of(shelf: Shelf) -> CatalogueIndex:
    """Return the index of one album for each artist, country and genre."""
    artists = {name: pk for pk, name in enumerate(dict.fromkeys(name for name, *_ in shelf), 1)}
    albums = [
        AlbumRow(pk, artists[name], name, "t", "t", 1, NOW, 2020, None, "LP", country, None, "2020", None)
        for pk, (name, country, _) in enumerate(shelf, 1)
    ]
    genres = {PROG: Named("prog", "Prog"), DOOM: Named("doom", "Doom")}
    of = {pk: [genre] for pk, (*_, genre) in enumerate(shelf, 1)}
    return CatalogueIndex(Catalogue(albums, {pk: name for name, pk in artists.items()}, genres=genres, genres_of=of))


@pytest.mark.parametrize(
    ("shelf", "pairs"),
    [
        ([("MONO", "Japan", PROG), ("Mono", "", DOOM)], [("MONO", "Mono", "spelling")]),
        ([("Big Brave", "Canada", PROG), ("BIG|BRAVE", "", PROG)], [("BIG|BRAVE", "Big Brave", "spelling")]),
        ([("Whale Fall", "US", PROG), ("Whalefall", "US", PROG)], [("Whale Fall", "Whalefall", "spelling")]),
        ([("Týr", "Denmark", PROG), ("TÝR", "Spain", PROG)], [("TÝR", "Týr", "elsewhere")]),
        ([("Karmanjakah", "Sweden", PROG), ("Karmanjaka", "Sweden", PROG)], [("Karmanjakah", "Karmanjaka", "typo")]),
        ([("Karmanjakah", "Sweden", PROG), ("Karmanjaka", "Norway", PROG)], []),
        ([("Karmanjakah", "Sweden", PROG), ("Karmanjaka", "Sweden", DOOM)], []),
        ([("Karmanjakah", "", PROG), ("Karmanjaka", "", PROG)], []),
        ([("Volume 81", "Sweden", PROG), ("Volume 82", "Sweden", PROG)], []),
        ([("Haken", "UK", PROG), ("Hakan", "UK", PROG)], []),
        ([("///", "UK", PROG), ("!!!", "UK", PROG)], []),
    ],
)
def test_names_that_are_likely_one_are_suggested(shelf: Shelf, pairs: list[tuple[str, str, str]]) -> None:
    assert [(pair.other.name, pair.kept.name, pair.why) for pair in artist_pairs(index_of(shelf))] == pairs


def test_a_long_series_of_names_is_no_series_of_typos() -> None:
    letters = "abcdefghijklmno"
    assert artist_pairs(index_of([(f"Karmanjaka {each}", "Sweden", PROG) for each in letters])) == []
    assert artist_pairs(index_of([("Karman" + "-" * each + "jaka", "Sweden", PROG) for each in range(15)])) == []
    assert artist_pairs(index_of([(f"{each}{'a' * 500}", "Sweden", PROG) for each in letters])) == []


def test_the_name_of_more_albums_is_kept_and_the_likeliest_come_first() -> None:
    index = index_of([
        *(("MONO", "Japan", PROG) for _ in range(3)), ("Mono", "Japan", PROG), ("mono", "Spain", PROG),
        ("Karmanjakah", "Sweden", PROG), *(("Karmanjaka", "Sweden", PROG) for _ in range(9)),
    ])  # fmt: skip
    pairs = [(pair.other.name, pair.kept.name, pair.kept.albums, pair.why) for pair in artist_pairs(index)]
    assert pairs == [
        ("Mono", "MONO", 3, "spelling"), ("Karmanjakah", "Karmanjaka", 9, "typo"), ("mono", "MONO", 3, "elsewhere"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("aliases", "joined"),
    [
        ([], {}),
        ([(1, "HKN")], {}),
        ([(1, "mono")], {2: 1, 3: 1}),
        ([(2, "Mono")], {3: 2}),
        ([(1, "MÔNO")], {4: 1}),
        ([(1, "mono"), (4, "MONO")], {2: 1, 3: 1}),
        ([(2, "môno"), (4, "haken")], {4: 2}),
        ([(4, "haken"), (2, "môno")], {1: 4}),
        ([(1, "mono"), (2, "haken")], {2: 1, 3: 1}),
        ([(9, "haken")], {1: 9}),
    ],
)
def test_an_alias_joins_those_whose_name_it_is(aliases: list[tuple[int, str]], joined: Mapping[int, int]) -> None:
    assert joined_artists({1: "Haken", 2: "Mono", 3: "MONO", 4: "Môno"}, aliases) == joined


@given(st.lists(st.tuples(st.integers(1, 6), st.sampled_from("abcdefABC"))))
def test_nobody_is_joined_in_two_steps_or_to_themselves(aliases: list[tuple[int, str]]) -> None:
    joined = joined_artists(dict(enumerate("abcdefA", 1)), aliases)
    assert not joined.keys() & set(joined.values())
