"""The whole of a sync in real processes: from the press of the button to covers in the catalogue, and what fails."""

import signal
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from lxml import html

from demo.upstreams import Upstreams
from tests.live import App, Warm, command, fresh_database, rows, running_app, until
from tests.sheets import album, sheet, spotify_id
from tests.workbooks import make_workbook

pytestmark = pytest.mark.database

THREE = [album(), album(title="Pitfalls"), album("Haken", "Virus")]
LARGE = 16_000


@pytest.fixture(scope="module")
def upstreams() -> Iterator[Upstreams]:
    with Upstreams() as upstreams:
        yield upstreams


@pytest.fixture(autouse=True)
def well(upstreams: Upstreams) -> Iterator[None]:
    """Leave the stand-ins as they were found."""
    workbook = upstreams.google.workbook
    yield
    upstreams.google.workbook = workbook
    for stand_in in (upstreams.google, upstreams.spotify):
        stand_in.heal()
        stand_in.latency = (0.0, 0.0)


@pytest.fixture(scope="module")
def database(tmp_path_factory: pytest.TempPathFactory) -> str:
    return fresh_database(tmp_path_factory.mktemp("database"))


@pytest.fixture(scope="module")
def app(upstreams: Upstreams, database: str) -> Iterator[App]:
    with running_app(database, upstreams.environment(), SYNC_STALE_AFTER_SECONDS=10) as app:
        yield app


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


