"""What messages about syncs say: for every event a subject in one line, and paragraphs of whole sentences."""

import re
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any

import pytest
from django.template.loader import render_to_string
from django.urls import set_script_prefix

from catalog import wording
from catalog.models import Delivery, SyncOperation
from catalog.services.facts import Fact
from tests.wordings import ERRORS

AT = datetime(2026, 11, 26, 14, 30, tzinfo=UTC)
CAUSES = {
    "delivered": [{"status": 204}, {}],
    "not_delivered": [
        {"cause": "status", "status": 500, "said": "no"}, {"cause": "status", "status": 500, "said": ""},
        {"cause": "redirect", "status": 301}, {"cause": "connection", "host": "example.org", "kind": "ConnectTimeout"},
        {"cause": "mail_refused", "status": 554}, {"cause": "receiver_refused"},
        {"cause": "mail_server", "kind": "TimeoutError"}, {"cause": "apprise_refused"}, {"cause": "apprise_unknown"},
        {"cause": "apprise_missing"}, {"cause": "apprise_slow", "seconds": 60}, {"cause": "apprise_broken"},
    ],
    "refused": [{"cause": "gone", "status": 410}, {"cause": "no_receiver"}],
}  # fmt: skip


def message(event: str, *, to_review: int = 0, skipped: int = 0, error: Fact | None = None, **facts: Any) -> str:
    operation = SyncOperation(created_at=AT, finished_at=AT, **facts)
    context = {
        "event": event,
        "operation": operation,
        "error": error,
        "error_message": wording.error_message(error) if error else "",
        "error_hint": wording.error_hint(error) if error else "",
        "rows": SimpleNamespace(to_review=to_review, skipped=skipped) if to_review or skipped else None,
        "one_row": to_review + skipped == 1,
        "link": "https://albums.example.org/",
    }
    return wording.message_text(context)


@pytest.mark.parametrize("event", Delivery.Event.values)
def test_every_event_has_a_name_and_whole_sentences(event: str) -> None:
    error = Fact("sheet_forbidden", ERRORS["sheet_forbidden"][0]) if event in Delivery.BREAKS else None
    said = message(event, error=error, to_review=3)
    for paragraph in said.split("\n\n"):
        assert re.fullmatch(r"[A-Z0-9].*[.?]\n?|https://\S+\n?", paragraph), paragraph
    assert "None" not in said
    name = render_to_string("catalog/notify/event_name.html", {"event": event})
    assert re.fullmatch(r"[A-Z][a-z ]+", " ".join(name.split()))


def test_a_failure_says_what_happened_what_it_means_and_what_to_do() -> None:
    error = Fact("sheet_forbidden", {"cause": "sign_in"})
    assert message("sync.failed", error=error).split("\n\n") == [
        "The sync of 26 Nov 2026, 14:30 UTC failed. The sheet is private.",
        "The catalogue is as it was.",
        "Share it with “Anyone with the link”, and allow viewers to download it.",
        "https://albums.example.org/",
        "The next message comes when syncs work again or something else breaks them, and once a day until then.\n",
    ]
    kept = message("sync.failed", error=error, updated=1, albums_processed=250)
    assert "1 album was changed before; that is kept." in kept
    assert "2,500 albums were changed before; those are kept." in message(
        "sync.failed", error=error, updated=2500, albums_processed=2500
    )
    assert "in the catalogue already" in message("sync.failed", error=error, sheet_committed_at=AT)


def test_rows_are_counted_in_the_singular_and_the_plural() -> None:
    assert "1 row was imported but looks wrong. Fix it in the sheet, or acknowledge it." in message(
        "sync.review", to_review=1
    )
    assert "2 rows were skipped. Fix them in the sheet, or acknowledge them." in message("sync.review", skipped=2)
    both = message("sync.review", to_review=2, skipped=1)
    assert "2 rows were imported but look wrong. 1 row was skipped. Fix them" in both


def test_syncs_that_work_again_say_what_the_first_one_did() -> None:
    assert "completed: 15 new, 3 changed, 1 removed." in message("sync.recovered", created=15, updated=3, removed=1)
    assert "completed: the catalogue is up to date.\n\nThere is nothing to do." in message("sync.recovered")
    assert "look wrong" in message("sync.recovered", to_review=2)


@pytest.mark.parametrize(("code", "parameters"), [(code, each) for code, cases in CAUSES.items() for each in cases])
def test_every_answer_is_a_sentence(code: str, parameters: dict[str, Any]) -> None:
    said = wording.delivery_answer(Delivery(answer={"code": code, "parameters": parameters}))
    assert re.fullmatch(r"[A-Z0-9e].*[.”]", said)
    assert "None" not in said


@pytest.mark.parametrize("prefix", ["/", "/albums/"])
def test_links_begin_with_the_sites_address_in_every_thread(prefix: str) -> None:
    delivery = Delivery(event="test", message_id="msg_1", created_at=AT)
    set_script_prefix(prefix)
    try:
        said = wording.letter(delivery, "https://example.org/albums")
    finally:
        set_script_prefix("/")
    assert said.data["url"] == "https://example.org/albums/catalog/sync/notifications/"
    assert said.subject == "[example.org] Test message"
    assert wording.letter(delivery, "").data["url"] == ""
