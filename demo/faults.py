"""Faults that a stand-in shows on demand, switched in the same process or over HTTP from another one."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from random import Random
from threading import Lock
from typing import TypedDict, Unpack

from demo.answers import Answer, Request, html_answer, text_answer


class Details(TypedDict, total=False):
    """Where, how often and how a fault strikes; see Fault."""

    on: str
    times: int | None
    share: float
    seconds: float
    retry_after: int | str | None
    megabytes: int


@dataclass(frozen=True)
class Fault:
    """A way to fail, for the requests whose address contains `on`, `times` of them or until it is cleared."""

    kind: str
    on: str = ""
    times: int | None = None
    share: float = 1.0
    seconds: float = 30.0
    retry_after: int | str | None = None
    megabytes: int = 300


Effect = Callable[[Fault, Answer], Answer]


def with_retry_after(fault: Fault, answer: Answer) -> Answer:
    """Add the header Retry-After if the fault has one: seconds, a date, or nonsense."""
    if fault.retry_after is None:
        return answer
    return replace(answer, headers={**answer.headers, "Retry-After": str(fault.retry_after)})


COMMON: dict[str, Effect] = {
    "error": lambda _, __: html_answer("500 Internal Server Error", 500),
    "bad_gateway": lambda _, __: html_answer("502 Bad Gateway", 502),
    "unavailable": lambda fault, _: with_retry_after(fault, html_answer("503 Service Unavailable", 503)),
    "rate_limited": lambda fault, _: with_retry_after(fault, text_answer("Too many requests", 429)),
    "html": lambda _, __: html_answer("Something else"),
    "empty": lambda _, answer: replace(answer, body=b""),
    "slow_start": lambda fault, answer: replace(answer, wait=fault.seconds),
    "drip": lambda fault, answer: replace(answer, spread=fault.seconds),
    "stall": lambda fault, answer: replace(answer, wait=fault.seconds, manner="silence"),
    "truncated": lambda _, answer: replace(answer, manner="truncated"),
    "reset": lambda _, answer: replace(answer, manner="reset"),
}


@dataclass
class Switch:
    """A fault that is on, and how often it will still strike."""

    fault: Fault
    left: int | None = field(init=False)

    def __post_init__(self) -> None:
        self.left = self.fault.times

    def strikes(self, request: Request, random: Random) -> bool:
        """Say whether this request is hit, and count it."""
        if self.left == 0 or self.fault.on not in request.address or random.random() >= self.fault.share:
            return False
        if self.left is not None:
            self.left -= 1
        return True


class Faults:
    """The faults of one stand-in; the first that fits a request strikes it."""

    def __init__(self, effects: dict[str, Effect], default_on: Callable[[str], str], seed: int = 0) -> None:
        self._effects = effects
        self._default_on = default_on
        self._random = Random(seed)
        self._lock = Lock()
        self._switches: list[Switch] = []

    @property
    def kinds(self) -> list[str]:
        """The names of all faults that can be switched on."""
        return sorted(self._effects)

    def add(self, kind: str, **details: Unpack[Details]) -> None:
        """Switch a fault on, beside those that are on."""
        if kind not in self._effects:
            raise ValueError(f"There is no fault {kind!r}; there are {', '.join(self.kinds)}.")
        details.setdefault("on", self._default_on(kind))
        with self._lock:
            self._switches.append(Switch(Fault(kind, **details)))

    def clear(self) -> None:
        """Switch all faults off."""
        with self._lock:
            self._switches.clear()

    def applied(self, request: Request, answer: Callable[[], Answer]) -> Answer:
        """Return the answer, disturbed if a fault strikes."""
        with self._lock:
            fault = next((switch.fault for switch in self._switches if switch.strikes(request, self._random)), None)
        return answer() if fault is None else self._effects[fault.kind](fault, answer())

    def described(self) -> list[dict[str, object]]:
        """Return the faults that are on, in plain values."""
        with self._lock:
            return [{**vars(switch.fault), "left": switch.left} for switch in self._switches]
