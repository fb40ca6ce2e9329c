"""A session with Firefox over WebDriver BiDi itself, as Debian has no geckodriver: https://w3c.github.io/webdriver-bidi/"""

import itertools
import json
from typing import Any

import websocket

SECONDS_TO_ANSWER = 120


class Refused(Exception):
    """The browser answered a command with an error."""


class BiDiSession:
    """Sends commands one by one, and keeps the events that come in between."""

    def __init__(self, address: str) -> None:
        # Firefox refuses connections that a page might have opened.
        self._socket = websocket.create_connection(address, SECONDS_TO_ANSWER, suppress_origin=True)
        self._numbers = itertools.count(1)
        self.events: list[dict[str, Any]] = []
        self.send("session.new", capabilities={})

    def send(self, method: str, **parameters: Any) -> dict[str, Any]:
        """Return the result of a command."""
        number = next(self._numbers)
        self._socket.send(json.dumps({"id": number, "method": method, "params": parameters}))
        while True:
            message = json.loads(self._socket.recv())
            if message["type"] == "event":
                self.events.append(message)
            elif message["id"] == number:
                if message["type"] == "error":
                    raise Refused(f"{method}: {message['error']}: {message['message']}")
                return message["result"]

    def close(self) -> None:
        self._socket.close()
