"""The sync button: start, watch and cancel, by HTMX, by plain forms and by JSON."""

import hashlib
import json
from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import get_user_model
from django.contrib.auth.models import AbstractBaseUser, AnonymousUser
from django.db.models.functions import Now
from django.http import HttpRequest, HttpResponse, HttpResponseNotModified, JsonResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.utils.cache import patch_cache_control
from django.views import View
from django_htmx.http import trigger_client_event

from catalog.models import SyncOperation
from catalog.services.sync_manager import SyncAlreadyRunning, SyncManager
from catalog.services.sync_snapshot import snapshot
from catalog.services.sync_status import SyncStatus
from catalog.tasks import start_sync
from catalog.views.faces import vary_by_face

STARTED = "The sync has started."
ALREADY_RUNNING = "A sync is already in progress; this is how far it is."
NOT_ALLOWED = "Only staff may start or cancel a sync. Sign in first."
NO_TOKEN = "This page is too old for its forms. Load it again, then press once more."  # noqa: S105 - a sentence
NOTHING_TO_CANCEL = "No sync is running."
CANCELLING = "The sync is being cancelled."

User = AbstractBaseUser | AnonymousUser


class SyncTriggerView(View):
    """Start a sync, unless one is running."""

    def post(self, request: HttpRequest) -> HttpResponse:
        """Answer 202, 409, 403 or 429, or lead a plain form back to the catalogue."""
        if not may_sync(request.user):
            return answer(request, 403, NOT_ALLOWED)
        wait = cooldown_seconds(request.user)
        if wait and not snapshot.get(fresh=True).is_active:
            response = answer(request, 429, f"The last sync has only just begun. Try again in {wait} s.")
            response["Retry-After"] = str(wait)
            return response
        try:
            start_sync(SyncOperation.Trigger.BUTTON, started_by=request.user.get_username())
        except SyncAlreadyRunning:
            return answer(request, 409, ALREADY_RUNNING)
        return answer(request, 202, STARTED)


class SyncCancelView(View):
    """Ask the running sync to end."""

    def post(self, request: HttpRequest) -> HttpResponse:
        """Answer 202, 409 or 403, or lead a plain form back to the catalogue."""
        if not may_sync(request.user):
            return answer(request, 403, NOT_ALLOWED)
        if not SyncManager.from_settings().cancel():
            return answer(request, 409, NOTHING_TO_CANCEL)
        return answer(request, 202, CANCELLING)


class SyncStatusView(View):
    """Tell how the latest sync stands."""

    def get(self, request: HttpRequest) -> HttpResponse:
        """Answer the panel, nothing (204) to a panel that shows it already, or the status object."""
        status = snapshot.get()
        if wants_json(request):
            return _json(request, status)
        seen = request.GET.get("seen", "")
        if seen == status.seen and not status.is_active:
            return _live(HttpResponse(status=204))
        response = _live(render(request, "catalog/components/sync_panel.html", panel_context(request)))
        if status.is_news_to(seen):
            trigger_client_event(response, "sync:finished", {"id": status.id, "status": status.status})
        return response


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:  # noqa: ARG001 - Django passes it
    """Answer a form without its token: in the panel where the panel asked."""
    if request.headers.get("HX-Request") or wants_json(request):
        return answer(request, 403, NO_TOKEN)
    return render(request, "403_csrf.html", {"message": NO_TOKEN}, status=403)


def may_sync(user: User) -> bool:
    """Whether somebody may start and cancel syncs."""
    return settings.SYNC.permission == "anyone" or bool(getattr(user, "is_staff", False))


def cooldown_seconds(user: User) -> int:
    """Return how long somebody who is not staff has to wait, in whole seconds, 0 if not at all."""
    if getattr(user, "is_staff", False) or not settings.SYNC.cooldown_seconds:
        return 0
    staff = get_user_model().objects.filter(is_staff=True).values("username")
    pressed = SyncOperation.objects.syncs().filter(trigger=SyncOperation.Trigger.BUTTON).exclude(started_by__in=staff)
    last = pressed.annotate(now=Now()).values_list("created_at", "now").first()
    if last is None:
        return 0
    created, now = last
    left = timedelta(seconds=settings.SYNC.cooldown_seconds) - (now - created)
    return max(0, -(-left // timedelta(seconds=1)))


def panel_context(request: HttpRequest, *, fresh: bool = False, notice: str = "") -> dict[str, Any]:
    """Return what the sync panel shows to this reader."""
    return {"status": snapshot.get(fresh=fresh), "may_sync": may_sync(request.user), "notice": notice}


def wants_json(request: HttpRequest) -> bool:
    """Whether the request prefers JSON to HTML."""
    return request.get_preferred_type(["text/html", "application/json"]) == "application/json"


def answer(request: HttpRequest, code: int, notice: str) -> HttpResponse:
    """Answer a press of a button in the form that was asked for, with the latest status."""
    if wants_json(request):
        return _live(JsonResponse(status_object(snapshot.get(fresh=True)), status=code))
    if request.headers.get("HX-Request"):
        shown = "" if code == 202 else notice
        context = panel_context(request, fresh=True, notice=shown)
        return _live(render(request, "catalog/components/sync_panel.html", context, status=code))
    level = messages.INFO if code == 202 else messages.WARNING
    messages.add_message(request, level, notice)
    response = redirect("catalog:album_list")
    response.status_code = 303
    return response


def status_object(status: SyncStatus) -> dict[str, Any]:
    """Return the status as machines read it; docs/operating.md lists the keys."""
    keys = (
        "id", "status", "stage", "albums_processed", "total_albums", "spotify_processed", "spotify_total", "percent",
        "cancel_requested", "started_at", "updated_at", "finished_at", "elapsed_seconds", "eta_seconds",
        "last_synced_at", "total_in_catalog",
    )  # fmt: skip
    zero = dict.fromkeys(SyncOperation.COUNTS, 0)
    return {
        **{name: _plain(getattr(status, name)) for name in keys},
        "message": " ".join(render_to_string("catalog/components/sync_message.txt", {"status": status}).split()),
        "counts": zero | status.counts,
        "warnings": list(status.warnings),
        "error": asdict(status.error) if status.error else None,
    }


def _json(request: HttpRequest, status: SyncStatus) -> HttpResponse:
    body = json.dumps(status_object(status))
    etag = f'"{hashlib.blake2b(body.encode(), digest_size=12).hexdigest()}"'
    if etag in request.headers.get("If-None-Match", ""):
        response: HttpResponse = HttpResponseNotModified()
    else:
        response = HttpResponse(body, content_type="application/json")
    response["ETag"] = etag
    patch_cache_control(response, no_cache=True)
    vary_by_face(response)
    return response


def _live(response: HttpResponse) -> HttpResponse:
    patch_cache_control(response, no_store=True)
    vary_by_face(response)
    return response


def _plain(value: object) -> object:
    return value.isoformat() if isinstance(value, datetime) else value
