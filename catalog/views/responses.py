"""Answers presses of buttons and polls in the form that was asked for: the panel, JSON, or a way back."""

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any
from urllib.parse import quote

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseNotModified, JsonResponse
from django.middleware.csrf import get_token
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.urls import get_script_prefix
from django.utils.cache import patch_cache_control
from django.utils.html import conditional_escape

from catalog.models import SyncOperation
from catalog.rendering.pieces import Piece, framed, mark, respond
from catalog.services.clock import Clock
from catalog.services.facts import Fact
from catalog.services.sync.options import SyncOptions
from catalog.services.sync.snapshot import Look, current_snapshot
from catalog.services.sync.status import SyncStatus
from catalog.services.sync_manager import NothingToUndo, OfferGone, SyncAlreadyRunning
from catalog.tasks import start_sync
from catalog.templatetags.catalog_extras import ago, machine_time
from catalog.views.negotiation import live, vary_by_representation, wants_json
from catalog.views.permission import cooldown_seconds, is_staff, may_sync
from catalog.wording import error_hint, error_message, notice_text, status_message, warning_line

ALBUMS = "catalog:album_list"

TOKEN = "the-token-of-the-reader"  # noqa: S105 - it stands for one
"""Stands for the CSRF token in what is rendered once for all readers."""


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
    if wait and not current_snapshot().get(fresh=True).is_active:
        response = answer(request, 429, "too_soon", back=back, wait=wait)
        response["Retry-After"] = str(wait)
        return response
    try:
        start_sync(SyncOperation.Trigger.BUTTON, started_by=request.user.get_username(), kind=kind, options=options)
    except SyncAlreadyRunning:
        return answer(request, 409, "already_running", back=back)
    except OfferGone:
        return answer(request, 409, "offer_gone", back=back)
    except NothingToUndo:
        return answer(request, 409, "nothing_to_undo", back=back)
    return answer(request, 202, started, back=back)


def answer(request: HttpRequest, code: int, notice: str, *, back: str = ALBUMS, wait: int = 0) -> HttpResponse:
    """Answer a press of a button with the latest status; a plain form is led back, where it finds the notice.

    ``notice`` is a code of ``catalog/sync/notice.html``.
    """
    if wants_json(request):
        return live(JsonResponse(status_object(current_snapshot().get(fresh=True)), status=code))
    if request.headers.get("HX-Request"):
        shown = "" if code == 202 else notice
        context = panel_context(request, fresh=True, notice=shown, wait=wait)
        return live(render(request, "catalog/sync/panel.html", context, status=code))
    level = messages.INFO if code == 202 else messages.WARNING
    messages.add_message(request, level, notice_text(notice, wait))
    response = redirect(back)
    response.status_code = 303
    return response


def panel_context(request: HttpRequest, *, fresh: bool = False, notice: str = "", wait: int = 0) -> dict[str, Any]:
    """Return what the sync panel shows to this reader."""
    return _panel(request, current_snapshot().get(fresh=fresh), notice, wait)


def _panel(request: HttpRequest, status: SyncStatus, notice: str = "", wait: int = 0) -> dict[str, Any]:
    return {
        "status": status_for(request, status),
        "may_sync": may_sync(request.user),
        "may_overrule": is_staff(request.user),
        "notice": notice,
        "wait": wait,
    }


def is_like_any_other(request: HttpRequest) -> bool:
    """Whether a reader gets the same page as all who aren't signed in and have nothing to be told."""
    return request.user.is_anonymous and not messages.get_messages(request)


def page(request: HttpRequest, template: str, parts: Mapping[str, str], **flags: bool) -> HttpResponse:
    """Answer with a page of these parts, which its template names; what holds them is kept for who isn't signed in."""
    if not is_like_any_other(request):
        return render(request, template, {**parts, **flags})
    told = {"now": machine_time(Clock().now()), "here": quote(request.get_full_path())}
    values = {name: Piece.short(text) for name, text in told.items()}
    values |= {name: Piece.of(conditional_escape(text)) for name, text in parts.items()}
    return respond(request, in_frame(request, template, values, flags, *sorted(flags.items())))


