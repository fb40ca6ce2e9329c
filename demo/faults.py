"""Faults that a stand-in produces on demand, switched on in the same process or over HTTP."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from random import Random
from threading import Lock
from typing import TypedDict, Unpack

from demo.responses import Request, Response, html_response, text_response


class Details(TypedDict, total=False):
    """Keyword arguments for a Fault, apart from its kind."""

    on: str
    times: int | None
    share: float
    seconds: float
    retry_after: int | str | None
    megabytes: int


@dataclass(frozen=True)
class Fault:
    """Fails requests whose address contains `on`: `times` of them, or until cleared, each with probability `share`."""

    kind: str
    on: str = ""
    times: int | None = None
    share: float = 1.0
    seconds: float = 30.0
    retry_after: int | str | None = None
    megabytes: int = 300


Effect = Callable[[Fault, Response], Response]


def with_retry_after(fault: Fault, response: Response) -> Response:
    """Retry-After may be seconds, a date or garbage."""
    if fault.retry_after is None:
        return response
    return replace(response, headers={**response.headers, "Retry-After": str(fault.retry_after)})


COMMON: dict[str, Effect] = {
    "error": lambda _, __: html_response("500 Internal Server Error", 500),
    "bad_gateway": lambda _, __: html_response("502 Bad Gateway", 502),
    "unavailable": lambda fault, _: with_retry_after(fault, html_response("503 Service Unavailable", 503)),
    "rate_limited": lambda fault, _: with_retry_after(fault, text_response("Too many requests", 429)),
    "html": lambda _, __: html_response("Something else"),
    "empty": lambda _, response: replace(response, body=b""),
    "slow_start": lambda fault, response: replace(response, wait=fault.seconds),
    "drip": lambda fault, response: replace(response, spread=fault.seconds),
    "stall": lambda fault, response: replace(response, wait=fault.seconds, delivery="silence"),
    "truncated": lambda _, response: replace(response, delivery="truncated"),
    "reset": lambda _, response: replace(response, delivery="reset"),
}


@dataclass
class Switch:
    """A fault that is switched on, and how many more requests it will hit."""

    fault: Fault
    left: int | None = field(init=False)

    def __post_init__(self) -> None:
        self.left = self.fault.times

    def strikes(self, request: Request, random: Random) -> bool:
        """Whether this request is hit; if so, counts it."""
        if self.left == 0 or self.fault.on not in request.address or random.random() >= self.fault.share:
            return False
        if self.left is not None:
            self.left -= 1
        return True


class Faults:
    """The active faults of one stand-in; the first that matches a request applies."""

    def __init__(self, effects: dict[str, Effect], default_on: Callable[[str], str], seed: int = 0) -> None:
        self._effects = effects
        self._default_on = default_on
        self._random = Random(seed)
        self._lock = Lock()
        self._switches: list[Switch] = []

    @property
    def kinds(self) -> list[str]:
        return sorted(self._effects)

    def add(self, kind: str, **details: Unpack[Details]) -> None:
        """Switch on a fault in addition to those already active."""
        if kind not in self._effects:
            raise ValueError(f"Unknown fault {kind!r}; choose from {', '.join(self.kinds)}.")
        details.setdefault("on", self._default_on(kind))
        with self._lock:
            self._switches.append(Switch(Fault(kind, **details)))

    def clear(self) -> None:
        with self._lock:
            self._switches.clear()

    def applied(self, request: Request, respond: Callable[[], Response]) -> Response:
        """Return the response, changed by the first fault that matches."""
        with self._lock:
            fault = next((switch.fault for switch in self._switches if switch.strikes(request, self._random)), None)
        return respond() if fault is None else self._effects[fault.kind](fault, respond())

    def described(self) -> list[dict[str, object]]:
        """Return the active faults as plain values for JSON."""
        with self._lock:
            return [{**vars(switch.fault), "left": switch.left} for switch in self._switches]
