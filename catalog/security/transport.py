"""HTTPS: leads there, or says why it can't."""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponsePermanentRedirect

from catalog.security.proxies import BEHIND
from catalog.security.refusals import refuse

FOR_MACHINES = {"/healthz", "/readyz", "/metrics"}
"""Asked by what runs next to the app, without a proxy and without HTTPS."""

REFUSED = {"silent": "proxy_without_proto", "unknown": "proxy_not_trusted"}


class TransportMiddleware:
    """Redirects as Django's own would, but not for ever behind a proxy that hides HTTPS.

    It stands inside of those that set headers, so that a redirect has them too, and the refusal of a wrong host.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Let through what came by HTTPS, or doesn't have to."""
        if not settings.SECURE_SSL_REDIRECT or request.is_secure() or request.path_info in FOR_MACHINES:
            return self._get_response(request)
        if code := REFUSED.get(request.META.get(BEHIND, "")):
            return refuse(request, code, 400)
        return HttpResponsePermanentRedirect(f"https://{request.get_host()}{request.get_full_path()}")
