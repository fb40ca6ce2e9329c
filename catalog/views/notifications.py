"""Messages about syncs: who is told, what was sent, and what the receivers answered."""

from django.conf import settings
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views import View

from catalog.browse.pages import page_links
from catalog.browse.parameters import query_string
from catalog.models import Delivery
from catalog.tasks import send_all_now, send_test
from catalog.views.curate.desk import for_staff, tell

DELIVERIES_A_PAGE = 50


@for_staff
class NotificationsView(View):
    """The deliveries, the latest first."""

    def get(self, request: HttpRequest) -> HttpResponse:
        """Answer with one page of them."""
        page = Paginator(Delivery.objects.get_queryset(), DELIVERIES_A_PAGE).get_page(request.GET.get("page"))
        context = {
            "page": page,
            "pages": list(page_links(page, lambda number: query_string({"page": number}))),
            "channels": settings.NOTIFY.channels,
            "waiting": Delivery.objects.to_retry().count(),
            "page_is_for_staff": True,
        }
        return render(request, "catalog/notify/page.html", context)

    def post(self, request: HttpRequest) -> HttpResponse:
        """Send a test message, or what is waiting, and lead back to the list."""
        sent = send_all_now() if "now" in request.POST else len(send_test())
        tell(request, "sending" if sent else "nothing_sent", is_done=bool(sent), number=sent)
        return redirect(request.path)
