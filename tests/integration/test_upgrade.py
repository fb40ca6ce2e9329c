"""A database of the version before, with sentences in it, shows the same history after the migration, and goes back."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.test import Client

from catalog.models import GenreAlias, SpotifyAlbum, SpotifyQuota, SyncFailure, SyncOperation, SyncRecord
from tests.factories import Page

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.postgresql(long=True), pytest.mark.long]

BEFORE = [("catalog", "0002_preview_and_undo")]
HISTORY = "/catalog/sync/history/"
LIMIT = "Spotify wants to be asked less often."
NOON = datetime(2026, 5, 3, 12, tzinfo=UTC)
BLOCKED = (
    "spotify_blocked: Spotify may not be asked before 2026-05-03 14:30:00 UTC ({}); the next sync after that goes on, "
    "as does manage.py enrich_albums, and a smaller SPOTIFY_DAILY_BUDGET or a larger SPOTIFY_MIN_INTERVAL_SECONDS "
    "makes this rarer."
)
FORBIDDEN = (
    "spotify_forbidden: Spotify refuses the app of SPOTIFY_CLIENT_ID ({}), so it is asked for covers only, by oEmbed; "
    "when its owner has Premium again, Spotify needs a few hours to notice."
)
WARNINGS = {
    "failed_tabs: Not read, and its albums kept: 2023 Prog-metal, 2022 Prog-rock. Restore the tab or its header row.": (
        "Tabs 2023 Prog-metal and 2022 Prog-rock couldn't be read; their albums were kept. Restore the tabs or their "
        "header rows."
    ),
    "failed_rows: Not taken in: 1 row. Correct each as the list says.": "1 row was skipped. Fix it in the sheet.",
    "failed_rows: Not taken in: 1,500 rows. Correct each as the list says.": (
        "1,500 rows were skipped. Fix them in the sheet."
    ),
    "doubtful_rows: A column of 2023, 2022 is missing or empty; albums keep what they had. Restore it.": (
        "Tabs 2023 and 2022 no longer have a column that they had, so the old values were kept. Put it back in the "
        "sheet."
    ),
    "doubtful_rows: Taken in as written, but worth a look: 31 rows. See the list.": (
        "31 rows were imported but look wrong. Review them."
    ),
    "spotify_credentials: SPOTIFY_CLIENT_ID and SPOTIFY_CLIENT_SECRET are not both set, so Spotify is asked for covers "
    "only, by oEmbed.": (
        "No Spotify key: covers only. Set SPOTIFY_CLIENT_ID and SPOTIFY_CLIENT_SECRET for tracks and labels."
    ),
    "spotify_credentials: Spotify does not accept SPOTIFY_CLIENT_ID with SPOTIFY_CLIENT_SECRET, so it is asked for "
    "covers only, by oEmbed; copy both anew from the app's page in Spotify's dashboard.": (
        "Spotify rejected SPOTIFY_CLIENT_ID and SPOTIFY_CLIENT_SECRET: covers only. Copy both again from the app's "
        "page in Spotify's dashboard."
    ),
    FORBIDDEN.format("its owner has no Premium subscription"): (
        "Spotify refuses the app of SPOTIFY_CLIENT_ID: covers only. Its owner has no Premium subscription. Once its "
        "owner has Premium again, Spotify needs a few hours to notice."
    ),
    FORBIDDEN.format("its owner may lack Premium, or the app may be blocked in Spotify's dashboard"): (
        "Spotify refuses the app of SPOTIFY_CLIENT_ID: covers only. Its owner may have no Premium, or the app may be "
        "blocked in Spotify's dashboard. Once its owner has Premium again, Spotify needs a few hours to notice."
    ),
    BLOCKED.format("Spotify wants to be asked less often"): (
        "Spotify's limit is reached. Covers continue after 3 May 14:30 UTC. A smaller SPOTIFY_DAILY_BUDGET or a larger "
        "SPOTIFY_MIN_INTERVAL_SECONDS makes this rarer."
    ),
    BLOCKED.format("Spotify wants to be asked less often: the quota of the app's developer is used up"): (
        "Spotify's quota is used up. Covers continue after 3 May 14:30 UTC. A smaller SPOTIFY_DAILY_BUDGET or a larger "
        "SPOTIFY_MIN_INTERVAL_SECONDS makes this rarer."
    ),
    BLOCKED.format("Spotify fails to answer again and again"): (
        "Spotify isn't answering. Covers continue after 3 May 14:30 UTC. A smaller SPOTIFY_DAILY_BUDGET or a larger "
        "SPOTIFY_MIN_INTERVAL_SECONDS makes this rarer."
    ),
    "spotify_blocked: The process ended while Spotify was asked; the next sync continues there.": (
        "The process ended while Spotify was being asked. The next sync will pick up from here."
    ),
    BLOCKED.format("a reason of long ago"): BLOCKED.format("a reason of long ago").partition(": ")[2],
    "failed_rows: 3 rows could not be <b>read</b> & more.": "3 rows could not be <b>read</b> & more.",
    "of_long_ago: The moon was full.": "The moon was full.",
}
"""What was stored, and what the page of the sync shows now."""

ADDRESS = "https://docs.google.com/spreadsheets/d/…/export?format=xlsx"
CHECK = "Check the server's internet connection and GOOGLE_SHEETS_XLSX_URL, then try again in a few minutes."
SHARE = f"Is it shared with “Anyone with the link”? GOOGLE_SHEETS_XLSX_URL must have the form {ADDRESS}."
DELETE = (
    "Check that GOOGLE_SHEETS_XLSX_URL names the right sheet. If it does, delete the tabs, rows, formats and pictures "
    "that it doesn't need."
)
RESTORE = (
    "Restore them (File › Version history), or accept the removal: as staff on the page of this sync, or at the server "
    "with manage.py import_albums --force."
)
LOST = "The sheet lost so many albums that a mistake is likelier than an edit, so nothing was changed"
NO_SHEET = "What the sheet's address gave is not an Excel workbook"
TOO_LARGE = "The workbook is larger than a sheet of albums can be"
UNREACHABLE = "The sheet could not be downloaded"
CORRECT, OWN_ADDRESS = "Correct GOOGLE_SHEETS_XLSX_URL.", "Set GOOGLE_SHEETS_XLSX_URL to the sheet's own address."
ERRORS = [
    ("internal", "The sync stopped because of a mistake in progmetal.",
     "Stopped by a bug in progmetal. Please report it with the log of this sync."),
    ("sheet_unreachable", f"{UNREACHABLE}: its server took too long to answer.",
     f"The sheet's server took too long to answer. {CHECK}"),
    ("sheet_unreachable", f"{UNREACHABLE}: it was not here within 120 s.",
     f"The download took longer than 120 seconds. {CHECK}"),
    ("sheet_unreachable", f"{UNREACHABLE}: it took longer than 110 s.",
     f"The download took longer than 110 seconds. {CHECK}"),
    ("sheet_unreachable", f"{UNREACHABLE}: its server answers 503.", f"The sheet's server answered 503. {CHECK}"),
    ("sheet_unreachable", f"{UNREACHABLE}: the connection failed (ConnectionResetError).",
     f"The sheet's server couldn't be reached (ConnectionResetError). {CHECK}"),
    ("sheet_unreachable", f"{UNREACHABLE}: the proxy did not let it through.",
     f"The proxy didn't let the download through. {CHECK}"),
    ("sheet_unreachable", f"{UNREACHABLE}: it redirects to http://example.com, which progmetal does not follow.",
     f"The sheet's address redirects to http://example.com, which progmetal doesn't follow. {OWN_ADDRESS}"),
    ("sheet_unreachable", f"{UNREACHABLE}: it redirects in circles.",
     f"The sheet's address redirects in circles. {OWN_ADDRESS}"),
    ("sheet_unreachable", f"{UNREACHABLE}: it redirects to an address that is not valid.",
     f"The sheet's address redirects to an address that isn't valid. {OWN_ADDRESS}"),
    ("sheet_unreachable", f"{UNREACHABLE}: its address is not valid.", f"The sheet's address isn't valid. {CORRECT}"),
    ("sheet_unreachable", f"{UNREACHABLE}: its address must begin with https:, http: or file:.",
     f"The sheet's address doesn't begin with https:, http: or file:. {CORRECT}"),
    ("sheet_unreachable", f"{UNREACHABLE}: /srv/sheet.xlsx cannot be read.",
     f"The file /srv/sheet.xlsx can't be read. {CORRECT}"),
    ("sheet_forbidden", "The sheet is not open to everybody: its server answers 403.",
     "The sheet is private. Share it with “Anyone with the link”, and allow viewers to download it."),
    ("sheet_not_found", "There is no sheet at the address: its server answers 404.",
     f"There is no sheet at this address (404). It may have been moved or deleted. Set GOOGLE_SHEETS_XLSX_URL to an "
     f"address of the form {ADDRESS}."),
    ("rate_limited", "The sheet's server asks for a pause: 30 seconds.",
     "Google is limiting downloads. Try again in 30 seconds."),
    ("rate_limited", "The sheet's server asks for a pause.",
     "Google is limiting downloads. Try again in a few minutes, and sync less often (SYNC_INTERVAL) if it happens "
     "again."),
    ("sheet_not_a_workbook", f"{NO_SHEET}: it is a web page.",
     f"The sheet's address returned a web page instead of the spreadsheet. {SHARE}"),
    ("sheet_not_a_workbook", f"{NO_SHEET}: it does not begin as a workbook does.",
     f"The sheet's address didn't return a spreadsheet. It isn't an .xlsx file. {SHARE}"),
    ("sheet_not_a_workbook", f"{NO_SHEET}: it is protected with a password.",
     f"The spreadsheet is protected with a password. {SHARE}"),
    ("sheet_not_a_workbook", f"{NO_SHEET}: the file cannot be read (File is not a zip file).",
     f"The spreadsheet is broken: it can't be read (File is not a zip file). {SHARE}"),
    ("sheet_not_a_workbook", f"{NO_SHEET}: xl/workbook.xml cannot be read (not well-formed).",
     f"The spreadsheet is broken: xl/workbook.xml can't be read (not well-formed). {SHARE}"),
    ("sheet_too_large", f"{TOO_LARGE}: more than 52,428,800 bytes.",
     f"The spreadsheet is larger than 50.0 MB. {DELETE}"),
    ("sheet_too_large", f"{TOO_LARGE}: more than 6,000,000 tags.",
     f"The spreadsheet has more than 6,000,000 tags. {DELETE}"),
    ("sheet_too_large", f"{TOO_LARGE}: more than 100 fold packed: xl/worksheets/sheet1.xml.",
     f"The spreadsheet's part xl/worksheets/sheet1.xml is packed more than 100 fold. {DELETE}"),
    ("sheet_too_large", f"{TOO_LARGE}: it could not be read within 120 s.",
     f"The spreadsheet couldn't be read within 120 seconds. {DELETE}"),
    ("sheet_layout", "No tab of the workbook has a header row with Artist and Album.",
     "No tab of the sheet has a header row with Artist and Album. Check that GOOGLE_SHEETS_XLSX_URL names the sheet of "
     "albums, that SHEET_TABS matches its tabs, and that the header row still reads Artist, Album, Release Date and "
     "so on."),
    ("sheet_shrunk", f"{LOST}: 9,120 of 17,617 albums would be removed.",
     f"Stopped, nothing changed. 9,120 of 17,617 albums are missing from the sheet. {RESTORE}"),
    ("sheet_shrunk", f"{LOST}: 1,413 of the 1,413 albums of 2023 Prog-metal would be removed.",
     f"Stopped, nothing changed. All 1,413 albums of “2023 Prog-metal” are missing from the sheet. {RESTORE}"),
    ("no_worker", "No worker took the sync.",
     "No worker picked up the sync. Start one with manage.py db_worker, or set TASKS_BACKEND=thread, then press Sync "
     "Now again."),
    ("database", "The database could not be written: disk is full.",
     "The database couldn't be written (disk is full). Check that the database is running and its disk has room, then "
     "press Sync Now again. It continues from what is committed."),
    ("sheet_layout", "The sheet has an odd <b>layout</b>.", "The sheet has an odd <b>layout</b>. Look at it."),
    ("of_long_ago", "The moon was full.", "The moon was full. Look at it."),
]  # fmt: skip
"""Code and message as they were stored, and what the page of the sync shows now."""

FAILURES = {
    ("no_artist", "The row has an album but no artist"): "The row has an album but no artist.",
    ("text_too_long", "Genre has 1,200 characters; at most 1000"): "Genre has 1,200 characters; the limit is 1,000.",
    ("text_too_long", "Album is too long to be sorted; shorten it"): "Album is too long to sort by. Shorten it.",
    ("text_too_long", "“Progressive…” is too long for a name that albums are filtered by"): (
        "“Progressive…” is too long to filter by. Shorten it."
    ),
    ("other_year", "The release date 2021-05-03 lies in another year than the tab"): (
        "The release date is 2021-05-03, but the tab is for another year."
    ),
    ("not_a_spotify_album", "The Spotify link leads to no album on Spotify: https://open.spotify.com/playlist/1"): (
        "The Spotify link https://open.spotify.com/playlist/1 isn't an album."
    ),
    ("no_spotify_link", "The Spotify cell has no link to a web page"): "The Spotify cell has no link to a web page.",
    ("shared_spotify_link", "Its Spotify link is the one of Haken – A – B in row 1200 of 2020"): (
        "It has the Spotify link of Haken – A – B in row 1,200 of 2020."
    ),
    ("vanished_column", "No row has a Vocal Style any more; 31 albums keep theirs"): (
        "No row has a Vocal Style any more; 31 albums kept the old value."
    ),
    ("column_missing", "The header row has no column Vocal Style"): "The header row has no Vocal Style column.",
    ("failed_tab", "The header row has no column Artist or Album"): "The header row has no Artist or Album column.",
    ("failed_tab", "The tab, or its header row, is not in the sheet; its 31 albums are kept"): (
        "The tab or its header row is missing; its 31 albums were kept."
    ),
    ("database_refused", "The database refused it: value too long for type character varying(500)"): (
        "The database refused it (value too long for type character varying(500))."
    ),
    ("of_long_ago", "The <b>moon</b> was full"): "The <b>moon</b> was full",
}
"""Code and reason as they were stored, and what the page of the sync shows now."""

SPOTIFY = {
    "Spotify cannot answer at the moment: status 503.": ("temporary_failure", {"cause": "status", "status": 503}),
    "Spotify cannot answer at the moment: ConnectTimeout at api.spotify.com.": (
        "temporary_failure", {"cause": "connection", "kind": "ConnectTimeout", "host": "api.spotify.com"}
    ),
    "Spotify's answer cannot be understood: it is not JSON.": ("malformed_answer", {"cause": "not_json"}),
    "Spotify's entry cannot be understood.": ("malformed_answer", {"cause": "entry"}),
    "Spotify does not know this album.": ("unknown_album", {}),
    "Spotify names no cover.": ("no_cover", {}),
    "The moon was full.": ("The moon was full.", {}),
}  # fmt: skip
"""Errors of albums as they were stored, and code and parameters now."""


@pytest.fixture
def before() -> Iterator[Any]:
    """Go back to the version before; whatever happens, leave the newest behind."""
    executor = MigrationExecutor(connection)
    executor.migrate(list(BEFORE))
    yield executor.loader.project_state(BEFORE).apps
    upgrade()


def upgrade() -> None:
    executor = MigrationExecutor(connection)
    executor.migrate(executor.loader.graph.leaf_nodes())


def downgrade() -> Any:
    executor = MigrationExecutor(connection)
    executor.migrate(list(BEFORE))
    return executor.loader.project_state(BEFORE).apps


def ended(apps: Any, **facts: Any) -> None:
    """Store a sync and what came of it, as the version before did."""
    times = {"started_at": NOON, "finished_at": NOON + timedelta(seconds=9)}
    status = facts.setdefault("status", "completed")
    operation = apps.get_model("catalog", "SyncOperation").objects.create(created_at=NOON, **times, **facts)
    apps.get_model("catalog", "SyncRecord").objects.create(
        operation=operation, outcome=status, duration_seconds=9, total_in_catalog=3, **times,
        warnings=facts.get("warnings", []),
    )  # fmt: skip


def detail(client: Client, pk: int) -> Page:
    return Page(client, f"{HISTORY}{pk}/")


def fill(apps: Any) -> None:
    """Store every old sentence: all warnings and failures with sync 1, each error with one of its own."""
    ended(apps, pk=1, warnings=list(WARNINGS), failed=3)
    for pk, (code, message, _) in enumerate(ERRORS, 2):
        ended(apps, pk=pk, status="failed", error_code=code, error_message=message, error_hint="Look at it.")
    failures, albums = (apps.get_model("catalog", name).objects for name in ("SyncFailure", "SpotifyAlbum"))
    failures.bulk_create(
        failures.model(operation_id=1, code=code, reason=reason, tab="2023", row=12, artist="Haken", album="Virus")
        for code, reason in FAILURES
    )
    albums.bulk_create(albums.model(id=f"{number:022}", last_error=text) for number, text in enumerate(SPOTIFY))
    apps.get_model("catalog", "SpotifyQuota").objects.create(pk=1, blocked_reason=LIMIT)
    genres = apps.get_model("catalog", "Genre").objects
    genres.create(name="Prog-metal", key="prog-metal", slug="prog-metal", aliases=["Progmetal", "Prog Metal"])


def test_the_history_reads_as_before(before: Any, client: Client) -> None:
    fill(before)
    upgrade()
    shown = detail(client, 1)
    assert shown.texts(".result__warnings li") == list(WARNINGS.values())
    assert sorted(shown.texts(".failures__reason")) == sorted(FAILURES.values())
    assert SyncFailure.objects.filter(tab="2023", row=12, artist="Haken", album="Virus").count() == len(FAILURES)
    assert SyncRecord.objects.get(operation=1).warnings == SyncOperation.objects.get(pk=1).warnings
    assert len(Page(client, f"{HISTORY}?outcome=warnings").texts("tbody tr")) == 1

    numbers = range(2, len(ERRORS) + 2)
    assert [detail(client, pk).texts(".result p")[1] for pk in numbers] == [said for _, _, said in ERRORS]
    assert [SyncOperation.objects.get(pk=pk).error_code for pk in numbers] == [code for code, _, _ in ERRORS]
    assert len(Page(client, f"{HISTORY}?outcome=failed").texts("tbody tr")) == len(ERRORS)

    found = SpotifyAlbum.objects.order_by("pk").values_list("last_error", "last_error_parameters")
    assert list(found) == list(SPOTIFY.values())
    assert SpotifyQuota.objects.get(pk=1).blocked_reason == "rate_limited"
    aliases = GenreAlias.objects.order_by("key").values_list("genre__name", "name")
    assert list(aliases) == [("Prog-metal", "Prog Metal"), ("Prog-metal", "Progmetal")]


def test_the_way_back_writes_the_sentences_again(before: Any) -> None:
    fill(before)
    upgrade()
    old = downgrade()
    operations, failures = (old.get_model("catalog", name).objects for name in ("SyncOperation", "SyncFailure"))
    assert operations.get(pk=1).warnings == list(WARNINGS)
    failed = operations.filter(pk__gt=1).order_by("pk").values_list("error_code", "error_message")
    one_of_two = ("it was not here within 120 s", "it took longer than 120 s")
    assert list(failed) == [(code, message.replace(*one_of_two)) for code, message, _ in ERRORS]
    assert operations.get(error_code="of_long_ago").error_hint == "Look at it."
    assert list(failures.order_by("pk").values_list("code", "reason")) == list(FAILURES)
    albums = old.get_model("catalog", "SpotifyAlbum").objects.order_by("pk")
    assert list(albums.values_list("last_error", flat=True)) == list(SPOTIFY)
    assert old.get_model("catalog", "SpotifyQuota").objects.get(pk=1).blocked_reason == LIMIT
    assert sorted(old.get_model("catalog", "Genre").objects.get().aliases) == ["Prog Metal", "Progmetal"]


def test_what_one_sync_added_has_one_moment(before: Any, client: Client) -> None:
    artist = before.get_model("catalog", "Artist").objects.create(name="Haken")
    albums, changes = (before.get_model("catalog", name).objects for name in ("Album", "AlbumChange"))
    for sync, (title, year) in enumerate([("Aquarius", 2010), ("Virus", 2020), ("Fauna", 2023)]):
        if sync != 1:  # the first two came with one sync, in two batches
            ended(before, pk=sync // 2 + 1)
        album = albums.create(
            artist=artist, title=title, tab="2023", artist_key="haken", title_key=title.lower(), entry_hash=title,
            year=year, release_order=year * 365, added_at=NOON - timedelta(seconds=sync),
        )  # fmt: skip
        changes.create(operation_id=sync // 2 + 1, album=album, kind="created", tab="2023", changed_at=NOON)
    before.get_model("catalog", "SyncOperation").objects.filter(pk=2).update(started_at=NOON + timedelta(days=1))
    upgrade()
    assert Page(client, "/catalog/albums/?sort=added&when=all").titles == ["Fauna", "Virus", "Aquarius"]
