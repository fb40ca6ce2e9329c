"""Pages of which most is the same for everybody: kept as bytes, compressed once, with the live part put between.

A gzip stream may be put together from parts that were compressed apart. A token beside what a reader typed can't be
guessed from the length of the whole, since the two are never compressed together.
"""

import hashlib
import re
import struct
import zlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import TypeVar

from django.conf import settings
from django.core.cache import caches
from django.http import HttpRequest, HttpResponse, HttpResponseNotModified
from django.templatetags.static import static
from django.utils.cache import patch_cache_control, patch_vary_headers
from django.utils.html import conditional_escape
from django.utils.safestring import SafeString, mark_safe

LEVEL = 6
"""Of zlib: 5 % fewer bytes than level 4 for 0.2 milliseconds of a page's first time; level 8 takes as much again for
less than 1 %."""

GZIP_HEADER = b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\xff"
END_OF_STREAM = b"\x03\x00"
Kept = TypeVar("Kept")

LONGEST_STORED = 0xFFFF
"""Bytes that a block of deflate holds as they are."""

MARK = re.compile(r"the-([a-z_]+)-goes-here")
"""Stands in a frame where the pages that share it differ."""


@dataclass(frozen=True)
class Piece:
    """A part of a page, as it is and compressed, so that it can stand between others."""

    content: bytes
    deflated: bytes = field(repr=False)

    @classmethod
    def of(cls, html: str) -> "Piece":
        """Return a part of a page without its indentation; what stands before its first line break isn't any."""
        first, *lines = html.split("\n")
        end = "\n" if lines and not lines[-1].strip() else ""
        return cls.exact(("\n".join([first, *filter(None, map(str.lstrip, lines))]) + end).encode())

    @classmethod
    def exact(cls, content: bytes) -> "Piece":
        """Return a text as it is."""
        deflater = zlib.compressobj(LEVEL, zlib.DEFLATED, -zlib.MAX_WBITS)
        return cls(content, deflater.compress(content) + deflater.flush(zlib.Z_FULL_FLUSH))

    @classmethod
    def short(cls, text: str) -> "Piece":
        """Return a text, escaped, that isn't worth compressing."""
        content = conditional_escape(text).encode()[:LONGEST_STORED]
        return cls(content, struct.pack("<BHH", 0, len(content), len(content) ^ 0xFFFF) + content)


def kept(key: tuple[object, ...], render: Callable[[], str]) -> Piece:
    """Return a part of a page, rendered unless this process has it by this key."""
    return kept_by(key, lambda: Piece.of(render()))


def framed(key: tuple[object, ...], render: Callable[[], str], values: Mapping[str, Piece]) -> list[Piece]:
    """Return a page: its frame, rendered unless this process has it by this key, with the values of its marks."""
    page: list[Piece] = []
    for piece, name in kept_by(key, lambda: _frame(render())):
        page.append(piece)
        if name:
            page.append(values[name])
    return page


def mark(name: str) -> SafeString:
    """Return what stands in a frame for a value."""
    return mark_safe(f"the-{name}-goes-here")  # noqa: S308


def _frame(html: str) -> list[tuple[Piece, str]]:
    parts = MARK.split(html)
    return list(zip(map(Piece.of, parts[0::2]), [*parts[1::2], ""], strict=True))


def kept_by(key: tuple[object, ...], make: Callable[[], Kept]) -> Kept:
    """Return what this process has by this key, made unless it has it."""
    cache, name = caches["pages"], _digest(key)
    found = cache.get(name)
    if found is None:
        cache.set(name, found := make())
    return found


def respond(request: HttpRequest, pieces: Sequence[Piece], etag: str = "") -> HttpResponse:
    """Answer with a page of these parts, compressed if the browser takes that, or 304 if it has the same."""
    has_it = bool(etag) and _has_it(request, etag)
    response = HttpResponseNotModified() if has_it else _whole(request, pieces)
    patch_vary_headers(response, ("Accept-Encoding",))
    if etag:
        response["ETag"] = etag
        patch_cache_control(response, no_cache=True, private=True)
    return response


def _whole(request: HttpRequest, pieces: Sequence[Piece]) -> HttpResponse:
    contents = [piece.content for piece in pieces]
    if "gzip" not in request.headers.get("Accept-Encoding", ""):
        return HttpResponse(b"".join(contents))
    packed = _gzip(contents, [piece.deflated for piece in pieces])
    return HttpResponse(packed, headers={"Content-Encoding": "gzip"})


def etag_of(facts: object, token: str | None) -> str:
    """Return the ETag of a page of these facts that holds a reader's token; weak, as it may be compressed or not."""
    return f'W/"{_digest((_release(), facts))}-{_digest(token)}"'


@cache
def _release() -> str:
    """Return what stands for this release: pages of the one before, which name other files, are no answer to keep."""
    return release_of(settings.BASE_DIR / "catalog", [static("catalog/css/site.css"), static("catalog/js/site.js")])


def release_of(folder: Path, addresses: Sequence[str]) -> str:
    """Return a digest of the code and the templates in a folder, and of these addresses."""
    digest = hashlib.blake2b(repr(addresses).encode(), digest_size=12)
    for path in sorted(path for path in folder.rglob("*") if path.suffix in {".py", ".html", ".txt"}):
        digest.update(path.read_bytes())
    return digest.hexdigest()


def _has_it(request: HttpRequest, etag: str) -> bool:
    """Whether the reader has this page. Who brings no cookie can't send a form, whatever token is in it."""
    known = request.headers.get("If-None-Match", "")
    return etag in known or (settings.CSRF_COOKIE_NAME not in request.COOKIES and etag.rpartition("-")[0] in known)


def _digest(facts: object) -> str:
    return hashlib.blake2b(repr(facts).encode(), digest_size=12).hexdigest()


def _gzip(contents: Sequence[bytes], deflated: Sequence[bytes]) -> bytes:
    checksum = 0
    for content in contents:
        checksum = zlib.crc32(content, checksum)
    size = sum(map(len, contents)) & 0xFFFFFFFF
    return b"".join((GZIP_HEADER, *deflated, END_OF_STREAM, checksum.to_bytes(4, "little"), size.to_bytes(4, "little")))
