"""Other spellings of genres: what may be one, what they do, and how they came into their table."""

import hashlib
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from django.db.migrations.executor import MigrationExecutor
from django.db.models import JSONField, Value

from catalog.models import Genre, GenreAlias
from catalog.services.albums.names import AlbumNames
from tests.sheets import album
from tests.syncs import catalogue, counts, sync_tabs

BEFORE = [("catalog", "0002_preview_and_undo")]
AFTER = [("catalog", "0003_genre_alias")]


def migrating(test: Callable[..., None]) -> Callable[..., None]:
    """Give a test a database to migrate, in the long run only: that takes seconds."""
    for mark in (pytest.mark.django_db(transaction=True), pytest.mark.postgresql(long=True), pytest.mark.long):
        test = mark(test)
    return test


TAB = "2024 Prog-metal"


def genre(name: str) -> Genre:
    return Genre.objects.create(name=name, key=name.casefold(), slug=name.casefold().replace(" ", "-"))


def alias(of: Genre, name: str) -> GenreAlias:
    return GenreAlias.objects.create(genre=of, name=name, key=name.casefold())


def old_salt(rows: list[tuple[str, list[str]]]) -> str:
    """Return the salt as it was made of names of genres and their JSON."""
    aliases = {alias.casefold(): name for name, listed in rows for alias in listed}
    said = repr(sorted((alias, name) for alias, name in aliases.items()))
    return hashlib.blake2b(said.encode(), digest_size=8).hexdigest() if aliases else ""


@pytest.mark.django_db
def test_the_salt_of_entries_is_what_it_was_with_aliases_in_json() -> None:
    assert AlbumNames().salt == old_salt([]) == ""
    metal, rock = genre("Prog-metal"), genre("Prog-rock")
    for of, name in ((rock, "Prog rock"), (metal, "Prog Metal"), (metal, "Ｐrog metal"), (metal, "STRAẞE")):
        alias(of, name)
    rows = [("Prog-metal", ["Prog Metal", "Ｐrog metal", "STRAẞE"]), ("Prog-rock", ["Prog rock"])]
    assert AlbumNames().salt == old_salt(rows) == "61a854a70fc231ad"


@pytest.mark.django_db
def test_an_alias_leads_to_its_genre_whatever_its_capitals(tmp_path: Path) -> None:
    rows = {TAB: [album(genres="PROG metal, Djent"), album(title="Pitfalls", genres="Prog-metal")]}
    alias(genre("Prog-metal"), "Prog Metal")
    sync_tabs(tmp_path / "sheet.xlsx", rows)
    assert [row["genres"] for row in catalogue()] == [["Prog-metal", "Djent"], ["Prog-metal"]]
    assert counts(sync_tabs(tmp_path / "sheet.xlsx", rows)) == {"unchanged": 2}


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("of", "name", "said"),
    [
        ("Prog-metal", "ß" * 101, "This is too long."),
        ("Prog-metal", "PROG-METAL", "“PROG-METAL” is how Prog-metal is written anyway."),
        ("Prog-metal", "SPACE rock", "“SPACE rock” already means Prog-rock."),
        ("Prog-rock", "space ROCK", "“space ROCK” already means Prog-rock."),
        ("Space rock", "Spacey", "Space rock is itself a spelling of Prog-rock; add this one there."),
        ("Prog-metal", "prog-rock", "“prog-rock” has spellings of its own; delete them first."),
    ],
)
def test_an_alias_that_would_mean_two_genres_or_none_is_refused(of: str, name: str, said: str) -> None:
    genres = {name: genre(name) for name in ("Prog-metal", "Prog-rock", "Space rock")}
    alias(genres["Prog-rock"], "Space rock")
    with pytest.raises(ValidationError) as refused:
        GenreAlias(genre=genres[of], name=name).clean()
    assert refused.value.messages == [said]


@pytest.mark.django_db
def test_a_genre_that_the_sheet_made_may_become_an_alias_and_an_alias_may_be_respelled() -> None:
    metal, _ = genre("Heavy metal"), genre("Heavy")
    GenreAlias(genre=metal, name="Heavy").clean()
    given = alias(metal, "Heavy")
    given.name = "HEAVY"
    given.clean()
    assert given.key == "heavy"


