"""Reads the workbook with our reader and with openpyxl's full load, which is the only other one that sees all of it."""

import json

import openpyxl

from bench.measuring import measured, sheet
from catalog.services.xlsx.reader import Workbook


def ours() -> int:
    """Read every row."""
    with Workbook(sheet()) as workbook:
        return sum(1 for tab in workbook.tabs for _ in workbook.rows(tab))


def with_openpyxl() -> int:
    """Load the workbook with links and styles."""
    return sum(tab.max_row for tab in openpyxl.load_workbook(sheet()).worksheets)


if __name__ == "__main__":
    print(json.dumps({"ours": measured(ours), "openpyxl": measured(with_openpyxl)}))
