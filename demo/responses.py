"""Requests and responses of a stand-in, including how a response is delivered."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Literal

Delivery = Literal["whole", "truncated", "reset", "silence"]
HTML = "text/html; charset=utf-8"
TEXT = "text/plain; charset=utf-8"
BLOCK = 64 * 1024
PIECES = 40


@dataclass(frozen=True)
class Request:
    method: str
    path: str
    query: Mapping[str, str]
    headers: Mapping[str, str]
    body: bytes = b""

    @property
    def address(self) -> str:
        """Path and query, as logged and as matched by faults."""
        return self.path + (
            "?" + "&".join(f"{name}={value}" for name, value in self.query.items()) if self.query else ""
        )


@dataclass(frozen=True)
class Response:
    """`wait` seconds pass before the first byte; the body is spread over `spread` seconds."""

    status: int = 200
    body: bytes = b""
    content_type: str = HTML
    headers: Mapping[str, str] = field(default_factory=dict[str, str])
    wait: float = 0.0
    spread: float = 0.0
    delivery: Delivery = "whole"
    endless_bytes: int = 0

    def blocks(self) -> Iterator[bytes]:
        """Yield the body in chunks, followed by `endless_bytes` of filler."""
        size = max(1, len(self.body) // PIECES) if self.spread else BLOCK
        sent = len(self.body) // 2 if self.delivery == "truncated" else len(self.body)
        for start in range(0, sent, size):
            yield self.body[start : min(start + size, sent)]
        for _ in range(0, self.endless_bytes, BLOCK):
            yield b"\x07" * BLOCK


def json_response(content: object, status: int = 200, **headers: str) -> Response:
    """Underscores in header names become hyphens."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return Response(status, json.dumps(content, ensure_ascii=False).encode(), "application/json; charset=utf-8", named)


def html_response(title: str, status: int = 200) -> Response:
    page = f"<!DOCTYPE html><html lang=en><head><title>{title}</title></head><body><h1>{title}</h1></body></html>"
    return Response(status, page.encode())


def text_response(text: str, status: int) -> Response:
    return Response(status, text.encode(), TEXT)
