"""A stand-in for somebody else's server: real sockets on the loopback interface, a log, and faults on demand."""

import json
import time
from collections.abc import Callable
from dataclasses import dataclass
from random import Random
from threading import Event, Lock, Thread
from typing import Any, ClassVar, Self, Unpack

from demo.answers import Answer, Request, html_answer, json_answer
from demo.faults import COMMON, Details, Effect, Faults
from demo.wire import Server

CONTROL = "/_stand-in/"


@dataclass(frozen=True)
class Seen:
    """One line of the log: seconds of the monotonic clock, the method, and path with query."""

    time: float
    method: str
    path: str


class StandIn:
    """A threaded server on a port of 127.0.0.1; port 0 chooses a free one. A context manager that starts and stops."""

    effects: ClassVar[dict[str, Effect]] = COMMON
    settings: ClassVar[tuple[str, ...]] = ("latency",)

    def __init__(self, port: int = 0, latency: tuple[float, float] = (0.0, 0.0)) -> None:
        self.latency = latency
        self.requests: list[Seen] = []
        self.faults = Faults(self.effects, self.default_on)
        self.stopping = Event()
        self.lock = Lock()
        self._random = Random(port)
        self._server = Server(port, self.respond, self.stopping)
        self._thread = Thread(target=self._server.serve_forever, args=(0.02,), daemon=True, name=type(self).__name__)
        self.port: int = self._server.server_address[1]
        self.host = f"127.0.0.1:{self.port}"
        self.address = f"http://{self.host}"

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def start(self) -> None:
        """Serve from now on."""
        self._thread.start()

    def stop(self) -> None:
        """Close the port and every connection."""
        self.stopping.set()
        if self._thread.is_alive():
            self._server.shutdown()
        self._server.server_close()
        self._server.close_connections()

    @property
    def paused(self) -> float:
        """For how many seconds it kept its clients waiting on purpose; a pause counts when it is over."""
        return self._server.paused

    def fail(self, kind: str, **details: Unpack[Details]) -> None:
        """Switch a fault on; the details are the fields of Fault."""
        self.faults.add(kind, **details)

    def heal(self) -> None:
        """Switch all faults off."""
        self.faults.clear()

    def count(self, part: str = "") -> int:
        """Return how many requests had this in their address."""
        return sum(part in seen.path for seen in list(self.requests))

    def respond(self, request: Request) -> Answer:
        """Log a request and answer it, or do what it says if it is meant for the stand-in itself."""
        if request.path.startswith(CONTROL):
            return self.control(request)
        arrived = time.monotonic()
        self.requests.append(Seen(arrived, request.method, request.address))
        answer = self.faults.applied(request, lambda: self.answer(request))
        self.pause(arrived + self._random.uniform(*self.latency) - time.monotonic())
        return answer

    def answer(self, request: Request) -> Answer:
        """Answer as the real one does when nothing is wrong."""
        raise NotImplementedError

    def default_on(self, kind: str) -> str:  # noqa: ARG002 - for those who know better
        """Return the part of an address where a fault of this kind strikes unless told otherwise."""
        return ""

    def pause(self, seconds: float) -> None:
        """Wait, but not longer than the server lives."""
        self._server.pause(seconds)

    def control(self, request: Request) -> Answer:
        """Answer what another process asks of the stand-in: faults, settings, the log."""
        resource = request.path.removeprefix(CONTROL)
        try:
            return self._controls()[request.method, resource](json.loads(request.body or b"null"))
        except KeyError:
            return html_answer("404 Not Found", 404)
        except (AttributeError, TypeError, ValueError) as error:
            return json_answer({"error": str(error)}, 400)

    def _controls(self) -> dict[tuple[str, str], Callable[[Any], Answer]]:
        return {
            ("GET", "faults"): lambda _: json_answer({"on": self.faults.described(), "kinds": self.faults.kinds}),
            ("POST", "faults"): self._post_faults,
            ("DELETE", "faults"): lambda _: self._post_faults([]),
            ("POST", "settings"): self._post_settings,
            ("GET", "requests"): lambda _: json_answer([vars(seen) for seen in self.requests]),
            ("DELETE", "requests"): lambda _: json_answer(self.requests.clear()),
        }

    def _post_faults(self, wanted: list[dict[str, Any]]) -> Answer:
        """Replace all faults by those of a list."""
        self.faults.clear()
        for fault in wanted:
            self.faults.add(**fault)
        return json_answer({"on": self.faults.described()})

    def _post_settings(self, wanted: dict[str, Any]) -> Answer:
        unknown = set(wanted) - set(self.settings)
        if unknown:
            raise ValueError(f"Cannot set {', '.join(sorted(unknown))}; can set {', '.join(self.settings)}.")
        for name, value in wanted.items():
            setattr(self, name, value)
        return json_answer(wanted)
