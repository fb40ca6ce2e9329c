import zipfile
from datetime import date
from pathlib import Path

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from catalog.models import Album, AlbumChange, AlbumGenre, Genre, GenreAlias, SyncFailure, SyncOperation, VocalStyle
from catalog.services.facts import Fact
from catalog.wording import error_hint, error_message
from tests.sheets import album, spotify_id
from tests.syncs import catalogue, counts, sync, sync_tabs
from tests.workbooks import cell

pytestmark = [pytest.mark.django_db, pytest.mark.postgresql]

TAB = "2024 Prog-metal"
FOUR_TABS = ("2024", "2023", "2022", "2021")
WRITING_ALBUMS = ('INSERT INTO "catalog_album"', 'UPDATE "catalog_album"')


def test_every_row_with_artist_and_album_is_in_the_catalogue(path: Path) -> None:
    rows = [album(spotify=spotify_id(1)), album(title="Pitfalls"), album("Haken", "Fauna", vocals="Instrumen")]
    operation = sync_tabs(path, {TAB: rows})
    assert operation.status == "completed"
    assert counts(operation) == {"created": 3, "awaiting_enrichment": 1}
    first = catalogue()[0]
    assert first == {
        "id": Album.objects.get(title="Aphelion").pk,
        "artist": "Leprous",
        "title": "Aphelion",
        "release_date": "2024-08-27",
        "release_text": "",
        "format": "LP",
        "genres": ["Prog-metal", "Art-rock"],
        "genre_text": "Prog-metal, Art-rock",
        "vocal_style": "Clean",
        "vocal_text": "Clean",
        "country": "Notodden, Norway",
        "scene": "metal",
        "is_debut": False,
        "is_reissue": False,
        "tab": TAB,
        "spotify_id": spotify_id(1),
        "spotify_url": f"https://open.spotify.com/album/{spotify_id(1)}?si=abc",
        "bandcamp_url": None,
        "cover_url": None,
        "total_tracks": None,
        "label": None,
        "enriched": False,
    }
    assert {row["vocal_style"] for row in catalogue()} == {"Clean", "Instrumental"}


def test_albums_of_one_batch_have_their_own_genres_in_order_and_keep_the_time_at_which_they_came(path: Path) -> None:
    names = ("Prog-metal", "Djent", "Art-rock", "Avant-garde metal")
    genres = {f"Record {number}": names[number % 4 :] + names[: number % 3] for number in range(150)}
    genres = {title: tuple(dict.fromkeys(given)) for title, given in genres.items()}
    sync_tabs(path, {TAB: [album(title=title, genres=", ".join(given)) for title, given in genres.items()]})
    written = AlbumGenre.objects.order_by("album", "position").values_list("album__title", "position", "genre__name")
    assert sorted(written) == sorted(
        (title, place, name) for title, given in genres.items() for place, name in enumerate(given)
    )
    came = dict(Album.objects.values_list("title", "added_at"))
    later = [album(title=title, genres=", ".join(given), vocals="Harsh") for title, given in genres.items()]
    assert counts(sync_tabs(path, {TAB: later})) == {"updated": 150}
    assert dict(Album.objects.values_list("title", "added_at")) == came


@pytest.mark.parametrize("order", [1, -1], ids=["same", "reordered"])
def test_a_second_sync_of_the_same_rows_writes_no_album(path: Path, order: int) -> None:
    rows = [album(title=f"Record {number}") for number in range(30)]
    sync_tabs(path, {TAB: rows})
    before = list(Album.objects.order_by("pk").values())
    with CaptureQueriesContext(connection) as queries:
        operation = sync_tabs(path, {TAB: rows[::order]})
    assert counts(operation) == {"unchanged": 30}
    assert list(Album.objects.order_by("pk").values()) == before
    assert not [query for query in queries if query["sql"].startswith(WRITING_ALBUMS)]
    assert not operation.changes.exists()


def test_an_export_that_differs_only_in_its_time_is_confirmed_without_comparing_albums(path: Path) -> None:
    rows = [album(), album(title="Pitfalls", released=date(2011, 1, 1)), album(artist=None), ("Karnivool",)]
    first = sync_tabs(path, {TAB: rows})
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in {"docProps/core.xml": b"<time/>", **parts}.items():
            archive.writestr(zipfile.ZipInfo(name, (2020, 1, 1, 0, 0, 0)), content)
    with CaptureQueriesContext(connection) as queries:
        second = sync(path)
    assert counts(second) == {"unchanged": 2, "skipped": 1, "failed": 1}
    assert [each["code"] for each in first.warnings] == ["failed_rows", "doubtful_rows"]
    assert [each["code"] for each in second.warnings] == ["failed_rows"]
    assert (second.total_albums, second.albums_processed) == (2, 2)
    told = list(first.failures.values_list("code", "row", "is_doubt"))
    assert told == [("other_year", 7, True), ("no_artist", 8, False)]
    assert not second.failures.exists()
    assert not [query for query in queries if "entry_hash" in query["sql"]]