@pytest.mark.django_db
@pytest.mark.parametrize("key", ["prog metal", ""])
def test_the_database_refuses_a_second_alias_of_one_key_and_an_empty_one(key: str) -> None:
    alias(genre("Prog-metal"), "Prog metal")
    with pytest.raises(IntegrityError), transaction.atomic():
        GenreAlias.objects.create(genre=genre("Prog-rock"), name="PROG METAL", key=key)


def migrate_to(targets: Sequence[tuple[str, str]]) -> Any:
    """Migrate, and return the apps as they are there."""
    executor = MigrationExecutor(connection)
    return executor.migrate(list(targets)).apps


@pytest.fixture
def before() -> Iterator[Any]:
    """Return the models as they were when aliases stood in JSON."""
    latest = MigrationExecutor(connection).loader.graph.leaf_nodes()
    yield migrate_to(BEFORE).get_model("catalog", "Genre").objects
    migrate_to(latest)


def migrated() -> dict[str, list[str]]:
    """Migrate, and return the aliases of each genre that has some."""
    aliases = migrate_to(AFTER).get_model("catalog", "GenreAlias").objects.order_by("genre__key", "key")
    found: dict[str, list[str]] = {}
    for name, key, of in aliases.values_list("name", "key", "genre__name"):
        assert key == name.casefold()
        found.setdefault(of, []).append(name)
    return found


@migrating
def test_the_migration_keeps_aliases_and_with_them_the_salt(before: Any) -> None:
    rows = [("Prog-metal", ["Progmetal", "PROG Metal"]), ("Prog-rock", ["Progrock", "progrock"]), ("Djent", [])]
    for name, aliases in rows:
        before.create(name=name, key=name.casefold(), slug=name.casefold(), aliases=aliases)
    assert migrated() == {"Prog-metal": ["PROG Metal", "Progmetal"], "Prog-rock": ["progrock"]}
    migrate_to(MigrationExecutor(connection).loader.graph.leaf_nodes())
    assert AlbumNames().salt == old_salt(rows)


@migrating
def test_of_two_genres_with_one_alias_the_one_that_had_its_albums_keeps_it(before: Any) -> None:
    rows = [("Prog-rock", ["Progressive"]), ("Prog-metal", ["progressive"])]
    for name, aliases in rows:
        before.create(name=name, key=name.casefold(), slug=name.casefold(), aliases=aliases)
    assert migrated() == {"Prog-rock": ["Progressive"]}
    migrate_to(MigrationExecutor(connection).loader.graph.leaf_nodes())
    assert AlbumNames().salt == old_salt(sorted(rows))


ODD: list[tuple[Any, list[str]]] = [
    (Value(None, JSONField()), []),
    (5, []),
    ([1, None, ["Djent"], {"a": "b"}, "Djent"], ["Djent"]),
    ("Progressive", ["Progressive"]),
    ({"Metalcore": 1}, []),
    (["", "  ", "\u200b"], []),
    (["  Heavy \u200b metal\n"], ["Heavy metal"]),
    (["x" * 201, "ß" * 101, "y" * 200], ["y" * 200]),
    (["Me\u0301tal"], ["M\u00e9tal"]),
    (["Doom", "DOOM"], ["DOOM"]),
]
"""What stands in the JSON of a genre, and the aliases that it becomes."""


@migrating
def test_the_migration_survives_whatever_the_json_holds(before: Any) -> None:
    for number, (stored, _) in enumerate(ODD):
        before.create(name=f"{number}", key=f"{number}", slug=f"{number}", aliases=stored)
    assert migrated() == {f"{number}": kept for number, (_, kept) in enumerate(ODD) if kept}


@migrating
def test_the_migration_can_be_taken_back(before: Any) -> None:
    before.create(name="Prog-metal", key="prog-metal", slug="prog-metal", aliases=["Progmetal", "PROG Metal"])
    before.create(name="Djent", key="djent", slug="djent", aliases=[])
    assert migrated() == {"Prog-metal": ["PROG Metal", "Progmetal"]}
    genres = migrate_to(BEFORE).get_model("catalog", "Genre").objects
    assert dict(genres.values_list("name", "aliases")) == {"Prog-metal": ["PROG Metal", "Progmetal"], "Djent": []}
