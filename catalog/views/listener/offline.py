"""What a browser installs: the manifest, the service worker, and the page that it shows without a connection."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe


@require_safe
@cache_control(max_age=3600, public=True)
def manifest(request: HttpRequest) -> HttpResponse:
    """Answer with the web manifest."""
    return render(request, "catalog/offline/manifest.json", content_type="application/manifest+json")


@require_safe
@cache_control(no_cache=True)
def service_worker(request: HttpRequest) -> HttpResponse:
    """Answer with the service worker, at the root so that its scope is the whole site."""
    return render(request, "catalog/offline/service_worker.js", content_type="text/javascript")


@require_safe
@cache_control(no_cache=True)
def offline(request: HttpRequest) -> HttpResponse:
    """Answer with the page that the service worker keeps; it knows nothing of who asks."""
    return render(request, "catalog/offline/page.html")
