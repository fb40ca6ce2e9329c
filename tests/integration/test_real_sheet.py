"""The community's own sheet, which stands outside the project: what a sync makes of it, and what people find in it.

It is imported once for all; each test's own changes are rolled back.
"""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit
from zipfile import ZIP_DEFLATED, ZipFile

import openpyxl
import pytest
from django.core.management import call_command
from django.http import QueryDict
from django.test import Client
from django.utils.http import urlencode
from openpyxl.cell.cell import Cell, MergedCell
from openpyxl.workbook.workbook import Workbook
from pytest_django.plugin import DjangoDbBlocker

from catalog.browse.curation.artists import artist_pairs
from catalog.browse.curation.genres import genre_pairs
from catalog.browse.index.catalogue import CatalogueIndex
from catalog.browse.index.current import build_index
from catalog.browse.index.places import countries_of
from catalog.browse.listing import Listing, When
from catalog.browse.query import CatalogQuery
from catalog.browse.suggestions import suggest
from catalog.models import Album, ReviewRow, SyncOperation
from catalog.services.clock import Clock
from catalog.services.sync.snapshot import read_status
from catalog.wording import status_message
from tests.sheets import REAL_SHEET, needs_real_sheet
from tests.syncs import catalogue, counts, sync

pytestmark = [pytest.mark.django_db, pytest.mark.long, needs_real_sheet]


@pytest.fixture(scope="module")
def book() -> Workbook:
    return openpyxl.load_workbook(REAL_SHEET)


