"""Log lines: one line a message, the operation they belong to, and no secrets."""

import json
import logging
import sys
import threading
from typing import Any

import pytest
from django.utils.log import AdminEmailHandler
from hypothesis import given
from hypothesis import strategies as st

from catalog.logs import secrets
from catalog.logs.context import current_operation, of_operation, start_thread
from catalog.logs.formats import FORMATTERS, JsonFormatter, LineFormatter
from catalog.services.errors import SyncError
from catalog.services.sync.background import in_background

HOSTILE = "Haken\n2026 ERROR forged\r\x1b[31m\x00\x85\u2028\ud800 é"
any_format = pytest.mark.parametrize("name", FORMATTERS)


def record(message: str, *arguments: object, **facts: Any) -> logging.LogRecord:
    return logging.LogRecord(
        "catalog.sync", logging.INFO, __file__, 1, message, arguments, **{"exc_info": None, **facts}
    )


def raised(error: Exception) -> Any:
    try:
        raise error
    except type(error):
        return sys.exc_info()


def written(name: str, message: str, *arguments: object, **facts: Any) -> str:
    return FORMATTERS[name]().format(record(message, *arguments, **facts))


@any_format
def test_a_message_is_one_line_whatever_the_sheet_says(name: str) -> None:
    said = written(name, "row skipped artist=%s", HOSTILE)
    assert len(said.splitlines()) == 1
    said.encode()
    assert "\x1b" not in said
    if name == "json":
        assert json.loads(said)["message"] == f"row skipped artist={HOSTILE}"
    else:
        assert "é" in said


@given(st.text(alphabet=st.characters()))
def test_json_gives_back_any_text_from_one_line(text: str) -> None:
    said = written("json", "%s", text)
    assert len(said.splitlines()) == 1
    assert json.loads(said)["message"] == text


@any_format
def test_lines_carry_the_operation_they_belong_to(name: str) -> None:
    with of_operation(42):
        said = written(name, "sheet fetched bytes=%s", 3)
        twice = written(name, "sync started operation=%s", 42)
    assert json.loads(said)["operation"] == 42 if name == "json" else said.endswith(" operation=42")
    assert name == "json" or twice.count("operation=42") == 1
    assert "operation" not in written(name, "index built")


def test_threads_of_a_sync_belong_to_its_operation() -> None:
    seen: list[int | None] = []
    ended = threading.Event()

    def work() -> None:
        seen.append(current_operation())
        ended.set()

    with of_operation(7):
        start_thread(work, name="helper")
        assert ended.wait(10)
        in_background(lambda: seen.append(current_operation()), lambda: None, 10, SyncError)
    assert seen == [7, 7]
    assert current_operation() is None


@any_format
def test_tracebacks_are_kept_and_belong_to_one_object(name: str) -> None:
    said = written(name, "sync failed", exc_info=raised(ValueError("no\nway")))
    if name == "json":
        assert "ValueError: no\nway" in json.loads(said)["exception"]
        assert len(said.splitlines()) == 1
    assert "ValueError" in said


@any_format
def test_secrets_are_hidden_wherever_they_are_quoted(name: str) -> None:
    secrets.hide(["pa\"ss'wörd", "short", ""], addresses=["tgram://123456789:AAtoken/-100200300400", "https://h.org/T"])
    error = raised(OSError("connection to tgram://123456789:AAtoken/-100200300400 failed: -100200300400"))
    said = written(name, "could not connect password=%s", "pa\"ss'wörd", exc_info=error)
    assert not [each for each in ("wörd", "w\\u00f6rd", "AAtoken", "100200300400") if each in said]
    assert "https://h.org/T" not in written(name, "see %s", "https://h.org/T")
    assert "short" in written(name, "a short word")


def test_fields_of_a_record_stand_in_its_object() -> None:
    made = record("GET /")
    made.fields = {"status": 200, "path": HOSTILE}
    said = json.loads(JsonFormatter().format(made))
    assert (said["status"], said["path"]) == (200, HOSTILE)
    assert list(said)[:4] == ["time", "level", "logger", "message"]
    assert LineFormatter().format(made).endswith("INFO catalog.sync GET /")


def test_errors_are_not_mailed_to_those_who_are_told_of_syncs() -> None:
    loggers = [logging.getLogger(name) for name in ("", "django", "django.request", "django.security", "catalog")]
    assert not [each for logger in loggers for each in logger.handlers if isinstance(each, AdminEmailHandler)]
