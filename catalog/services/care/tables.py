"""Which tables are the site's data, and what their rows are in a copy: the same whichever database they come from."""

import hashlib
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.apps import apps
from django.db import DEFAULT_DB_ALIAS, connections, models
from django.db.migrations.recorder import MigrationRecorder
from django.db.models import QuerySet

from catalog.models import CatalogueVersion

Model = type[models.Model]
Row = list[Any]

PASSING = frozenset({"sessions", "django_tasks_database", "axes"})
"""Apps whose rows are of the moment: who is signed in, what is queued, who typed a wrong password.

A copy leaves them out, so that a stolen one signs nobody in, and no queued task runs twice.
"""
MADE_BY_MIGRATE = frozenset({"contenttypes.contenttype", "auth.permission", "catalog.catalogueversion"})
"""Tables that have rows in a new database, too."""
AS_THEY_ARE = frozenset(
    {
        *(models.AutoField, models.BigAutoField, models.BigIntegerField, models.IntegerField, models.FloatField),
        *(models.PositiveIntegerField, models.PositiveSmallIntegerField, models.SmallIntegerField),
        *(
            models.BooleanField,
            models.CharField,
            models.TextField,
            models.SlugField,
            models.URLField,
            models.EmailField,
        ),
    }
)
"""Columns whose values are the same in JSON, in Python and in both databases."""
ROWS_AT_ONCE = 2000
MODULUS = 2**128
IN_ORDER = json.JSONEncoder(sort_keys=True, ensure_ascii=False)


def kept_tables() -> list[Model]:
    """Return the models whose rows are copied, the catalogue's version last: triggers change it with the others."""
    models_of_all = apps.get_models(include_auto_created=True)
    stored = [model for model in models_of_all if model._meta.managed and not model._meta.proxy]
    kept = [model for model in stored if model._meta.app_label not in PASSING]
    return sorted(kept, key=lambda model: model is CatalogueVersion)


def passing_tables() -> list[Model]:
    """Return the models whose rows a copy leaves out."""
    return [model for model in apps.get_models() if model._meta.app_label in PASSING]


def columns_of(model: Model) -> "list[models.Field[Any, Any]]":
    """Return what is stored in the model's own table, in its order, and not made by the database itself."""
    return [column for column in model._meta.concrete_fields if not column.generated]


def applied_migrations(alias: str = DEFAULT_DB_ALIAS) -> list[str]:
    """Return the migrations of the tables that are copied, such as ``catalog.0001_initial``, sorted."""
    applied = MigrationRecorder(connections[alias]).applied_migrations()
    return sorted(f"{app}.{name}" for app, name in applied if app not in PASSING)


def all_of(model: Model, alias: str = DEFAULT_DB_ALIAS) -> QuerySet[Any]:
    """Return all rows of a table, whatever managers leave out."""
    return QuerySet(model, using=alias)


def rows_of(model: Model, alias: str = DEFAULT_DB_ALIAS) -> Iterator[Row]:
    """Yield all rows, as JSON can hold them, in the order of their primary keys."""
    names = [column.attname for column in columns_of(model)]
    for row in all_of(model, alias).order_by("pk").values_list(*names).iterator(chunk_size=ROWS_AT_ONCE):
        yield [value.isoformat() if isinstance(value, date) else value for value in row]


def storing(column: "models.Field[Any, Any]") -> Callable[[Any], Any]:
    """Return what turns a value of a copy into what the database takes, or raises ValidationError."""
    if type(column.target_field if isinstance(column, models.ForeignKey) else column) in AS_THEY_ARE:
        return _same

    connection = connections[DEFAULT_DB_ALIAS]

    def stored(value: Any) -> Any:  # noqa: ANN401
        return None if value is None else column.get_db_prep_save(column.to_python(value), connection)

    return stored


def _same(value: Any) -> Any:  # noqa: ANN401
    return value


@dataclass
class Tally:
    """How many rows there are, and what they say: equal for equal rows in any order, as databases sort differently."""

    rows: int = 0
    total: int = 0

    def add(self, row: Row) -> None:
        """Count a row. The keys of an object have no order: PostgreSQL keeps none."""
        said = IN_ORDER.encode(row).encode()
        self.total = (self.total + int.from_bytes(hashlib.blake2b(said, digest_size=16).digest())) % MODULUS
        self.rows += 1
