"""Statements that are sent so often that Django takes longer to write them than the database to carry them out."""

from collections.abc import Iterable, Mapping, Sequence
from itertools import islice
from typing import Any, Generic, TypeVar, cast

from django.db import DEFAULT_DB_ALIAS, connection, connections
from django.db.models import Field, Model, QuerySet
from django.db.models.query import get_related_populators  # pyright: ignore[reportAttributeAccessIssue, reportUnknownVariableType]

Row = TypeVar("Row", bound=Model)

MOST_PARAMETERS = 60_000
"""Of a statement, on a database that names no limit."""


class PreparedQuery(Generic[Row]):
    """A query for objects, written once. It may hold nothing that changes, like the time of day as a value.

    What it is asked with stands for the values that its filters have, in their order.
    """

    def __init__(self, queryset: QuerySet[Row]) -> None:
        compiler: Any = queryset.query.get_compiler(DEFAULT_DB_ALIAS)
        self._sql, self._parameters = compiler.as_sql()
        columns = [column for column, _, _ in compiler.select]
        self._compiler, self._converters = compiler, compiler.get_converters(columns)
        self._model = queryset.model
        self._places: list[int] = compiler.klass_info["select_fields"]
        self._names: list[str] = [columns[place].target.attname for place in self._places]
        self._related: list[Any] = get_related_populators(compiler.klass_info, compiler.select, DEFAULT_DB_ALIAS)

    def all(self, *values: int | str) -> list[Row]:
        """Return the objects with their annotations and what is selected with them, as a `QuerySet` does."""
        with connections[DEFAULT_DB_ALIAS].cursor() as cursor:
            cursor.execute(self._sql, values or self._parameters)
            rows = cursor.fetchall()
        return list(map(self._made, self._compiler.apply_converters(rows, self._converters)))

    def first(self, *values: int | str) -> Row | None:
        """Return the first of them, of a query that doesn't find many."""
        return next(iter(self.all(*values)), None)

    def _made(self, row: Any) -> Row:  # noqa: ANN401 - what the database holds
        found = self._model.from_db(DEFAULT_DB_ALIAS, self._names, [row[place] for place in self._places])
        for related in self._related:
            related.populate(row, found)
        for name, place in self._compiler.annotation_col_map.items():
            setattr(found, name, row[place])
        return found


def columns_of(model: type[Model], *names: str) -> "list[Field[Any, Any]]":
    """Return the columns of these fields."""
    return [model._meta.get_field(name) for name in names]


def as_stored(columns: "Iterable[Field[Any, Any]]", values: Mapping[str, Any]) -> list[Any]:
    """Return a row as the driver takes it: the values of these columns, named as the attributes of a model are."""
    return [column.get_db_prep_save(values[column.attname], connection) for column in columns]


def insert(
    model: type[Model], columns: "Sequence[Field[Any, Any]]", rows: Iterable[Sequence[Any]], conflict: str = ""
) -> list[Any]:
    """Insert rows of values as the driver takes them, and return their keys; do as said where one is there already.

    `bulk_create` would look at each value of each row for an expression: for thousands of rows, that takes it several
    times as long as the database.
    """
    quote, key, keys = connection.ops.quote_name, cast("Field[Any, Any]", model._meta.pk), list[Any]()
    start = f"INSERT INTO {quote(model._meta.db_table)} ({', '.join(quote(column.column) for column in columns)}) "
    end = f" {conflict} RETURNING {quote(key.column)}"
    waiting, at_once = iter(rows), (connection.features.max_query_params or MOST_PARAMETERS) // len(columns)
    write = _as_arrays if connection.vendor == "postgresql" else _as_values
    with connection.cursor() as cursor:
        while batch := list(islice(waiting, at_once)):  # in few statements: PostgreSQL calls triggers once for each
            source, parameters = write(columns, batch)
            cursor.execute(start + source + end, parameters)
            keys += (pk for (pk,) in cursor.fetchall())
    return keys


def _as_values(columns: "Sequence[Field[Any, Any]]", rows: Sequence[Sequence[Any]]) -> tuple[str, list[Any]]:
    row = f"({', '.join(['%s'] * len(columns))})"
    return f"VALUES {', '.join([row] * len(rows))}", [value for row in rows for value in row]


def _as_arrays(columns: "Sequence[Field[Any, Any]]", rows: Sequence[Sequence[Any]]) -> tuple[str, list[Any]]:
    """One parameter for each column: for thousands of them, the driver takes longer than the server.

    Without the length of its type, as `varchar`: a value that's too long is to be refused, not cut off.
    """
    types = (str(column.db_type(connection)).partition("(")[0] for column in columns)
    arrays = ", ".join(f"%s::{each}[]" for each in types)
    statement = f"SELECT * FROM unnest({arrays})"  # noqa: S608
    return statement, [list(values) for values in zip(*rows, strict=True)]


def replacing(unique: str, names: Iterable[str]) -> str:
    """Return what `insert` does where a row is there already: it takes the new values of these columns."""
    taken = (f'"{name}" = EXCLUDED."{name}"' for name in names)
    return f"ON CONFLICT ({unique}) DO UPDATE SET {', '.join(taken)}"
