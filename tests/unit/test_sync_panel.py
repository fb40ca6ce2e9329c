"""What the panel says in each state, as one sentence or two, and what it offers."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from django.template.loader import render_to_string
from lxml import html

from catalog.services.sync_status import SyncProblem, SyncStatus

COUNTS = {"created": 15, "updated": 3, "unchanged": 17_599, "skipped": 2}
RUNNING = SyncStatus(
    id=7, status="running", stage="processing", tab="2023 Prog-metal", albums_processed=8214, total_albums=17_617,
    percent=47, elapsed_seconds=5.2, eta_seconds=4.1, total_in_catalog=17_617,
)  # fmt: skip
DONE = replace(RUNNING, status="completed", stage="", counts=COUNTS, elapsed_seconds=9.2)
PRIVATE = SyncProblem(
    "sheet_forbidden", "Google does not let us read the sheet.", 'Share it as "anyone with the link".'
)

STATES = [
    (SyncStatus(), "Nothing here yet. Sync Now reads the albums from Google Sheets."),
    (
        replace(RUNNING, status="pending", percent=0, elapsed_seconds=None, eta_seconds=None),
        "The sync is about to start.",
    ),
    (
        replace(RUNNING, stage="fetching", percent=3, eta_seconds=None),
        "Fetching albums from Google Sheets. 3 % · 5 s so far",
    ),
    (RUNNING, "Reading 2023 Prog-metal: album 8,214 of 17,617. 47 % · 5 s so far · about 4 s left"),
    (
        replace(RUNNING, stage="enriching", spotify_processed=120, spotify_total=1400, percent=82, eta_seconds=None),
        "Asking Spotify for covers: album 120 of 1,400. 82 % · 5 s so far",
    ),
    (replace(RUNNING, stage="finalizing", percent=99, eta_seconds=None), "Finishing the sync. 99 % · 5 s so far"),
    (replace(RUNNING, cancel_requested=True), "Cancelling. What is done stays. 47 % · 5 s so far"),
    (DONE, "Sync complete in 9 s. 15 new · 3 changed · 17,599 unchanged · 2 skipped"),
    (replace(DONE, counts={"unchanged": 17_617}), "Nothing new in the sheet; checked in 9 s. 17,617 unchanged"),
    (
        replace(
            DONE,
            counts={"created": 40, "unchanged": 5, "failed": 5},
            warnings=("failed_rows: 5 rows could not be read.",),
        ),
        "Completed with warnings: 45 of 50 albums, 5 failed. 40 new · 5 unchanged · 9 s",
    ),
    (
        replace(DONE, status="failed", error=PRIVATE),
        'Google does not let us read the sheet. Share it as "anyone with the link".',
    ),
    (replace(DONE, status="cancelled"), "Sync cancelled at album 8,214 of 17,617. What was done stays."),
    (
        replace(DONE, status="interrupted"),
        "The sync was interrupted at album 8,214 of 17,617. The next one goes on from there.",
    ),
]


def message(status: SyncStatus) -> str:
    return " ".join(render_to_string("catalog/components/sync_message.txt", {"status": status}).split())


def panel(status: SyncStatus, **context: object) -> html.HtmlElement:
    shown = {"status": status, "may_sync": True, **context}
    return html.fragment_fromstring(render_to_string("catalog/components/sync_panel.html", shown), create_parent=True)


@pytest.mark.parametrize(("status", "said"), STATES)
def test_each_state_is_told_in_words_and_numbers(status: SyncStatus, said: str) -> None:
    assert message(status) == said
    (shown,) = panel(status).xpath("//*[@data-sync-message]")
    assert " ".join(shown.text_content().split()) == said


def test_a_wait_for_spotify_counts_down() -> None:
    said = message(replace(RUNNING, stage="enriching", waiting_until=datetime.now(UTC) + timedelta(seconds=24.4)))
    assert said == "Spotify asks us to wait. It goes on in 24 s. 47 % · 5 s so far"


@pytest.mark.parametrize(
    ("status", "may_sync", "tag", "label", "is_disabled"),
    [
        (SyncStatus(), True, "button", "Sync Now", False),
        (RUNNING, True, "button", "Syncing…", True),
        (RUNNING, False, "button", "Syncing…", True),
        (replace(DONE, status="failed", error=PRIVATE), True, "button", "Try again", False),
        (DONE, False, "a", "Sign in to sync", False),
    ],
)
def test_the_button_fits_the_state_and_the_reader(
    status: SyncStatus, may_sync: bool, tag: str, label: str, is_disabled: bool
) -> None:
    (button,) = panel(status, may_sync=may_sync).xpath("//*[@data-sync-button]")
    assert (button.tag, button.text_content().strip(), "disabled" in button.attrib) == (tag, label, is_disabled)


def test_cancel_is_offered_while_there_is_something_to_cancel() -> None:
    assert len(panel(RUNNING).xpath("//*[@data-sync-cancel][not(@disabled)]")) == 1
    assert len(panel(replace(RUNNING, cancel_requested=True)).xpath("//*[@data-sync-cancel][@disabled]")) == 1
    assert panel(RUNNING, may_sync=False).xpath("//*[@data-sync-cancel]") == []
    assert panel(DONE).xpath("//*[@data-sync-cancel]") == []


def test_the_panel_polls_quickly_while_something_moves_and_says_what_it_shows() -> None:
    (running,) = panel(RUNNING).xpath("//*[@data-sync-panel]")
    assert running.get("hx-trigger") == "every 2s"
    assert running.get("hx-get") == f"/catalog/sync/status/?seen={RUNNING.seen}&stage=processing"
    (done,) = panel(DONE).xpath("//*[@data-sync-panel]")
    assert done.get("hx-trigger") == "every 15s"


def test_warnings_are_sentences_behind_one_click() -> None:
    shown = panel(replace(DONE, warnings=("spotify_credentials: Set SPOTIFY_CLIENT_ID.",)))
    assert shown.xpath("string(//*[@id='sync-warnings']//li)") == "Set SPOTIFY_CLIENT_ID."
    assert shown.xpath("//*[@popovertarget='sync-warnings']")


def test_what_others_wrote_is_never_markup() -> None:
    shown = panel(replace(RUNNING, tab="<img src=x>"), notice="<b>")
    assert shown.xpath("//img | //*[@data-sync-message]//b") == []
    assert "<img src=x>" in message(replace(RUNNING, tab="<img src=x>"))
