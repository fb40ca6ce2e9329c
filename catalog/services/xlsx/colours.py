"""Colours as workbooks write them: outright, by their place in a palette, or as a shade of the theme's."""

import re
from collections.abc import Mapping, Sequence
from colorsys import hls_to_rgb, rgb_to_hls
from functools import partial

from catalog.services.xlsx.limits import Meter
from catalog.services.xlsx.markup import Attributes, PartReader

COLOUR = re.compile(r"#?(?:[0-9A-F]{2})?([0-9A-F]{6})", re.IGNORECASE)

BASIC = "000000 FFFFFF FF0000 00FF00 0000FF FFFF00 FF00FF 00FFFF"
PALETTE = tuple(
    f"""
    {BASIC} {BASIC} 800000 008000 000080 808000 800080 008080 C0C0C0 808080
    9999FF 993366 FFFFCC CCFFFF 660066 FF8080 0066CC CCCCFF 000080 FF00FF FFFF00 00FFFF 800080 800000 008080 0000FF
    00CCFF CCFFFF CCFFCC FFFF99 99CCFF FF99CC CC99FF FFCC99 3366FF 33CCCC 99CC00 FFCC00 FF9900 FF6600 666699 969696
    003366 339966 003300 333300 993300 993366 333399 333333
    """.split()
)
"""What the numbers of colours mean in a workbook without a palette of its own."""

THEME = ("lt1", "dk1", "lt2", "dk2", *(f"accent{number}" for number in range(1, 7)), "hlink", "folHlink")
"""The colours of a theme in the order in which styles count them."""


class Theme(PartReader):
    """The colours of the theme. Excel counts the light one of each pair first, though the dark one is written first."""

    def __init__(self, meter: Meter) -> None:
        super().__init__(meter)
        self._name = ""
        self._by_name: dict[str, str] = {}
        self.opening.update({name: partial(self._begin, name) for name in THEME})
        self.opening.update(srgbClr=self._colour, sysClr=self._colour)
        self.closing.update(dict.fromkeys(THEME, self._end))

    @property
    def colours(self) -> list[str | None]:
        """The colours by number."""
        return [self._by_name.get(name) for name in THEME]

    def _begin(self, name: str, _: Attributes) -> None:
        self._name = name

    def _end(self) -> None:
        self._name = ""

    def _colour(self, attributes: Attributes) -> None:
        colour = rgb(attributes.get("lastClr") or attributes.get("val", ""))
        if self._name and colour:
            self._by_name.setdefault(self._name, colour)


def rgb(text: str) -> str | None:
    """Return the six digits of a colour, without its opacity."""
    colour = COLOUR.fullmatch(text)
    return colour[1].upper() if colour else None


def colour_of(written: Attributes, palette: Sequence[str | None], theme: Sequence[str | None]) -> str | None:
    """Return the colour that an element names in one of the three ways, made lighter or darker as it says."""
    colour = rgb(written.get("rgb", "")) or _at(palette, written.get("indexed")) or _at(theme, written.get("theme"))
    return _tinted(colour, written) if colour else None


def _at(colours: Sequence[str | None], number: str | None) -> str | None:
    if not number or not number.isascii() or not number.isdigit() or len(number) > 4:
        return None
    return colours[int(number)] if int(number) < len(colours) else None


def _tinted(colour: str, written: Mapping[str, str]) -> str:
    try:
        tint = max(-1.0, min(float(written.get("tint", "0")), 1.0))
    except ValueError:
        return colour
    if not abs(tint) > 0:
        return colour
    hue, light, saturation = rgb_to_hls(*(int(colour[at : at + 2], 16) / 255 for at in (0, 2, 4)))
    light = light * (1 + tint) if tint < 0 else light * (1 - tint) + tint
    return "".join(f"{round(part * 255):02X}" for part in hls_to_rgb(hue, light, saturation))
