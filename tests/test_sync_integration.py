"""The whole of a sync in real processes: from the press of the button to covers in the catalogue, and what fails."""

import signal
import time
import zipfile
from collections.abc import Callable, Iterator, Mapping
from datetime import date
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from lxml import html

from demo.upstreams import Upstreams, sample_workbook_bytes
from tests.hostile_workbooks import ROW_FLOOD, entity_bomb, flooded
from tests.live import BUSY, App, Warm, command, free_port, fresh_database, rows, running_app, until
from tests.long import short
from tests.sheets import Row, album, sheet, spotify_id
from tests.workbooks import make_workbook

pytestmark = pytest.mark.database

sample = cache(sample_workbook_bytes)
THREE = [album(), album(title="Pitfalls"), album("Haken", "Virus")]
LARGE = 16_000
LINKED = 400


@pytest.fixture(scope="module")
def app_facts() -> dict[str, Any]:
    return {"SYNC_STALE_AFTER_SECONDS": 10}


@pytest.fixture(scope="module")
def first(app: App) -> dict[str, Any]:
    """Return the status at the end of the first sync of an empty catalogue."""
    return app.sync()


@pytest.fixture(scope="module")
def warm(upstreams: Upstreams, database: str) -> Iterator[Warm]:
    with Warm(database, upstreams.environment()) as warm:
        yield warm


def page(app: App, address: str) -> html.HtmlElement:
    return html.fromstring(app.client.get(address).text)


# All is well


@pytest.mark.journey
@pytest.mark.postgresql(long=True)
def test_a_press_fills_the_catalogue(app: App, first: dict[str, Any]):
    assert (first["status"], first["percent"], first["error"]) == ("completed", 100, None)
    assert first["counts"] == {
        "created": 597, "updated": 0, "unchanged": 0, "removed": 0, "revived": 0, "skipped": 12, "failed": 0,
        "enriched": 532, "awaiting_enrichment": 15,
    }  # fmt: skip
    assert (first["albums_processed"], first["total_albums"], first["total_in_catalog"]) == (597, 597, 597)
    assert (first["spotify_processed"], first["spotify_total"]) == (547, 547)
    assert {warning.partition(":")[0] for warning in first["warnings"]} == {"doubtful_rows"}
    assert first["started_at"] < first["last_synced_at"] <= first["finished_at"]


def test_tiles_have_covers_that_can_be_fetched(app: App, first: dict[str, Any], upstreams: Upstreams):
    shown = page(app, "/catalog/albums/")
    assert len(shown.xpath("//*[@data-album-tile]")) == 50
    covers = shown.xpath("//*[@data-album-tile]//img/@src")
    assert len(covers) > 35
    assert all(cover.startswith(upstreams.spotify.address) for cover in covers)
    assert len(shown.xpath("//time[@data-last-synced]")) == 1


@pytest.mark.postgresql(long=True)
def test_the_export_holds_what_spotify_said(first: dict[str, Any], warm: Warm):
    exported = warm.export()
    assert len(exported) == 597
    assert sum(album["enriched"] for album in exported) == 532
    assert all(album["total_tracks"] for album in exported if album["enriched"])


@pytest.mark.journey
@pytest.mark.postgresql(long=True)
def test_a_second_sync_finds_all_unchanged(app: App, first: dict[str, Any], warm: Warm):
    before = warm.export()
    second = app.sync()
    assert (second["status"], second["id"] > first["id"]) == ("completed", True)
    assert {name: number for name, number in second["counts"].items() if number} == {
        "unchanged": 597, "skipped": 12, "awaiting_enrichment": 15,
    }  # fmt: skip
    assert (first["rows_to_review"], second["rows_to_review"], second["warnings"]) == (10, 10, [])
    assert second["last_synced_at"] > first["last_synced_at"]
    assert warm.export() == before


# The download fails

FAULTS: dict[str, tuple[str, Mapping[str, Any], str]] = {
    "404": ("not_found", {}, "sheet_not_found"),
    "403": ("forbidden", {}, "sheet_forbidden"),
    # Only a redirect to Google's own host tells that it is a sign-in.
    "a sign-in page": ("sign_in", {}, "sheet_not_a_workbook"),
    "HTML": ("html", {}, "sheet_not_a_workbook"),
    "429": ("rate_limited", {}, "rate_limited"),
    "429 for a second": ("rate_limited", {"retry_after": 1}, "rate_limited"),
    "429 for an hour": ("rate_limited", {"retry_after": 3600}, "rate_limited"),
    "429 with nonsense": ("rate_limited", {"retry_after": "soon"}, "rate_limited"),
    "500": ("error", {}, "sheet_unreachable"),
    "503": ("unavailable", {}, "sheet_unreachable"),
    "half of it": ("truncated", {}, "sheet_unreachable"),
    "a reset": ("reset", {}, "sheet_unreachable"),
    "garbage": ("garbage", {}, "sheet_not_a_workbook"),
    "nothing": ("empty", {}, "sheet_not_a_workbook"),
    "200 MB": ("huge", {"megabytes": 200}, "sheet_too_large"),
    "a redirect elsewhere": ("redirect_elsewhere", {}, "sheet_unreachable"),
    "redirects in circles": ("redirect_loop", {}, "sheet_unreachable"),
}
END_TO_END = ("not_found", "html", "truncated")
"""One that is refused, one that is answered with something else, one that breaks off; test_google_sheets.py has all."""

