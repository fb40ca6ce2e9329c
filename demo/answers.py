"""Answers of a stand-in: what is sent, and in which manner it arrives."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Literal

Manner = Literal["whole", "truncated", "reset", "silence"]
HTML = "text/html; charset=utf-8"
TEXT = "text/plain; charset=utf-8"
BLOCK = 64 * 1024
PIECES = 40


@dataclass(frozen=True)
class Request:
    """What a client asked for."""

    method: str
    path: str
    query: Mapping[str, str]
    headers: Mapping[str, str]
    body: bytes = b""

    @property
    def address(self) -> str:
        """Path and query, as they are logged and matched by faults."""
        return self.path + (
            "?" + "&".join(f"{name}={value}" for name, value in self.query.items()) if self.query else ""
        )


@dataclass(frozen=True)
class Answer:
    """What a stand-in sends. `wait` passes before the first byte, `spread` seconds while the body flows."""

    status: int = 200
    body: bytes = b""
    content_type: str = HTML
    headers: Mapping[str, str] = field(default_factory=dict[str, str])
    wait: float = 0.0
    spread: float = 0.0
    manner: Manner = "whole"
    endless_bytes: int = 0

    def blocks(self) -> Iterator[bytes]:
        """Yield the body in pieces: small ones if it is to take time, and as much noise as an endless one wants."""
        size = max(1, len(self.body) // PIECES) if self.spread else BLOCK
        sent = len(self.body) // 2 if self.manner == "truncated" else len(self.body)
        for start in range(0, sent, size):
            yield self.body[start : min(start + size, sent)]
        for _ in range(0, self.endless_bytes, BLOCK):
            yield b"\x07" * BLOCK


def json_answer(content: object, status: int = 200, **headers: str) -> Answer:
    """Return an answer in JSON; underscores in the names of headers become hyphens."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return Answer(status, json.dumps(content, ensure_ascii=False).encode(), "application/json; charset=utf-8", named)


def html_answer(title: str, status: int = 200) -> Answer:
    """Return a short page."""
    page = f"<!DOCTYPE html><html lang=en><head><title>{title}</title></head><body><h1>{title}</h1></body></html>"
    return Answer(status, page.encode())


def text_answer(text: str, status: int) -> Answer:
    """Return plain text."""
    return Answer(status, text.encode(), TEXT)