def test_a_press_fills_the_catalogue(app: App, first: dict[str, Any]):
    assert (first["status"], first["percent"], first["error"]) == ("completed", 100, None)
    assert first["counts"] == {
        "created": 597, "updated": 0, "unchanged": 0, "removed": 0, "revived": 0, "skipped": 12, "failed": 0,
        "enriched": 532, "awaiting_enrichment": 0,
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


def test_the_export_holds_what_spotify_said(first: dict[str, Any], warm: Warm):
    exported = warm.export()
    assert len(exported) == 597
    assert sum(album["enriched"] for album in exported) == 532
    assert all(album["total_tracks"] for album in exported if album["enriched"])


def test_a_second_sync_finds_all_unchanged(app: App, first: dict[str, Any], warm: Warm):
    before = warm.export()
    second = app.sync()
    assert (second["status"], second["id"] > first["id"]) == ("completed", True)
    assert {name: number for name, number in second["counts"].items() if number} == {"unchanged": 597, "skipped": 12}
    assert second["last_synced_at"] > first["last_synced_at"]
    assert warm.export() == before


# The download fails

FAULTS: list[tuple[str, Mapping[str, Any], str]] = [
    ("not_found", {}, "sheet_not_found"),
    ("forbidden", {}, "sheet_forbidden"),
    ("sign_in", {}, "sheet_not_a_workbook"),  # only a redirect to Google's own host tells that it is a sign-in
    ("html", {}, "sheet_not_a_workbook"),
    ("rate_limited", {}, "rate_limited"),
    ("rate_limited", {"retry_after": 1}, "rate_limited"),
    ("rate_limited", {"retry_after": 3600}, "rate_limited"),
    ("error", {}, "sheet_unreachable"),
    ("truncated", {}, "sheet_unreachable"),
    ("reset", {}, "sheet_unreachable"),
    ("garbage", {}, "sheet_not_a_workbook"),
    ("empty", {}, "sheet_not_a_workbook"),
    ("huge", {"megabytes": 60}, "sheet_too_large"),
    ("redirect_elsewhere", {}, "sheet_unreachable"),
    ("redirect_loop", {}, "sheet_unreachable"),
]


@pytest.mark.parametrize(("kind", "details", "code"), FAULTS)
def test_a_download_that_fails_changes_nothing_and_says_why(
    kind: str, details: Mapping[str, Any], code: str, app: App, first: dict[str, Any], warm: Warm, upstreams: Upstreams
):
    before = warm.run("export_albums")
    upstreams.google.fail(kind, **details)
    end = app.sync()
    assert (end["status"], end["error"]["code"]) == ("failed", code)
    assert end["error"]["message"]
    assert end["error"]["hint"]
    assert end["finished_at"]
    assert warm.run("export_albums") == before
    upstreams.google.heal()
    assert app.sync()["status"] == "completed"


def test_a_workbook_of_something_else_is_refused(
    app: App, first: dict[str, Any], warm: Warm, upstreams: Upstreams, tmp_path: Path
):
    before = warm.run("export_albums")
    upstreams.google.workbook = make_workbook({"Shopping": [["Milk", 2.0], ["Bread", 1.0]]}, tmp_path / "other.xlsx")
    end = app.sync()
    assert (end["status"], end["error"]["code"]) == ("failed", "sheet_layout")
    assert end["error"]["hint"]
    assert warm.run("export_albums") == before


def test_a_sheet_that_lost_most_of_its_albums_is_refused(
    app: App, first: dict[str, Any], warm: Warm, upstreams: Upstreams, tmp_path: Path
):
    before = warm.run("export_albums")
    upstreams.google.workbook = sheet(tmp_path / "sheet.xlsx", {"2024 Prog-metal": [album()]})
    assert app.sync()["error"]["code"] == "sheet_shrunk"
    assert warm.run("export_albums") == before


# Cancel


@pytest.fixture(scope="module")
def large(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a sheet that takes a few seconds, also where nothing else runs."""
    records = [
        album(f"Haken {number % 700}", f"Fauna {number}", spotify=spotify_id(number) if number < 400 else "")
        for number in range(LARGE)
    ]
    return sheet(tmp_path_factory.mktemp("large") / "sheet.xlsx", {"2024 Prog-metal": records})


@pytest.fixture(scope="module")
def patient(upstreams: Upstreams, tmp_path_factory: pytest.TempPathFactory) -> Iterator[App]:
    """Return an app whose catalogue is never complete."""
    folder = tmp_path_factory.mktemp("patient")
    with running_app(fresh_database(folder), upstreams.environment(), workers=1) as app:
        yield app


def cancelled(app: App, sync: int) -> dict[str, Any]:
    """Cancel a sync, and return the status at its end, which comes within two seconds."""
    pressed = time.monotonic()
    answer = app.cancel()
    assert answer.status_code == 202
    # The sync looks twice a second whether it shall end: now and then it does so before the answer is written.
    assert (answer.json()["status"], answer.json()["cancel_requested"]) in {("running", True), ("cancelled", False)}
    end = app.end_of(sync)
    assert time.monotonic() - pressed < 2.5, "two seconds, and the half that a status may be old"
    assert (end["status"], end["cancel_requested"], end["error"]) == ("cancelled", False, None)
    return end


@pytest.mark.parametrize("fault", ["slow_start", "drip", "stall"])
def test_cancel_takes_effect_while_google_makes_us_wait(fault: str, patient: App, upstreams: Upstreams):
    upstreams.google.fail(fault, seconds=30)
    sync = patient.start()
    patient.wait_for("fetching", sync=sync)
    time.sleep(0.3)
    end = cancelled(patient, sync)
    assert (end["albums_processed"], end["total_in_catalog"]) == (0, 0)


def test_cancel_takes_effect_while_albums_are_written(patient: App, upstreams: Upstreams, large: Path):
    upstreams.google.workbook = large
    sync = patient.start()
    patient.wait_for("processing", sync=sync)
    end = cancelled(patient, sync)
    assert end["albums_processed"] == end["counts"]["created"] == end["total_in_catalog"] < end["total_albums"]
    assert end["message"].startswith(f"Sync cancelled at album {end['albums_processed']:,} of {LARGE:,}")


@pytest.mark.parametrize("trouble", ["latency", "rate_limited"])
def test_cancel_takes_effect_while_spotify_makes_us_wait(trouble: str, patient: App, upstreams: Upstreams, large: Path):
    upstreams.google.workbook = large
    if trouble == "latency":
        upstreams.spotify.latency = (20.0, 20.0)
    else:
        upstreams.spotify.fail("rate_limited", retry_after=30)
    sync = patient.start()
    patient.wait_for("enriching", sync=sync, seconds=30)
    end = cancelled(patient, sync)
    assert (end["total_in_catalog"], end["counts"]["enriched"]) == (LARGE, 0)
    assert end["last_synced_at"]


# The command line


@pytest.fixture
def small(upstreams: Upstreams, tmp_path: Path) -> Iterator[Warm]:
    """Return commands on an empty catalogue and a sheet of three albums."""
    upstreams.google.workbook = sheet(tmp_path / "sheet.xlsx", {"2024 Prog-metal": THREE})
    with Warm(fresh_database(tmp_path), upstreams.environment()) as warm:
        yield warm


def test_a_command_tells_by_its_exit_code_what_came_of_it(small: Warm, upstreams: Upstreams, tmp_path: Path):
    code, output = small.run("import_albums")
    assert code == 0, output
    assert [line.split() for line in output.splitlines() if "created" in line] == [["created", "3"]]

    twins = [album("Haken", "Fauna", spotify=spotify_id(1)), album("Caligula's Horse", "Bloom", spotify=spotify_id(1))]
    upstreams.google.workbook = sheet(tmp_path / "sheet.xlsx", {"2024 Prog-metal": [*THREE, *twins]})
    code, output = small.run("import_albums")
    assert code == 2, output
    assert "! doubtful_rows: " in output

    upstreams.google.fail("not_found")
    code, output = small.run("import_albums")
    assert code == 1
    assert "sheet_not_found: There is no sheet at the address" in output

    upstreams.google.heal()
    upstreams.google.fail("slow_start", seconds=30)
    importing = small.start("import_albums")
    until(lambda: "download started" in importing.log.read_text())
    code, output = small.run("import_albums")
    assert (code, output) == (3, "A sync is already in progress. Its progress is on the catalogue page.\n")


def test_ctrl_c_cancels_a_command(upstreams: Upstreams, tmp_path: Path):
    database = fresh_database(tmp_path)
    upstreams.google.fail("slow_start", seconds=30)
    importing = command(database, upstreams.environment(), "import_albums")
    until(lambda: rows(database, "SELECT 1 FROM catalog_syncoperation WHERE stage = 'fetching'"), 20)
    importing.process.send_signal(signal.SIGINT)
    assert importing.wait(2.5) == 130
    assert rows(database, "SELECT status, outcome FROM catalog_syncoperation o JOIN catalog_syncrecord r"
                          " ON r.operation_id = o.id") == [("cancelled", "cancelled")]  # fmt: skip
