"""What came of an attempt to send a message, as a code with its parameters; the words are in templates."""

from datetime import timedelta
from typing import ClassVar

from catalog.services.facts import CodedError


class NotDelivered(CodedError):
    """Why a message did not arrive: the cause says more."""

    code: ClassVar[str] = "not_delivered"
    is_final: ClassVar[bool] = False
    """Whether trying again is of no use."""

    wait: timedelta = timedelta()
    """How long the receiver asks to be left alone."""


class Refused(NotDelivered):
    """The receiver wants no messages any more, or is none of ours."""

    code: ClassVar[str] = "refused"
    is_final: ClassVar[bool] = True
