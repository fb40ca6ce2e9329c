"""What real processes write to their logs."""

import json
from pathlib import Path
from typing import Any

import pytest

from demo.upstreams import Upstreams
from tests.live import GUNICORN, App, command, rows, running_app

pytestmark = [pytest.mark.database]

SECRETS = {
    "SPOTIFY_CLIENT_SECRET": "spotify-client-secret",
    "SYNC_WEBHOOK_URL": "http://127.0.0.1:9/hooks/webhook-path-token",
    "SYNC_WEBHOOK_SECRET": "webhook-signing-secret",
    "NOTIFY_URLS": "tgram://123456789:apprise-token/-100200300400",
    "SECRET_KEY": "django-secret-key",
}


def lines_of(text: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in text.splitlines() if line.startswith("{")]


def test_every_line_of_a_sync_has_its_operation_in_threads_too(upstreams: Upstreams, new_database: str) -> None:
    upstreams.spotify.fail("unavailable", times=3)
    imported = command(new_database, upstreams.environment(), "import_albums", LOG_FORMAT="json", **SECRETS)
    assert imported.wait() in {0, 2}
    lines = lines_of(imported.output)
    [(operation,)] = rows(new_database, "SELECT id FROM catalog_syncoperation")
    messages = [line["message"] for line in lines if line["logger"].startswith("catalog.services")]
    assert any(message.startswith("sync started") for message in messages)
    assert any(message.startswith("Enriching ends") for message in messages)
    assert {line.get("operation") for line in lines if line["logger"].startswith("catalog.services.s")} == {operation}


def test_gunicorn_logs_in_the_same_format_and_without_queries(
    upstreams: Upstreams, new_database: str, tmp_path: Path
) -> None:
    log = tmp_path / "log"
    program = (*GUNICORN, "--log-level", "info", "--access-logfile", str(tmp_path / "access"))
    settings: dict[str, Any] = {"LOG_FORMAT": "json", **SECRETS}
    with running_app(new_database, upstreams.environment(), workers=1, log=log, program=program, **settings) as app:
        assert app.client.get("/catalog/albums/?q=whom-I-look-for").ok
        assert app.client.get("/no%0Apage%1b").status_code == 404
        wait_for_failure(app, upstreams)
    lines = log.read_text().splitlines()
    loggers = {json.loads(line)["logger"] for line in lines}
    assert {"gunicorn.error", "catalog.services.sync.run"} <= loggers
    asked = {line["path"]: line for line in lines_of((tmp_path / "access").read_text())}
    assert asked["/catalog/albums/"]["status"] == 200
    assert asked["/no\npage\x1b"]["status"] == 404
    assert asked["/catalog/albums/"]["seconds"] > 0
    written = log.read_text() + (tmp_path / "access").read_text()
    assert "whom-I-look-for" not in written
    assert not [name for name, secret in SECRETS.items() if secret.rpartition("/")[2] in written]


def wait_for_failure(app: App, upstreams: Upstreams) -> None:
    upstreams.google.fail("not_found")
    assert app.sync()["status"] == "failed"