def test_a_sync_after_one_that_broke_off_or_was_partial_compares_again(path: Path) -> None:
    sync_tabs(path, {TAB: [album(), album(title="Pitfalls")]})
    Album.objects.filter(title="Pitfalls").update(entry_hash="", country="Elsewhere")
    assert counts(sync(path, limit=1)) == {"unchanged": 1}
    assert counts(sync(path)) == {"updated": 1, "unchanged": 1}


def test_a_change_is_written_with_its_log(path: Path) -> None:
    sync_tabs(path, {TAB: [album(), album(title="Pitfalls")]})
    pk = Album.objects.get(title="Aphelion").pk
    changed = album(title="Aphelion (2024)", released=date(2024, 8, 30), genres="Art-rock, Jazz", spotify=spotify_id(2))
    operation = sync_tabs(path, {TAB: [album(title="Pitfalls"), changed]})
    assert counts(operation) == {"updated": 1, "unchanged": 1, "awaiting_enrichment": 1}
    stored = Album.objects.get(pk=pk)
    assert (stored.title, stored.spotify_id) == ("Aphelion (2024)", spotify_id(2))
    assert [genre.name for genre in stored.genres.all()] == ["Art-rock", "Jazz"]
    (change,) = operation.changes.all()
    assert (change.kind, change.album_id, change.tab, change.row) == ("updated", pk, TAB, 7)
    assert change.fields == {
        "title": ["Aphelion", "Aphelion (2024)"],
        "release_date": ["2024-08-27", "2024-08-30"],
        "genre_text": ["Prog-metal, Art-rock", "Art-rock, Jazz"],
        "genres": [["Prog-metal", "Art-rock"], ["Art-rock", "Jazz"]],
        "spotify_id": [None, spotify_id(2)],
        "spotify_url": ["", f"https://open.spotify.com/album/{spotify_id(2)}?si=abc"],
    }


def test_only_what_changed_is_told_of_an_album_with_links(path: Path) -> None:
    linked = {"spotify": spotify_id(1), "bandcamp": "https://leprous.bandcamp.com/album/aphelion"}
    sync_tabs(path, {TAB: [album(**linked)]})
    operation = sync_tabs(path, {TAB: [album(country="Norway", **linked)]})
    assert operation.changes.get().fields == {"country": ["Notodden, Norway", "Norway"]}


def test_an_album_that_leaves_is_hidden_and_comes_back_under_its_key(path: Path) -> None:
    both = [album(spotify=spotify_id(1)), album(title="Pitfalls")]
    sync_tabs(path, {TAB: both})
    before = catalogue()
    gone = sync_tabs(path, {TAB: both[1:]})
    assert counts(gone) == {"removed": 1, "unchanged": 1}
    assert [row["title"] for row in catalogue()] == ["Pitfalls"]
    back = sync_tabs(path, {TAB: both})
    assert counts(back) == {"revived": 1, "unchanged": 1, "awaiting_enrichment": 1}
    assert catalogue() == before
    assert list(AlbumChange.objects.filter(album=before[0]["id"]).values_list("kind", flat=True)) == [
        "created", "removed", "revived",
    ]  # fmt: skip


def test_ids_that_albums_hand_to_each_other_change_in_one_transaction(path: Path) -> None:
    titles = ["Bilateral", "Coal", "The Congregation", "Malina"]
    rows = [album(title=title, spotify=spotify_id(number)) for number, title in enumerate(titles)]
    sync_tabs(path, {TAB: rows})
    pks = dict(Album.objects.values_list("title", "pk"))
    turned = [album(title=title, spotify=spotify_id((number + 1) % 4)) for number, title in enumerate(titles)]
    operation = sync_tabs(path, {TAB: [*turned, album(title="Pitfalls", spotify=spotify_id(9))]})
    assert counts(operation) == {"updated": 4, "created": 1, "awaiting_enrichment": 5}
    assert dict(Album.objects.exclude(title="Pitfalls").values_list("title", "pk")) == pks
    assert [row["spotify_id"] for row in catalogue()] == [spotify_id(number) for number in (1, 2, 3, 0, 9)]


