"""What can end a sync: one base, one class a cause. Templates in ``catalog/words`` turn them into sentences."""

from typing import ClassVar

from catalog.services.facts import Fact, Parameter


class SyncError(Exception):
    """Why a sync failed; the base alone stands for a bug in progmetal."""

    code: ClassVar[str] = "internal"

    def __init__(self, cause: str = "", **parameters: Parameter) -> None:
        self.cause = cause
        self.parameters = parameters
        super().__init__(str(self.fact))

    @property
    def fact(self) -> Fact:
        """The code, the cause where the code has several, and what else the sentence names."""
        return Fact(self.code, {"cause": self.cause, **self.parameters} if self.cause else self.parameters)
