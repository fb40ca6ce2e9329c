"""Reads the parts of a workbook that surround its cells: relationships, the list of tabs, texts and styles."""

import posixpath
import re
from collections.abc import Iterable, Sequence
from functools import partial
from typing import NamedTuple
from urllib.parse import unquote

from catalog.services.xlsx.colours import PALETTE, colour_of, rgb
from catalog.services.xlsx.limits import Meter, at_most
from catalog.services.xlsx.markup import Attributes, PartReader

# Ids that every spreadsheet knows without being told. What they mean in English; others translate the dates.
# fmt: off
BUILTIN_FORMATS = {
    "1": "0", "2": "0.00", "3": "#,##0", "4": "#,##0.00", "9": "0%", "10": "0.00%", "11": "0.00E+00", "12": "# ?/?",
    "13": "# ??/??", "14": "mm-dd-yy", "15": "d-mmm-yy", "16": "d-mmm", "17": "mmm-yy", "18": "h:mm AM/PM",
    "19": "h:mm:ss AM/PM", "20": "h:mm", "21": "h:mm:ss", "22": "m/d/yy h:mm", "45": "mm:ss", "46": "[h]:mm:ss",
    "47": "mmss.0", "48": "##0.0E+0", "49": "@",
}
# fmt: on

RELATIONSHIP_ID = "http://schemas.openxmlformats.org/officeDocument/2006/relationships id"
"""The name of `r:id` in most files; strict ones have another."""

ESCAPE = re.compile(r"_x([0-9A-Fa-f]{4})_")

Style = tuple[str | None, str]  # fill, number format


class Relationship(NamedTuple):
    """What a part refers to: another part, or an address."""

    kind: str
    target: str
    is_external: bool


class Relationships(PartReader):
    """What a part refers to: targets inside the package by the name of the part, others as written."""

    def __init__(self, meter: Meter, folder: str) -> None:
        super().__init__(meter)
        self.by_id: dict[str, Relationship] = {}
        self._folder = folder
        self.opening["Relationship"] = self._relationship

    def _relationship(self, attributes: Attributes) -> None:
        target = attributes.get("Target", "")
        kind = attributes.get("Type", "").rpartition("/")[2]
        is_external = attributes.get("TargetMode") == "External" or kind == "hyperlink"
        if not is_external:
            target = part_name(posixpath.join("/", self._folder, target.replace("\\", "/")))
        self._characters += len(target)
        self.by_id[attributes.get("Id", "")] = Relationship(kind, target, is_external)
        at_most(self._limits.relationships, len(self.by_id), "relationships")


def part_name(path: str) -> str:
    """Return what names of a part have in common: writers differ in capitals, slashes and escapes."""
    return posixpath.normpath("/" + unquote(path).replace("\\", "/")).lstrip("/").lower()


def first(relationships: Iterable[Relationship], kind: str) -> str | None:
    """Return the part that the first relationship of a kind leads to."""
    return next((each.target for each in relationships if each.kind == kind and not each.is_external), None)


def relationship_id(attributes: Attributes) -> str:
    """Return the value of `r:id`, whatever the prefix."""
    known = attributes.get(RELATIONSHIP_ID)
    if known is not None:
        return known
    return next((value for name, value in attributes.items() if name.endswith("/relationships id")), "")


class Contents(PartReader):
    """The list of tabs in the main part."""

    def __init__(self, meter: Meter) -> None:
        super().__init__(meter)
        self.uses_1904_dates = False
        self.sheets: list[Attributes] = []
        self.opening.update(workbookPr=self._properties, sheet=self._sheet)

    def _properties(self, attributes: Attributes) -> None:
        self.uses_1904_dates = attributes.get("date1904") in ("1", "true")

    def _sheet(self, attributes: Attributes) -> None:
        self.sheets.append(attributes | {"name": unescaped(attributes.get("name", ""))})
        at_most(self._limits.tabs, len(self.sheets), "tabs")