def in_frame(
    request: HttpRequest, template: str, values: Mapping[str, Piece], context: Mapping[str, object], *facts: object
) -> list[Piece]:
    """Return a page of these values; its template, with marks in their place, is rendered once for these facts."""
    key = ("frame", template, *facts, settings.IS_DEMO, get_script_prefix())
    marks = {name: mark(name) for name in values}
    return framed(key, lambda: render_to_string(template, {**context, **marks}, request), values)


def live_panel(request: HttpRequest, look: Look) -> Piece:
    """Return the sync panel as it stands for somebody who isn't signed in, with their own token in its forms."""
    is_dismissed = _has_dismissed(request, look.status)
    html = look.rendered.get(is_dismissed)
    if html is None:
        cookies = {"COOKIES": {"dismissed_sync": str(look.status.id)}} if is_dismissed else {}
        context = _panel(request, look.status) | {"request": cookies, "csrf_token": TOKEN}
        html = look.rendered[is_dismissed] = render_to_string("catalog/sync/panel.html", context)
    return Piece.of(html.replace(TOKEN, get_token(request)) if TOKEN in html else html)


def panel_facts(request: HttpRequest, status: SyncStatus) -> tuple[object, ...]:
    """Return what the panel tells somebody who isn't signed in: when any of it changes, the page is another one."""
    told = (
        status.seen,
        status.total_in_catalog,
        status.rows_to_review,
        status.next_sync_at,
        status.overdue_since,
        status.spotify_blocked_until,
    )
    since = ago(status.last_synced_at, status.now) if status.last_synced_at else ""
    return (*told, since, _has_dismissed(request, status), may_sync(request.user))


def _has_dismissed(request: HttpRequest, status: SyncStatus) -> bool:
    return request.COOKIES.get("dismissed_sync") == str(status.id)


def status_for(request: HttpRequest, status: SyncStatus) -> SyncStatus:
    """Return the status that the panel shows to this reader: who may sync sees what the latest preview found."""
    return status.preview if status.preview and may_sync(request.user) else status


def status_object(status: SyncStatus) -> dict[str, Any]:
    """Return the status as machines read it; docs/reference/http.md lists the keys."""
    keys = (
        "id", "status", "stage", "albums_processed", "total_albums", "spotify_processed", "spotify_total", "percent",
        "cancel_requested", "started_at", "updated_at", "finished_at", "elapsed_seconds", "eta_seconds",
        "rows_to_review", "next_sync_at", "last_synced_at", "total_in_catalog",
    )  # fmt: skip
    zero = dict.fromkeys(SyncOperation.COUNTS, 0)
    return {
        **{name: _plain(getattr(status, name)) for name in keys},
        "message": status_message(status),
        "counts": zero | status.counts,
        "warnings": list(map(warning_line, status.warnings)),
        "notes": list(map(warning_line, status.notes)),
        "error": _error_object(status.error) if status.error else None,
    }


def _error_object(error: Fact) -> dict[str, str]:
    return {"code": error.code, "message": error_message(error), "hint": error_hint(error)}


def status_as_json(request: HttpRequest, look: Look) -> HttpResponse:
    """Answer the status object, or 304 to somebody who has it."""
    body, etag = look.written(_as_json)
    if etag in request.headers.get("If-None-Match", ""):
        response: HttpResponse = HttpResponseNotModified()
    else:
        response = HttpResponse(body, content_type="application/json")
    response["ETag"] = etag
    patch_cache_control(response, no_cache=True)
    vary_by_representation(response)
    return response


def _as_json(status: SyncStatus) -> str:
    return json.dumps(status_object(status))


def _plain(value: object) -> object:
    return value.isoformat() if isinstance(value, datetime) else value
