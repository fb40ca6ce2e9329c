"""What the panel says in each state, as one sentence or two, and what it offers."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from django.template.loader import render_to_string
from lxml import html

from catalog.services.facts import Fact
from catalog.services.spotify import errors as spotify_errors
from catalog.services.sync.status import SyncStatus
from catalog.wording import error_hint, error_message, warning_line

COUNTS = {"created": 15, "updated": 3, "unchanged": 17_599, "skipped": 2}
RUNNING = SyncStatus(
    id=7, status="running", stage="processing", tab="2023 Prog-metal", albums_processed=8214, total_albums=17_617,
    percent=47, elapsed_seconds=5.2, eta_seconds=4.1, total_in_catalog=17_617,
)  # fmt: skip
DONE = replace(RUNNING, status="completed", stage="", counts=COUNTS, elapsed_seconds=9.2)
PRIVATE = Fact("sheet_forbidden", {"cause": "status", "status": 403})

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
    (replace(RUNNING, cancel_requested=True), "Cancelling the sync. 47 % · 5 s so far"),
    (DONE, "Sync complete in 9 s. 15 new · 3 changed · 17,599 unchanged · 2 without an album"),
    (
        replace(DONE, counts={"unchanged": 17_617}, elapsed_seconds=0.42),
        "Up to date. The sheet hasn't changed. 17,617 unchanged",
    ),
    (
        replace(DONE, counts={"unchanged": 9}, unchanged_since=datetime(2020, 5, 3, 14, 30, tzinfo=UTC)),
        "Up to date. The sheet hasn't changed since 3 May 14:30 UTC. 9 unchanged",
    ),
    (
        replace(DONE, kind="undo", undone_at=datetime.now(UTC) - timedelta(hours=2, seconds=9)),
        "Last sync undone 2 hours ago. Scheduled syncs are paused. The next sync applies the sheet again.",
    ),
    (replace(DONE, counts={"unchanged": 17_617}), "Up to date. The sheet hasn't changed. 17,617 unchanged"),
    (
        replace(
            DONE,
            counts={"created": 40, "unchanged": 5, "failed": 5},
            warnings=(Fact("failed_rows", {"rows": 5}),),
        ),
        "Completed with warnings: 45 of 50 albums imported, 5 rows skipped. 40 new · 5 unchanged · 9 s",
    ),
    (
        replace(DONE, status="failed", error=PRIVATE),
        "The sheet is private. Share it with “Anyone with the link”, and allow viewers to download it.",
    ),
    (
        replace(DONE, status="cancelled"),
        "Sync cancelled. 18 of 17,617 albums were updated; those changes are kept.",
    ),
    (
        replace(DONE, status="cancelled", counts={"created": 1}),
        "Sync cancelled. 1 of 17,617 albums was updated; that change is kept.",
    ),
    (replace(DONE, status="cancelled", counts={"unchanged": 9}), "Sync cancelled. Nothing was changed."),
    (
        replace(DONE, rows_to_review=31, counts={"created": 1}),
        "Sync complete in 9 s. 31 rows to review. 1 new",
    ),
    (
        replace(DONE, rows_to_review=1, counts={"created": 1}),
        "Sync complete in 9 s. 1 row to review. 1 new",
    ),
    (
        replace(DONE, rows_to_review=31, counts={"unchanged": 9}),
        "Up to date. The sheet hasn't changed. 31 rows to review. 9 unchanged",
    ),
    (
        replace(DONE, counts={"unchanged": 9, "failed": 2}),
        "Up to date. The sheet hasn't changed. 9 unchanged · 2 skipped",
    ),
    (
        replace(DONE, status="interrupted"),
        "The sync was interrupted at album 8,214 of 17,617. The next sync will pick up from here.",
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


def told(shown: html.HtmlElement) -> str:
    """Return the first thing that is explained behind the click."""
    return " ".join(shown.xpath("string(//*[@id='sync-warnings']//li)").split())


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
        f"Waiting for Spotify until {day}{until:%H:%M:%S} UTC. 47 % · resumes in 24 s · 5 s so far"
    )
    assert panel(status).xpath("//time[@data-countdown]/@datetime") == [until.isoformat(timespec="milliseconds")]


def test_a_block_of_spotify_is_told_with_its_end_and_reason() -> None:
    until = datetime.now(UTC) + timedelta(days=1)
    status = replace(DONE, counts={"created": 1}, spotify_blocked_until=until, spotify_blocked_reason="quota")
    assert offered(status) == f"Spotify again tomorrow {until:%H:%M} UTC"
    assert told(panel(status)) == f"Spotify's quota is used up. Covers continue after tomorrow {until:%H:%M} UTC."
    warned = replace(status, warnings=(spotify_errors.blocked(until, "quota"),))
    assert len(panel(warned).xpath("//*[@id='sync-warnings']//li")) == 1
    over = replace(status, spotify_blocked_until=datetime.now(UTC) - timedelta(seconds=1))
    assert offered(over) == ""


@pytest.mark.parametrize(
    ("warning", "offer"),
    [
        (spotify_errors.BAD_CREDENTIALS, "Spotify rejected the key"),
        (Fact("spotify_forbidden"), "Spotify refuses the app"),
        (Fact("doubtful_rows", {"cause": "rows", "rows": 31}), "Show why"),
    ],
)
def test_what_limits_a_sync_is_named_and_explained_behind_one_click(warning: Fact, offer: str) -> None:
    status = replace(DONE, warnings=(warning,))
    assert offered(status) == offer
    assert f"{warning.code}: {told(panel(status))}" == warning_line(warning)


@pytest.mark.parametrize("counts", [{"created": 1}, {"unchanged": 9}])
@pytest.mark.parametrize("rows", [0, 1, 2, 17_602])
def test_rows_to_review_are_a_link_and_no_alarm(counts: dict[str, int], rows: int) -> None:
    status = replace(DONE, rows_to_review=rows, counts=counts)
    shown = panel(status)
    links = shown.xpath("//a[@href='/catalog/sync/review/']")
    said = "1 row to review" if rows == 1 else f"{rows:,} rows to review"
    assert [" ".join(link.text_content().split()) for link in links] == [said] * bool(rows)
    assert shown.xpath("//*[contains(@class, 'sync__mark--good')]")
    assert not panel(status, may_sync=False).xpath("//a[@href='/catalog/sync/review/']")
    assert "to review" not in panel(status, may_sync=False).text_content()


@pytest.mark.parametrize(("code", "is_offered"), [("failed_rows", True), ("failed_tabs", True), ("cell_error", False)])
def test_what_was_left_out_is_one_click_away(code: str, is_offered: bool) -> None:
    shown = panel(replace(DONE, warnings=(Fact(code, {"rows": 1, "tabs": ["2024"]}),)))
    assert bool(shown.xpath("//a[@href='/catalog/sync/review/?show=skipped']")) is is_offered


def test_a_missing_key_is_a_note_and_no_alarm() -> None:
    noted = replace(DONE, notes=(spotify_errors.NO_CREDENTIALS,))
    assert offered(noted) == ""
    assert panel(noted).xpath("//*[contains(@class, 'sync__mark--good')]")
    warned = panel(replace(noted, warnings=(Fact("failed_rows", {"rows": 5}),)))
    assert "No Spotify key" in warned.xpath("string(//*[@id='sync-warnings']//ul)")


def test_a_sync_that_is_silent_says_since_when() -> None:
    status = replace(RUNNING, eta_seconds=None, updated_at=datetime.now(UTC) - timedelta(seconds=12.2))
    assert message(status).endswith("47 % · 5 s so far · no update for 12 s")
    assert "no update" not in message(replace(status, updated_at=datetime.now(UTC) - timedelta(seconds=2)))
    assert "no update" not in message(replace(status, status="completed", counts=COUNTS))


def test_a_press_in_the_cooldown_is_told_when_the_next_may_be() -> None:
    (shown,) = panel(DONE, notice="too_soon", wait=8).xpath("//*[@class='sync__notice'][not(@hidden)]")
    said = " ".join(shown.text_content().split())
    assert said == "The last sync has only just started. Try again in 8 s."
    assert panel(DONE, wait=8).xpath("//*[@class='sync__notice'][not(@hidden)]") == []


def test_a_long_error_is_kept_whole_behind_one_click() -> None:
    short, long = Fact("internal"), Fact("database", {"detail": "x" * 300})
    assert panel(replace(DONE, status="failed", error=short)).xpath("//*[@id='sync-warnings']") == []
    shown = panel(replace(DONE, status="failed", error=long))
    assert told(shown) == f"{error_message(long)} {error_hint(long)}"
    assert "x" * 300 in told(shown)
    assert offered(replace(DONE, status="failed", error=long)) == "Show all"


@pytest.mark.parametrize("may_overrule", [True, False])
def test_a_smaller_sheet_can_be_accepted_by_those_who_may(may_overrule: bool) -> None:
    problem = Fact("sheet_shrunk", {"lost": 900, "total": 1000})
    held = replace(DONE, status="failed", error=problem, counts={"removed": 900}, plan_digest="abc")
    shown = panel(held, may_overrule=may_overrule)
    assert "900 albums would be removed" in " ".join(shown.xpath("string(//*[@id='sync-warnings'])").split())
    assert shown.xpath("//a[contains(., 'See what would be removed')]/@href") == ["/catalog/sync/history/7/"]
    accept = shown.xpath("//form[.//input[@name='accept'][@value='7']][.//input[@name='digest'][@value='abc']]/@action")
    assert accept == (["/catalog/sync/trigger/"] if may_overrule else [])
    over = panel(replace(held, plan_digest=""), may_overrule=may_overrule)
    assert over.xpath("//form[.//input[@name='accept']]") == []


def test_the_end_of_a_preview_is_no_news_of_the_catalogue() -> None:
    assert not DONE.is_news_to("8-running-open")
    assert DONE.is_news_to("6-completed-applied")


@pytest.mark.parametrize(
    ("status", "may_sync", "tag", "label", "is_disabled"),
    [
        (SyncStatus(), True, "button", "Sync Now", False),
        (RUNNING, True, "button", "Syncing…", True),
        (RUNNING, False, "a", "Sign in to sync", False),
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


@pytest.mark.parametrize(
    ("status", "said"),
    [
        (SyncStatus(), "No albums yet"),
        (replace(DONE, total_in_catalog=1), "1 album"),
        (replace(DONE, warnings=(Fact("failed_rows", {"rows": 5}),)), "17,617 albums"),
        (replace(DONE, status="failed", error=PRIVATE), "17,617 albums"),
        (RUNNING, "17,617 albums · reading the sheet, 47 %"),
        (replace(RUNNING, kind="undo"), "17,617 albums · undoing the last sync, 47 %"),
        (replace(RUNNING, status="pending", percent=0), "17,617 albums · the sync is about to start"),
    ],
)
def test_those_who_may_not_sync_see_one_quiet_line_with_every_hook(status: SyncStatus, said: str) -> None:
    shown = panel(replace(status, last_synced_at=None), may_sync=False)
    (line,) = shown.xpath("//p[@class='sync__line']")
    line.remove(line.xpath("./*[@data-lost]")[0])
    assert " ".join(line.text_content().split()) == said
    assert len(shown.xpath("//*[@data-sync-message] | //*[@data-sync-button]")) == 2
    assert shown.xpath("//progress[@data-sync-progress][@hidden]")
    assert shown.xpath("//button | //form | //*[@popover]") == []
    (section,) = shown.xpath("//*[@data-sync-panel]")
    assert section.get("data-status") == status.status
    dated = panel(replace(status, last_synced_at=datetime.now(UTC) - timedelta(hours=2, minutes=1)), may_sync=False)
    assert dated.xpath("string(//time[@data-last-synced])") == "2 hours ago"


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
    shown = panel(replace(DONE, warnings=(Fact("failed_rows", {"rows": 5}),)))
    assert told(shown) == "5 rows were skipped. Fix them in the sheet."
    assert shown.xpath("//*[@popovertarget='sync-warnings']")


def test_what_others_wrote_is_never_markup() -> None:
    shown = panel(replace(RUNNING, tab="<img src=x>"), notice="<b>")
    assert shown.xpath("//img | //*[@data-sync-message]//b") == []
    assert "<img src=x>" in message(replace(RUNNING, tab="<img src=x>"))
