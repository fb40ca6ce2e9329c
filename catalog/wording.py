"""Says in plain text, for JSON, mail and the terminal, what the templates say on the pages."""

from collections.abc import Iterable
from html import unescape
from typing import cast

from django.template.loader import render_to_string
from django.utils.html import strip_tags

from catalog.services.clock import Clock
from catalog.services.facts import Fact
from catalog.services.sync.status import SyncStatus


def plain(markup: str) -> str:
    """Return the words of a fragment of HTML, for where there is none."""
    return " ".join(unescape(strip_tags(markup)).split())


def status_message(status: SyncStatus) -> str:
    """Say how a sync stands."""
    headline = render_to_string("catalog/sync/headline.html", {"status": status})
    return plain(f"{headline} {render_to_string('catalog/sync/detail.html', {'status': status})}")


def error_message(error: Fact) -> str:
    """Say what went wrong."""
    return plain(render_to_string("catalog/words/error_message.html", {"error": error}))


def error_hint(error: Fact) -> str:
    """Say what to do about it."""
    return plain(render_to_string("catalog/words/error_hint.html", {"error": error}))


def warning_line(warning: Fact) -> str:
    """Say what a sync warns of, with the code in front as the status object has it."""
    return f"{warning.code}: {plain(render_to_string('catalog/words/warning.html', {'warning': warning}))}"


def notice_text(code: str, wait: int = 0) -> str:
    """Say what became of a press of a button."""
    context = {"notice": code, "wait": wait, "status": SyncStatus(now=Clock().now())}
    return plain(render_to_string("catalog/sync/notice.html", context))


def database_cause(cause: str) -> str:
    """Say why the database can't be reached; it names neither hosts nor accounts."""
    return plain(render_to_string("catalog/refusals/database.html", {"cause": cause}))


def joined(value: object) -> str:
    """Write a value of the change log."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, (list, tuple)):
        return ", ".join(map(str, cast("Iterable[object]", value)))
    return "" if value is None else str(value)
