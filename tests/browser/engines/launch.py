"""Starts the engines, each as processes that end with the tests, and skips what needs one that is missing."""

import json
import os
import shutil
import subprocess
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Literal

import pytest
from playwright.sync_api import Browser
from selenium import webdriver
from selenium.webdriver.remote.client_config import ClientConfig
from selenium.webdriver.remote.remote_connection import RemoteConnection
from selenium.webdriver.webkitgtk.options import Options

from tests.browser.engines.bidi import BiDiSession
from tests.browser.engines.drivers import Chromium, Firefox, WebKit
from tests.browser.engines.engine import Engine
from tests.browser.pages import Scheme
from tests.forks import end, tethered
from tests.live import free_port, listens, until

Name = Literal["chromium", "firefox", "webkit"]
NAMES: tuple[Name, ...] = ("chromium", "firefox", "webkit")
SECONDS_TO_START = 60


@contextmanager
def running_engine(name: Name, browser: Callable[[], Browser], scheme: Scheme = "light") -> Iterator[Engine]:
    """Start an engine, or skip the test where it is missing; Chromium is the browser of the other tests."""
    with ExitStack() as stack:
        if name == "chromium":
            engine = Chromium(browser(), scheme)
        elif name == "firefox":
            engine = Firefox(stack.enter_context(_firefox(scheme)))
        else:
            engine = WebKit(stack.enter_context(_webkit(scheme)))
        yield engine


@contextmanager
def _firefox(scheme: Scheme) -> Iterator[BiDiSession]:
    program = _program("firefox-esr", "firefox", package="firefox-esr")
    preferences = {"ui.systemUsesDarkTheme": int(scheme == "dark"), "ui.prefersReducedMotion": 1}
    with TemporaryDirectory(prefix="progmetal-firefox-", ignore_cleanup_errors=True) as folder:
        profile = Path(folder)
        lines = [f'user_pref("{name}", {value});' for name, value in preferences.items()]
        (profile / "user.js").write_text("\n".join(lines))
        where = profile / "WebDriverBiDiServer.json"
        with _running(program, "--headless", "--remote-debugging-port=0", "--no-remote", "--profile", folder):
            until(lambda: where.exists() and where.read_text(), SECONDS_TO_START)
            session = BiDiSession(f"ws://127.0.0.1:{json.loads(where.read_text())['ws_port']}/session")
            yield session
            session.close()


STYLE = "* { min-width: 0; min-height: 0; margin: 0; padding: 0; border: none; font-size: 3px; }"
"""Without it the toolbar of WebKit's browser is wider than a phone."""
STILL = "[Settings]\ngtk-enable-animations=0\n"


@contextmanager
def _webkit(scheme: Scheme) -> Iterator[webdriver.Remote]:
    program = _program("WebKitWebDriver", package="webkit2gtk-driver")
    browser = next(Path("/usr/lib").glob("*/webkit2gtk-4*/MiniBrowser"), None)
    if browser is None:
        pytest.skip("WebKit's MiniBrowser is not installed; on Debian: apt-get install libwebkit2gtk-4.1-0")
    options = Options()
    options.set_capability("browserName", "MiniBrowser")
    options.binary_location = str(browser)
    for argument in ("--automation", *(["--dark-mode"] if scheme == "dark" else [])):
        options.add_argument(argument)
    port = free_port()
    with TemporaryDirectory(prefix="progmetal-webkit-") as folder, _screen() as screen:
        settings = Path(folder, "gtk-3.0")
        settings.mkdir()
        (settings / "gtk.css").write_text(STYLE)
        (settings / "settings.ini").write_text(STILL)
        surroundings = {
            "DISPLAY": screen, "GDK_BACKEND": "x11", "XDG_CONFIG_HOME": folder, "LIBGL_ALWAYS_SOFTWARE": "1",
            # Containers and root have no user namespaces to build the sandbox of; it sees our own pages only.
            "WEBKIT_DISABLE_SANDBOX_THIS_IS_DANGEROUS": "1",
        }  # fmt: skip
        with _running(program, f"--port={port}", environment=surroundings):
            until(lambda: listens(port), SECONDS_TO_START)
            address = ClientConfig(f"http://127.0.0.1:{port}")
            with webdriver.Remote(RemoteConnection(client_config=address), options=options) as driver:
                yield driver


@contextmanager
def _screen() -> Iterator[str]:
    """Start an X server that shows nothing, and return its display."""
    reading, writing = os.pipe()
    program = _program("Xvfb", package="xvfb")
    arguments = ("-displayfd", str(writing), "-screen", "0", "1600x1200x24", "-nolisten", "tcp")
    with _running(program, *arguments, descriptors=[writing]), os.fdopen(reading) as lines:
        os.close(writing)
        yield f":{lines.readline().strip()}"


def _program(*names: str, package: str) -> str:
    """Return the path of the first of these programs, or skip the test."""
    found = next(filter(None, map(shutil.which, names)), None)
    return found or pytest.skip(f"{names[0]} is not installed; on Debian: apt-get install {package}")


@contextmanager
def _running(
    *command: str, environment: Mapping[str, str] | None = None, descriptors: list[int] | None = None
) -> Iterator[None]:
    """Run a program that ends with the block, and with us however we end."""
    process = subprocess.Popen(
        [*tethered(), *command],
        env=os.environ | dict(environment or {}), pass_fds=descriptors or [], start_new_session=True,
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    try:
        yield
    finally:
        end(process, 30)
