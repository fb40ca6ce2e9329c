"""The probes: /healthz asks nothing, /readyz says what keeps the site from serving."""

from pathlib import Path

import pytest
from django.db import DEFAULT_DB_ALIAS, connections
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from tests.live import App, command, running_app

NOT_MIGRATED = (503, "the database is not migrated; run manage.py migrate\n")
NOT_REACHABLE = (
    503,
    "the database is not reachable\n"
    "The database's file can't be opened: its folder is missing, or the process may not write there.\n",
)
READY = (200, "ready\n")
ALIVE = (200, "alive\n")


def probe(app: App, address: str) -> tuple[int, str]:
    answer = app.client.get(address)
    assert answer.headers["Content-Type"].startswith("text/plain")
    return answer.status_code, answer.text


@pytest.mark.django_db
def test_a_process_lives_without_asking_the_database(
    client: Client, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    with django_assert_num_queries(0):
        answer = client.get("/healthz")
    assert (answer.status_code, answer.content.decode()) == ALIVE


@pytest.mark.django_db
def test_a_database_that_lacks_the_latest_migration_is_behind(client: Client) -> None:
    answer = client.get("/readyz")
    assert (answer.status_code, answer.content.decode()) == READY
    (latest,) = MigrationLoader(connections[DEFAULT_DB_ALIAS]).graph.leaf_nodes("catalog")
    MigrationRecorder(connections[DEFAULT_DB_ALIAS]).record_unapplied(*latest)
    answer = client.get("/readyz")
    assert (answer.status_code, answer.content.decode()) == NOT_MIGRATED


@pytest.mark.journey
@pytest.mark.database
def test_a_new_database_is_behind_until_it_is_migrated(tmp_path: Path) -> None:
    database = f"sqlite:///{tmp_path}/new.sqlite3"
    with running_app(database, {}, workers=1) as app:
        assert (probe(app, "/healthz"), probe(app, "/readyz")) == (ALIVE, NOT_MIGRATED)
        migration = command(database, {}, "migrate", "--verbosity", "0")
        assert migration.wait() == 0, migration.output
        assert (probe(app, "/healthz"), probe(app, "/readyz")) == (ALIVE, READY)


@pytest.mark.database
def test_a_process_lives_but_is_not_ready_while_its_database_is_away(tmp_path: Path) -> None:
    with running_app(f"sqlite:///{tmp_path}/not/there.sqlite3", {}, workers=1) as app:
        assert (probe(app, "/healthz"), probe(app, "/readyz")) == (ALIVE, NOT_REACHABLE)
