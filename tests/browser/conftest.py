"""A real Chromium against a real server on the sample sheet; what the browser complains about fails the test."""

import fcntl
import os
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import ConsoleMessage, Page, expect

from tests.browser import chromium
from tests.live import COLLECTED, App, command

# The loop of Playwright lives as long as the session, so Django takes the tests that come after it for asynchronous.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
expect.set_options(timeout=60_000)  # many tests share a processor


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    program = chromium.path()
    found = {"executable_path": program} if program else {}
    return {**browser_type_launch_args, **found, "args": chromium.ARGUMENTS}


@pytest.fixture(scope="session")
def browser_context_args(browser_context_args: dict[str, Any]) -> dict[str, Any]:
    """Return the arguments of a page that stands still, which spares the processor the drawing in between."""
    return {**browser_context_args, "reduced_motion": "reduce", "service_workers": "block"}


@pytest.fixture(scope="session", autouse=True)
def _collected() -> None:
    """Collect the static files, as script/server does; the first of all processes that run tests does it for all."""
    COLLECTED.mkdir(exist_ok=True)
    with (COLLECTED / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (COLLECTED / "staticfiles.json").exists():
            done = command(os.environ["DATABASE_URL"], {}, "collectstatic", "--noinput")
            assert done.wait() == 0, done.output


@pytest.fixture(scope="module")
def app(app: App) -> App:
    """Return an app whose catalogue holds the albums of the sheet."""
    app.sync()
    return app


@pytest.fixture
def address(app: App) -> str:
    """Return where the catalogue is."""
    return f"{app.url}/catalog/albums/"


EXPECTED = ("registration blocked by Playwright", "htmx:afterRequest", "htmx:sendAbort")
"""htmx calls it an error that a request is given up, as when a page is left; one that fails says `sendError`, too."""


@pytest.fixture(autouse=True)
def _quiet_console(page: Page) -> Iterator[None]:
    """Fail on errors and warnings of the console, violations of the Content-Security-Policy among them."""
    heard: list[str] = []

    def hear(message: ConsoleMessage) -> None:
        if message.type in {"error", "warning"} and not any(said in message.text for said in EXPECTED):
            heard.append(message.text)

    page.on("console", hear)
    page.on("pageerror", lambda error: heard.append(str(error)))
    yield
    assert heard == []
