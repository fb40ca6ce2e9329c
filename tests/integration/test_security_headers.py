"""The Content-Security-Policy of every page, and that no page needs what it forbids."""

import json
import os
import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest
from django.contrib.auth.models import User
from django.test import Client

from catalog.models import Album, AlbumChange, PlannedChange, SyncFailure, SyncOperation, SyncRecord
from tests.factories import Page, add_album

pytestmark = pytest.mark.django_db

POLICY = {
    "default-src": "'none'",
    "script-src": "'self'",
    "style-src": "'self'",
    "font-src": "'self'",
    "connect-src": "'self'",
    "img-src": "'self' i.scdn.co *.spotifycdn.com",
    "manifest-src": "'self'",
    "form-action": "'self'",
    "base-uri": "'none'",
    "frame-ancestors": "'none'",
}
"""With SPOTIFY_IMAGE_HOSTS as it is by default."""

INLINE = (
    "//style | //@style | //script[not(@src or @type='application/ld+json')]"
    " | //@*[starts-with(name(), 'on')] | //@*[starts-with(name(), 'hx-on')]"
    " | //@*[starts-with(normalize-space(.), 'javascript:')]"
)
PAGES = (
    "/catalog/albums/",
    "/catalog/albums/?q=nothing+at+all",
    "/catalog/albums/{album}/",
    "/catalog/albums/{album}/cover/",
    "/catalog/albums/{drawn}/",
    "/catalog/albums/{drawn}/cover/?large",
    "/catalog/albums/removed/",
    "/catalog/mine/",
    "/catalog/statistics/",
    "/offline/",
    "/catalog/sync/status/",
    "/catalog/sync/history/",
    "/catalog/sync/history/{sync}/",
    "/catalog/sync/history/{refused}/",
    "/catalog/sync/preview/",
    "/catalog/sync/undo/",
    "/login/",
)
WITH_A_PLAYER = {"/catalog/albums/{album}/", "/catalog/albums/{drawn}/"}
OTHERS = (
    "/manifest.webmanifest",
    "/service-worker.js",
    "/catalog/mine/marks/",
    "/",
    "/admin/login/",
    "/healthz",
    "/readyz",
    "/metrics",
    "/no/such/page/",
    "/catalog/sync/history/9999/",
)


@pytest.fixture
def numbers() -> dict[str, int]:
    """Put something on every page, and return the primary keys that addresses name."""
    cover = "https://i.scdn.co/image/m"
    album = add_album("Leprous", "Coal", spotify_id="2bF0pQmLdMrTU9hZRnl9Wp", cover=cover, is_debut=True)
    drawn = add_album("Haken", "Virus", release_date=date(2020, 7, 24), bandcamp_url="https://haken.bandcamp.com/")
    gone = add_album("Caligula's Horse", "Bloom")
    Album.objects.filter(pk=gone.pk).update(removed_at="2026-11-20T12:00Z")
    sync, refused = ended("completed", "sync"), ended("failed", "sync", error_code="sheet_shrunk")
    AlbumChange.objects.create(operation=sync, album=drawn, kind="updated", fields={"title": ["V", "Virus"]})
    AlbumChange.objects.create(operation=sync, album=gone, kind="removed")
    SyncFailure.objects.create(operation=sync, code="no_artist", tab="2020 Prog-metal", row=7)
    preview = ended("completed", "preview")
    PlannedChange.objects.create(operation=preview, kind="created", artist="Haken", title="Fauna", search_text="")
    return {"album": album.pk, "drawn": drawn.pk, "sync": sync.pk, "refused": refused.pk}


def ended(status: str, kind: str, **facts: str) -> SyncOperation:
    times = {"started_at": "2026-11-20T12:00Z", "finished_at": "2026-11-20T12:00:09Z"}
    committed = times["finished_at"] if status == "completed" else None
    operation = SyncOperation.objects.create(status=status, kind=kind, sheet_committed_at=committed, **times, **facts)
    if kind != "preview":
        SyncRecord.objects.create(
            operation=operation, outcome=status, duration_seconds=9, total_in_catalog=2, updated=1, removed=1, **times
        )
    return operation


@pytest.fixture(params=["guest", "staff"])
def reader(request: pytest.FixtureRequest, client: Client) -> Client:
    if request.param == "staff":
        client.force_login(User.objects.create_user("einar", is_staff=True, is_superuser=True))
    return client


def policy(header: str) -> dict[str, str]:
    parts = (directive.strip().partition(" ") for directive in header.split(";"))
    return {name: sources for name, _, sources in parts}


@pytest.mark.parametrize("address", [*PAGES, *OTHERS])
def test_every_answer_allows_our_own_scripts_and_styles_alone(
    address: str, reader: Client, numbers: dict[str, int]
) -> None:
    answer = reader.get(address.format(**numbers))
    frames = {"frame-src": "https://open.spotify.com"} if address in WITH_A_PLAYER else {}
    assert policy(answer.headers["Content-Security-Policy"]) == POLICY | frames
    assert "Content-Security-Policy-Report-Only" not in answer.headers
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["X-Frame-Options"] == "DENY"


@pytest.mark.parametrize("address", PAGES)
def test_no_page_has_scripts_or_styles_inline(address: str, reader: Client, numbers: dict[str, int]) -> None:
    page = Page(reader, address.format(**numbers))
    assert page.response.status_code in {200, 302}
    assert page.tree.xpath(INLINE) == []


def test_no_panel_of_a_running_sync_has_scripts_or_styles_inline(reader: Client, numbers: dict[str, int]) -> None:
    SyncOperation.objects.create(status="running", stage="enriching", percent=47, spotify_total=9, spotify_processed=3)
    # The albums first: a whole page looks at the status anew, of which the panel alone then tells.
    for address in ("/catalog/albums/", "/catalog/sync/status/", "/catalog/sync/history/"):
        page = Page(reader, address)
        assert page.tree.xpath("//progress | //*[@role='progressbar']")
        assert page.tree.xpath(INLINE) == []


def test_pages_of_errors_have_nothing_inline(client: Client) -> None:
    assert Page(client, "/no/such/page/").tree.xpath(INLINE) == []
    strict = Client(enforce_csrf_checks=True)
    refused = strict.post("/catalog/sync/trigger/")
    assert refused.status_code == 403
    assert policy(refused.headers["Content-Security-Policy"]) == POLICY


def test_covers_may_come_from_the_hosts_of_the_settings_alone() -> None:
    ask = "import json; from config import settings; print(json.dumps(settings.CONTENT_SECURITY_POLICY['DIRECTIVES']))"
    answer = subprocess.run(
        [sys.executable, "-c", ask], cwd=Path(__file__).resolve().parents[2], capture_output=True, check=True,
        env={**os.environ, "SPOTIFY_IMAGE_HOSTS": "covers.example,127.0.0.1:8901"},
    )  # fmt: skip
    assert json.loads(answer.stdout)["img-src"] == ["'self'", "covers.example", "127.0.0.1:8901"]
