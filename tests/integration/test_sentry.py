"""Errors at Sentry: they arrive with their operation, and say nothing of visitors and secrets."""

import gzip
import json
import subprocess
import sys
from collections.abc import Callable
from typing import Any

import brotli
import pytest

from config.watch import sentry
from demo.responses import Request
from demo.upstreams import Upstreams
from tests.live import ROOT, command, environment, rows
from tests.receivers import WebhookStandIn

UNPACK: dict[str, Callable[[bytes], bytes]] = {"": bytes, "gzip": gzip.decompress, "br": brotli.decompress}


def events(requests: list[Request]) -> list[dict[str, Any]]:
    """Return the events in the envelopes that a server was sent."""
    found: list[dict[str, Any]] = []
    for request in requests:
        lines = UNPACK[request.headers.get("Content-Encoding", "")](request.body).splitlines()
        found += [json.loads(body) for head, body in zip(lines[1::2], lines[2::2], strict=False) if b'"event"' in head]
    return found


@pytest.mark.database
def test_a_failed_sync_arrives_with_its_operation_and_without_secrets(upstreams: Upstreams, new_database: str) -> None:
    upstreams.google.fail("not_found")
    with WebhookStandIn() as server:
        secrets = {"SYNC_WEBHOOK_URL": "http://127.0.0.1:9/hooks/webhook-path-token", "SECRET_KEY": "django-secret-key"}
        dsn = f"http://public@{server.host}/1"
        failed = command(new_database, upstreams.environment(), "import_albums", SENTRY_DSN=dsn, **secrets)
        assert failed.wait() == 1
        assert {request.path for request in server.taken} == {"/api/1/envelope/"}
        [event, *_] = [event for event in events(server.taken) if "sync failed" in json.dumps(event["logentry"])]
    [(operation,)] = rows(new_database, "SELECT id FROM catalog_syncoperation")
    assert event["tags"]["operation"] == str(operation)
    written = json.dumps(event)
    assert not [secret for secret in ("webhook-path-token", "django-secret-key") if secret in written]
    assert "vars" not in written


def test_an_event_keeps_neither_visitor_nor_arguments() -> None:
    event = sentry.cleaned(
        {
            "user": {"ip_address": "192.0.2.1"},
            "request": {
                "method": "GET",
                "url": "https://albums.example.org/catalog/albums/?q=me",
                "query_string": "q=me",
                "cookies": {"sessionid": "abc"},
                "headers": {"Referer": "https://me.example.org/"},
                "env": {"REMOTE_ADDR": "192.0.2.1"},
            },
            "extra": {"sys.argv": ["manage.py", "move_database", "postgres://u:p@h/d"]},
        }
    )
    assert event == {
        "request": {"method": "GET", "url": "https://albums.example.org/catalog/albums/"},
        "extra": {},
    }


@pytest.mark.parametrize(
    ("dsn", "said"),
    [
        ("https://key@o1.ingest.sentry.io/2", "sentry-sdk isn't installed. Install it with"),
        ("https://o1.ingest.sentry.io/2", "SENTRY_DSN must be the DSN that Sentry shows for a project"),
    ],
)
def test_a_wrong_dsn_and_a_missing_package_are_named_at_the_start(dsn: str, said: str) -> None:
    program = "import sys; sys.modules['sentry_sdk'] = None; import config.settings"
    started = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, env=environment("sqlite://", {}, SENTRY_DSN=dsn), text=True,
        capture_output=True, check=False,
    )  # fmt: skip
    assert started.returncode == 1
    assert said in started.stderr
    assert dsn not in started.stderr
