"""Fills the tables of a database from a copy, all or nothing."""

from collections.abc import Generator, Iterator, Sequence
from contextlib import contextmanager
from itertools import islice
from typing import Any

from django.core.exceptions import ValidationError
from django.db import DatabaseError, connection, models, transaction
from django.db.models import Max

from catalog.models import CatalogueVersion, SyncOperation
from catalog.services.care.snapshot import Source, last_numbers, numbered_tables
from catalog.services.care.tables import (
    MADE_BY_MIGRATE,
    Model,
    Row,
    Tally,
    all_of,
    applied_migrations,
    columns_of,
    kept_tables,
    passing_tables,
    rows_of,
    storing,
)
from catalog.services.prepared import insert
from catalog.services.sync.recovery import recover_if_lost

ROWS_AT_ONCE = 500


class OtherVersion(Exception):
    """The copy was made by another version: its tables are not those of this database."""

    def __init__(self, lacking: Sequence[str], unknown: Sequence[str]) -> None:
        super().__init__()
        self.lacking = lacking
        """Migrations of this database that the copy lacks: it is older."""
        self.unknown = unknown
        """Migrations of the copy that this database lacks: it is newer."""


class SyncRuns(Exception):
    """A sync is in progress, and would go on writing."""


class NotEmpty(Exception):
    """The database has rows already."""

    def __init__(self, table: str) -> None:
        super().__init__()
        self.table = table


class RowRefused(Exception):
    """The database, or the type of a column, does not take one of some rows, from one primary key to another."""

    def __init__(self, table: str, first: object, last: object, error: Exception) -> None:
        super().__init__()
        self.table, self.first, self.last = table, first, last
        self.reason = " ".join(str(error).split())[:200]


class NotTheSame(Exception):
    """What the database gives back of a table is not what was written."""

    def __init__(self, table: str) -> None:
        super().__init__()
        self.table = table


def check_version(source: Source) -> None:
    """Raise `OtherVersion` unless the tables of the database are as those that the copy was made of."""
    here, there = set(applied_migrations()), set(source.header.migrations)
    if here != there:
        raise OtherVersion(sorted(here - there), sorted(there - here))


def replace_everything(source: Source) -> int:
    """Put a copy in the place of all rows, in one transaction; return how many there are.

    Others read what was there before until it is complete. Raises `SyncRuns`, `RowRefused` and `NotTheSame`, after
    which the database is as it was.
    """
    with _exclusive():
        if SyncOperation.objects.active().exists():
            raise SyncRuns
        return _fill(source)


def fill_empty(source: Source) -> int:
    """Do so in a database that has no more rows than migrations put there; raises `NotEmpty`."""
    with _exclusive():
        for model in kept_tables():
            if model._meta.label_lower not in MADE_BY_MIGRATE and all_of(model).exists():
                raise NotEmpty(model._meta.db_table)
        return _fill(source)


def _fill(source: Source) -> int:
    numbers = last_numbers()
    for model in [*passing_tables(), *reversed(kept_tables())]:
        _empty(model)
    tallies = {model: _load(model, columns, rows) for model, columns, rows in source.tables()}
    _go_on_after(source.header.numbers, numbers)
    connection.check_constraints()
    for model, tally in tallies.items():
        _check(model, tally)
    # The sync that ran while the copy was made: its process knows nothing of these rows, or is gone.
    for operation in SyncOperation.objects.active().with_silence():
        recover_if_lost(operation, stale_after_seconds=-1)
    return sum(tally.rows for tally in tallies.values())


@contextmanager
def _exclusive() -> Generator[None]:
    """Begin a transaction in which nobody else writes; all may read."""
    with transaction.atomic():  # on SQLite this alone keeps others from writing
        if connection.vendor == "postgresql":
            names = [model._meta.db_table for model in [*kept_tables(), *passing_tables()]]
            with connection.cursor() as cursor:
                cursor.execute(f"LOCK TABLE {', '.join(map(connection.ops.quote_name, names))} IN EXCLUSIVE MODE")
        yield


def _empty(model: Model) -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"DELETE FROM {connection.ops.quote_name(model._meta.db_table)}")  # noqa: S608


def _load(model: Model, names: Sequence[str], rows: Iterator[Row]) -> Tally:
    """Insert a table's rows as they are, and return what they say."""
    if model is CatalogueVersion:
        _empty(model)  # triggers have filled it meanwhile
    by_name = {column.attname: column for column in columns_of(model)}
    columns = [by_name[name] for name in names]
    tally = Tally()
    while batch := list(islice(rows, ROWS_AT_ONCE)):
        for row in batch:
            tally.add(row)
        _insert(model, columns, batch)
    return tally


def _insert(model: Model, columns: "Sequence[models.Field[Any, Any]]", batch: Sequence[Row]) -> None:
    store = [storing(column) for column in columns]
    try:
        values = [[to_stored(value) for to_stored, value in zip(store, row, strict=True)] for row in batch]
        insert(model, columns, values)
    except (DatabaseError, ValueError, ValidationError) as error:  # ValueError: psycopg's word for a zero byte
        at = [column.primary_key for column in columns].index(True)
        raise RowRefused(model._meta.db_table, batch[0][at], batch[-1][at], error) from error


def _go_on_after(copied: dict[str, int], here: dict[str, int]) -> None:
    """Have new rows numbered above all that the copy or this database ever had, so that no address leads elsewhere."""
    for model, column in numbered_tables():
        table = model._meta.db_table
        highest: int = all_of(model).aggregate(highest=Max("pk"))["highest"] or 0
        last = max(highest, copied.get(table, 0), here.get(table, 0))
        with connection.cursor() as cursor:
            if connection.vendor == "sqlite":
                cursor.execute("DELETE FROM sqlite_sequence WHERE name = %s", [table])
                cursor.execute("INSERT INTO sqlite_sequence (name, seq) VALUES (%s, %s)", [table, last])
            elif last:
                cursor.execute("SELECT setval(pg_get_serial_sequence(%s, %s), %s)", [f'"{table}"', column, last])


def _check(model: Model, expected: Tally) -> None:
    found = Tally()
    for row in rows_of(model):
        found.add(row)
    if found != expected:
        raise NotTheSame(model._meta.db_table)
