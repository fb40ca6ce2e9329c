"""Measures how long requests take."""

import time
from collections.abc import Callable
from functools import lru_cache

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from prometheus_client import Histogram

from catalog.metrics.instruments import REQUEST_SECONDS

METHODS = frozenset({"GET", "HEAD", "POST", "OPTIONS"})
UNKNOWN, STATIC, OTHER = "unknown", "static", "other"

GetResponse = Callable[[HttpRequest], HttpResponse]


def measured(get_response: GetResponse) -> GetResponse:
    """Note the time from the first middleware to the last, under few labels whatever visitors ask for."""

    def middleware(request: HttpRequest) -> HttpResponse:
        began = time.perf_counter()
        response = get_response(request)
        _series(_view(request), request.method or "", response.status_code // 100).observe(time.perf_counter() - began)
        return response

    return middleware


def _view(request: HttpRequest) -> str:
    """Return the name of the view; the pages of the admin are one, and so are all unknown addresses."""
    match = request.resolver_match
    if match is None:
        return STATIC if request.path_info.startswith(settings.STATIC_URL) else UNKNOWN
    return match.namespaces[0] if "admin" in match.namespaces else match.view_name


@lru_cache(maxsize=2000)
def _series(view: str, method: str, status: int) -> Histogram:
    """Return what keeps the times of one set of labels; finding it costs more than adding to it."""
    return REQUEST_SECONDS.labels(view, method if method in METHODS else OTHER, f"{status}xx")
