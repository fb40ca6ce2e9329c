"""Says in plain text, for JSON, mail and the terminal, what the templates say on the pages."""

from collections.abc import Iterable, Mapping
from html import unescape
from typing import cast
from urllib.parse import urlsplit

from django.template.loader import render_to_string
from django.urls import get_script_prefix, reverse
from django.utils.html import strip_tags

from catalog.models import Delivery, SyncOperation
from catalog.services.clock import Clock
from catalog.services.facts import Fact
from catalog.services.notify.events import NewRows, new_rows
from catalog.services.notify.letter import Letter
from catalog.services.sync.status import SyncStatus

PARAGRAPH = "¶"
"""Begins a paragraph in the template of a message."""

LONGEST_SUBJECT = 200


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


def letter(delivery: Delivery, site: str) -> Letter:
    """Write the message of a delivery; links lead to the site's address, if that is known."""
    operation = delivery.operation
    error = _error_of(operation) if operation else None
    rows = new_rows(operation) if operation else NewRows()
    link = _link(delivery, site)
    context = {
        "event": delivery.event,
        "operation": operation,
        "error": error,
        "error_message": error_message(error) if error else "",
        "error_hint": error_hint(error) if error else "",
        "rows": rows,
        "one_row": rows.to_review + rows.skipped == 1,
        "link": link,
    }
    subject = " ".join(render_to_string("catalog/notify/subject.txt", context).split())
    name = urlsplit(site).hostname or "progmetal"
    return Letter(
        message_id=delivery.message_id,
        event=delivery.event,
        at=delivery.created_at,
        subject=f"[{name}] {subject}"[:LONGEST_SUBJECT],
        text=message_text(context),
        data={"site": site, "url": link, **(_facts(operation, rows) if operation else {})},
    )


def message_text(context: Mapping[str, object]) -> str:
    """Say what a message does, each paragraph in one line."""
    text = render_to_string("catalog/notify/text.txt", dict(context))
    paragraphs = (" ".join(each.split()) for each in text.split(PARAGRAPH))
    return "\n\n".join(filter(None, paragraphs)) + "\n"


def delivery_answer(delivery: Delivery) -> str:
    """Say what came of the last attempt to deliver a message."""
    return plain(render_to_string("catalog/notify/answer.html", {"answer": delivery.answer}))


def _error_of(operation: SyncOperation) -> Fact | None:
    return Fact(operation.error_code, operation.error_parameters) if operation.error_code else None


def _link(delivery: Delivery, site: str) -> str:
    """Return the address of the page to look at: with reverse() alone it would begin as that of this thread does."""
    if not site:
        return ""
    if delivery.operation_id is None:
        path = reverse("catalog:notifications")
    elif delivery.event == Delivery.Event.REVIEW:
        path = reverse("catalog:sync_review")
    else:
        path = reverse("catalog:sync_history_detail", args=[delivery.operation_id])
    return f"{site}/{path.removeprefix(get_script_prefix())}"


def _facts(operation: SyncOperation, rows: NewRows) -> dict[str, object]:
    error, finished = _error_of(operation), operation.finished_at
    return {
        "sync": {
            "id": operation.pk,
            "status": operation.status,
            "trigger": operation.trigger,
            "finished_at": finished.isoformat() if finished else None,
            "counts": operation.counts,
            "error": error and {"code": error.code, "message": error_message(error), "hint": error_hint(error)},
        },
        "new_rows": {"to_review": rows.to_review, "skipped": rows.skipped},
    }


def joined(value: object) -> str:
    """Write a value of the change log."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, (list, tuple)):
        return ", ".join(map(str, cast("Iterable[object]", value)))
    return "" if value is None else str(value)
