"""Answers that say no: as a page, as JSON, as a fragment or as problem details, without the database."""

import sys

from django.core.exceptions import DisallowedHost
from django.db import Error as DatabaseError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.cache import patch_cache_control

from catalog.services.database import cause_of
from catalog.views.api.problems import problem_details
from catalog.views.formats.answers import readable_elsewhere
from catalog.views.negotiation import vary_by_representation, wants_json
from catalog.wording import plain

LONGEST_NAME = 100


def refuse(
    request: HttpRequest, code: str, status: int, page: str = "catalog/refusals/page.html", **told: object
) -> HttpResponse:
    """Answer with a code of ``catalog/refusals/message.html``, in the form that was asked for."""
    context = {"refusal": code, **told}
    if request.path.startswith(reverse("catalog:api")):  # for programs, whatever they say they prefer
        response = problem_details(request, status, " ".join(_texts(context).values()).strip())
        readable_elsewhere(response)
    elif wants_json(request):
        response = JsonResponse({"error": {"code": code, **_texts(context)}}, status=status)
    elif request.headers.get("HX-Request"):
        response = HttpResponse(render_to_string("catalog/refusals/fragment.html", context), status=status)
    else:
        # Only a page in the site's frame needs the request, and with it the database.
        framed = request if page != "catalog/refusals/page.html" else None
        response = HttpResponse(render_to_string(page, context, framed), status=status)
    patch_cache_control(response, no_store=True)
    vary_by_representation(response)
    return response


def _texts(context: dict[str, object]) -> dict[str, str]:
    return {name: plain(render_to_string(f"catalog/refusals/{name}.html", context)) for name in ("message", "hint")}


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Answer 400: a wrong host by its name, the rest without details."""
    if isinstance(exception, DisallowedHost):
        host = str(request.META.get("HTTP_HOST", ""))[:LONGEST_NAME]
        return refuse(request, "wrong_host", 400, host=host)
    return refuse(request, "bad_request", 400)


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:  # noqa: ARG001 - Django's
    """Answer 403 to somebody who may not."""
    return refuse(request, "forbidden", 403, "403.html")


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:  # noqa: ARG001 - Django's
    """Answer 404."""
    return refuse(request, "not_found", 404, "404.html")


def server_error(request: HttpRequest) -> HttpResponse:
    """Answer 500, or 503 where it was the database that couldn't be reached."""
    error = sys.exc_info()[1]
    cause = cause_of(error) if isinstance(error, DatabaseError) else ""
    if not cause:
        return refuse(request, "broken", 500)
    response = refuse(request, "database", 503, cause=cause)
    response["Retry-After"] = "30"
    return response
