"""One page lists every message that people read, as the templates word it."""

import re
from collections.abc import Iterable, Mapping
from pathlib import Path

import pytest

import catalog
from catalog.services.sync.status import SyncStatus
from tests import messages
from tests.panels import PANELS
from tests.wordings import NOTICES


def test_the_page_of_messages_is_what_the_templates_say() -> None:
    remedy = "write it anew with .venv/bin/python -m tests.messages"
    assert messages.PAGE.read_text(encoding="utf-8") == messages.page(), remedy


def test_every_press_and_every_kind_of_state_is_on_it() -> None:
    assert messages.PRESSES.keys() == set(NOTICES)
    assert messages.STATES.keys() <= PANELS.keys()
    shown, listed = PANELS.values(), [PANELS[state] for state in messages.STATES]
    assert _kinds(shown) - _kinds(listed) == {("failed", "", "sync")}  # whose messages are the errors


@pytest.mark.parametrize(
    ("template", "listed"),
    [("curate/told.txt", messages.CURATED), ("words/refused_name.txt", messages.REFUSED)],
)
def test_every_answer_to_a_curator_is_on_it(template: str, listed: Mapping[str, str]) -> None:
    source = (Path(catalog.__file__).parent / "templates/catalog" / template).read_text(encoding="utf-8")
    assert set(re.findall(r'code == "(\w+)"', source)) == listed.keys()


def _kinds(states: Iterable[tuple[SyncStatus, object]]) -> set[tuple[str, str, str]]:
    return {(status.status, status.stage, status.kind) for status, _ in states}
