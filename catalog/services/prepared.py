"""Queries that are asked so often that Django takes longer to write them than the database to answer."""

from typing import Any, Generic, TypeVar

from django.db import DEFAULT_DB_ALIAS, connections
from django.db.models import Model, QuerySet

Row = TypeVar("Row", bound=Model)


class PreparedQuery(Generic[Row]):
    """A query for one object, written once. It may hold nothing that changes, like the time of day as a value."""

    def __init__(self, queryset: QuerySet[Row]) -> None:
        compiler: Any = queryset[:1].query.get_compiler(DEFAULT_DB_ALIAS)
        self._sql, self._parameters = compiler.as_sql()
        columns = [column for column, _, _ in compiler.select]
        self._compiler, self._converters = compiler, compiler.get_converters(columns)
        self._model = queryset.model
        self._places: list[int] = compiler.klass_info["select_fields"]
        self._names: list[str] = [columns[place].target.attname for place in self._places]

    def first(self) -> Row | None:
        """Return the object with its annotations, as `QuerySet.first` does."""
        with connections[DEFAULT_DB_ALIAS].cursor() as cursor:
            cursor.execute(self._sql, self._parameters)
            rows = cursor.fetchall()
        return next(map(self._made, self._compiler.apply_converters(rows, self._converters)), None)

    def _made(self, row: Any) -> Row:  # noqa: ANN401 - what the database holds
        found = self._model.from_db(DEFAULT_DB_ALIAS, self._names, [row[place] for place in self._places])
        for name, place in self._compiler.annotation_col_map.items():
            setattr(found, name, row[place])
        return found
