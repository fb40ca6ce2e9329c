"""Prepares the environment before Django reads its settings, and chooses the tests for ``--database`` and ``--all``.

Without ``--all``, of the tests that start servers, commands or browsers only those run that are marked as a journey. On
SQLite everything else runs, on PostgreSQL only what can differ there (the marker ``postgresql``); with ``--all``, every
test that uses the database in its own process too, in one case each. This can't be a conftest.py, which pytest loads
after pytest-django reads the settings.
"""

import atexit
import os
import re
import tempfile
from contextlib import ExitStack
from pathlib import Path

import hypothesis
import pytest
from django.conf import settings
from hypothesis import is_hypothesis_test

from tests.postgres import running_postgres

NOT_OURS = (
    *("SPOTIFY_", "SYNC_", "GOOGLE_", "SHEET_", "DATABASE_", "SECRET_KEY", "PUBLIC_URL", "TRUSTED_PROXIES", "HSTS_"),
    *("ADMIN_EMAILS", "EMAIL_", "NOTIFY_", "LOG_FORMAT", "SENTRY_", "PROMETHEUS_"),
    "SCRIPT_NAME",
)

SLOWEST = (
    "test_sync_panel.py",
    "test_engines.py",
    "test_sync_crashes.py",
    "test_sync_integration.py",
    "test_spotify_pace.py",
    "test_preview_and_undo.py",
    "test_catalogue.py",
    "test_hostile_sheets.py",
    "test_stand_ins.py",
    "test_sync_load.py",
    "test_real_sheet.py",
    "test_workbook.py",
    "test_edit_scripts.py",
    "test_album_page.py",
)
"""Files that start first, so that no process is left alone with one of them at the end."""

# The same examples in every run; HYPOTHESIS_PROFILE=default looks for new ones.
hypothesis.settings.register_profile("short", derandomize=True, deadline=None, max_examples=25)
hypothesis.settings.register_profile("long", derandomize=True, deadline=None, max_examples=60)


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
    parser.addoption("--all", action="store_true", help="also run what takes long: more of the same, and rare cases")


@pytest.hookimpl(tryfirst=True)
def pytest_load_initial_conftests(early_config: pytest.Config) -> None:
    """Choose the database; this runs before pytest-django loads the settings."""
    if hasattr(early_config, "workerinput") or "PYTEST_XDIST_WORKER" in os.environ:
        return
    _forget_the_operators_settings()
    os.environ["ALL_TESTS"] = "1" if early_config.known_args_namespace.all else ""
    stack = ExitStack()
    atexit.register(stack.close)
    folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="progmetal-tests-"))
    if early_config.known_args_namespace.database == "postgresql":
        url = stack.enter_context(running_postgres()) + "/progmetal"
    else:
        url = f"sqlite:///{folder}/main.sqlite3"
    Path(folder, "static").mkdir()
    os.environ["STATIC_ROOT"] = f"{folder}/static"  # what an operator collected may be old
    os.environ["TESTS_FOLDER"] = folder
    os.environ["DATABASE_URL"] = url


@pytest.hookimpl(trylast=True)
def pytest_configure() -> None:
    """Choose the profile, and keep SQLite's test database in a file: threads cannot share one in memory."""
    usual = "long" if os.environ.get("ALL_TESTS") else "short"
    hypothesis.settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", usual))
    # Django's own takes a second or two for each account and each sign-in, as it should.
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    settings.WHITENOISE_USE_FINDERS = False  # else each client looks for all files
    database = settings.DATABASES["default"]
    if database["ENGINE"] == "django.db.backends.sqlite3":
        database.setdefault("TEST", {})["NAME"] = f"{database['NAME']}.test"


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """Leave out files that have nothing for PostgreSQL: to load all takes each process ten seconds."""
    if config.getoption("database") == "sqlite" or not collection_path.match("test_*.py"):
        return None
    wanted = r"postgresql(?!\(.*long=True)" if _is_short(config) else r"postgresql|django_db"
    return None if re.search(wanted, collection_path.read_text()) else True


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out what this run is not for, and begin with the slowest files."""
    for item in items:
        if "browser" in Path(item.path).parts:
            item.add_marker(pytest.mark.browser)
    chosen = {item: _belongs_to_run(item, config) for item in items}
    config.hook.pytest_deselected(items=[item for item in items if not chosen[item]])
    items[:] = sorted((item for item in items if chosen[item]), key=_place)


def _is_short(config: pytest.Config) -> bool:
    """Whether the run is of all files, without --all: those that somebody names run whole."""
    named = {Path(config.invocation_params.dir, argument.partition("::")[0]).resolve() for argument in config.args}
    return not config.getoption("all") and named == {config.rootpath / "tests"}


def _belongs_to_run(item: pytest.Item, config: pytest.Config) -> bool:
    is_short, is_long = _is_short(config), item.get_closest_marker("long")
    if is_short and (is_long or _is_left_to_the_long_run(item)):
        return False
    marked = item.get_closest_marker("postgresql")
    if config.getoption("database") == "sqlite":
        return not (is_short and marked and marked.kwargs.get("alone"))
    if is_short:
        return bool(marked and not marked.kwargs.get("long"))
    # Of what takes long, of tests with servers of their own, and of what is tried with chance, PostgreSQL never needs
    # more than is marked. Of the others it needs one case each: they differ in what they say, and send the same
    # statements.
    is_usual = item.get_closest_marker("django_db") and not is_long and not is_hypothesis_test(_function_of(item))
    return bool(marked or (is_usual and _is_first_case(item)))


def _is_left_to_the_long_run(item: pytest.Item) -> bool:
    """Whether a test starts processes, as takes seconds, and is none of those that stand for the others."""
    marks = {mark.name for mark in item.iter_markers()}
    has_processes = "browser" in marks or ("database" in marks and "django_db" not in marks)
    return has_processes and "journey" not in marks


def _function_of(item: pytest.Item) -> object:
    return getattr(item, "obj", None)


def _is_first_case(item: pytest.Item) -> bool:
    """Whether a test has no parameters, or these are the first of each."""
    called = getattr(item, "callspec", None)
    return called is None or not any(called.indices.values())


def _place(item: pytest.Item) -> int:
    return SLOWEST.index(item.path.name) if item.path.name in SLOWEST else len(SLOWEST)
