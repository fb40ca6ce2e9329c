"""What is told of a sync, as a code and the numbers and names that belong to it; the words are in templates."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar

Parameter = int | str | list[str]

LONGEST_TEXT = 500
MOST_NAMES = 20


@dataclass(frozen=True)
class Fact:
    """A warning or an error. ``catalog/words`` has one sentence for each code, and for each cause of a code."""

    code: str
    parameters: Mapping[str, Parameter] = field(default_factory=dict[str, Parameter], hash=False)

    @classmethod
    def stored(cls, said: Mapping[str, Any]) -> "Fact":
        """Return the fact that `as_json` wrote."""
        return cls(said["code"], said["parameters"])

    def as_json(self) -> dict[str, Any]:
        """Return what a JSON column keeps."""
        return {"code": self.code, "parameters": bounded(self.parameters)}

    def __str__(self) -> str:
        return " ".join((self.code, *(f"{name}={value}" for name, value in self.parameters.items())))


class CodedError(Exception):
    """An error that is a fact: its class names the code, its arguments are the cause and the other parameters."""

    code: ClassVar[str] = "internal"

    def __init__(self, cause: str = "", **parameters: Parameter) -> None:
        self.cause = cause
        self.parameters = parameters
        super().__init__(str(self.fact))

    @property
    def fact(self) -> Fact:
        """The code, the cause where the code has several, and what else the sentence names."""
        return Fact(self.code, {"cause": self.cause, **self.parameters} if self.cause else self.parameters)


def bounded(parameters: Mapping[str, Parameter]) -> dict[str, Parameter]:
    """Return parameters that any database takes: sheets and servers send texts of any length, and half characters."""
    return {name: _bounded(value) for name, value in parameters.items()}


def _bounded(value: Parameter) -> Parameter:
    if isinstance(value, str):
        # PostgreSQL's JSON takes neither NUL nor half a surrogate pair.
        return value[:LONGEST_TEXT].replace("\0", "").encode(errors="replace").decode()
    return [str(_bounded(name)) for name in value[:MOST_NAMES]] if isinstance(value, list) else value
