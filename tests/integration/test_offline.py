"""What browsers install: the manifest and its icons, the service worker, and the size of all scripts."""

import gzip
import json
import re
import struct
from pathlib import Path

import pytest
from django.contrib.auth.models import User
from django.contrib.staticfiles import finders
from django.test import Client

from tests.factories import Page

pytestmark = pytest.mark.django_db

SCRIPTS = Path(__file__).resolve().parents[2] / "catalog" / "static" / "catalog" / "js"
MOST_BYTES = 30_000


def size_of(image: bytes) -> tuple[int, int]:
    """Return width and height of a PNG."""
    assert image[:8] == b"\x89PNG\r\n\x1a\n"
    return struct.unpack(">II", image[16:24])


def test_the_manifest_names_icons_that_are_there_in_their_sizes(client: Client) -> None:
    response = client.get("/manifest.webmanifest")
    assert response.headers["Content-Type"] == "application/manifest+json"
    manifest = json.loads(response.content)
    assert {"name", "short_name", "start_url", "display", "icons", "theme_color", "background_color"} <= set(manifest)
    drawn = [icon for icon in manifest["icons"] if icon["type"] == "image/png"]
    assert {(icon["sizes"], icon.get("purpose", "any")) for icon in drawn} == {
        ("192x192", "any"), ("512x512", "any"), ("512x512", "maskable"),
    }  # fmt: skip
    for icon in drawn:
        image = Path(str(finders.find(icon["src"].removeprefix("/static/")))).read_bytes()
        assert "x".join(map(str, size_of(image))) == icon["sizes"]
        assert len(image) < 20_000
    for address in (manifest["start_url"], *(each["url"] for each in manifest["shortcuts"])):
        assert client.get(address).status_code == 200


def test_every_page_names_the_manifest_and_a_colour_for_each_scheme(client: Client) -> None:
    page = Page(client, "/catalog/albums/")
    assert page.values("link[rel=manifest]", "href") == ["/manifest.webmanifest"]
    assert len(page.values("meta[name=theme-color]", "content")) == 2


def test_the_worker_is_looked_for_anew_and_names_the_files_of_its_release(client: Client) -> None:
    response = client.get("/service-worker.js")
    assert response.headers["Content-Type"] == "text/javascript"
    assert "no-cache" in response.headers["Cache-Control"]
    sheets = Page(client, "/offline/").values("link[rel=stylesheet]", "href")
    assert sheets
    assert all(sheet in response.content.decode() for sheet in sheets)


def test_the_offline_page_is_the_same_for_everybody(client: Client) -> None:
    without_clock = re.compile(rb'data-now="[^"]*"')
    first = client.get("/offline/").content
    assert without_clock.sub(b"", first) == without_clock.sub(b"", Client().get("/offline/").content)


def test_pages_of_an_account_are_marked_so_that_the_worker_leaves_them_out(client: Client) -> None:
    assert not Page(client, "/catalog/albums/").find("html[data-account]")
    client.force_login(User.objects.create_user("ihsahn"))
    assert Page(client, "/catalog/albums/").find("html[data-account]")


def test_all_scripts_together_stay_small() -> None:
    sizes = {path.name: len(gzip.compress(path.read_bytes())) for path in SCRIPTS.rglob("*.js")}
    assert sizes
    assert sum(sizes.values()) < MOST_BYTES, sizes
