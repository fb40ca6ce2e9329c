"""The catalogue as a whole, in charts."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils.cache import get_conditional_response, patch_cache_control
from django.utils.safestring import mark_safe
from django.views import View

from catalog.browse.index.current import current_index
from catalog.browse.statistics.counts import Statistics
from catalog.rendering.pieces import etag_of, kept
from catalog.views.negotiation import vary_by_representation
from catalog.views.responses import is_like_any_other


class StatisticsView(View):
    """Charts that each version of the catalogue has once, in a page that is made anew."""

    def get(self, request: HttpRequest) -> HttpResponse:
        """Answer with the charts or, to somebody who isn't signed in and has the same, 304."""
        index = current_index().get()
        charts = kept(("statistics", index.version, request.path), lambda: _charts(Statistics(index))).content
        etag = etag_of(charts, None)
        is_for_all = is_like_any_other(request)
        response = get_conditional_response(request, etag) if is_for_all else None
        if response is None:
            response = render(request, "catalog/statistics/page.html", {"charts": mark_safe(charts.decode())})  # noqa: S308
        if is_for_all:
            response["ETag"] = etag
        patch_cache_control(response, private=True, no_cache=True)
        vary_by_representation(response)
        return response


def _charts(statistics: Statistics) -> str:
    return render_to_string("catalog/statistics/charts.html", {"statistics": statistics})
