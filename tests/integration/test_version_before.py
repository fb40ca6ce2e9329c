"""The version before runs on the new version's tables: machines are upgraded one after the other."""

import subprocess
import sys
import zipfile
from io import BytesIO
from pathlib import Path

import pytest

from demo.upstreams import Upstreams
from tests.live import GUNICORN, JSON, ROOT, fresh_database, rows, running_app
from tests.sheets import album, sheet

pytestmark = [pytest.mark.database, pytest.mark.long, pytest.mark.postgresql(long=True)]
FIRST_TOLERABLE = "catalog/migrations/001[5-9]_*.py"


def git(*arguments: str) -> bytes:
    return subprocess.run(["git", *arguments], cwd=ROOT, capture_output=True, check=True).stdout


@pytest.fixture(scope="module")
def version_before(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Unpack the last commit before the first migration that the version before has to tolerate."""
    try:
        added = git("log", "--diff-filter=A", "--format=%H", "--", FIRST_TOLERABLE).split()
        packed = git("archive", "--format=zip", f"{added[-1].decode()}^")
    except (OSError, subprocess.CalledProcessError, IndexError):
        pytest.skip("the code before migration 0015 is only in a full clone: git fetch --unshallow")
    folder = tmp_path_factory.mktemp("before")
    with zipfile.ZipFile(BytesIO(packed)) as archive:
        archive.extractall(folder)
    assert not list((folder / "catalog" / "migrations").glob("0015*"))
    return folder


@pytest.fixture(scope="module")
def workbook(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("sheet") / "sheet.xlsx"
    return sheet(path, {"2024 Prog-metal": [album(), album("Haken", "Virus"), album("Meer", "Wheels")]})


def test_the_version_before_serves_syncs_and_polls_on_the_new_tables(
    version_before: Path, upstreams: Upstreams, tmp_path: Path
) -> None:
    database = fresh_database(tmp_path)
    command = [sys.executable, *GUNICORN, "--chdir", str(version_before)]
    start_there = f"import os; os.chdir({str(version_before)!r}); os.execv({command[0]!r}, {command!r})"
    program = (sys.executable, "-c", start_there)
    log = tmp_path / "log"
    with running_app(database, upstreams.environment(), workers=1, program=program, log=log) as app:
        assert app.sync(60)["counts"]["created"] == 3
        assert app.sync(60)["counts"]["unchanged"] == 3
        for address in ("/catalog/albums/", "/catalog/sync/history/", "/catalog/albums.json", "/metrics", "/readyz"):
            assert app.client.get(address).status_code in {200, 404}, address
        assert app.client.get("/catalog/sync/status/", headers=JSON).json()["status"] == "completed"
    assert rows(database, "SELECT count(*) FROM catalog_syncoperation WHERE status = 'completed'") == [(2,)]
    assert "Traceback" not in log.read_text()
