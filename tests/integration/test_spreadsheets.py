"""A spreadsheet opens the CSV with every text as a text. Needs LibreOffice Calc; without it, the test is skipped."""

import csv
import shutil
import subprocess
from datetime import date
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from django.test import Client

from catalog.formats.csv_file import as_text
from catalog.formats.records import KEYS
from tests.factories import add_album

OFFICE = shutil.which("soffice")
TITLES = (
    "=1+1", "+1", "-1", "@SUM(A1)", '=HYPERLINK("http://x","y")', "  =1+1", "＝1+1", '"=1+1"', "a;=1+1", "1/2", "3-1",
    "007", "2112",
    "10,000", "1.618", "TRUE", "false", "1e5", "5 May", "May 5, 2020", "10%", "$5", "(5)", "12:30", "2020-01-02",
    "#N/A",
    "Ágætis byrjun", 'Kveikur, "live"', "Coal",
)  # fmt: skip
OTHERS = {"id", "release_date", "is_debut", "is_reissue", "enriched", "total_tracks"}
"""Columns that aren't texts."""


@pytest.mark.long
@pytest.mark.postgresql(long=True)
@pytest.mark.django_db
@pytest.mark.skipif(OFFICE is None, reason="LibreOffice Calc isn't installed (soffice isn't in the path)")
@pytest.mark.parametrize("options", ["", ":44,34,76"], ids=["as a double click", "as UTF-8"])
def test_libreoffice_takes_every_text_for_a_text(client: Client, tmp_path: Path, options: str) -> None:
    for title in TITLES:
        add_album(title, title, genre_text=title, country=title, release_date=date(2020, 1, 2), tab="2020", format="")
    source = tmp_path / "albums.csv"
    answer: Any = client.get("/catalog/albums.csv?sort=added")
    source.write_bytes(b"".join(answer.streaming_content))
    command = [str(OFFICE), "--headless", f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}"]
    command += [f"--infilter=CSV{options}"] if options else []
    command += ["--convert-to", "xlsx", "--outdir", str(tmp_path), str(source)]
    subprocess.run(command, check=True, capture_output=True, timeout=240)
    sheet = openpyxl.load_workbook(tmp_path / "albums.xlsx").active
    assert sheet is not None
    _, *rows = sheet.iter_rows()
    assert len(rows) == len(TITLES)
    for row in rows:
        for name, cell in zip(KEYS, row, strict=True):
            assert cell.data_type != "f", (name, cell.value)
            assert cell.value is None or name in OTHERS or cell.data_type == "s", (name, cell.value)
    if options:
        with source.open(encoding="utf-8-sig", newline="") as file:
            written = [row["title"] for row in csv.DictReader(file)]
        assert [row[2].value for row in rows] == written
        assert sorted(written) == sorted(map(as_text, TITLES))
