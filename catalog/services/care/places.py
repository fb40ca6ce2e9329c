"""Databases to copy from and into: ours, and one that an address names."""

from typing import Any

from django.core.management import call_command
from django.db import DEFAULT_DB_ALIAS, connection, connections
from django.db.migrations.executor import MigrationExecutor
from django.db.utils import ConnectionHandler

OURS = "ours"
"""The alias of our database while another one has its place."""


class NotMigrated(Exception):
    """The database has tables, but not those of this version."""


class SameDatabase(Exception):
    """The other database is our own."""


def put_in_our_place(config: dict[str, Any]) -> None:
    """Make another database the default one of this process, and ours known as `OURS`; raises `SameDatabase`.

    The other way round, its tables could not be made: migrations write to the default database.
    """
    here = connections.settings[DEFAULT_DB_ALIAS]
    there = ConnectionHandler({DEFAULT_DB_ALIAS: config}).settings[DEFAULT_DB_ALIAS]
    named = ("ENGINE", "NAME", "HOST", "PORT")
    if [here[name] for name in named] == [there[name] for name in named]:
        raise SameDatabase
    connection.close()
    del connections[DEFAULT_DB_ALIAS]
    connections.settings.update({OURS: here, DEFAULT_DB_ALIAS: there})


def make_tables() -> None:
    """Give the database those of this version if it has none at all; raises `NotMigrated` where there are others."""
    if not connection.introspection.table_names():
        call_command("migrate", verbosity=0)
        return
    executor = MigrationExecutor(connection)
    if executor.migration_plan(executor.loader.graph.leaf_nodes()):
        raise NotMigrated