REMEDIES = {
    "sheet_not_found": "Set GOOGLE_SHEETS_XLSX_URL to an address of the form",
    "sheet_forbidden": "“Anyone with the link”",
    "sheet_not_a_workbook": "/export?format=xlsx",
    "rate_limited": "Try again in ",
    "sheet_unreachable": "GOOGLE_SHEETS_XLSX_URL",
    "sheet_too_large": "names the right sheet",
    "sheet_layout": "SHEET_TABS",
    "sheet_shrunk": "--force",
    "sheet_scrambled": "accept the changes",
}


KEPT = ("last_synced_at", "total_in_catalog")


def check_nothing_changes(app: App, warm: Warm, code: str) -> None:
    """A sync fails with the code and its remedy, and leaves all as it was."""
    before, export = app.status(), warm.run("export_albums")
    end = app.sync()
    assert (end["status"], end["error"]["code"]) == ("failed", code)
    assert end["error"]["message"]
    assert REMEDIES[code] in end["error"]["hint"]
    assert end["finished_at"]
    assert not any(end["counts"].values())
    assert {name: end[name] for name in KEPT} == {name: before[name] for name in KEPT}
    assert warm.run("export_albums") == export


@pytest.mark.journey
@pytest.mark.parametrize(("kind", "details", "code"), short(END_TO_END, FAULTS.values()), ids=FAULTS.keys())
def test_a_download_that_fails_changes_nothing_and_says_why(
    kind: str, details: Mapping[str, Any], code: str, app: App, first: dict[str, Any], warm: Warm, upstreams: Upstreams
):
    upstreams.google.fail(kind, **details)
    check_nothing_changes(app, warm, code)


def test_the_next_one_after_a_failure_is_well(app: App, first: dict[str, Any], warm: Warm, upstreams: Upstreams):
    upstreams.google.fail("not_found")
    check_nothing_changes(app, warm, "sheet_not_found")
    upstreams.google.heal()
    assert app.sync()["status"] == "completed"


def test_an_address_where_nobody_listens_changes_nothing_and_says_why(upstreams: Upstreams, tmp_path: Path):
    nowhere = upstreams.environment() | {"GOOGLE_SHEETS_XLSX_URL": f"http://127.0.0.1:{free_port()}/sheet.xlsx"}
    with Warm(fresh_database(tmp_path), nowhere) as warm:
        code, output = warm.run("import_albums")
        assert code == 1
        assert "sheet_unreachable: The sheet's server couldn't be reached" in output
        assert warm.export() == []


def zip_bomb(folder: Path) -> bytes:
    return flooded(folder / "bomb.xlsx", *ROW_FLOOD, zipfile.ZIP_DEFLATED).read_bytes()


WORKBOOKS: dict[str, tuple[Callable[[Path], bytes], str]] = {
    "a zip bomb": (zip_bomb, "sheet_too_large"),
    "an entity bomb": (lambda _: entity_bomb(), "sheet_not_a_workbook"),
    "half of a workbook": (lambda _: sample()[:30_000], "sheet_not_a_workbook"),
}


@pytest.mark.parametrize(("made", "code"), WORKBOOKS.values(), ids=WORKBOOKS.keys())
def test_a_workbook_that_cannot_be_taken_in_changes_nothing_and_says_why(
    made: Callable[[Path], bytes],
    code: str,
    app: App,
    first: dict[str, Any],
    warm: Warm,
    upstreams: Upstreams,
    tmp_path: Path,
):
    upstreams.google.workbook = made(tmp_path)
    check_nothing_changes(app, warm, code)


def test_a_workbook_of_something_else_is_refused(
    app: App, first: dict[str, Any], warm: Warm, upstreams: Upstreams, tmp_path: Path
):
    upstreams.google.workbook = make_workbook({"Shopping": [["Milk", 2.0], ["Bread", 1.0]]}, tmp_path / "other.xlsx")
    check_nothing_changes(app, warm, "sheet_layout")


