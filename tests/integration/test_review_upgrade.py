"""The list of rows to review begins with what the last sync of the version before had found."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from catalog.models import ReviewRow, SyncOperation
from tests.sheets import album
from tests.syncs import sync, sync_tabs

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.postgresql, pytest.mark.long]

BEFORE = ("catalog", "0008_search_text_of_any_length")
TAB = "2024 Prog-metal"


@pytest.fixture(autouse=True)
def _upgraded() -> Iterator[None]:
    """Leave the newest version behind, whatever happens."""
    yield
    migrate()


def migrate(*target: tuple[str, str]) -> None:
    executor = MigrationExecutor(connection)
    executor.migrate(list(target) or executor.loader.graph.leaf_nodes())


def test_what_the_last_sync_found_is_listed_and_no_news(path: Path) -> None:
    rows = [album(), album(title="Pitfalls", released=date(2011, 1, 1)), album(None, "Orphan"), ("Karnivool",)]
    before = sync_tabs(path, {TAB: rows})
    assert before.failures.count() == 2
    SyncOperation.objects.update(sheet_digest="of the version before")
    migrate(BEFORE)
    migrate()
    listed = ReviewRow.objects.values_list("code", "row", "is_skipped", "digest")
    assert sorted(listed) == [("no_artist", 8, True, ""), ("other_year", 7, False, "")]
    after = sync(path)
    assert (after.changed, after.failures.count()) == (0, 0)
    assert [warning["code"] for warning in after.warnings] == ["failed_rows"]
    listed = ReviewRow.objects.order_by("row").values_list("code", "first_seen_in")
    assert list(listed) == [("other_year", before.pk), ("no_artist", before.pk), ("no_album", after.pk)]
    assert all(ReviewRow.objects.values_list("digest", flat=True))


def test_a_database_without_a_sync_has_nothing_to_list() -> None:
    migrate(BEFORE)
    migrate()
    assert not ReviewRow.objects.exists()
