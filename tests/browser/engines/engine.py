"""What a visitor does in any engine, and what the engine complains of."""

import json
import time
from abc import ABC, abstractmethod
from contextlib import suppress
from typing import Any

from selenium.webdriver.common.keys import Keys

from tests.live import BUSY, until

KEYS = {"ArrowDown": Keys.ARROW_DOWN, "Enter": Keys.ENTER}

MIDDLE = """((selector) => {
  const found = document.querySelector(selector);
  if (!found || found.disabled || document.readyState !== "complete") return null;
  found.scrollIntoView({ block: "center", behavior: "instant" });
  const { x, y, width, height } = found.getBoundingClientRect();
  const middle = [Math.round(x + width / 2), Math.round(y + height / 2)];
  return found.contains(document.elementFromPoint(...middle)) ? middle : null;
})"""
"""Where something can be clicked: it is there, enabled, on the screen, nothing covers it, and the scripts have run."""
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