@pytest.fixture(scope="module", autouse=True)
def first(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[SyncOperation]:
    with django_db_blocker.unblock():
        yield sync(REAL_SHEET)
        call_command("flush", interactive=False, verbosity=0)


@pytest.fixture(scope="module")
def index(first: SyncOperation, django_db_blocker: DjangoDbBlocker) -> CatalogueIndex:
    with django_db_blocker.unblock():
        return build_index()


VOCALS = {
    "MIxed": "Mixed",
    "Instrumen": "Instrumental",
    "Instr./Clean": "Instru./Clean",
    "Mixed/Instru.": "Instru./Mixed",
    "": None,
}


def as_text(cell: Cell | MergedCell | None) -> str:
    value = cell.value if cell else None
    if value is None:
        return ""
    if isinstance(value, datetime):
        return f"{value:%B %Y}"  # the one such cell has the format mmmm yyyy
    if isinstance(value, float):
        return repr(value).removesuffix(".0")
    visible = "".join(letter for letter in str(value) if unicodedata.category(letter) != "Cf")
    return " ".join(unicodedata.normalize("NFC", visible).split())


def as_link(cell: Cell | MergedCell | None) -> str | None:
    if cell is None:
        return None
    found = re.match(r'=HYPERLINK\("([^"]*)"', str(cell.value))
    address = found[1] if found else cell.hyperlink.target if cell.hyperlink else ""
    parts = urlsplit(address or "")
    if (parts.hostname, parts.path) in {("www.google.com", "/url"), ("l.facebook.com", "/l.php")}:
        address = parse_qs(parts.query)["q" if "google" in parts.netloc else "u"][0]
    address = (address or "").strip()
    return address if address.startswith("http") else None


def fill_of(cell: Cell | MergedCell | None) -> str:
    solid = cell is not None and cell.fill.fill_type == "solid"
    return str(cell.fill.fgColor.rgb) if cell is not None and solid else ""


def expected_rows(book: Workbook) -> Iterator[dict[str, Any]]:
    for tab in book.worksheets:
        columns: dict[str, int] = {}
        for row in tab.iter_rows():
            if not columns:
                names = {str(cell.value).strip(): (cell.column or 0) - 1 for cell in row if cell.value}
                columns = names if {"Artist", "Album"} <= names.keys() else {}
                continue
            cells = {name: row[number] for name, number in columns.items()}
            artist, title = as_text(cells["Artist"]), as_text(cells["Album"])
            if artist and title:
                yield expected(tab.title, artist, title, cells)


def expected(tab: str, artist: str, title: str, cells: dict[str, Cell | MergedCell]) -> dict[str, Any]:
    released = cells["Release Date"].value
    vocals = as_text(cells.get("Vocal Style"))
    length = cells.get("Length")
    address = as_link(cells.get("Spotify"))
    found = re.match(r"https?://open\.spotify\.com/album/(\w{22})(?:\?|$)", address or "")
    return {
        "artist": artist,
        "title": title,
        "release_date": released.date().isoformat() if isinstance(released, datetime) else None,
        "release_text": "" if isinstance(released, datetime) else as_text(cells["Release Date"]),
        "format": as_text(length),
        "genre_text": as_text(cells.get("Genre / Subgenres")),
        "vocal_text": vocals,
        "vocal_style": VOCALS.get(vocals, vocals),
        "country": as_text(cells.get("Country / State")),
        "scene": "metal" if "metal" in tab else "rock" if "rock" in tab else None,
        "is_debut": fill_of(length) == "FFFFBA4A",
        "is_reissue": fill_of(length) == "FF96DA77" or "Reissue" in tab,
        "tab": tab,
        "spotify_id": found[1] if found else None,
        "spotify_url": address,
        "bandcamp_url": as_link(cells.get("Bandcamp")),
    }


def folded(text: str) -> str:
    letters = unicodedata.normalize("NFKD", text).casefold()
    return " ".join("".join(each for each in letters if each.isalnum() or each.isspace()).split()) or text


def test_the_catalogue_holds_every_album_of_the_sheet_as_it_is_written_there(
    book: Workbook, first: SyncOperation
) -> None:
    assert (first.status, first.failed, first.skipped) == ("completed", 0, 61)
    stored = catalogue()
    assert first.created == len(stored)

    wanted = list(expected_rows(book))
    assert len(wanted) == 17_617
    by_id: dict[str, dict[str, Any]] = {}
    by_key: dict[tuple[str, str, str], dict[str, Any]] = {}
    for row in wanted:
        year = (row["release_date"] or row["tab"])[:4]
        key = folded(row["artist"]), folded(row["title"]), year
        twin = by_id.get(row["spotify_id"])
        if key in by_key or (twin and twin["title"].casefold() == row["title"].casefold()):
            continue
        by_key[key] = row
        if twin:
            row["spotify_id"] = None
        elif row["spotify_id"]:
            by_id[row["spotify_id"]] = row
    kept = list(by_key.values())
    assert [{name: each[name] for name in kept[0]} for each in stored] == kept

    again = sync(REAL_SHEET)
    assert counts(again) == {"unchanged": len(stored), "skipped": 61, "awaiting_enrichment": len(by_id)}
    assert catalogue() == stored


def test_the_rows_to_review_are_news_once_and_leave_the_list_when_acknowledged(
    client: Client, tmp_path: Path, book: Workbook, first: SyncOperation
) -> None:
    assert ([each["code"] for each in first.warnings], first.failures.count()) == (["doubtful_rows"], 31)
    again = sync(REAL_SHEET)
    assert (again.warnings, again.failures.count(), read_status().rows_to_review) == ([], 0, 31)
    assert re.match(
        "Up to date. The sheet hasn't changed since .* UTC. 31 rows to review.", status_message(read_status())
    )
    assert client.get("/catalog/sync/review/?format=text").text.count("\n") == 31
    assert client.get("/catalog/sync/review/?format=text&show=skipped").text.count("artist but no album") == 61

    assert ReviewRow.objects.to_review().acknowledge("curator", Clock().now()) == 31
    assert (sync(REAL_SHEET).warnings, read_status().rows_to_review) == ([], 0)
    part = f"xl/worksheets/sheet{book.sheetnames.index('2025 Prog-rock') + 1}.xml"
    edited = sync(with_cell(part, "G1918", "Elsewhere", tmp_path / "edited.xlsx"))
    assert ("Celestial Wolves", 1918) in ReviewRow.objects.to_review().values_list("artist", "row")
    assert [(each.artist, each.row) for each in edited.failures.all()] == [("Celestial Wolves", 1918)]


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


def with_cell(part: str, cell: str, text: str, path: Path) -> Path:
    """Write the sheet with one cell that says something else, and return the path."""
    written = f'<c r="{cell}" t="inlineStr"><is><t>{text}</t></is></c>'
    with ZipFile(REAL_SHEET) as source, ZipFile(path, "w", ZIP_DEFLATED, compresslevel=1) as target:
        for name in source.namelist():
            content = source.read(name)
            if name == part:
                content, found = re.subn(rf'<c r="{cell}"[^>]*(/>|>.*?</c>)'.encode(), written.encode(), content)
                assert found == 1
            target.writestr(name, content)
    return path


def test_people_find_what_they_look_for(index: CatalogueIndex) -> None:
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


def test_the_first_page_has_covers_in_the_week_of_the_export(index: CatalogueIndex) -> None:
    """That Friday 134 albums came out, of which the sheet links one to Spotify; links take about a week."""
    listing = Listing(index, {}, When("out", date(2025, 11, 7)), "newest")
    assert Album.objects.filter(pk__in=listing[0:50]).exclude(spotify_id=None).count() == 50
    assert Album.objects.get(pk=listing[0:1][0]).release_date == date(2025, 11, 7)


NOWHERE = {"International", "Worldwide", "Multi-national", "Multinational", "N/A", "Unknown", "In Space"}


def test_places_are_in_a_country() -> None:
    written = set(Album.objects.listed().exclude(country="").values_list("country", flat=True))
    assert {text for text in written if not countries_of(text)} == {*NOWHERE, "Huntington, VW"}
    assert len(written) > 2400


def test_what_is_suggested_as_one_is_likely_one(index: CatalogueIndex) -> None:
    genres = {(pair.other.name, pair.kept.name) for pair in genre_pairs(index)}
    assert genres >= {
        ("Slugde metal", "Sludge metal"), ("Alternative Rock", "Alt-rock"), ("Doom Death metal", "Death Doom metal"),
    }  # fmt: skip
    assert 60 < len(genres) < 120
    artists = artist_pairs(index)
    reasons = Counter(pair.why for pair in artists)
    assert artists[0].kept.name == "King Gizzard & The Lizard Wizard"
    assert (reasons["spelling"] > 100, reasons["typo"] < 20, reasons["elsewhere"] < 40) == (True, True, True)


def _query(index: CatalogueIndex, string: str) -> CatalogQuery:
    return CatalogQuery(QueryDict(string), index)


def _artists(index: CatalogueIndex, text: str) -> set[str]:
    keys = _query(index, urlencode({"q": text})).albums[0:3]
    return set(Album.objects.filter(pk__in=keys).values_list("artist__name", flat=True))
