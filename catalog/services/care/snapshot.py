"""Reads the whole database as it is at one moment, while others go on writing."""

from collections.abc import Generator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from django.db import DEFAULT_DB_ALIAS, connections, transaction
from django.utils import timezone

from catalog.services.care.tables import Model, Row, applied_migrations, columns_of, kept_tables, rows_of


@dataclass(frozen=True)
class Header:
    """What is said of a copy before its rows."""

    made_at: datetime
    vendor: str
    """The database that it comes from: ``sqlite`` or ``postgresql``."""
    migrations: tuple[str, ...]
    numbers: dict[str, int]
    """The highest number that each table has ever given to a row, by the table's name."""


class Source(Protocol):
    """What tables are filled from: a database, or a file."""

    header: Header

    def tables(self) -> Iterator[tuple[Model, list[str], Iterator[Row]]]:
        """Yield each table, the names of its columns, and its rows."""
        ...


class Snapshot:
    """One moment of a database."""

    def __init__(self, alias: str) -> None:
        self._alias = alias
        migrations = tuple(applied_migrations(alias))
        self.header = Header(timezone.now(), connections[alias].vendor, migrations, last_numbers(alias))

    def tables(self) -> Iterator[tuple[Model, list[str], Iterator[Row]]]:
        """Yield each table, the names of its columns, and its rows."""
        for model in kept_tables():
            yield model, [column.attname for column in columns_of(model)], rows_of(model, self._alias)


@contextmanager
def one_moment(alias: str) -> Generator[Snapshot]:
    """Let all reads in the block see the database as it is at its beginning. Nobody waits for that."""
    connection = connections[alias]
    if connection.vendor == "sqlite":
        # Django's own transactions begin IMMEDIATE: a sync would wait for the end of this one.
        with connection.cursor() as cursor:
            cursor.execute("BEGIN DEFERRED")
        try:
            yield Snapshot(alias)
        finally:
            with connection.cursor() as cursor:
                cursor.execute("ROLLBACK")
        return
    with transaction.atomic(using=alias):
        with connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        yield Snapshot(alias)


def numbered_tables() -> Iterator[tuple[Model, str]]:
    """Yield the models whose rows the database numbers, each with the column of its numbers."""
    for model in kept_tables():
        if model._meta.auto_field:
            yield model, model._meta.auto_field.column


def last_numbers(alias: str = DEFAULT_DB_ALIAS) -> dict[str, int]:
    """Return the last number that each table gave, also of rows that are gone."""
    connection = connections[alias]
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("SELECT name, seq FROM sqlite_sequence")
            given = dict(cursor.fetchall())
            return {model._meta.db_table: given.get(model._meta.db_table, 0) for model, _ in numbered_tables()}
        numbers: dict[str, int] = {}
        for model, column in numbered_tables():
            table = model._meta.db_table
            cursor.execute("SELECT pg_get_serial_sequence(%s, %s)", [f'"{table}"', column])
            [(sequence,)] = cursor.fetchall()
            cursor.execute(f"SELECT CASE WHEN is_called THEN last_value ELSE 0 END FROM {sequence}")  # noqa: S608
            [(numbers[table],)] = cursor.fetchall()
        return numbers
