"""What a sync can be asked for beyond the usual."""

from dataclasses import asdict, dataclass
from typing import Any


@dataclass(frozen=True)
class SyncOptions:
    """What a sync is asked for; the default is what the button does."""

    limit: int | None = None
    skip_spotify: bool = False
    only_spotify: bool = False
    full: bool = False
    force: bool = False
    """Lifts the guards: for the list that ``accept`` names or that was held back last, else for whatever comes."""
    seconds: float | None = None
    accept: int | None = None
    """The comparison whose list somebody accepted, by the primary key of its operation."""
    digest: str = ""
    """What names that list, as the person saw it."""
    undo: int | None = None
    """The sync that an undo takes back, by the primary key of its operation."""

    @property
    def given(self) -> dict[str, Any]:
        """The fields that differ from the default, as an operation keeps them."""
        return {name: value for name, value in asdict(self).items() if value not in (None, False, "")}
