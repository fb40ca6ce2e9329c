"""Parses one XML part in pieces: without what XML forbids, in the namespaces that matter, within limits."""

import re
from collections.abc import Callable, Iterator
from typing import IO
from xml.parsers import expat

from catalog.services.xlsx.limits import Meter, NotAWorkbook, at_most

CHUNK = 64 * 1024

MAIN = (
    "http://schemas.openxmlformats.org/spreadsheetml/2006/main ",
    "http://purl.oclc.org/ooxml/spreadsheetml/main ",  # of strict files
    "",
)
"""The namespaces of a workbook's own elements, as expat writes them before a name. Extensions have others."""

CHOICE = "http://schemas.openxmlformats.org/markup-compatibility/2006 Choice"
"""What only programs with some extension understand; what the others read stands beside it."""

CONTROLS = bytes([*range(9), 11, 12, *range(14, 32)])
NONCHARACTERS = re.compile(rb"\xef\xbf[\xbe\xbf]")
REFERENCE = re.compile(rb"&#(?:([0-9]{1,9})|x([0-9A-Fa-f]{1,8}));")
UNFINISHED = re.compile(rb"(?:&[^;]{0,15}|\xef\xbf?)\Z")
BYTE_ORDER_MARKS = (b"\xfe\xff", b"\xff\xfe")

Attributes = dict[str, str]


class PartReader:
    """Parse one part: `opening` and `closing` say what happens at which element, by its name without namespace."""

    def __init__(self, meter: Meter) -> None:
        self._meter = meter
        self._limits = meter.limits
        self._pieces: list[str] = []  # of the text, straight from expat
        self._characters: int = 0
        self._depth = 0  # inside of what is skipped
        self.opening: dict[str, Callable[[Attributes], None]] = {"extLst": self._skip}
        self.closing: dict[str, Callable[[], None]] = {}

    def read(self, stream: IO[bytes]) -> None:
        """Feed the part to expat in pieces, and look at the limits between two of them."""
        self._parser = parser = expat.ParserCreate(namespace_separator=" ")
        parser.buffer_text = True
        parser.StartDoctypeDeclHandler = refuse_doctype
        parser.StartNamespaceDeclHandler = ignore  # so that prefixes count as names
        parser.StartElementHandler = self._begin_document
        parser.CharacterDataHandler = self._pieces.append
        fed = 0
        for chunk in readable(stream):
            self._meter.count(chunk)
            parser.Parse(chunk)
            fed += len(chunk)
            at_most(self._limits.tag_length, fed - parser.CurrentByteIndex, "tag_length")
            at_most(self._limits.names, len(parser.intern), "names")
            at_most(self._limits.characters, self._characters, "characters")
            self._pieces[:] = [self._text()]
        parser.Parse(b"", True)

    def _begin_document(self, root: str, attributes: Attributes) -> None:
        """Listen to the elements of the namespace that the part is written in."""
        namespace = root.removesuffix(root.rpartition(" ")[2])
        namespaces = MAIN if namespace in MAIN else (namespace,)
        self._opening = {each + name: handler for each in namespaces for name, handler in self.opening.items()}
        self._opening[CHOICE] = self._skip
        self._closing = {each + name: handler for each in namespaces for name, handler in self.closing.items()}
        self._listen()
        self._open(root, attributes)

    def _listen(self) -> None:
        self._parser.StartElementHandler = self._open
        self._parser.EndElementHandler = self._close

    def _open(self, name: str, attributes: Attributes) -> None:
        if handler := self._opening.get(name):
            handler(attributes)

    def _close(self, name: str) -> None:
        if handler := self._closing.get(name):
            handler()

    def _skip(self, _: Attributes) -> None:
        """Leave out an element with all that it holds."""
        self._depth = 1
        self._parser.StartElementHandler = self._descend
        self._parser.EndElementHandler = self._ascend

    def _descend(self, *_: object) -> None:
        self._depth += 1

    def _ascend(self, _: str) -> None:
        self._depth -= 1
        if not self._depth:
            self._listen()

    def _text(self) -> str:
        return "".join(self._pieces)[: self._limits.text]


def refuse_doctype(*_: object) -> None:
    """Refuse what entity bombs need."""
    raise NotAWorkbook("document_type")


def ignore(*_: object) -> None:
    """Do nothing."""


def readable(stream: IO[bytes]) -> Iterator[bytes]:
    """Yield XML in pieces, without the characters that it must not hold: other programs write them all the same."""
    held = b""
    is_wide = False
    for number, piece in enumerate(iter(lambda: stream.read(CHUNK), b"")):
        if number == 0:
            is_wide = piece.startswith(BYTE_ORDER_MARKS) or b"\0" in piece[:2]  # UTF-16, which has a zero in each "<"
        if is_wide:
            yield piece
            continue
        chunk = held + piece.translate(None, CONTROLS)
        unfinished = UNFINISHED.search(chunk, max(len(chunk) - 16, 0))
        held = unfinished[0] if unfinished else b""
        chunk = chunk.removesuffix(held) if held else chunk
        if b"&#" in chunk:
            chunk = REFERENCE.sub(_if_allowed, chunk)
        yield NONCHARACTERS.sub(b"", chunk) if b"\xef\xbf" in chunk else chunk
    yield held


def _if_allowed(reference: re.Match[bytes]) -> bytes:
    code = int(reference[1]) if reference[1] else int(reference[2], 16)
    is_allowed = code in (9, 10, 13) or 0x20 <= code < 0xD800 or 0xE000 <= code < 0xFFFE or 0xFFFF < code < 0x110000
    return reference[0] if is_allowed else b""
