"""Opens the sheet's workbook: what the reader cannot read becomes an error of the sync."""

from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import ClassVar

from catalog.services.errors import SyncError
from catalog.services.xlsx.reader import NotAWorkbook, TooLarge, Workbook


class SheetNotAWorkbook(SyncError):
    """What the sheet's address gave is not an Excel workbook."""

    code: ClassVar[str] = "sheet_not_a_workbook"


class SheetTooLarge(SyncError):
    """The workbook is larger than a sheet of albums can be."""

    code: ClassVar[str] = "sheet_too_large"


@contextmanager
def open_workbook(path: Path) -> Generator[Workbook]:
    """Open a workbook; raises `SheetNotAWorkbook` or `SheetTooLarge` at any moment until it is closed."""
    try:
        with Workbook(path) as workbook:
            yield workbook
    except NotAWorkbook as error:
        raise SheetNotAWorkbook(error.cause, **error.parameters) from error
    except TooLarge as error:
        raise SheetTooLarge(error.cause, **error.parameters) from error
