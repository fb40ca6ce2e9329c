"""Simulates a year of hourly syncs, prunes it, and compares the status query and the size with a fresh database.

One sync in 33 changes albums, twenty each; each twentieth fails. Usage: python -m bench.ageing [sqlite|postgresql …]
"""

import os
import time
from datetime import timedelta
from pathlib import Path
from statistics import median

from bench.tools.databases import Figures, on_each
from bench.tools.measuring import run_on

OPERATIONS, ONE_CHANGES, CHANGES, ONE_FAILS = 8760, 33, 20, 20
ALBUMS, READS = 2000, 400
MEGABYTE = 1 << 20


def measure(folder: Path) -> Figures:
    """Return seconds of the status query and megabytes of the database: fresh, after a year, and pruned."""
    import django

    from tests.live import fresh_database

    database = fresh_database(folder)
    run_on(database, "bench.tools.catalogue", str(ALBUMS))
    os.environ |= {"DATABASE_URL": database, "SYNC_INTERVAL": "1h", "DJANGO_SETTINGS_MODULE": "config.settings"}
    django.setup()
    from catalog.services.care.pruning import prune

    figures: Figures = {}
    add_operations(40)
    figures["fresh"] = facts()
    add_operations(OPERATIONS)
    figures["year"] = facts()
    start = time.perf_counter()
    prune(90)
    figures["pruned"] = facts() | {"pruning": time.perf_counter() - start}
    return figures


def add_operations(number: int) -> None:
    """Add hourly syncs, the last of them an hour ago."""
    from django.utils import timezone

    from catalog.models import Album, AlbumChange, SyncFailure, SyncOperation, SyncRecord

    now, albums = timezone.now(), list(Album.objects.all()[:CHANGES])
    operations: list[SyncOperation] = []
    for hour in range(number, 0, -1):
        at, fails, changes = now - timedelta(hours=hour), hour % ONE_FAILS == 1, hour % ONE_CHANGES == 0
        operations.append(
            SyncOperation(
                trigger="schedule",
                status="failed" if fails else "completed",
                error_code="sheet_unreachable" if fails else "",
                created_at=at,
                started_at=at,
                beat_at=at,
                finished_at=at,
                sheet_committed_at=None if fails else at,
                albums_processed=0 if fails else ALBUMS,
                total_albums=ALBUMS,
                updated=CHANGES if changes and not fails else 0,
                step_seconds={"fetching": 2.0, "reading": 3.0, "applying": 1.0},
            )
        )
    operations = SyncOperation.objects.bulk_create(operations, batch_size=500)
    SyncRecord.objects.bulk_create([SyncRecord.of(each) for each in operations], batch_size=500)
    changed = [each for each in operations if each.updated]
    AlbumChange.objects.bulk_create(
        [
            AlbumChange(operation=each, album=album, kind="updated", fields={"label": ["A", "B"]}, tab="2024", row=7)
            for each in changed
            for album in albums
        ],
        batch_size=500,
    )
    SyncFailure.objects.bulk_create(
        [SyncFailure(operation=each, code="row_without_title", tab="2024", row=7) for each in changed], batch_size=500
    )


def facts() -> dict[str, float]:
    """Return the median of many status queries, and how large the database is."""
    from django.db import connection

    from catalog.models import SyncOperation
    from catalog.services.sync.snapshot import read_status

    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")  # as both databases do by themselves in time
        if connection.vendor == "postgresql":
            cursor.execute("SELECT pg_database_size(current_database())")
            ((size,),) = cursor.fetchall()
        else:
            size = Path(connection.settings_dict["NAME"]).stat().st_size
    seconds: list[float] = []
    for _ in range(READS):
        start = time.perf_counter()
        read_status()
        seconds.append(time.perf_counter() - start)
    operations = SyncOperation.objects.get_queryset().count()
    return {"seconds": median(seconds), "megabytes": size / MEGABYTE, "operations": operations}


if __name__ == "__main__":
    on_each("bench.ageing", measure)
