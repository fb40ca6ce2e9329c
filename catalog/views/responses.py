"""Answers presses of buttons and polls in the form that was asked for: the panel, JSON, or a way back."""

import hashlib
import json
import time
from dataclasses import asdict
from datetime import datetime
from functools import lru_cache
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseNotModified, JsonResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.utils.cache import patch_cache_control

from catalog.models import SyncOperation
from catalog.services.sync.options import SyncOptions
from catalog.services.sync.snapshot import SNAPSHOT_SECONDS, snapshot
from catalog.services.sync.status import SyncStatus
from catalog.services.sync_manager import NothingToUndo, SyncAlreadyRunning
from catalog.tasks import start_sync
from catalog.views.negotiation import live, vary_by_representation, wants_json
from catalog.views.permission import cooldown_seconds, is_staff, may_sync

ALBUMS = "catalog:album_list"
ALREADY_RUNNING = "A sync is already in progress; this is how far it is."
NOTHING_TO_UNDO = "There is nothing to undo: another sync came in between, or it is undone already."
TOO_SOON = "The last one has only just begun. Try again in {} s."


def start(
    request: HttpRequest,
    started: str,
    *,
    kind: SyncOperation.Kind = SyncOperation.Kind.SYNC,
    options: SyncOptions | None = None,
    back: str = ALBUMS,
) -> HttpResponse:
    """Start an operation for somebody who may, and answer 202, 409 or 429."""
    wait = cooldown_seconds(request.user, kind)
    if wait and not snapshot.get(fresh=True).is_active:
        response = answer(request, 429, TOO_SOON.format(wait), back=back, wait=wait)
        response["Retry-After"] = str(wait)
        return response
    try:
        start_sync(SyncOperation.Trigger.BUTTON, started_by=request.user.get_username(), kind=kind, options=options)
    except SyncAlreadyRunning:
        return answer(request, 409, ALREADY_RUNNING, back=back)
    except NothingToUndo:
        return answer(request, 409, NOTHING_TO_UNDO, back=back)
    return answer(request, 202, started, back=back)


def answer(request: HttpRequest, code: int, notice: str, *, back: str = ALBUMS, wait: int = 0) -> HttpResponse:
    """Answer a press of a button with the latest status; a plain form is led back, where it finds the notice."""
    if wants_json(request):
        return live(JsonResponse(status_object(snapshot.get(fresh=True)), status=code))
    if request.headers.get("HX-Request"):
        shown = "" if code == 202 else notice
        context = panel_context(request, fresh=True, notice=shown, wait=wait)
        return live(render(request, "catalog/sync/panel.html", context, status=code))
    level = messages.INFO if code == 202 else messages.WARNING
    messages.add_message(request, level, notice)
    response = redirect(back)
    response.status_code = 303
    return response


def panel_context(request: HttpRequest, *, fresh: bool = False, notice: str = "", wait: int = 0) -> dict[str, Any]:
    """Return what the sync panel shows to this reader."""
    return {
        "status": snapshot.get(fresh=fresh),
        "may_sync": may_sync(request.user),
        "may_overrule": is_staff(request.user),
        "notice": notice,
        "wait": wait,
    }


def status_object(status: SyncStatus) -> dict[str, Any]:
    """Return the status as machines read it; docs/reference/http.md lists the keys."""
    keys = (
        "id", "status", "stage", "albums_processed", "total_albums", "spotify_processed", "spotify_total", "percent",
        "cancel_requested", "started_at", "updated_at", "finished_at", "elapsed_seconds", "eta_seconds",
        "last_synced_at", "total_in_catalog",
    )  # fmt: skip
    zero = dict.fromkeys(SyncOperation.COUNTS, 0)
    return {
        **{name: _plain(getattr(status, name)) for name in keys},
        "message": " ".join(render_to_string("catalog/sync/message.txt", {"status": status}).split()),
        "counts": zero | status.counts,
        "warnings": list(status.warnings),
        "error": asdict(status.error) if status.error else None,
    }


def status_as_json(request: HttpRequest, status: SyncStatus) -> HttpResponse:
    """Answer the status object, or 304 to somebody who has it."""
    body, etag = _written(status, int(time.monotonic() / SNAPSHOT_SECONDS))
    if etag in request.headers.get("If-None-Match", ""):
        response: HttpResponse = HttpResponseNotModified()
    else:
        response = HttpResponse(body, content_type="application/json")
    response["ETag"] = etag
    patch_cache_control(response, no_cache=True)
    vary_by_representation(response)
    return response


@lru_cache(maxsize=4)
def _written(status: SyncStatus, _half_second: int) -> tuple[str, str]:
    """Return the status object and its ETag, the same for all who ask within half a second.

    A status that stays the same is written anew all the same: its words tell how long ago things were.
    """
    body = json.dumps(status_object(status))
    return body, f'"{hashlib.blake2b(body.encode(), digest_size=12).hexdigest()}"'


def _plain(value: object) -> object:
    return value.isoformat() if isinstance(value, datetime) else value
