"""A real Chromium against a real server on the sample sheet; what the browser complains about fails the test."""

import os
import shutil
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import ConsoleMessage, Page

from demo.upstreams import Upstreams
from tests.live import App, command, fresh_database, running_app

# The loop of Playwright lives as long as the session, so Django takes the tests that come after it for asynchronous.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    path = os.environ.get("CHROMIUM") or shutil.which("chromium")
    found = {"executable_path": path} if path else {}
    return {**browser_type_launch_args, **found, "args": ["--no-sandbox"] if os.geteuid() == 0 else []}


@pytest.fixture(scope="session")
def app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[App]:
    """Serve the sample sheet's albums, synchronised once."""
    database_url = fresh_database(tmp_path_factory.mktemp("browser"))
    with Upstreams() as upstreams:
        first = command(database_url, upstreams.environment(), "import_albums")
        assert first.wait() in {0, 2}, first.output
        with running_app(database_url, upstreams.environment(), workers=1) as app:
            yield app


@pytest.fixture(scope="session")
def empty_app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[App]:
    """Serve a catalogue that was never synchronised; one test may press the button."""
    with (
        Upstreams(lifelike=True) as upstreams,
        running_app(fresh_database(tmp_path_factory.mktemp("empty")), upstreams.environment(), workers=1) as app,
    ):
        yield app


@pytest.fixture
def address(app: App) -> str:
    """Return where the catalogue is."""
    return f"{app.url}/catalog/albums/"


@pytest.fixture(autouse=True)
def _quiet_console(page: Page) -> Iterator[None]:
    """Fail on errors and warnings of the console, violations of the Content-Security-Policy among them."""
    heard: list[str] = []

    def hear(message: ConsoleMessage) -> None:
        if message.type in {"error", "warning"}:
            heard.append(message.text)

    page.on("console", hear)
    page.on("pageerror", lambda error: heard.append(str(error)))
    yield
    assert heard == []
