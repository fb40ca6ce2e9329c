"""A query that is written once finds what it would find if it were written each time; rows are inserted as they are."""

from datetime import UTC, datetime
from typing import Any

import pytest
from django.db import connection, transaction
from django.db.models import F, Q, QuerySet
from django.db.models.functions import Now
from django.db.utils import DataError
from pytest_django import DjangoAssertNumQueries

from catalog.models import AlbumChange, SyncOperation
from catalog.services.prepared import PreparedQuery, as_stored, columns_of, insert, replacing
from tests.factories import add_album

pytestmark = [pytest.mark.django_db, pytest.mark.postgresql]


def facts(operation: SyncOperation | None) -> dict[str, Any]:
    assert operation is not None
    return {name: value for name, value in vars(operation).items() if name != "_state"}


def completed() -> QuerySet[SyncOperation]:
    late = Q(started_at__gt=F("created_at"))
    return SyncOperation.objects.filter(status="completed").annotate(
        silence=F("finished_at") - F("started_at"), late=late
    )


def test_it_finds_what_the_queryset_finds(django_assert_num_queries: DjangoAssertNumQueries) -> None:
    prepared = PreparedQuery(completed())
    assert prepared.first() is None
    for number in (1, 2):
        SyncOperation.objects.create(
            status="completed",
            started_at=Now(),
            finished_at=Now(),
            started_by=f"{number} %s",
            options={"seconds": number},
        )
    SyncOperation.objects.create()
    with django_assert_num_queries(1):
        found = prepared.first()
    assert facts(found) == facts(completed().first())
    assert found is not None
    assert found.options == {"seconds": 2}
    SyncOperation.objects.filter(pk=found.pk).delete()
    assert facts(prepared.first()) == facts(completed().first())


def test_it_is_asked_for_other_values_and_brings_what_is_selected_with_them(
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    kinds = ("created", "updated", "removed")
    albums = [add_album(f"Artist {number}", f"Title {number}") for number in range(2)]
    operation = SyncOperation.objects.create()
    for album, kind in zip(albums, kinds, strict=False):
        AlbumChange.objects.create(operation=operation, album=album, kind=kind, fields={"title": ["a", kind]})
    prepared = PreparedQuery(AlbumChange.objects.select_related("album__artist").filter(album=1)[:5])
    for album, kind in zip(albums, kinds, strict=False):
        with django_assert_num_queries(1):
            (found,) = prepared.all(album.pk)
            assert (found.artist, found.title, found.kind) == (album.artist.name, album.title, kind)
        assert found.fields == {"title": ["a", kind]}
    assert prepared.all(0) == []
    assert prepared.first(0) is None


COLUMNS = columns_of(AlbumChange, "operation", "album", "kind", "tab", "row", "fields", "before", "changed_at")
ODD = (
    "", " ", "NULL", "null", '"', "\\", "\\\\", "'", "''", "{", "}", "{a,b}", '{"a"}', "a,b", "%s", "%", "%%s", "$1",
    "E'\\\\'", "--", ";", "\n", "\r\n", "\t", "\x7f", "Møl", "🎸", "e\u0301", "\u202eabc", "::text[]", "(1,2)",
)  # fmt: skip


def stored(rows: list[AlbumChange]) -> list[list[Any]]:
    return [as_stored(COLUMNS, vars(row)) for row in rows]


def test_rows_are_inserted_as_they_are_and_their_keys_come_in_order() -> None:
    operation = SyncOperation.objects.create()
    rows = [
        AlbumChange(
            operation=operation,
            album=add_album(f"Artist {number}", f"Title {number}"),
            kind="created",
            tab=odd,
            row=number if number % 2 else None,
            fields={odd: [odd, None, number, 1.5, True, {"in": [odd]}]},
            changed_at=datetime(1970 + number, 1, 2, 3, 4, 5, 678901, tzinfo=UTC),
        )
        for number, odd in enumerate(ODD)
    ]
    keys = insert(AlbumChange, COLUMNS, stored(rows))
    names = ("tab", "row", "fields", "changed_at", "album_id")
    found = {each["pk"]: each for each in AlbumChange.objects.values("pk", *names)}
    assert [{name: found[key][name] for name in names} for key in keys] == [
        {name: getattr(row, name) for name in names} for row in rows
    ]
    for row in rows:
        row.tab += "!"
    assert insert(AlbumChange, COLUMNS, stored(rows), replacing("operation_id, album_id", ["tab"])) == keys
    assert list(AlbumChange.objects.values_list("tab", flat=True)) == [f"{odd}!" for odd in ODD]
    assert insert(AlbumChange, COLUMNS, []) == []


@pytest.mark.skipif(connection.vendor == "sqlite", reason="SQLite knows no lengths")
def test_a_value_that_is_too_long_is_refused_and_not_cut_off() -> None:
    row = AlbumChange(
        operation=SyncOperation.objects.create(), album=add_album("A", "B"), kind="created", tab="a" * 500
    )
    row.changed_at = datetime.now(UTC)
    with pytest.raises(DataError), transaction.atomic():
        insert(AlbumChange, COLUMNS, stored([row]))
