"""Small print of the sheet: wrapped links, dates that count from 1904, tabs of both scenes."""

from datetime import date
from pathlib import Path
from urllib.parse import quote

import pytest

from catalog.services.sheet.rows import read_sheet
from catalog.services.xlsx.reader import Workbook
from tests.sheets import ABOVE, HEADER, album, entries
from tests.workbooks import make_workbook

SHOP = "https://leprous.bandcamp.com/album/aphelion"


def google(address: str) -> str:
    return f"https://www.google.com/url?q={quote(address, safe='')}"


def facebook(address: str) -> str:
    return f"https://l.facebook.com/l.php?u={quote(address, safe='')}"


@pytest.mark.parametrize(
    ("written", "read"),
    [
        (SHOP, SHOP),
        (google(SHOP), SHOP),
        (facebook(google(SHOP)), SHOP),
        (google(facebook(google(SHOP))), SHOP),
        (google(google(google(google(SHOP)))), google(SHOP)),
    ],
)
def test_a_link_is_unwrapped_from_up_to_three_redirects(written: str, read: str, tmp_path: Path) -> None:
    (entry,) = entries(tmp_path / "sheet.xlsx", album(bandcamp=written))
    assert entry.bandcamp_url == read


@pytest.mark.parametrize(("uses_1904_dates", "released"), [(False, date(2020, 6, 18)), (True, date(2024, 6, 19))])
def test_a_day_counts_from_the_first_one_of_its_workbook(uses_1904_dates: bool, released: date, tmp_path: Path) -> None:
    rows = [*ABOVE, HEADER, album(released=44_000.0)]
    path = make_workbook({"2024 Prog-metal": rows}, tmp_path / "sheet.xlsx", uses_1904_dates=uses_1904_dates)
    with Workbook(path) as workbook:
        (entry,) = read_sheet(workbook).entries
    assert entry.release_date == released


@pytest.mark.parametrize(
    ("tab", "scene", "is_reissue"),
    [
        ("2024 Prog-metal", "metal", False),
        ("2024 Prog-ROCK", "rock", False),
        ("2024 Metal and Rock", None, False),
        ("2024", None, False),
        ("2024 Metal Reissues", "metal", True),
    ],
)
def test_the_name_of_a_tab_tells_its_scene_and_its_reissues(
    tab: str, scene: str | None, is_reissue: bool, tmp_path: Path
) -> None:
    (entry,) = entries(tmp_path / "sheet.xlsx", album(), tab=tab)
    assert (entry.scene, entry.is_reissue, entry.year) == (scene, is_reissue, 2024)