class Texts(PartReader):
    """Gathers the texts of `<t>` elements, which a rich text has several of, into `_runs`."""

    def __init__(self, meter: Meter) -> None:
        super().__init__(meter)
        self._runs: list[str] = []
        self._is_phonetic = False
        self.opening.update(t=self._begin_text, rPh=self._begin_phonetic)
        self.closing.update(t=self._end_text, rPh=self._end_phonetic)

    def _begin_text(self, _: Attributes) -> None:
        self._pieces.clear()

    def _begin_phonetic(self, _: Attributes) -> None:
        self._is_phonetic = True

    def _end_phonetic(self) -> None:
        self._is_phonetic = False

    def _end_text(self) -> None:
        if not self._is_phonetic:
            text = self._text()
            self._characters += len(text)
            self._runs.append(text)

    def _take_runs(self) -> str:
        text = unescaped("".join(self._runs)[: self._limits.text])
        self._runs.clear()
        return text


class SharedStrings(Texts):
    """The texts that cells refer to by number."""

    def __init__(self, meter: Meter) -> None:
        super().__init__(meter)
        self.strings: list[str | None] = []
        self.closing["si"] = self._end_string

    def _end_string(self) -> None:
        self.strings.append(meaningful(self._take_runs()))
        at_most(self._limits.shared_strings, len(self.strings), "shared_strings")


class Styles(PartReader):
    """The fill and number format of each cell style. Only direct solid fills count: conditional formats are no data."""

    def __init__(self, meter: Meter) -> None:
        super().__init__(meter)
        self._section = ""  # fills, for one, stand in other sections too, with another meaning
        self._formats = dict(BUILTIN_FORMATS)
        self._fills: list[Attributes] = []
        self._fill: Attributes = {}
        self._is_solid = False
        self._palette: list[str | None] = []
        self._styles: list[tuple[str, str]] = []
        self.opening.update(numFmt=self._format, patternFill=self._pattern, fgColor=self._colour, xf=self._style)
        self.opening["rgbColor"] = self._colour_of_palette
        self.closing["fill"] = self._end_fill
        for section in ("numFmts", "fills", "cellXfs"):
            self.opening[section] = partial(self._begin_section, section)
            self.closing[section] = self._end_section

    def by_index(self, theme: Sequence[str | None]) -> dict[str, Style]:
        """Return the styles by the number that cells give."""
        palette = (*self._palette, *PALETTE[len(self._palette) :])
        fills = {str(number): colour_of(fill, palette, theme) for number, fill in enumerate(self._fills)}
        return {
            str(number): (fills.get(fill), self._formats.get(number_format, "General"))
            for number, (fill, number_format) in enumerate(self._styles)
        }

    def _begin_section(self, section: str, _: Attributes) -> None:
        self._section = section

    def _end_section(self) -> None:
        self._section = ""

    def _format(self, attributes: Attributes) -> None:
        if self._section == "numFmts":
            self._formats[attributes.get("numFmtId", "")] = attributes.get("formatCode", "General")
            at_most(self._limits.styles, len(self._formats), "number_formats")

    def _pattern(self, attributes: Attributes) -> None:
        self._is_solid = attributes.get("patternType") == "solid"

    def _colour(self, attributes: Attributes) -> None:
        self._fill = attributes if self._is_solid else {}

    def _colour_of_palette(self, attributes: Attributes) -> None:
        self._palette.append(rgb(attributes.get("rgb", "")))
        at_most(self._limits.styles, len(self._palette), "fills")

    def _end_fill(self) -> None:
        if self._section == "fills":
            self._fills.append(self._fill)
            at_most(self._limits.styles, len(self._fills), "fills")
        self._fill = {}

    def _style(self, attributes: Attributes) -> None:
        if self._section == "cellXfs":
            self._styles.append((attributes.get("fillId", "0"), attributes.get("numFmtId", "0")))
            at_most(self._limits.styles, len(self._styles), "styles")


def unescaped(text: str) -> str:
    """Return a text with the letters that were written by their number, as `_x000D_`."""
    if "_x" not in text:
        return text
    text = ESCAPE.sub(lambda escape: chr(int(escape[1], 16)), text)
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "ignore")


def meaningful(text: str) -> str | None:
    """Return a text, or None where it is empty."""
    return text or None


def whole(text: str) -> int | None:
    """Return a whole number of at most nine digits, or None."""
    return int(text) if len(text) < 10 and text.isascii() and text.isdigit() else None