def test_a_sheet_that_lost_most_of_its_albums_is_refused(
    app: App, first: dict[str, Any], warm: Warm, upstreams: Upstreams, tmp_path: Path
):
    upstreams.google.workbook = sheet(tmp_path / "sheet.xlsx", {"2024 Prog-metal": [album()]})
    check_nothing_changes(app, warm, "sheet_shrunk")


def test_a_sheet_with_a_column_that_was_sorted_by_itself_is_refused(
    app: App, first: dict[str, Any], warm: Warm, upstreams: Upstreams
):
    book = openpyxl.load_workbook(BytesIO(sample()))
    for tab in book.worksheets:
        header = next((cell for row in tab.iter_rows(max_row=10) for cell in row if cell.value == "Artist"), None)
        if header is not None:
            lines = range(header.row + 1, tab.max_row + 1)
            artists = sorted((str(tab.cell(line, header.column).value or "") for line in lines), reverse=True)
            for line, artist in zip(lines, artists, strict=True):
                tab.cell(line, header.column, artist)
    book.save(changed := BytesIO())
    upstreams.google.workbook = changed.getvalue()
    check_nothing_changes(app, warm, "sheet_scrambled")


def test_a_drip_without_end_can_be_cancelled_and_changes_nothing(
    app: App, first: dict[str, Any], warm: Warm, upstreams: Upstreams
):
    before, export = app.status(), warm.run("export_albums")
    upstreams.google.fail("drip", seconds=600)
    sync = app.start()
    app.wait_for("fetching", sync=sync)
    time.sleep(0.5)
    end = cancelled(app, sync)
    assert {name: end[name] for name in KEPT} == {name: before[name] for name in KEPT}
    assert warm.run("export_albums") == export


# A sheet that lost half of its tabs


@pytest.mark.postgresql(long=True)
def test_half_of_the_tabs_gone_is_refused_then_forced_then_revived_under_the_same_keys(
    upstreams: Upstreams, tmp_path: Path
):
    tabs = {
        f"{year} Prog-{scene}": shelf(f"{year} {scene}") for year in (2024, 2023, 2022) for scene in ("metal", "rock")
    }
    whole = sheet(tmp_path / "whole.xlsx", tabs)
    half = sheet(tmp_path / "half.xlsx", dict(list(tabs.items())[:3]))
    upstreams.spotify.unknown = "invent"
    with Warm(fresh_database(tmp_path), upstreams.environment()) as warm:
        upstreams.google.workbook = whole
        assert warm.run("import_albums")[0] == 0
        full = warm.run("export_albums")

        upstreams.google.workbook = half
        code, output = warm.run("import_albums")
        assert code == 1
        assert "sheet_shrunk: " in output
        assert "120 of 240 albums are missing from the sheet." in output
        assert "manage.py import_albums --force" in output
        assert warm.run("export_albums") == full

        code, output = warm.run("import_albums", "--force")
        assert code == 0, output
        assert told(output) == {"unchanged": 120, "removed": 120}
        assert [row["tab"] in list(tabs)[:3] for row in warm.export()] == [True] * 120

        upstreams.google.workbook = whole
        code, output = warm.run("import_albums")
        assert code == 0, output
        assert told(output) == {"unchanged": 120, "revived": 120}
        assert warm.run("export_albums") == full


def shelf(name: str) -> list[Row]:
    year = int(name[:4])
    links = {number: spotify_id(1000 * year + 50 * ("rock" in name) + number) for number in range(0, 40, 2)}
    return [
        album(f"Soen {number}", f"{name} {number}", date(year, 1, 1 + number % 28), spotify=links.get(number, ""))
        for number in range(40)
    ]


def told(output: str) -> dict[str, int]:
    """Return the counts that a command told, those that are not zero."""
    counts = [line.rsplit(maxsplit=1) for line in output.splitlines() if line.startswith("  ")]
    return {
        name.strip(): int(number.replace(",", "")) for name, number in counts if number != "0" and number[0].isdigit()
    }


# Cancel


