"""What pages are compared to: one query and one line of a template, through the same server and middleware."""

import os
from collections.abc import Callable
from functools import cache

from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.template import Context, Template

from catalog.models import Artist


def floor(_request: HttpRequest) -> HttpResponse:
    name = Artist.objects.order_by("pk").values_list("name", flat=True).first()
    return HttpResponse(_line().render(Context({"name": name})))


@cache
def _line() -> Template:
    return Template("<p>The first artist is {{ name }}.</p>")


def process(_request: HttpRequest) -> HttpResponse:
    """Tell which process a connection leads to."""
    return HttpResponse(str(os.getpid()))


class QueryCounter:
    """Adds the number of queries to the answer, where the request wants to know."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if "X-Count-Queries" not in request.headers:
            return self._get_response(request)
        queries: list[str] = []

        def count(execute: Callable[..., object], sql: str, *arguments: object) -> object:
            queries.append(sql)
            return execute(sql, *arguments)

        with connection.execute_wrapper(count):
            response = self._get_response(request)
        response["X-Queries"] = str(len(queries))
        return response
