"""A message as it is sent: the words of it, and the facts for programs."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class Letter:
    """What one message says, the same for all receivers and each time it is sent."""

    message_id: str
    event: str
    at: datetime
    subject: str
    text: str
    data: Mapping[str, object]
    """For webhooks, beside subject and text."""
