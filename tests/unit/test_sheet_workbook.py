"""What the reader cannot read is an error of the sync, with the same cause."""

import ast
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from catalog.services.sheet.workbook import SheetNotAWorkbook, SheetTooLarge, open_workbook
from catalog.wording import error_hint, error_message
from tests.hostile_workbooks import ALBUMS, NOT_WORKBOOKS, ROW_FLOOD, flooded, zipped
from tests.wordings import ERRORS
from tests.workbooks import make_workbook, workbook_parts

READER = Path(__file__).resolve().parents[2] / "catalog/services/xlsx"
OF_THE_DOWNLOAD = {"web_page", "empty", "signature", "bytes", "slow"}
"""Causes that sheet/download.py and sync/run.py name."""

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
    assert error_message(refusal.value.fact).startswith("The spreadsheet ")
    assert "/export?format=xlsx" in error_hint(refusal.value.fact)


def test_a_password_is_named_as_the_cause(tmp_path: Path) -> None:
    path = tmp_path / "sheet.xlsx"
    path.write_bytes(zipped(workbook_parts(ALBUMS), flag_bits=1))
    with pytest.raises(SheetNotAWorkbook) as refusal:
        read(path)
    assert error_message(refusal.value.fact) == "The spreadsheet is protected with a password."


def test_a_broken_file_is_named_as_the_file_and_a_broken_part_by_its_name(tmp_path: Path) -> None:
    path = tmp_path / "sheet.xlsx"
    path.write_bytes(b"PK")
    with pytest.raises(SheetNotAWorkbook) as refusal:
        read(path)
    assert error_message(refusal.value.fact).startswith("The spreadsheet is broken: it can't be read (")
    path.write_bytes(zipped(workbook_parts(ALBUMS) | {"xl/styles.xml": "<"}))
    with pytest.raises(SheetNotAWorkbook) as refusal:
        read(path)
    assert error_message(refusal.value.fact).startswith("The spreadsheet is broken: xl/styles.xml can't be read (")


def test_a_flood_is_told_with_its_limit(tmp_path: Path) -> None:
    with pytest.raises(SheetTooLarge) as refusal:
        read(flooded(tmp_path / "bomb.xlsx", *ROW_FLOOD, zipfile.ZIP_DEFLATED))
    assert refusal.value.code == "sheet_too_large"
    assert "100 fold" in error_message(refusal.value.fact)


def causes() -> Iterator[str]:
    """Yield every cause that the reader can name."""
    for path in READER.glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in RAISING:
                cause = node.args[RAISING[node.func.id]]
                assert isinstance(cause, ast.Constant)
                yield str(cause.value)


def test_every_cause_of_the_reader_has_words_and_no_other() -> None:
    worded = {str(each["cause"]) for code in ("sheet_not_a_workbook", "sheet_too_large") for each in ERRORS[code]}
    assert set(causes()) == worded - OF_THE_DOWNLOAD
