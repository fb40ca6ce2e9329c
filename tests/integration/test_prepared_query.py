"""A query that is written once finds what it would find if it were written each time."""

from typing import Any

import pytest
from django.db.models import F, Q, QuerySet
from django.db.models.functions import Now
from pytest_django import DjangoAssertNumQueries

from catalog.models import AlbumChange, SyncOperation
from catalog.services.prepared import PreparedQuery
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
