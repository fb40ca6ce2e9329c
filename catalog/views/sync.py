"""The sync button: start, watch and cancel, by HTMX, by plain forms and by JSON."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views import View
from django_htmx.http import trigger_client_event

from catalog.services.sync.options import SyncOptions
from catalog.services.sync.snapshot import current_snapshot
from catalog.services.sync_manager import SyncManager
from catalog.views.negotiation import live, wants_json
from catalog.views.permission import is_staff, may_sync
from catalog.views.responses import answer, panel_context, start, status_as_json

STARTED = "The sync has started."
NOT_ALLOWED = "Only staff may start or cancel a sync. Sign in first."
NOT_STAFF = "Only staff may accept a sheet that lost many of its albums. Sign in first."
NO_TOKEN = "This page is too old for its forms. Load it again, then press once more."  # noqa: S105 - a sentence
NOTHING_TO_CANCEL = "No sync is running."
CANCELLING = "The sync is being cancelled."


class SyncTriggerView(View):
    """Start a sync, unless one is running."""

    def post(self, request: HttpRequest) -> HttpResponse:
        """Answer 202, 409, 403 or 429, or lead a plain form back to the catalogue."""
        if not may_sync(request.user):
            return answer(request, 403, NOT_ALLOWED)
        force = bool(request.POST.get("force"))
        if force and not is_staff(request.user):
            return answer(request, 403, NOT_STAFF)
        return start(request, STARTED, options=SyncOptions(force=force))


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
        look = current_snapshot().look()
        if wants_json(request):
            return status_as_json(request, look)
        status = look.status
        seen = request.GET.get("seen", "")
        if seen == status.seen and not status.is_active:
            return live(HttpResponse(status=204))
        response = live(render(request, "catalog/sync/panel.html", panel_context(request)))
        if status.is_older_than(seen):
            trigger_client_event(response, "sync:compared", {})
        if status.is_news_to(seen):
            trigger_client_event(response, "sync:finished", {"id": status.id, "status": status.status})
        return response


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:  # noqa: ARG001 - Django passes it
    """Answer a form without its token: in the panel where the panel asked."""
    if request.headers.get("HX-Request") or wants_json(request):
        return answer(request, 403, NO_TOKEN)
    return render(request, "403_csrf.html", {"message": NO_TOKEN}, status=403)
