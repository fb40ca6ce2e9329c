"""The engines: Chromium by Playwright, Firefox over WebDriver BiDi, WebKit by its own WebDriver."""

import base64
import json
from typing import Any

from playwright.sync_api import Browser, ConsoleMessage
from playwright.sync_api import Error as PlaywrightError
from selenium import webdriver
from selenium.common import WebDriverException
from selenium.webdriver.common.action_chains import ActionChains
from selenium.webdriver.common.actions.action_builder import ActionBuilder

from tests.browser.engines.bidi import BiDiSession, Refused
from tests.browser.engines.engine import KEYS, Engine
from tests.browser.pages import Scheme

REPORT_VIOLATIONS = """addEventListener("securitypolicyviolation", (event) =>
  console.error(`Content Security Policy: ${event.violatedDirective} ${event.blockedURI}`));"""


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


LEFT_BEHIND = "A ServiceWorker intercepted the request and encountered an unexpected error."
"""Firefox says so of an icon that was still on its way when its page was left."""
DROP_FRAMES = "document.querySelectorAll('iframe').forEach((frame) => frame.remove())"
"""The error page of a frame, such as a player's without a network, ends Firefox's way to the next page as if it were
that page's own."""


class Firefox(Engine):
    left = (Refused,)

    def __init__(self, session: BiDiSession) -> None:
        self._session = session
        session.send("session.subscribe", events=["log.entryAdded"])
        session.send("script.addPreloadScript", functionDeclaration=f"() => {{ {REPORT_VIOLATIONS} }}")
        self._context = session.send("browsingContext.getTree")["contexts"][0]["context"]

    def open(self, url: str) -> None:
        self._ask(DROP_FRAMES)
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
        errors = [str(event["params"]["text"]) for event in events if event["params"]["level"] == "error"]
        return [error for error in errors if LEFT_BEHIND not in error]


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
