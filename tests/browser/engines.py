"""Chromium, Firefox and WebKit behind one interface: what a visitor does, and what the engine complains of.

Chromium is driven by Playwright, Firefox over WebDriver BiDi, WebKit by its own WebDriver on a screen of its own.
"""

import base64
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Literal

import pytest
from playwright.sync_api import Browser, ConsoleMessage
from playwright.sync_api import Error as PlaywrightError
from selenium import webdriver
from selenium.common import WebDriverException
from selenium.webdriver.common.action_chains import ActionChains
from selenium.webdriver.common.actions.action_builder import ActionBuilder
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.remote.client_config import ClientConfig
from selenium.webdriver.remote.remote_connection import RemoteConnection
from selenium.webdriver.webkitgtk.options import Options

from tests.browser.bidi import BiDiSession, Refused
from tests.browser.pages import Scheme
from tests.live import BUSY, free_port, until

Name = Literal["chromium", "firefox", "webkit"]
NAMES: tuple[Name, ...] = ("chromium", "firefox", "webkit")
KEYS = {"ArrowDown": Keys.ARROW_DOWN, "Enter": Keys.ENTER, "Escape": Keys.ESCAPE, "Tab": Keys.TAB}
SECONDS_TO_START = 60

REPORT_VIOLATIONS = """addEventListener("securitypolicyviolation", (event) =>
  console.error(`Content Security Policy: ${event.violatedDirective} ${event.blockedURI}`));"""
MIDDLE = """((selector) => {
  const found = document.querySelector(selector);
  if (!found || found.disabled) return null;
  found.scrollIntoView({ block: "center", behavior: "instant" });
  const { x, y, width, height } = found.getBoundingClientRect();
  const middle = [Math.round(x + width / 2), Math.round(y + height / 2)];
  return found.contains(document.elementFromPoint(...middle)) ? middle : null;
})"""
"""Where something can be clicked: it is there, enabled, on the screen, and nothing covers it."""
SHOWN_TEXT = """((selector) => {
  const found = [...document.querySelectorAll(selector)].find((each) => each.checkVisibility());
  return found ? found.innerText.replace(/\\s+/g, " ").trim() : null;
})"""


class Engine(ABC):
    """A browser with one page."""

    left: tuple[type[Exception], ...]
    """What it raises when it is asked about a page that it is just leaving."""

    @abstractmethod
    def open(self, url: str) -> None: ...

    @abstractmethod
    def back(self) -> None: ...

    @abstractmethod
    def evaluate(self, expression: str) -> Any:
        """Return the value of an expression of JavaScript, awaited, as JSON can tell it."""

    @abstractmethod
    def click_at(self, x: int, y: int) -> None: ...

    @abstractmethod
    def press(self, key: str) -> None:
        """Press one of `KEYS`."""

    @abstractmethod
    def type(self, text: str) -> None:
        """Type into what has the focus, letter by letter."""

    @abstractmethod
    def resize(self, width: int, height: int) -> None:
        """Give the page this size, in pixels of CSS."""

    @abstractmethod
    def screenshot(self) -> bytes:
        """Return what is on the screen, as PNG."""

    @abstractmethod
    def complaints(self) -> list[str]:
        """Return the errors of scripts, and the violations of the Content-Security-Policy, since the last call."""

    def click(self, selector: str) -> None:
        """Click the first that matches, once it can be clicked."""
        self.click_at(*until(lambda: self._ask(f"{MIDDLE}({json.dumps(selector)})"), pause=0.05))

    def sees(self, expression: str, wanted: object = True, seconds: float = 20) -> None:
        """Wait until an expression has a value."""
        deadline = time.monotonic() + BUSY * seconds
        while (seen := self._ask(expression)) != wanted:
            assert time.monotonic() < deadline, f"{expression} is {seen!r}, not {wanted!r}"
            time.sleep(0.05)

    def reads(self, selector: str, text: str) -> None:
        """Wait until what matches can be seen, with a text in it."""
        self.sees(f"{SHOWN_TEXT}({json.dumps(selector)})?.includes({json.dumps(text)}) ?? false")

    def text(self, selector: str) -> str:
        """Return the text of the first that matches and can be seen."""
        return self.evaluate(f"{SHOWN_TEXT}({json.dumps(selector)})") or ""

    def _ask(self, expression: str) -> Any:
        with suppress(*self.left):
            return self.evaluate(expression)
        return None


class Chromium(Engine):
    left = (PlaywrightError,)

    def __init__(self, browser: Browser, scheme: Scheme) -> None:
        self._heard: list[str] = []
        context = browser.new_context(reduced_motion="reduce", service_workers="block", color_scheme=scheme)
        context.add_init_script(REPORT_VIOLATIONS)
        self._page = context.new_page()
        self._page.on("console", self._hear)
        self._page.on("pageerror", lambda error: self._heard.append(str(error)))

    def _hear(self, message: ConsoleMessage) -> None:
        if message.type == "error":
            self._heard.append(message.text)

    def open(self, url: str) -> None:
        self._page.goto(url)

    def back(self) -> None:
        self._page.go_back()

    def evaluate(self, expression: str) -> Any:
        return self._page.evaluate(expression)

    def click_at(self, x: int, y: int) -> None:
        self._page.mouse.click(x, y)

    def press(self, key: str) -> None:
        self._page.keyboard.press(key)

    def type(self, text: str) -> None:
        self._page.keyboard.type(text, delay=20)

    def resize(self, width: int, height: int) -> None:
        self._page.set_viewport_size({"width": width, "height": height})

    def screenshot(self) -> bytes:
        return self._page.screenshot()

    def complaints(self) -> list[str]:
        self._page.evaluate("0")  # what happened before has been heard once this is answered
        heard, self._heard = self._heard, []
        return heard


