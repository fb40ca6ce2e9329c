"""Converts a workbook written by openpyxl to Google's export format: shared strings, formulas with cached text."""

import re
import zipfile
from datetime import datetime
from io import BytesIO

SPREADSHEET = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
STRINGS_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sharedStrings+xml"
STRINGS_RELATION = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/sharedStrings"
INLINE = re.compile(r't="inlineStr"><is>(<t(?: [^>]*)?>.*?</t>)</is>', re.DOTALL)
FORMULA = re.compile(r'(<c r="\w+"(?: s="\d+")?)>(<f>HYPERLINK\(.*?, ?"([^"]*)"\)</f>)<v ?(?:/>|></v>)')
EXPORTED = datetime(2026, 11, 20, 12)  # noqa: DTZ001 - zip files have no time zones


def as_google_exports(content: bytes) -> bytes:
    """Deterministic: the same cells give the same bytes."""
    strings: dict[str, int] = {}
    result = BytesIO()
    with zipfile.ZipFile(BytesIO(content)) as written, zipfile.ZipFile(result, "w") as exported:
        parts = {name: written.read(name).decode() for name in written.namelist() if not name.startswith("docProps/")}
        for name in parts:
            if name.startswith("xl/worksheets/sheet"):
                parts[name] = with_cached_texts(with_shared_strings(parts[name], strings))
        add_strings(parts, strings)
        for name, part in parts.items():
            exported.writestr(zipfile.ZipInfo(name, EXPORTED.timetuple()[:6]), part, zipfile.ZIP_DEFLATED)
    return result.getvalue()


def with_shared_strings(sheet: str, strings: dict[str, int]) -> str:
    return INLINE.sub(lambda found: f't="s"><v>{strings.setdefault(found[1], len(strings))}</v>', sheet)


def with_cached_texts(sheet: str) -> str:
    """Add the displayed text to every HYPERLINK formula."""
    return FORMULA.sub(r'\1 t="str">\2<v>\3</v>', sheet)


def add_strings(parts: dict[str, str], strings: dict[str, int]) -> None:
    """Add the shared strings part, and remove references to the docProps parts that were dropped."""
    items = "".join(f"<si>{text}</si>" for text in strings)
    parts["xl/sharedStrings.xml"] = f'<sst xmlns="{SPREADSHEET}" uniqueCount="{len(strings)}">{items}</sst>'
    types = re.sub(r"<Override [^>]*(?:docProps|sharedStrings)[^>]*/>", "", parts["[Content_Types].xml"])
    override = f'<Override PartName="/xl/sharedStrings.xml" ContentType="{STRINGS_TYPE}"/>'
    parts["[Content_Types].xml"] = types.replace("</Types>", f"{override}</Types>")
    parts["_rels/.rels"] = re.sub(r"<Relationship [^>]*docProps[^>]*/>", "", parts["_rels/.rels"])
    relations = re.sub(r"<Relationship [^>]*sharedStrings[^>]*/>", "", parts["xl/_rels/workbook.xml.rels"])
    relation = f'<Relationship Id="strings" Type="{STRINGS_RELATION}" Target="sharedStrings.xml"/>'
    parts["xl/_rels/workbook.xml.rels"] = relations.replace("</Relationships>", f"{relation}</Relationships>")
