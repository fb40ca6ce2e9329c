"""What people look for in the real catalogue, which stands outside the project, and what they find first."""

import pytest
from django.http import QueryDict
from django.utils.http import urlencode

from catalog.browse.index.catalogue import CatalogueIndex
from catalog.browse.index.current import build_index
from catalog.browse.query import CatalogQuery
from catalog.browse.suggestions import suggest
from catalog.models import Album
from tests.sheets import REAL_SHEET, needs_real_sheet
from tests.syncs import sync

pytestmark = [pytest.mark.django_db, pytest.mark.long, needs_real_sheet]

WANTED = {
    "Yes": "Yes", "Rush": "Rush", "Møl": "Møl", "mol": "Møl", "the ocean": "The Ocean", "Vola": "VOLA", "Tool": "Tool",
    "Wheel": "Wheel", "Swans": "Swans", "22": "22", "Ø": "Ø", "S": "S. Carey", "∞": "00_", "///": "Secret Cutter",
    "Sólstafir": "Sólstafir", "solstafir": "Sólstafir", "Caligulas Horse": "Caligula's Horse",
    "King Gizzard and the Lizard Wizard": "King Gizzard & the Lizard Wizard",
    "Between the Buried & Me": "Between the Buried and Me", "haken virus 2020": "Haken", "Opeht": "Opeth",
    "Dream Theatre": "Dream Theater", "Meshuga": "Meshuggah",
}  # fmt: skip
FILTERS = {
    "progressive metal": "genre=prog-metal",
    "black-metal": "genre=black-metal",
    "jazz-fusion": "genre=jazz-fusion&genre=jazz-fusion-2",
    "djent 2019 clean": "genre=djent&genre=djenty&genre=djent-ish-lite&year=2019&vocal=clean",
}


def test_people_find_what_they_look_for() -> None:
    sync(REAL_SHEET)
    index = build_index()
    for text, artist in WANTED.items():
        assert artist in _artists(index, text), text
    for text, filters in FILTERS.items():
        assert len(_query(index, f"q={text}").albums) == len(_query(index, filters).albums), text
    norwegian = _query(index, "q=norway black metal").albums[0:3]
    assert all("Norway" in album.country for album in Album.objects.filter(pk__in=norwegian))
    assert len(_query(index, "q=USA").albums) >= len(_query(index, "country=united-states").albums) > 6000
    assert len(_query(index, "q=!!!").albums) == 0
    for text, artist in {"Opeht": "Opeth", "Dream Theatre": "Dream Theater", "Meshuga": "Meshuggah"}.items():
        assert suggest(text).artists[0].name == artist


def _query(index: CatalogueIndex, string: str) -> CatalogQuery:
    return CatalogQuery(QueryDict(string), index)


def _artists(index: CatalogueIndex, text: str) -> set[str]:
    keys = _query(index, urlencode({"q": text})).albums[0:3]
    return set(Album.objects.filter(pk__in=keys).values_list("artist__name", flat=True))