class Firefox(Engine):
    left = (Refused,)

    def __init__(self, session: BiDiSession) -> None:
        self._session = session
        session.send("session.subscribe", events=["log.entryAdded"])
        session.send("script.addPreloadScript", functionDeclaration=f"() => {{ {REPORT_VIOLATIONS} }}")
        self._context = session.send("browsingContext.getTree")["contexts"][0]["context"]

    def open(self, url: str) -> None:
        self._session.send("browsingContext.navigate", context=self._context, url=url, wait="complete")

    def back(self) -> None:
        self._session.send("browsingContext.traverseHistory", context=self._context, delta=-1)

    def evaluate(self, expression: str) -> Any:
        answer = self._session.send(
            "script.evaluate",
            expression=f"(async () => JSON.stringify(await ({expression})))()",
            target={"context": self._context},
            awaitPromise=True,
        )
        if "exceptionDetails" in answer:
            raise Refused(answer["exceptionDetails"]["text"])
        return json.loads(answer["result"].get("value", "null"))

    def click_at(self, x: int, y: int) -> None:
        button = [{"type": kind, "button": 0} for kind in ("pointerDown", "pointerUp")]
        self._perform("pointer", [{"type": "pointerMove", "x": x, "y": y}, *button])

    def press(self, key: str) -> None:
        self.type(KEYS[key])

    def type(self, text: str) -> None:
        strokes = [{"type": kind, "value": letter} for letter in text for kind in ("keyDown", "keyUp")]
        self._perform("key", strokes)

    def _perform(self, kind: str, actions: list[dict[str, Any]]) -> None:
        source = {"type": kind, "id": kind, "actions": actions}
        self._session.send("input.performActions", context=self._context, actions=[source])

    def resize(self, width: int, height: int) -> None:
        viewport = {"width": width, "height": height}
        self._session.send("browsingContext.setViewport", context=self._context, viewport=viewport)

    def screenshot(self) -> bytes:
        answer = self._session.send("browsingContext.captureScreenshot", context=self._context)
        return base64.b64decode(answer["data"])

    def complaints(self) -> list[str]:
        self._session.send("session.status")  # what happened before has been heard once this is answered
        events, self._session.events = self._session.events, []
        return [str(event["params"]["text"]) for event in events if event["params"]["level"] == "error"]


LISTEN = """(() => {
  if (window.heard) return;
  window.heard = [];
  addEventListener("securitypolicyviolation", (event) =>
    heard.push(`Content Security Policy: ${event.violatedDirective} ${event.blockedURI}`));
  addEventListener("error", (event) => heard.push(event.message));
  addEventListener("unhandledrejection", (event) => heard.push(String(event.reason)));
})()"""
FAILED_MODULES = """(async () => {
  const modules = [...document.querySelectorAll("script[type=module][src]")];
  const results = await Promise.allSettled(modules.map(({ src }) => import(src)));
  return results.filter(({ reason }) => reason).map(({ reason }) => String(reason));
})()"""
"""WebKit's driver has no log, and no scripts that run before the page's: a module that failed fails again here."""


class WebKit(Engine):
    left = (WebDriverException,)

    def __init__(self, driver: webdriver.Remote) -> None:
        self._driver = driver
        self._heard: list[str] = []

    def open(self, url: str) -> None:
        self._driver.get(url)
        self.evaluate("0")

    def back(self) -> None:
        self._driver.back()

    def evaluate(self, expression: str) -> Any:
        value, heard = self._driver.execute_script(
            f"{LISTEN}; return (async () => [await ({expression}), heard.splice(0)])()"
        )
        self._heard += heard
        return value

    def click_at(self, x: int, y: int) -> None:
        actions = ActionBuilder(self._driver)
        actions.pointer_action.move_to_location(x, y).click()
        actions.perform()

    def press(self, key: str) -> None:
        self.type(KEYS[key])

    def type(self, text: str) -> None:
        ActionChains(self._driver).send_keys(text).perform()

    def resize(self, width: int, height: int) -> None:
        self._driver.set_window_size(width, height)
        toolbar = height - self.evaluate("innerHeight")
        self._driver.set_window_size(width, height + toolbar)

    def screenshot(self) -> bytes:
        return self._driver.get_screenshot_as_png()

    def complaints(self) -> list[str]:
        heard, self._heard = [*self._heard, *self.evaluate(FAILED_MODULES)], []
        return heard


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
        pytest.skip("no MiniBrowser of WebKit: apt-get install libwebkit2gtk-4.1-0")
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
            until(lambda: _listens(port), SECONDS_TO_START)
            address = ClientConfig(f"http://127.0.0.1:{port}")
            with webdriver.Remote(RemoteConnection(client_config=address), options=options) as driver:
                yield driver


def _listens(port: int) -> bool:
    with socket.socket() as caller:
        return caller.connect_ex(("127.0.0.1", port)) == 0


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
    return found or pytest.skip(f"no {names[0]}: apt-get install {package}")


@contextmanager
def _running(
    *command: str, environment: Mapping[str, str] | None = None, descriptors: list[int] | None = None
) -> Iterator[None]:
    """Run a program that ends with the block, and with us however we end."""
    process = subprocess.Popen(
        [sys.executable, "-m", "demo.tether", str(os.getpid()), *command],
        env=os.environ | dict(environment or {}), pass_fds=descriptors or [], start_new_session=True,
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    try:
        yield
    finally:
        process.terminate()
        try:
            process.wait(30)
        finally:
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
