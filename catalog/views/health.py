"""Whether the process lives, and whether it can serve."""

import logging

from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, HttpResponse

from catalog.services.database import cause_of
from catalog.services.sync.snapshot import current_snapshot
from catalog.wording import database_cause

logger = logging.getLogger(__name__)


def healthz(_request: HttpRequest) -> HttpResponse:
    """Say that the process answers; the database is not asked."""
    return HttpResponse("alive\n", content_type="text/plain")


def readyz(_request: HttpRequest) -> HttpResponse:
    """Say whether the database is reachable and migrated, and whether the schedule is kept, which isn't asked for."""
    try:
        executor = MigrationExecutor(connection)
        is_behind = bool(executor.migration_plan(executor.loader.graph.leaf_nodes()))
        overdue = None if is_behind else current_snapshot().get().overdue_since
    except DatabaseError as error:
        logger.warning("database not reachable error=%s", error)
        why = database_cause(cause_of(error))
        return HttpResponse(f"the database is not reachable\n{why}\n", status=503, content_type="text/plain")
    if is_behind:
        return HttpResponse(
            "the database is not migrated; run manage.py migrate\n", status=503, content_type="text/plain"
        )
    late = f"the sync of {overdue:%Y-%m-%d %H:%M} UTC is overdue; is a scheduler running?\n" if overdue else ""
    return HttpResponse(f"ready\n{late}", content_type="text/plain")
