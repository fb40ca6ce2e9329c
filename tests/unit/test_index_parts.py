"""What an index takes from the one before it."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import pytest

from catalog.browse.index.catalogue import CatalogueIndex
from catalog.browse.index.entries import Catalogue, Named
from catalog.browse.index.search import Search
from tests.unit.test_search import CATALOGUE

QUERIES = ("yes", "mol", "black metal", "blackmetal", "progressive metal", "btbam", "tbatb", "opeht", "2020", "uk", "")


def answers(index: CatalogueIndex) -> Mapping[str, Any]:
    """Return all that a page could show of an index."""
    return {
        "keys": list(index.keys),
        "values": index.values,
        "spellings": index.genre_slugs,
        "orders": {name: (list(order.numbers), list(order.places)) for name, order in index.orders.items()},
        "filters": {
            (name, group, slug): list(order.select({group: [slug]}))
            for name, order in index.orders.items()
            for group, values in index.values.items()
            for slug in values
        },
        "artists": [index.artist(number) for number in range(len(index))],
        "albums of artists": index.albums_of,
        "words": index.words.words,
        "found": {text: [list(tier) for tier in Search(index, text).found.tiers] for text in QUERIES},
        "phrases": {phrase: list(albums) for phrase, albums in index.phrases.items()},
        "debuts": list(index.debuts),
    }


def with_genre(name: str, aliases: Sequence[str]) -> Catalogue:
    genres = {pk: Named(each.slug, name, aliases) if pk == 1 else each for pk, each in CATALOGUE.genres.items()}
    return replace(CATALOGUE, genres=genres)


def with_first_album(**changes: object) -> Catalogue:
    first, *others = CATALOGUE.albums
    return replace(CATALOGUE, albums=[first._replace(**changes), *others])


@pytest.mark.parametrize(
    "changed",
    [
        CATALOGUE,
        replace(CATALOGUE, albums=CATALOGUE.albums[::-1]),
        replace(CATALOGUE, artist_aliases={8: ("TBATB",)}),
        replace(CATALOGUE, artists={**CATALOGUE.artists, 0: "Yes!"}),
        replace(CATALOGUE, joined={1: 0}),
        replace(CATALOGUE, genres_of={**CATALOGUE.genres_of, 0: [0, 1]}),
        with_genre("Black metal", ("Blackgaze",)),
        with_genre("Blackened", ()),
    ],
)
def test_where_no_album_has_changed_the_words_of_albums_are_taken_over(changed: Catalogue) -> None:
    before = CatalogueIndex(CATALOGUE, 1)
    told = answers(before)
    index = CatalogueIndex(changed, 2, before)
    assert index.texts is before.texts
    assert answers(index) == answers(CatalogueIndex(changed, 2))
    assert answers(before) == told


@pytest.mark.parametrize(
    "changed",
    [
        with_first_album(title="Yesterdays"),
        with_first_album(release_order=1),
        with_first_album(artist=3, artist_key="haken"),
        with_first_album(is_debut=True),
        with_first_album(label="Inside Out"),
        replace(CATALOGUE, albums=CATALOGUE.albums[1:]),
        replace(CATALOGUE, albums=[*CATALOGUE.albums, CATALOGUE.albums[0]._replace(pk=99)]),
    ],
)
def test_where_an_album_has_changed_everything_is_built_anew(changed: Catalogue) -> None:
    before = CatalogueIndex(CATALOGUE, 1)
    index = CatalogueIndex(changed, 2, before)
    assert index.texts is not before.texts
    assert answers(index) == answers(CatalogueIndex(changed, 2))
