"""manage.py export_albums: the whole catalogue as JSON lines or CSV."""

import argparse
import json
import sys
from contextlib import ExitStack
from pathlib import Path
from typing import TextIO

from django.core.management.base import BaseCommand, CommandError

from catalog.formats.csv_file import csv_blocks
from catalog.formats.records import exported


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
    file.writelines(json.dumps(record, ensure_ascii=False) + "\n" for record in exported())


def _write_csv(file: TextIO) -> None:
    file.writelines(csv_blocks(exported()))
