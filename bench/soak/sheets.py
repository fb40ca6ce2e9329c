"""Two states of the sheet, so that every sync has something to change."""

import re
from html import escape
from itertools import islice
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile

from bench.tools.catalogue import entries_of_the_sheet

EDITED = 50
"""As many titles as somebody may edit between two syncs, and fewer than what a sync holds back."""

TEXTS = "xl/sharedStrings.xml"


def edited(sheet: Path, folder: Path) -> Path:
    """Write the sheet with some titles changed, and return its path."""
    with ZipFile(sheet) as source:
        texts = source.read(TEXTS).decode()
        linked = (entry.title for entry in entries_of_the_sheet() if entry.spotify_id and len(entry.title) > 5)
        for title in islice(dict.fromkeys(linked), EDITED):
            written = escape(title, quote=False)
            texts = re.sub(rf"(<t[^>]*>){re.escape(written)}</t>", rf"\g<1>{written} (edited)</t>", texts, count=1)
        path = folder / "edited.xlsx"
        with ZipFile(path, "w", ZIP_DEFLATED) as target:
            for name in source.namelist():
                target.writestr(name, texts if name == TEXTS else source.read(name))
    return path
