"""What can end a sync: one base, one class a cause. The first line of a docstring is the message people read."""

from typing import ClassVar


class SyncError(Exception):
    """The sync stopped because of a mistake in progmetal."""

    code: ClassVar[str] = "internal"
    hint: ClassVar[str] = "Try again. If it happens again, report it with the lines of the log around this time."

    def __init__(self, detail: str = "") -> None:
        super().__init__(detail)
        self.detail = detail

    @property
    def message(self) -> str:
        """Return one sentence for people, with the detail that this case adds."""
        said = (type(self).__doc__ or "").partition("\n")[0]
        return f"{said[:-1]}: {self.detail}." if self.detail else said

    def __str__(self) -> str:
        return self.message