@pytest.fixture(scope="module")
def large(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a sheet that takes a few seconds, also where nothing else runs."""
    records = [album(f"Haken {number % 700}", f"Fauna {number}") for number in range(LARGE)]
    return sheet(tmp_path_factory.mktemp("large") / "sheet.xlsx", {"2024 Prog-metal": records})


@pytest.fixture(scope="module")
def linked(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a sheet with so many albums that Spotify knows as it is asked for in several calls."""
    records = [album("Haken", f"Fauna {number}", spotify=spotify_id(number)) for number in range(LINKED)]
    return sheet(tmp_path_factory.mktemp("linked") / "sheet.xlsx", {"2023 Prog-metal": records})


@pytest.fixture
def patient(upstreams: Upstreams, new_database: str) -> Iterator[App]:
    with running_app(new_database, upstreams.environment(), workers=1) as app:
        yield app


def cancelled(app: App, sync: int) -> dict[str, Any]:
    """Cancel a sync, and return the status at its end, which comes long before what it waits for."""
    answer = app.cancel()
    assert answer.status_code == 202
    # The sync looks twice a second whether it shall end: now and then it does so before the answer is written.
    assert (answer.json()["status"], answer.json()["cancel_requested"]) in {("running", True), ("cancelled", False)}
    end = app.end_of(sync, seconds=10)
    assert (end["status"], end["cancel_requested"], end["error"]) == ("cancelled", False, None)
    return end


@pytest.mark.parametrize("fault", short(["drip"], ["slow_start", "drip", "stall"]))
def test_cancel_takes_effect_while_google_makes_us_wait(fault: str, patient: App, upstreams: Upstreams):
    upstreams.google.fail(fault, seconds=30)
    sync = patient.start()
    patient.wait_for("fetching", sync=sync)
    time.sleep(0.3)
    end = cancelled(patient, sync)
    assert (end["albums_processed"], end["total_in_catalog"]) == (0, 0)


@pytest.mark.journey
@pytest.mark.postgresql(long=True)
def test_cancel_takes_effect_while_albums_are_written(patient: App, upstreams: Upstreams, large: Path):
    upstreams.google.workbook = large
    sync = patient.start()
    until(lambda: patient.status()["albums_processed"], 30)
    end = cancelled(patient, sync)
    assert end["albums_processed"] == end["counts"]["created"] == end["total_in_catalog"] < end["total_albums"]
    kept = f"Sync cancelled. {end['albums_processed']:,} of {LARGE:,} albums were updated; those changes are kept."
    assert end["message"] == kept


@pytest.mark.parametrize("trouble", short(["rate_limited"], ["latency", "rate_limited"]))
def test_cancel_takes_effect_while_spotify_makes_us_wait(
    trouble: str, patient: App, upstreams: Upstreams, linked: Path
):
    upstreams.google.workbook = linked
    if trouble == "latency":
        upstreams.spotify.latency = (20.0, 20.0)
    else:
        upstreams.spotify.fail("rate_limited", retry_after=30)
    sync = patient.start()
    patient.wait_for("enriching", sync=sync, seconds=30)
    end = cancelled(patient, sync)
    assert (end["total_in_catalog"], end["counts"]["enriched"]) == (LINKED, 0)
    assert end["last_synced_at"]


# The command line


@pytest.fixture
def small(upstreams: Upstreams, tmp_path: Path) -> Iterator[Warm]:
    """Return commands on an empty catalogue and a sheet of three albums."""
    upstreams.google.workbook = sheet(tmp_path / "sheet.xlsx", {"2024 Prog-metal": THREE})
    with Warm(fresh_database(tmp_path), upstreams.environment()) as warm:
        yield warm


@pytest.mark.postgresql(long=True)
def test_a_command_tells_by_its_exit_code_what_came_of_it(small: Warm, upstreams: Upstreams, tmp_path: Path):
    code, output = small.run("import_albums")
    assert code == 0, output
    assert [line.split() for line in output.splitlines() if "created" in line] == [["created", "3"]]

    twins = [album("Haken", "Fauna", spotify=spotify_id(1)), album("Caligula's Horse", "Bloom", spotify=spotify_id(1))]
    upstreams.google.workbook = sheet(tmp_path / "sheet.xlsx", {"2024 Prog-metal": [*THREE, *twins]})
    code, output = small.run("import_albums")
    assert code == 2, output
    assert "! doubtful_rows: " in output
    code, output = small.run("import_albums")
    assert (code, "1 row to review." in output) == (0, True), output

    upstreams.google.fail("not_found")
    code, output = small.run("import_albums")
    assert code == 1
    assert "sheet_not_found: There is no sheet at this address (404)." in output

    upstreams.google.heal()
    upstreams.google.fail("slow_start", seconds=30)
    importing = small.start("import_albums")
    until(lambda: "download started" in importing.log.read_text())
    code, output = small.run("import_albums")
    assert (code, output) == (3, "A sync is already in progress. Its progress is on the catalogue page.\n")


@pytest.mark.journey
def test_ctrl_c_cancels_a_command(upstreams: Upstreams, tmp_path: Path):
    database = fresh_database(tmp_path)
    upstreams.google.fail("slow_start", seconds=30)
    importing = command(database, upstreams.environment(), "import_albums")
    until(lambda: rows(database, "SELECT 1 FROM catalog_syncoperation WHERE stage = 'fetching'"), 20)
    importing.send_signal(signal.SIGINT)
    assert importing.wait(BUSY * 10) == 130
    assert rows(database, "SELECT status, outcome FROM catalog_syncoperation o JOIN catalog_syncrecord r"
                          " ON r.operation_id = o.id") == [("cancelled", "cancelled")]  # fmt: skip