def test_an_id_that_a_removed_album_holds_can_be_taken(path: Path) -> None:
    sync_tabs(path, {TAB: [album(spotify=spotify_id(1)), album("Haken", "Fauna")]})
    sync_tabs(path, {TAB: [album("Haken", "Fauna")]})
    operation = sync_tabs(path, {TAB: [album("Haken", "Fauna", spotify=spotify_id(1)), album()]})
    assert operation.status == "completed"
    assert {row["title"]: row["spotify_id"] for row in catalogue()} == {"Fauna": spotify_id(1), "Aphelion": None}


def test_genres_that_make_the_same_slug_are_two_and_capitals_make_none(path: Path) -> None:
    genres = ["Post Metal", "Post-Metal", "post-metal", "R&B", "RB", "プログレ", "!!!"]
    sync_tabs(path, {TAB: [album(title=str(number), genres=name) for number, name in enumerate(genres)]})
    slugs = dict(Genre.objects.values_list("key", "slug"))
    assert slugs == {
        "post metal": "post-metal",
        "post-metal": "post-metal-2",
        "r&b": "rb",
        "rb": "rb-2",
        "プログレ": "プログレ",
        "!!!": "other",
    }


def test_a_genre_is_named_as_most_rows_write_it(path: Path) -> None:
    sync_tabs(
        path,
        {
            TAB: [
                album(title=str(n), genres=name) for n, name in enumerate(["death METAL", "Death metal", "Death metal"])
            ]
        },
    )
    assert Genre.objects.get().name == "Death metal"


def test_an_alias_that_a_curator_adds_moves_the_albums_at_the_next_sync(path: Path) -> None:
    sync_tabs(path, {TAB: [album(genres="Prog metal"), album(title="Pitfalls", genres="Prog-metal")]})
    genre = Genre.objects.get(key="prog-metal")
    GenreAlias.objects.create(genre=genre, name="Prog metal", key="prog metal")
    operation = sync_tabs(path, {TAB: [album(genres="Prog metal"), album(title="Pitfalls", genres="Prog-metal")]})
    assert counts(operation) == {"updated": 1, "unchanged": 1}
    assert [row["genres"] for row in catalogue()] == [["Prog-metal"], ["Prog-metal"]]


def test_two_artists_of_one_name_keep_their_own_countries(path: Path) -> None:
    rows = [
        album("Solstice", "Light Up", country="Milton Keynes, UK"),
        album("Solstice", "White Horse Hill", country="Dortmund"),
    ]
    sync_tabs(path, {TAB: rows})
    assert [row["country"] for row in catalogue()] == ["Milton Keynes, UK", "Dortmund"]


def test_rows_that_fail_are_listed_and_the_rest_is_done(path: Path) -> None:
    rows = [album(), album(title="x" * 600), album(artist=None, title="Orphan"), ("Karnivool",), album(title="Coal")]
    operation = sync_tabs(path, {TAB: rows})
    assert operation.status == "completed"
    assert counts(operation) == {"created": 2, "failed": 2, "skipped": 1}
    assert [warning["code"] for warning in operation.warnings] == ["failed_rows"]
    listed = list(operation.failures.values_list("tab", "row", "artist", "album", "code"))
    assert listed == [(TAB, 7, "Leprous", "x" * 500, "text_too_long"), (TAB, 8, "", "Orphan", "no_artist")]


def test_a_row_that_the_database_refuses_is_isolated(path: Path) -> None:
    with connection.cursor() as cursor:
        cursor.execute(REFUSING[connection.vendor])
    operation = sync_tabs(path, {TAB: [album(title=title) for title in ("Coal", "Cursed", "Malina", "Pitfalls")]})
    assert operation.status == "completed"
    assert counts(operation) == {"created": 3, "failed": 1}
    assert [row["title"] for row in catalogue()] == ["Coal", "Malina", "Pitfalls"]
    failure = SyncFailure.objects.get()
    assert (failure.code, failure.tab, failure.row, failure.album) == ("database_refused", TAB, 7, "Cursed")
    assert operation.warnings == [{"code": "failed_rows", "parameters": {"rows": 1}}]


REFUSING = {
    "sqlite": """CREATE TEMP TRIGGER refuse BEFORE INSERT ON catalog_album WHEN NEW.title = 'Cursed'
        BEGIN SELECT RAISE(ABORT, 'cursed'); END""",
    "postgresql": "ALTER TABLE catalog_album ADD CONSTRAINT refuse CHECK (title <> 'Cursed')",
}


def test_counts_agree_with_the_change_log_and_the_record(path: Path) -> None:
    sync_tabs(path, {TAB: [album(title=str(number)) for number in range(10)]})
    rows = [album(title=str(number), country="Norway" if number > 6 else "Notodden, Norway") for number in range(2, 12)]
    operation = sync_tabs(path, {TAB: rows})
    kinds = [change.kind for change in operation.changes.all()]
    assert {kind: kinds.count(kind) for kind in set(kinds)} == {"created": 2, "updated": 3, "removed": 2}
    assert counts(operation) == {"created": 2, "updated": 3, "removed": 2, "unchanged": 5}
    assert operation.record.counts == operation.counts
    assert (operation.record.total_in_catalog, operation.total_albums, operation.albums_processed) == (10, 12, 12)


