"""manage.py export_albums: the whole catalogue as JSON lines or CSV."""

import argparse
import csv
import json
import sys
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Any, TextIO

from django.core.management.base import BaseCommand, CommandError

from catalog.models import Album

KEYS: Sequence[str] = (
    "id", "artist", "title", "release_date", "release_text", "format", "genres", "genre_text", "vocal_style",
    "vocal_text", "country", "scene", "is_debut", "is_reissue", "tab", "spotify_id", "spotify_url", "bandcamp_url",
    "cover_url", "total_tracks", "label", "enriched",
)  # fmt: skip
"""In their order; docs/reference/export.md explains them."""


class Command(BaseCommand):
    """Write every listed album, one a line, in the order of their primary keys."""

    help = __doc__ or ""

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        """Declare the options."""
        parser.add_argument("--format", choices=("jsonl", "csv"), default="jsonl")
        parser.add_argument("--output", type=Path, metavar="FILE", help="where to write; standard output if not given")

    def handle(self, *, format: str, output: Path | None, **_: object) -> None:  # noqa: A002 - the option's name
        """Write the catalogue."""
        with ExitStack() as stack:
            file: TextIO = sys.stdout
            if output:
                try:
                    file = stack.enter_context(output.open("w", encoding="utf-8", newline=""))
                except OSError as error:
                    raise CommandError(f"{output} cannot be written: {error.strerror}.") from error
            (_write_csv if format == "csv" else _write_jsonl)(file)


def _write_jsonl(file: TextIO) -> None:
    file.writelines(json.dumps(row, ensure_ascii=False) + "\n" for row in exported())


def _write_csv(file: TextIO) -> None:
    writer = csv.DictWriter(file, KEYS)
    writer.writeheader()
    writer.writerows({**row, "genres": ", ".join(row["genres"])} for row in exported())


def exported() -> Iterator[dict[str, Any]]:
    """Yield each listed album by the documented keys."""
    albums = Album.objects.listed().select_related("artist", "vocal_style", "spotify").order_by("pk")
    for album in albums.prefetch_related("album_genres__genre").iterator(chunk_size=1000):
        spotify = album.spotify
        yield {
            "id": album.pk,
            "artist": album.artist.name,
            "title": album.title,
            "release_date": album.release_date.isoformat() if album.release_date else None,
            "release_text": album.release_text,
            "format": album.format,
            "genres": [link.genre.name for link in album.album_genres.all()],
            "genre_text": album.genre_text,
            "vocal_style": album.vocal_style.name if album.vocal_style else None,
            "vocal_text": album.vocal_text,
            "country": album.country,
            "scene": album.scene,
            "is_debut": album.is_debut,
            "is_reissue": album.is_reissue,
            "tab": album.tab,
            "spotify_id": album.spotify_id,
            "spotify_url": album.spotify_url or None,
            "bandcamp_url": album.bandcamp_url or None,
            "cover_url": (spotify.cover_url or None) if spotify else None,
            "total_tracks": spotify.total_tracks if spotify else None,
            "label": (spotify.label or None) if spotify else None,
            "enriched": bool(spotify and spotify.is_complete),
        }
