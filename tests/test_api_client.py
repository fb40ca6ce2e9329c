"""A client that a generator makes of the description reads every address of a running app."""

import importlib
import json
import subprocess
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from catalog.views.api.description import DESCRIPTION
from tests.live import App

pytestmark = [pytest.mark.database, pytest.mark.long]


@pytest.fixture(scope="module")
def generated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with the client, which nothing but the description was needed for."""
    folder = tmp_path_factory.mktemp("client")
    config = folder / "config.json"
    config.write_text(json.dumps({"post_hooks": [], "package_name_override": "progmetal_client"}))
    command = [
        Path(sys.executable).with_name("openapi-python-client"),
        "generate",
        "--path",
        DESCRIPTION,
        "--meta",
        "none",
    ]
    output = folder / "progmetal_client"
    subprocess.run([*command, "--config", config, "--output-path", output, "--fail-on-warning"], check=True, cwd=folder)
    return folder


@pytest.fixture
def client(generated: Path, monkeypatch: pytest.MonkeyPatch, app: App) -> Any:
    monkeypatch.syspath_prepend(str(generated))
    return importlib.import_module("progmetal_client").Client(base_url=app.url, raise_on_unexpected_status=True)


def operation(name: str) -> ModuleType:
    return importlib.import_module(f"progmetal_client.api.{name}")


def test_a_generated_client_reads_every_address(client: Any, app: App) -> None:
    app.sync()
    page = operation("catalogue.list_albums").sync(client=client, when=value("ListAlbumsWhen", "all"))
    assert (page.count, page.per_page, len(page.albums)) == (app.status()["total_in_catalog"], 50, min(page.count, 50))
    assert bool(page.next_) is (page.count > 50)
    first = page.albums[0]
    album = operation("catalogue.get_album").sync(first.id, client=client)
    assert (album.title, album.artist) == (first.title, first.artist)
    assert isinstance(album.tracks, list)
    artist = operation("catalogue.get_artist").sync(first.artist_id, client=client)
    assert (artist.name, first.id in {each.id for each in artist.albums}) == (first.artist, True)
    status = operation("sync.get_sync").sync(client=client)
    assert (status.status.value, status.total_in_catalog) == ("completed", page.count)
    problem = operation("catalogue.get_album").sync(0, client=client)
    assert (problem.status, problem.title) == (404, "Not Found")
    broken = operation("catalogue.list_albums").sync(client=client, genre=["nonsense"])
    assert [each.parameter for each in broken.errors] == ["genre"]
    names = {path.stem for path in Path(str(operation("catalogue").__file__)).parent.parent.rglob("[a-z]*.py")}
    promised = {item["get"]["operationId"] for item in json.loads(DESCRIPTION.read_text())["paths"].values()}
    assert promised <= names


def value(enum: str, text: str) -> Any:
    return getattr(importlib.import_module("progmetal_client.models"), enum)(text)
