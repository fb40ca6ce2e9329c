"""What the reader cannot read is an error of the sync, in words."""

import ast
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from catalog.services.errors import SyncError
from catalog.services.sheet.workbook import WORDS, SheetNotAWorkbook, SheetTooLarge, open_workbook
from tests.hostile_workbooks import ALBUMS, NOT_WORKBOOKS, ROW_FLOOD, flooded, zipped
from tests.workbooks import make_workbook, workbook_parts

READER = Path(__file__).resolve().parents[2] / "catalog/services/xlsx"
RAISING = {"NotAWorkbook": 0, "at_most": 2}
"""At which place the cause stands in a call."""


def read(path: Path) -> int:
    with open_workbook(path) as workbook:
        return sum(1 for tab in workbook.tabs for _ in workbook.rows(tab))


def test_a_workbook_is_read_as_the_reader_reads_it(tmp_path: Path) -> None:
    assert read(make_workbook(ALBUMS, tmp_path / "albums.xlsx")) == 4


@pytest.mark.parametrize("made", NOT_WORKBOOKS.values(), ids=NOT_WORKBOOKS.keys())
def test_what_is_no_workbook_is_refused_with_a_hint(made: Callable[[], bytes], tmp_path: Path) -> None:
    path = tmp_path / "sheet.xlsx"
    path.write_bytes(made())
    with pytest.raises(SheetNotAWorkbook) as refusal:
        read(path)
    assert refusal.value.code == "sheet_not_a_workbook"
    assert refusal.value.message.startswith("What the sheet's address gave is not an Excel workbook: ")
    assert "/export?format=xlsx" in refusal.value.hint


def test_a_password_is_named_as_the_cause(tmp_path: Path) -> None:
    path = tmp_path / "sheet.xlsx"
    path.write_bytes(zipped(workbook_parts(ALBUMS), flag_bits=1))
    with pytest.raises(SheetNotAWorkbook, match="protected with a password"):
        read(path)


def test_a_broken_file_is_named_as_the_file_and_a_broken_part_by_its_name(tmp_path: Path) -> None:
    path = tmp_path / "sheet.xlsx"
    path.write_bytes(b"PK")
    with pytest.raises(SheetNotAWorkbook, match="workbook: the file cannot be read"):
        read(path)
    path.write_bytes(zipped(workbook_parts(ALBUMS) | {"xl/styles.xml": "<"}))
    with pytest.raises(SheetNotAWorkbook, match=r"workbook: xl/styles\.xml cannot be read"):
        read(path)


def test_a_flood_is_told_with_its_limit(tmp_path: Path) -> None:
    with pytest.raises(SheetTooLarge, match="100 fold") as refusal:
        read(flooded(tmp_path / "bomb.xlsx", *ROW_FLOOD, zipfile.ZIP_DEFLATED))
    assert refusal.value.code == "sheet_too_large"


def causes() -> Iterator[str]:
    """Yield every cause that the reader can name."""
    for path in READER.glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in RAISING:
                cause = node.args[RAISING[node.func.id]]
                assert isinstance(cause, ast.Constant)
                yield str(cause.value)


def test_every_cause_of_the_reader_has_words_and_no_other() -> None:
    assert set(causes()) == set(WORDS)


@pytest.mark.parametrize("kind", [SheetNotAWorkbook, SheetTooLarge])
def test_what_is_wrong_is_said_in_words(kind: type[SyncError]) -> None:
    assert kind("the file is empty").message.endswith(": the file is empty.")
    assert kind.hint
