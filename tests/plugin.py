"""Prepares the environment before Django reads its settings, and offers ``--database sqlite|postgresql``.

The whole suite runs on SQLite. On PostgreSQL it leaves out what touches no database. Run it on PostgreSQL once more
with ``script/test --database postgresql``.
"""

import atexit
import os
import tempfile
from contextlib import ExitStack
from pathlib import Path

import hypothesis
import pytest
from django.conf import settings

from tests.postgres import running_postgres

NOT_OURS = ("SPOTIFY_", "SYNC_", "GOOGLE_", "SHEET_")


# The same examples in every run; HYPOTHESIS_PROFILE=default looks for new ones.
hypothesis.settings.register_profile("steady", derandomize=True, deadline=None)
hypothesis.settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "steady"))


def _forget_the_operators_settings() -> None:
    for name in [name for name in os.environ if name.startswith(NOT_OURS)]:
        del os.environ[name]
    os.environ |= {
        "ENV_FILE": os.devnull,
        "SECRET_KEY": "only-for-tests",
        "DEBUG": "off",
        "ALLOWED_HOSTS": "localhost,127.0.0.1,testserver",
        # Nothing that a test forgets to replace may reach the world.
        "GOOGLE_SHEETS_XLSX_URL": "http://127.0.0.1:9/sheet.xlsx",
        "SPOTIFY_API_URL": "http://127.0.0.1:9/v1",
        "SPOTIFY_TOKEN_URL": "http://127.0.0.1:9/token",
        "SPOTIFY_OEMBED_URL": "http://127.0.0.1:9/oembed",
    }


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--database", choices=("sqlite", "postgresql"), default="sqlite")


@pytest.hookimpl(tryfirst=True)
def pytest_load_initial_conftests(early_config: pytest.Config) -> None:
    """Choose the database; this runs before pytest-django loads the settings."""
    if hasattr(early_config, "workerinput") or "PYTEST_XDIST_WORKER" in os.environ:
        return
    _forget_the_operators_settings()
    stack = ExitStack()
    atexit.register(stack.close)
    if early_config.known_args_namespace.database == "postgresql":
        url = stack.enter_context(running_postgres()) + "/progmetal"
    else:
        folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="progmetal-tests-"))
        url = f"sqlite:///{folder}/main.sqlite3"
    os.environ["DATABASE_URL"] = url


@pytest.hookimpl(trylast=True)
def pytest_configure() -> None:
    """Keep SQLite's test database in a file: threads cannot share one in memory."""
    database = settings.DATABASES["default"]
    if database["ENGINE"] == "django.db.backends.sqlite3":
        database.setdefault("TEST", {})["NAME"] = f"{database['NAME']}.test"


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """On PostgreSQL leave out what SQLite's run has covered: tests without a database, and the browser's."""
    for item in items:
        if "browser" in Path(item.path).parts:
            item.add_marker(pytest.mark.browser)
    if config.getoption("database") == "postgresql":
        kept = [item for item in items if item.get_closest_marker("django_db") or item.get_closest_marker("database")]
        config.hook.pytest_deselected(items=[item for item in items if item not in kept])
        items[:] = kept
