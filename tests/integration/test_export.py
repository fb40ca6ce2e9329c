"""manage.py export_albums, compared with what docs/reference/export.md promises."""

import csv
import json
import re
from datetime import date
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from catalog.formats.csv_file import BOM
from catalog.models import Album, SpotifyAlbum
from tests.factories import add_album

pytestmark = pytest.mark.django_db

ROOT = Path(__file__).resolve().parents[2]
APHELION, VIRUS = "2bF0pQmLdMrTU9hZRnl9Wp", "6nD3n9dPz9lXnQyKgW0iXv"
KEYS = [
    "id", "artist", "title", "release_date", "release_text", "format", "genres", "genre_text", "vocal_style",
    "vocal_text", "country", "scene", "is_debut", "is_reissue", "tab", "spotify_id", "spotify_url", "bandcamp_url",
    "cover_url", "total_tracks", "label", "enriched",
]  # fmt: skip


@pytest.fixture
def shelf() -> list[Album]:
    """Return an album that is known in full, and one of which nothing but its names is known."""
    full = add_album(
        "Sigur Rós", 'Kveikur, "live"', genres=["Post-rock", "Art-rock"], vocal="Clean", vocal_text="clean",
        country="Reykjavík, Iceland", release_date=date(2013, 6, 17), tab="2013 Prog-rock", scene="rock",
        is_reissue=True, bandcamp_url="https://sigurros.bandcamp.com/", spotify_id=APHELION,
        cover="https://i.scdn.co/image/m",
    )  # fmt: skip
    SpotifyAlbum.objects.filter(pk=APHELION).update(state="complete", total_tracks=9, label="XL")
    bare = add_album(
        "Haken", "Virus", genres=[], vocal=None, country="", release_date=None, release_text="TBA", format="",
        scene=None, is_debut=True,
    )  # fmt: skip
    add_album("Leprous", "Coal", removed_at=timezone.now())
    return [full, bare]


def exported(capsys: pytest.CaptureFixture[str], *options: str) -> str:
    call_command("export_albums", *options)
    return capsys.readouterr().out


def test_csv_begins_with_the_documented_keys_in_their_order(shelf: list[Album], capsys) -> None:
    header, *_ = csv.reader(exported(capsys, "--format", "csv").removeprefix(BOM).splitlines())
    assert header == KEYS
    documented = re.findall(
        r"^\| `(\w+)` \|", (ROOT / "docs/reference/export.md").read_text(encoding="utf-8"), re.MULTILINE
    )
    assert documented == KEYS


@pytest.mark.django_db
def test_csv_of_an_empty_catalogue_is_its_header(capsys) -> None:
    assert exported(capsys, "--format", "csv") == BOM + ",".join(KEYS) + "\r\n"


def test_csv_joins_genres_quotes_what_needs_it_and_leaves_the_unknown_empty(shelf: list[Album], capsys) -> None:
    full, bare = shelf
    _, *lines = exported(capsys, "--format", "csv").splitlines()
    assert lines == [
        f'{full.pk},"Sigur Rós","Kveikur, ""live""","2013-06-17","","LP","Post-rock, Art-rock","Post-rock, Art-rock",'
        '"Clean","clean","Reykjavík, Iceland","rock",False,True,"2013 Prog-rock",'
        f'"{APHELION}","https://open.spotify.com/album/{APHELION}","https://sigurros.bandcamp.com/",'
        '"https://i.scdn.co/image/m",9,"XL",True',
        f'{bare.pk},"Haken","Virus","","TBA","","","","","","","",True,False,"2020 Prog-metal","","","","","","",False',
    ]


def test_json_lines_hold_one_object_an_album_with_the_keys_in_order_and_null_for_the_unknown(
    shelf: list[Album], capsys
) -> None:
    full, bare = shelf
    said = exported(capsys)
    assert "Sigur Rós" in said
    lines = [json.loads(line) for line in said.splitlines()]
    assert [list(line) for line in lines] == [KEYS, KEYS]
    assert lines == [
        {
            "id": full.pk, "artist": "Sigur Rós", "title": 'Kveikur, "live"', "release_date": "2013-06-17",
            "release_text": "", "format": "LP", "genres": ["Post-rock", "Art-rock"],
            "genre_text": "Post-rock, Art-rock", "vocal_style": "Clean", "vocal_text": "clean",
            "country": "Reykjavík, Iceland", "scene": "rock", "is_debut": False, "is_reissue": True,
            "tab": "2013 Prog-rock", "spotify_id": APHELION,
            "spotify_url": f"https://open.spotify.com/album/{APHELION}",
            "bandcamp_url": "https://sigurros.bandcamp.com/", "cover_url": "https://i.scdn.co/image/m",
            "total_tracks": 9, "label": "XL", "enriched": True,
        },
        {
            "id": bare.pk, "artist": "Haken", "title": "Virus", "release_date": None, "release_text": "TBA",
            "format": "", "genres": [], "genre_text": "", "vocal_style": None, "vocal_text": "", "country": "",
            "scene": None, "is_debut": True, "is_reissue": False, "tab": "2020 Prog-metal", "spotify_id": None,
            "spotify_url": None, "bandcamp_url": None, "cover_url": None, "total_tracks": None, "label": None,
            "enriched": False,
        },
    ]  # fmt: skip


def test_a_cover_alone_is_exported_and_does_not_count_as_full_data(capsys) -> None:
    add_album(spotify_id=VIRUS, cover="https://i.scdn.co/image/m")
    SpotifyAlbum.objects.update(state="cover")
    line = json.loads(exported(capsys))
    assert (line["cover_url"], line["label"], line["total_tracks"], line["enriched"]) == (
        "https://i.scdn.co/image/m", None, None, False,
    )  # fmt: skip


@pytest.mark.parametrize("written_as", ["jsonl", "csv"])
def test_a_file_gets_what_standard_output_would(written_as: str, shelf: list[Album], tmp_path: Path, capsys) -> None:
    file = tmp_path / "albums"
    said = exported(capsys, "--format", written_as)
    assert exported(capsys, "--format", written_as, "--output", str(file)) == ""
    with file.open(encoding="utf-8", newline="") as written:
        assert written.read() == said


def test_a_file_that_cannot_be_written_is_named_with_the_reason(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match=re.escape(f"{tmp_path} cannot be written: Is a directory")):
        call_command("export_albums", "--output", str(tmp_path))
    nowhere = tmp_path / "not" / "there.csv"
    with pytest.raises(CommandError, match=re.escape(f"{nowhere} cannot be written: No such file or directory")):
        call_command("export_albums", "--format", "csv", "--output", str(nowhere))
