"""Reads the workbook with our reader and with openpyxl in full mode, the only other reader that sees everything."""

import json

import openpyxl

from bench.tools.measuring import measured, sheet
from catalog.services.xlsx.reader import Workbook


def ours() -> int:
    with Workbook(sheet()) as workbook:
        return sum(1 for tab in workbook.tabs for _ in workbook.rows(tab))


def with_openpyxl() -> int:
    """Load the workbook in full, with links and styles."""
    return sum(tab.max_row for tab in openpyxl.load_workbook(sheet()).worksheets)


if __name__ == "__main__":
    print(json.dumps({"ours": measured(ours), "openpyxl": measured(with_openpyxl)}))
