"""What a sync would change, and the way back from the last one: both shown album by album before anything is done."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views import View

from catalog.models import SyncOperation
from catalog.services.sync.options import SyncOptions
from catalog.views.changes import planned, taken_back
from catalog.views.history import failures, offer
from catalog.views.negotiation import live, number
from catalog.views.permission import is_staff, may_sync
from catalog.views.responses import answer, panel_context, start

PREVIEW, UNDO = "catalog:sync_preview", "catalog:sync_undo"
Kind = SyncOperation.Kind


class SyncPreviewView(View):
    """What a sync would change now."""

    def get(self, request: HttpRequest) -> HttpResponse:
        """Answer with the last preview, or with a form that asks for one."""
        previews = SyncOperation.objects.filter(kind=Kind.PREVIEW).exclude(status__in=SyncOperation.ACTIVE)
        operation = previews.order_by("-pk").first()
        context = panel_context(request, fresh=True) | {"operation": operation}
        if operation is not None:
            context |= {"changes": planned(request, operation.planned.all()), **failures(operation), **offer(operation)}
        return live(render(request, "catalog/history/preview.html", context))

    def post(self, request: HttpRequest) -> HttpResponse:
        """Answer 202, 409, 403 or 429, or lead a plain form back to this page."""
        if not may_sync(request.user):
            return answer(request, 403, "staff_preview", back=PREVIEW)
        return start(request, "comparing", kind=Kind.PREVIEW, back=PREVIEW)


class SyncUndoView(View):
    """What an undo of the next sync to undo would change, and the undo itself."""

    def get(self, request: HttpRequest) -> HttpResponse:
        """Answer with the list of what would change back."""
        sync, following, *_ = *SyncOperation.objects.fruitful()[:2], None, None
        changes = taken_back(request, sync.changes.all()) if sync else None
        context = panel_context(request, fresh=True)
        if sync and changes and sync.is_logged_by(changes.total):
            context |= {"operation": sync, "changes": changes, "next": following}
        else:
            context["undone"] = SyncOperation.objects.syncs().exclude(undone_at=None).first()
            context["unlogged"] = sync
        return live(render(request, "catalog/history/undo.html", context))

    def post(self, request: HttpRequest) -> HttpResponse:
        """Answer 202, 409 or 403, or lead a plain form back to this page."""
        if not is_staff(request.user):
            return answer(request, 403, "staff_undo", back=UNDO)
        options = SyncOptions(undo=number(request.POST.get("sync", "")))
        return start(request, "undoing", kind=Kind.UNDO, options=options, back=UNDO)