def test_a_preview_counts_and_writes_nothing(path: Path) -> None:
    sync_tabs(path, {TAB: [album()]})
    before = catalogue()
    operation = sync_tabs(path, {TAB: [album(country="Norway"), album(title="Coal")]}, preview=True)
    assert (operation.status, counts(operation)) == ("completed", {"created": 1, "updated": 1})
    assert catalogue() == before
    assert not AlbumChange.objects.filter(operation=operation).exists()


def test_a_limit_reads_the_first_rows_and_removes_nothing(path: Path) -> None:
    sync_tabs(path, {TAB: [album(title=str(number)) for number in range(5)]})
    assert counts(sync(path, limit=2)) == {"unchanged": 2}
    assert len(catalogue()) == 5


def test_columns_that_vanish_from_a_tab_are_kept_until_they_come_back_or_the_loss_is_forced(path: Path) -> None:
    full = [
        album(title=str(number), spotify=spotify_id(number), bandcamp=f"https://x.bandcamp.com/album/{number}")
        for number in range(1, 9)
    ]
    bare = [album(title=str(number), genres=None, country="Norway") for number in range(1, 9)]
    sync_tabs(path, {TAB: full})
    before = catalogue()
    lost = sync_tabs(path, {TAB: bare})
    assert counts(lost) == {"updated": 8, "awaiting_enrichment": 8}
    assert [row | {"country": "Notodden, Norway"} for row in catalogue()] == before
    told = [(each.code, each.parameters, each.tab) for each in lost.failures.all()]
    assert told == [
        ("vanished_column", {"column": column, "albums": 8}, TAB)
        for column in ("Genre Subgenres", "Bandcamp", "Spotify")
    ]
    assert {warning["code"] for warning in lost.warnings} == {"doubtful_rows"}
    assert counts(sync_tabs(path, {TAB: bare[::-1]})) == {"unchanged": 8, "awaiting_enrichment": 8}
    assert counts(sync_tabs(path, {TAB: full})) == {"updated": 8, "awaiting_enrichment": 8}
    assert catalogue() == before
    assert counts(sync_tabs(path, {TAB: bare}, force=True)) == {"updated": 8}
    assert {row["genre_text"] for row in catalogue()} == {""}


def test_a_value_that_a_few_rows_lose_is_gone(path: Path) -> None:
    sync_tabs(
        path, {TAB: [album(title=str(number), bandcamp=f"https://x.bandcamp.com/{number}") for number in range(4)]}
    )
    assert counts(sync_tabs(path, {TAB: [album(title=str(number)) for number in range(4)]})) == {"updated": 4}
    assert {row["bandcamp_url"] for row in catalogue()} == {None}


def test_a_shrunken_sheet_changes_nothing_unless_forced_and_comes_back_whole(path: Path) -> None:
    tabs = {name: [album(title=f"{name} {number}") for number in range(40)] for name in FOUR_TABS}
    sync_tabs(path, tabs)
    before = catalogue()
    half = {name: tabs[name] for name in ("2024", "2023")}
    refused = sync_tabs(path, half)
    assert (refused.status, refused.error_code) == ("failed", "sheet_shrunk")
    assert "80 of 160" in error_message(Fact.stored(refused.error))
    assert "--force" in error_hint(Fact.stored(refused.error))
    assert catalogue() == before
    assert counts(sync(path, force=True)) == {"removed": 80, "unchanged": 80}
    assert counts(sync_tabs(path, tabs)) == {"revived": 80, "unchanged": 80}
    assert catalogue() == before


def test_vocal_styles_get_slugs_of_their_own(path: Path) -> None:
    sync_tabs(path, {TAB: [album(title=style, vocals=style) for style in ("Instru./Clean", "Clean", "Instru Clean")]})
    assert sorted(VocalStyle.objects.values_list("slug", flat=True)) == ["clean", "instru-clean", "instruclean"]


def test_nothing_hostile_in_a_cell_reaches_a_page_address(path: Path) -> None:
    rows = [
        album(bandcamp="javascript:alert(1)", title=cell("<script>", formula="SUM(A1)")),
        album(title="\u202eevil"),
    ]
    operation = sync_tabs(path, {TAB: rows})
    assert operation.status == SyncOperation.Status.COMPLETED
    assert [(row["title"], row["bandcamp_url"]) for row in catalogue()] == [("<script>", None), ("evil", None)]
