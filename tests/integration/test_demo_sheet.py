"""The demo's sheet: green at first, a few edits with each sync, and no links before albums are out."""

import json
from datetime import date, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread

import pytest

from catalog.models import Album
from catalog.services.sync.snapshot import status_of
from demo.editions import edition
from demo.live_sheet import LiveSheet
from demo.sample_workbook import workbook_of
from tests.long import short
from tests.syncs import counts, sync

DAYS = [date(2026, 11, 26), date(2028, 2, 29)]


def edited(path: Path, number: int, born: date) -> Path:
    path.write_bytes(workbook_of(edition(number, born)))
    return path


@pytest.mark.django_db
@pytest.mark.parametrize("born", short(DAYS[:1], DAYS))
def test_the_first_sync_is_green_and_each_next_has_a_few_changes(born: date, tmp_path: Path) -> None:
    first = sync(edited(tmp_path / "0.xlsx", 0, born))
    assert (first.status, status_of(first).warnings, first.counts["created"] > 500) == ("completed", (), True)
    for number in range(1, 4):
        changed = counts(sync(edited(tmp_path / f"{number}.xlsx", number, born)))
        kinds = {kind: changed.get(kind, 0) for kind in ("created", "updated", "removed")}
        assert 3 <= sum(kinds.values()) <= 6, (number, kinds)
        assert kinds["created"], (number, kinds)


@pytest.mark.django_db
def test_what_is_not_out_for_a_week_has_no_links(tmp_path: Path) -> None:
    born = DAYS[0]
    sync(edited(tmp_path / "0.xlsx", 0, born))
    fresh = Album.objects.filter(release_date__gt=born - timedelta(days=7))
    assert fresh.filter(release_date__gt=born).count() > 10
    assert [album.title for album in fresh if album.links] == []
    assert Album.objects.filter(release_date__lte=born - timedelta(days=7)).exclude(spotify_id=None).count() > 400


def test_the_next_edition_comes_only_after_a_sync(tmp_path: Path) -> None:
    synced: list[str | None] = [None]

    class Status(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            body = json.dumps({"last_synced_at": synced[0]}).encode()
            self.send_response(200)
            self.end_headers()
            self.wfile.write(body)

        def log_request(self, *_: object) -> None:
            """Keep the tests' output short."""

    with HTTPServer(("127.0.0.1", 0), Status) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        address, file = f"http://127.0.0.1:{server.server_port}/", tmp_path / "edition.json"
        sheet = LiveSheet(file, address, DAYS[0])
        first = sheet()
        assert sheet() == first  # a sync that failed, or a preview
        synced[0] = "2026-11-26T12:00:00Z"
        second = sheet()
        assert second != first
        assert LiveSheet(file, address, DAYS[1])() == second  # after a restart, on another day
        synced[0] = "2026-11-26T12:01:00Z"
        assert sheet() not in {first, second}
        server.shutdown()
