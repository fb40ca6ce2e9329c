"""Writes log records, as lines for people or as JSON for programs. A message is one line, whatever it says."""

import json
import logging
import re
from datetime import UTC, datetime
from typing import Any

from catalog.logs.context import current_operation
from catalog.logs.secrets import redacted

BREAKING = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")
"""What would begin another line, steer a terminal, or is half a character. Names in the sheet may have it."""


class LineFormatter(logging.Formatter):
    """Time, level, module, then words and ``key=value``; tracebacks follow in lines of their own."""

    def __init__(self) -> None:
        super().__init__("{asctime} {levelname} {name} {message}", style="{")

    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802 - as logging has it
        """Return the record in one line."""
        said = super().formatMessage(record)
        operation = current_operation()
        if operation is not None and " operation=" not in said:
            said += f" operation={operation}"
        return BREAKING.sub(_escaped, said)

    def format(self, record: logging.LogRecord) -> str:
        """Return the record, its traceback included, without secrets."""
        return redacted(super().format(record))


class JsonFormatter(logging.Formatter):
    """One object a line: ``time``, ``level``, ``logger``, ``message``; ``operation`` and ``exception`` where there are.

    Records may bring ``fields`` of their own.
    """

    def format(self, record: logging.LogRecord) -> str:
        """Return the record as JSON in ASCII, in which no text can end the line."""
        moment = datetime.fromtimestamp(record.created, UTC)
        said: dict[str, Any] = {
            "time": moment.isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": redacted(record.getMessage()),
            **getattr(record, "fields", {}),
        }
        if (operation := current_operation()) is not None:
            said["operation"] = operation
        if record.exc_info:
            said["exception"] = redacted(self.formatException(record.exc_info))
        return json.dumps(said, default=str)


FORMATTERS: dict[str, type[logging.Formatter]] = {"line": LineFormatter, "json": JsonFormatter}
"""By the values of LOG_FORMAT."""


def _escaped(found: re.Match[str]) -> str:
    return found[0].encode("unicode_escape").decode()
