"""The sync button: start, watch and cancel, by HTMX, by plain forms and by JSON."""

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.middleware import csrf
from django.shortcuts import render
from django.views import View
from django_htmx.http import trigger_client_event

from catalog.models import SyncOperation
from catalog.services.sync.options import SyncOptions
from catalog.services.sync.snapshot import current_snapshot
from catalog.services.sync_manager import SyncManager
from catalog.views.negotiation import is_yes, live, number, wants_json
from catalog.views.permission import is_staff, may_cancel, may_sync
from catalog.views.responses import answer, panel_context, start, status_as_json, status_for
from catalog.wording import notice_text

Kind, Status = SyncOperation.Kind, SyncOperation.Status


class SyncTriggerView(View):
    """Start a sync, unless one is running."""

    def post(self, request: HttpRequest) -> HttpResponse:
        """Answer 202, 409, 403 or 429, or lead a plain form back to the catalogue."""
        if not may_sync(request.user):
            return answer(request, 403, "staff_sync")
        options = _options(request)
        if options.force and not is_staff(request.user):
            return answer(request, 403, "staff_accept")
        return start(request, "started", options=options)


class SyncCancelView(View):
    """Ask the running sync to end."""

    def post(self, request: HttpRequest) -> HttpResponse:
        """Answer 202, 409 or 403, or lead a plain form back to the catalogue."""
        if not may_sync(request.user):
            return answer(request, 403, "staff_sync")
        manager = SyncManager.from_settings()
        active = manager.recover()
        if active is None:
            return answer(request, 409, "nothing_to_cancel")
        if "id" in request.POST and number(request.POST.get("id", "")) != active.pk:
            return answer(request, 409, "another_runs")
        if not may_cancel(request.user, active):
            return answer(request, 403, "staff_cancel")
        if not manager.cancel(active):
            return answer(request, 409, "nothing_to_cancel")
        return answer(request, 202, "cancelling")


def _options(request: HttpRequest) -> SyncOptions:
    """Return what a press asks for: to accept a list that was held back lifts the guards, to apply a preview not."""
    asked = request.POST.get("accept", "")
    if not asked:
        return SyncOptions(force=is_yes(request.POST.get("force", "")))
    pk = number(asked)
    applies = SyncOperation.objects.get_queryset().filter(pk=pk, kind=Kind.PREVIEW, status=Status.COMPLETED).exists()
    return SyncOptions(accept=pk, digest=request.POST.get("digest", ""), force=not applies)


class SyncStatusView(View):
    """Tell how the latest sync stands."""

    def get(self, request: HttpRequest) -> HttpResponse:
        """Answer the panel, nothing (204) to a panel that shows it already, or the status object."""
        look = current_snapshot().look()
        if wants_json(request):
            return status_as_json(request, look)
        status = status_for(request, look.status)
        seen = request.GET.get("seen", "")
        if seen == status.seen and not status.is_active:
            return live(HttpResponse(status=204))
        response = live(render(request, "catalog/sync/panel.html", panel_context(request)))
        if status.is_older_than(seen) or (status.kind == Kind.PREVIEW.value and status.is_news_to(seen)):
            trigger_client_event(response, "sync:compared", {})
        elif status.is_news_to(seen):
            trigger_client_event(response, "sync:finished", {"id": status.id, "status": status.status})
        return response


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Answer a form that Django refused: in the panel where the panel asked."""
    notice = csrf_notice(reason, request.META.get("HTTP_ORIGIN", ""))
    if wants_json(request):
        return live(JsonResponse({"error": {"code": notice, "message": notice_text(notice), "hint": ""}}, status=403))
    if request.headers.get("HX-Request"):
        return answer(request, 403, notice)
    return render(request, "403_csrf.html", {"notice": notice}, status=403)


def csrf_notice(reason: str, origin: str) -> str:
    """Return the notice for the reason that Django gives; a reload helps against a missing or an old token alone."""
    about_origin: str = vars(csrf)["REASON_BAD_ORIGIN"]  # django-types does not know it
    about_referer = (csrf.REASON_NO_REFERER, csrf.REASON_MALFORMED_REFERER, csrf.REASON_INSECURE_REFERER)
    if reason in {about_origin % origin, *about_referer}:
        return "form_from_elsewhere"
    return "form_without_cookie" if reason == csrf.REASON_NO_CSRF_COOKIE else "form_expired"
