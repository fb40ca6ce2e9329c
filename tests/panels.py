"""Every state of the sync panel, as the app would show it: for pictures, and for what must hold in all of them."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from django.template.loader import render_to_string
from playwright.sync_api import Page, Route, expect

from catalog.services.facts import Fact
from catalog.services.sync.status import SyncStatus

NOW = datetime.now(UTC)
RUNNING = SyncStatus(
    id=7, status="running", stage="processing", tab="2023 Prog-metal", albums_processed=8214, total_albums=17_617,
    percent=47, started_at=NOW - timedelta(seconds=5), updated_at=NOW + timedelta(hours=1), elapsed_seconds=5,
    eta_seconds=4, last_synced_at=NOW - timedelta(hours=2, minutes=1), added_by_last_sync=15, total_in_catalog=17_617,
)  # fmt: skip
ENRICHING = replace(RUNNING, stage="enriching", spotify_processed=120, spotify_total=1400, percent=82, eta_seconds=75)
COUNTS = {"created": 15, "updated": 3, "unchanged": 17_599, "skipped": 2, "enriched": 120}
DONE = replace(
    RUNNING, status="completed", stage="", elapsed_seconds=9.2, counts=COUNTS, last_synced_at=NOW, finished_at=NOW
)
FAILED = replace(DONE, status="failed", counts={}, last_synced_at=RUNNING.last_synced_at)
PRIVATE = Fact("sheet_forbidden", {"cause": "status", "status": 403})
ENDLESS = Fact(
    "internal", {"legacy_message": "verylongword" * 40 + " and more " * 52, "legacy_hint": "Try again. " * 90}
)
SHRUNK = Fact("sheet_shrunk", {"lost": 9120, "total": 17_617})
FAILED_ROWS = Fact("failed_rows", {"rows": 5})
NO_CREDENTIALS = Fact("spotify_credentials", {"cause": "missing"})
NO_PREMIUM = Fact("spotify_forbidden", {"cause": "no_premium"})

PANELS: Mapping[str, tuple[SyncStatus, Mapping[str, object]]] = {
    "never": (SyncStatus(), {}),
    "pending": (replace(RUNNING, status="pending", percent=0, elapsed_seconds=None, eta_seconds=None), {}),
    "fetching": (replace(RUNNING, stage="fetching", tab="", percent=3, eta_seconds=None), {}),
    "reading": (RUNNING, {}),
    "long-tab": (replace(RUNNING, tab="Progressive metal and everything near it, 1968 to 2026, part two"), {}),
    "enriching": (ENRICHING, {}),
    "waiting": (replace(ENRICHING, waiting_until=NOW + timedelta(minutes=50)), {}),
    "silent": (replace(ENRICHING, updated_at=NOW - timedelta(seconds=12)), {}),
    "cancelling": (replace(RUNNING, cancel_requested=True), {}),
    "previewing": (replace(RUNNING, kind="preview"), {}),
    "undoing": (replace(RUNNING, kind="undo", albums_processed=3, total_albums=18), {}),
    "completed": (DONE, {}),
    "to-review": (replace(DONE, rows_to_review=31), {}),
    "still-to-review": (replace(DONE, rows_to_review=31, counts={"unchanged": 17_617}), {}),
    "previewed": (replace(DONE, kind="preview", counts={"created": 15, "updated": 3, "removed": 1}), {}),
    "unchanged": (
        replace(
            DONE, counts={"unchanged": 17_617}, elapsed_seconds=0.42, unchanged_since=NOW - timedelta(days=3),
            added_by_last_sync=0,
        ),
        {},
    ),
    "failed-rows": (
        replace(DONE, counts={"created": 40, "unchanged": 5, "failed": 5}, warnings=(FAILED_ROWS,)), {}
    ),
    "no-credentials": (replace(DONE, notes=(NO_CREDENTIALS,)), {}),
    "no-premium": (replace(DONE, warnings=(NO_PREMIUM, FAILED_ROWS)), {}),
    "blocked": (
        replace(DONE, spotify_blocked_until=NOW + timedelta(days=1), spotify_blocked_reason="quota"), {}
    ),
    "undone": (replace(DONE, kind="undo", undone_at=NOW - timedelta(minutes=3)), {}),
    "failed": (replace(FAILED, error=PRIVATE), {}),
    "failed-endless": (replace(FAILED, error=ENDLESS), {}),
    "shrunk": (replace(FAILED, error=SHRUNK, counts={"removed": 9120}, plan_digest="abc"), {"may_overrule": True}),
    "cancelled": (replace(DONE, status="cancelled"), {}),
    "interrupted": (replace(DONE, status="interrupted"), {}),
    "refused": (RUNNING, {"notice": "already_running"}),
    "cool-down": (DONE, {"notice": "too_soon", "wait": 8}),
    "not-allowed": (DONE, {"notice": "staff_sync", "may_sync": False}),
    "guest": (DONE, {"may_sync": False}),
}  # fmt: skip


def show(page: Page, name: str) -> None:
    """Let the panel of an open page show a state, as the answer to its next look."""
    status, context = PANELS[name]
    shown = {"status": status, "may_sync": True, **context}

    def answer(route: Route) -> None:
        panel = render_to_string("catalog/sync/panel.html", shown)
        route.fulfill(body=panel.replace("<section", f'<section data-shown="{name}"', 1), content_type="text/html")

    page.unroute("**/catalog/sync/status/*")
    page.route("**/catalog/sync/status/*", answer)
    page.locator("#sync-panel:not(.htmx-request)").dispatch_event("sync:look")  # one look at a time
    expect(page.locator("#sync-panel")).to_have_attribute("data-shown", name)
