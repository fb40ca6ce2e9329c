"""What is copied fits: no column is narrower than the one, or the text, that its values come from."""

from pathlib import Path

import pytest
from django.db import models

from catalog.models import Album, AlbumChange, Artist, Genre, GenreAlias, PlannedChange, SyncFailure, VocalStyle
from catalog.services.sheet.entries import LONGEST
from tests.sheets import album, many
from tests.syncs import sync_tabs

pytestmark = [pytest.mark.django_db, pytest.mark.postgresql]

TAB = "2024 Prog-metal"
LONG = ", ".join(f"Progressive genre number {each}" for each in range(22))


def width(model: type[models.Model], name: str) -> float:
    """Return how many characters a column holds."""
    field = model._meta.get_field(name)
    return getattr(field, "max_length", None) or float("inf")


@pytest.mark.parametrize(("copy", "source"), [
    ((PlannedChange, "search_text"), (Album, "search_text")),
    ((PlannedChange, "artist"), (Artist, "name")),
    ((PlannedChange, "title"), (Album, "title")),
    ((PlannedChange, "tab"), (Album, "tab")),
    ((AlbumChange, "tab"), (Album, "tab")),
    ((SyncFailure, "tab"), (Album, "tab")),
    ((SyncFailure, "artist"), (Artist, "name")),
    ((SyncFailure, "album"), (Album, "title")),
    ((GenreAlias, "name"), (Genre, "name")),
    ((GenreAlias, "key"), (Genre, "key")),
])  # fmt: skip
def test_a_copy_is_as_wide_as_its_source(
    copy: tuple[type[models.Model], str], source: tuple[type[models.Model], str]
) -> None:
    assert width(*copy) >= width(*source)


def test_texts_of_the_sheet_fit_their_columns() -> None:
    owners = {"artist": (Artist, "name")}
    for name, most in LONGEST.items():
        assert width(*owners.get(name, (Album, name))) >= most
    assert width(VocalStyle, "name") >= LONGEST["vocal_text"]


def test_an_album_with_many_genres_is_listed_when_it_would_go(path: Path) -> None:
    rows = many(80)
    sync_tabs(path, {TAB: [*rows, album("Haken", "Virus", genres=LONG)]})
    preview = sync_tabs(path, {TAB: rows}, preview=True)
    assert (preview.status, preview.planned.count()) == ("completed", 1)
    refused = sync_tabs(path, {TAB: rows[:20]})
    assert (refused.error_code, refused.planned.count()) == ("sheet_shrunk", 61)


def test_a_name_that_grows_when_folded_is_previewed_as_it_is_synced(path: Path) -> None:
    rows = [album("ß" * 450, "ß" * 450)]
    assert sync_tabs(path, {TAB: rows}, preview=True).status == sync_tabs(path, {TAB: rows}).status == "completed"
