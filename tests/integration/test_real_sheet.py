"""The community's own sheet, read by openpyxl with rules written anew, against what our sync exports."""

import re
import unicodedata
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import openpyxl
import pytest
from django.test import Client
from openpyxl.cell.cell import Cell, MergedCell

from catalog.models import ReviewRow
from catalog.services.clock import Clock
from catalog.services.sync.snapshot import read_status
from catalog.wording import status_message
from tests.sheets import REAL_SHEET, needs_real_sheet
from tests.syncs import catalogue, counts, sync

pytestmark = [pytest.mark.django_db, pytest.mark.long, needs_real_sheet]
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


def expected_rows() -> Iterator[dict[str, Any]]:
    for tab in openpyxl.load_workbook(REAL_SHEET).worksheets:
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


def test_the_catalogue_holds_every_album_of_the_sheet_as_it_is_written_there() -> None:
    operation = sync(REAL_SHEET)
    assert (operation.status, operation.failed, operation.skipped) == ("completed", 0, 61)
    stored = catalogue()
    assert operation.created == len(stored)

    wanted = list(expected_rows())
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

    assert read_status().rows_to_review == 31
    again = sync(REAL_SHEET)
    assert (again.warnings, again.failures.count(), read_status().rows_to_review) == ([], 0, 31)
    assert counts(again) == {"unchanged": len(stored), "skipped": 61, "awaiting_enrichment": len(by_id)}
    assert catalogue() == stored


def test_the_rows_to_review_are_news_once_and_leave_the_list_when_acknowledged(client: Client, tmp_path: Path) -> None:
    first = sync(REAL_SHEET)
    assert ([each["code"] for each in first.warnings], first.failures.count()) == (["doubtful_rows"], 31)
    again = sync(REAL_SHEET)
    assert (again.warnings, again.failures.count()) == ([], 0)
    assert re.match(
        "Up to date. The sheet hasn't changed since .* UTC. 31 rows to review.", status_message(read_status())
    )
    assert client.get("/catalog/sync/review/?format=text").text.count("\n") == 31
    assert client.get("/catalog/sync/review/?format=text&show=skipped").text.count("artist but no album") == 61

    assert ReviewRow.objects.to_review().acknowledge("curator", Clock().now()) == 31
    assert (sync(REAL_SHEET).warnings, read_status().rows_to_review) == ([], 0)
    book = openpyxl.load_workbook(REAL_SHEET)
    book["2025 Prog-rock"]["G1918"] = "Elsewhere"
    book.save(tmp_path / "edited.xlsx")
    edited = sync(tmp_path / "edited.xlsx")
    assert ("Celestial Wolves", 1918) in ReviewRow.objects.to_review().values_list("artist", "row")
    assert [(each.artist, each.row) for each in edited.failures.all()] == [("Celestial Wolves", 1918)]
