"""What the panel says in each state, as one sentence or two, and what it offers."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from django.template.loader import render_to_string
from lxml import html

from catalog.services.sync.status import SyncProblem, SyncStatus

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
        "Fetching albums from Google Sheets: reading 2023 Prog-metal. 3 % · 5 s so far",
    ),
    (
        replace(RUNNING, stage="fetching", tab="", percent=3, eta_seconds=None),
        "Fetching albums from Google Sheets. 3 % · 5 s so far",
    ),
    (replace(RUNNING, total_albums=None), "Reading 2023 Prog-metal. 47 % · 5 s so far · about 4 s left"),
    (
        replace(RUNNING, kind="preview"),
        "Reading 2023 Prog-metal: album 8,214 of 17,617. preview only · 47 % · 5 s so far · about 4 s left",
    ),
    (
        replace(RUNNING, kind="undo", albums_processed=3, total_albums=18, eta_seconds=None),
        "Undoing the last sync: album 3 of 18. 47 % · 5 s so far",
    ),
    (RUNNING, "Reading 2023 Prog-metal: album 8,214 of 17,617. 47 % · 5 s so far · about 4 s left"),
    (
        replace(RUNNING, stage="enriching", spotify_processed=120, spotify_total=1400, percent=82, eta_seconds=None),
        "Asking Spotify for covers: album 120 of 1,400. 82 % · 5 s so far",
    ),
    (replace(RUNNING, stage="finalizing", percent=99, eta_seconds=None), "Finishing the sync. 99 % · 5 s so far"),
    (replace(RUNNING, cancel_requested=True), "Cancelling. What is done stays. 47 % · 5 s so far"),
    (DONE, "Sync complete in 9 s. 15 new · 3 changed · 17,599 unchanged · 2 skipped"),
    (
        replace(DONE, counts={"unchanged": 17_617}, elapsed_seconds=0.42),
        "Nothing new in the sheet; checked in 0.4 s. 17,617 unchanged",
    ),
    (
        replace(DONE, counts={"unchanged": 9}, unchanged_since=datetime(2020, 5, 3, 14, 30, tzinfo=UTC)),
        "Nothing new since 3 May 14:30 UTC; checked in 9 s. 9 unchanged",
    ),
    (
        replace(DONE, kind="undo", undone_at=datetime.now(UTC) - timedelta(hours=2, seconds=9)),
        "Last sync undone 2 hours ago. Scheduled syncs are paused. The next sync applies the sheet again.",
    ),
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
    return " ".join(render_to_string("catalog/sync/message.txt", {"status": status}).split())


def panel(status: SyncStatus, **context: object) -> html.HtmlElement:
    shown = {"status": status, "may_sync": True, **context}
    return html.fragment_fromstring(render_to_string("catalog/sync/panel.html", shown), create_parent=True)


def offered(status: SyncStatus) -> str:
    """Return what the panel offers to explain."""
    return " ".join(panel(status).xpath("string(//*[@popovertarget='sync-warnings'])").split())


@pytest.mark.parametrize(("status", "said"), STATES)
def test_each_state_is_told_in_words_and_numbers(status: SyncStatus, said: str) -> None:
    assert message(status) == said
    (shown,) = panel(status).xpath("//*[@data-sync-message]")
    assert " ".join(shown.text_content().split()) == said


def test_a_wait_for_spotify_counts_down() -> None:
    until = datetime.now(UTC) + timedelta(seconds=24.4)
    status = replace(RUNNING, stage="enriching", waiting_until=until)
    day = "tomorrow " if until.date() > datetime.now(UTC).date() else ""
    assert message(status) == (
        f"Spotify asks us to wait until {day}{until:%H:%M:%S} UTC. 47 % · goes on in 24 s · 5 s so far"
    )
    assert panel(status).xpath("//time[@data-countdown]/@datetime") == [until.isoformat()]


def test_a_block_of_spotify_is_told_with_its_end_and_reason() -> None:
    until = datetime.now(UTC) + timedelta(days=1)
    status = replace(DONE, counts={"created": 1}, spotify_blocked_until=until, spotify_blocked_reason="quota exceeded")
    assert offered(status) == f"Spotify again tomorrow {until:%H:%M} UTC"
    (told,) = panel(status).xpath("//*[@id='sync-warnings']//li")
    assert "(quota exceeded). The sheet is synchronised all the same" in " ".join(told.text_content().split())
    over = replace(status, spotify_blocked_until=datetime.now(UTC) - timedelta(seconds=1))
    assert offered(over) == ""


@pytest.mark.parametrize(
    ("warning", "offer"),
    [
        ("spotify_credentials: Set SPOTIFY_CLIENT_ID.", "Check Spotify’s credentials"),
        ("spotify_forbidden: Its owner lacks Premium.", "Spotify refuses the app"),
        ("doubtful_rows: See the list.", "Show why"),
    ],
)
def test_what_limits_a_sync_is_named_and_explained_behind_one_click(warning: str, offer: str) -> None:
    status = replace(DONE, warnings=(warning,))
    assert offered(status) == offer
    assert panel(status).xpath("string(//*[@id='sync-warnings']//li)") == warning.partition(": ")[2]


def test_a_sync_that_is_silent_says_since_when() -> None:
    status = replace(RUNNING, eta_seconds=None, updated_at=datetime.now(UTC) - timedelta(seconds=12.2))
    assert message(status).endswith("47 % · 5 s so far · last sign of life 12 s ago")
    assert "sign of life" not in message(replace(status, updated_at=datetime.now(UTC) - timedelta(seconds=2)))
    assert "sign of life" not in message(replace(status, status="completed", counts=COUNTS))


def test_a_press_in_the_cooldown_is_told_when_the_next_may_be() -> None:
    (told,) = panel(DONE, notice="Try again in 8 s.", wait=8).xpath("//*[@class='sync__notice'][not(@hidden)]")
    said = " ".join(told.text_content().split())
    assert said == "The last sync has only just begun. You can press again in 8 s."
    assert panel(DONE, wait=8).xpath("//*[@class='sync__notice'][not(@hidden)]") == []


def test_a_long_error_is_kept_whole_behind_one_click() -> None:
    short, long = SyncProblem("internal", "It failed.", "Try again."), SyncProblem("internal", "x" * 1000, "Try again.")
    assert panel(replace(DONE, status="failed", error=short)).xpath("//*[@id='sync-warnings']") == []
    shown = panel(replace(DONE, status="failed", error=long))
    assert shown.xpath("string(//*[@id='sync-warnings']//li)") == f"{'x' * 1000} Try again."
    assert offered(replace(DONE, status="failed", error=long)) == "Show all"


@pytest.mark.parametrize("may_overrule", [True, False])
def test_a_smaller_sheet_can_be_accepted_by_those_who_may(may_overrule: bool) -> None:
    problem = SyncProblem("sheet_shrunk", "The sheet lost 900 of 1,000 albums.", "Look at its history.")
    shown = panel(replace(DONE, status="failed", error=problem, counts={"removed": 900}), may_overrule=may_overrule)
    assert "900 albums would go" in shown.xpath("string(//*[@id='sync-warnings'])")
    assert shown.xpath("//a[contains(., 'See what would go')]/@href") == ["/catalog/sync/history/7/"]
    accept = shown.xpath("//form[.//input[@name='force'][@value='1']]/@action")
    assert accept == (["/catalog/sync/trigger/"] if may_overrule else [])


def test_the_end_of_a_preview_is_no_news_of_the_catalogue() -> None:
    assert not DONE.is_news_to("8-running-open")
    assert DONE.is_news_to("6-completed-applied")


@pytest.mark.parametrize(
    ("status", "may_sync", "tag", "label", "is_disabled"),
    [
        (SyncStatus(), True, "button", "Sync Now", False),
        (RUNNING, True, "button", "Syncing…", True),
        (RUNNING, False, "button", "Syncing…", True),
        (replace(RUNNING, kind="preview"), True, "button", "Preview…", True),
        (replace(RUNNING, kind="undo"), True, "button", "Undoing…", True),
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
    assert running.get("hx-trigger") == "every 2s, sync:look"
    assert running.get("hx-get") == f"/catalog/sync/status/?seen={RUNNING.seen}&stage=processing"
    (done,) = panel(DONE).xpath("//*[@data-sync-panel]")
    assert done.get("hx-trigger") == "every 15s, sync:look"


def test_warnings_are_sentences_behind_one_click() -> None:
    shown = panel(replace(DONE, warnings=("spotify_credentials: Set SPOTIFY_CLIENT_ID.",)))
    assert shown.xpath("string(//*[@id='sync-warnings']//li)") == "Set SPOTIFY_CLIENT_ID."
    assert shown.xpath("//*[@popovertarget='sync-warnings']")


def test_what_others_wrote_is_never_markup() -> None:
    shown = panel(replace(RUNNING, tab="<img src=x>"), notice="<b>")
    assert shown.xpath("//img | //*[@data-sync-message]//b") == []
    assert "<img src=x>" in message(replace(RUNNING, tab="<img src=x>"))
