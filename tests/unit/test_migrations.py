"""A new version's migrations leave the version before, which may still run, something that it can work with."""

from typing import Any

import pytest
from django.db import models
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.operations import (
    AddConstraint,
    AddField,
    AddIndex,
    AlterModelOptions,
    CreateModel,
    RemoveConstraint,
    RemoveIndex,
    RunPython,
    RunSQL,
)
from django.db.migrations.operations.base import Operation

SINCE = 15
"""Earlier ones are as they are: 0002 broke the version before it."""
HARMLESS = (AddIndex, RemoveIndex, RemoveConstraint, AlterModelOptions, CreateModel, RunPython, RunSQL)


def is_tolerable(operation: Operation) -> bool:
    """Whether the version before can go on inserting, updating and reading."""
    if isinstance(operation, AddField):
        field: Any = operation.field
        return bool(field.null or field.has_db_default() or field.generated or field.many_to_many)
    return isinstance(operation, HARMLESS)


def test_new_migrations_only_add_what_the_version_before_need_not_know() -> None:
    loader = MigrationLoader(None, ignore_no_migrations=True)
    ours = [(name, made) for (app, name), made in sorted(loader.disk_migrations.items()) if app == "catalog"]
    new = [(name, operation) for name, made in ours if int(name[:4]) >= SINCE for operation in made.operations]
    assert new
    assert [(name, operation.describe()) for name, operation in new if not is_tolerable(operation)] == []


@pytest.mark.parametrize(
    ("operation", "tolerable"),
    [
        (AddField("album", "x", models.IntegerField(null=True)), True),
        (AddField("album", "x", models.IntegerField(db_default=0)), True),
        (AddField("album", "x", models.IntegerField(default=0)), False),
        (AddConstraint("album", models.UniqueConstraint(fields=["title"], name="x")), False),
    ],
    ids=["null", "db_default", "default alone", "constraint"],
)
def test_what_the_version_before_would_stumble_over_is_found(operation: Operation, tolerable: bool) -> None:
    assert is_tolerable(operation) == tolerable
