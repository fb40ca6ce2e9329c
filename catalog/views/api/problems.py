"""What the API answers where it can't: problem details (RFC 9457), and to other methods what it may be asked."""

import json
from collections.abc import Mapping, Sequence

from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.utils.decorators import method_decorator
from django.views import View
from django.views.decorators.csrf import csrf_exempt

from catalog.views.formats.answers import readable_elsewhere

ABOUT_BLANK = "about:blank"
"""The type of a problem that its status says all about."""

A_DAY = 24 * 60 * 60


class Problem(Exception):
    """The end of a request that can't be answered; ``code`` names the sentence in `problem.txt`."""

    def __init__(self, status: int, code: str, **facts: object) -> None:
        super().__init__(code)
        self.status, self.code, self.facts = status, code, facts

    @property
    def broken(self) -> Sequence[Mapping[str, str]]:
        """The parameters that it is about."""
        return ()


class BrokenParameters(Problem):
    """Parameters with invalid values."""

    def __init__(self, broken: Sequence[tuple[str, str]]) -> None:
        super().__init__(422, "broken_parameters", names=[name for name, _ in broken])
        self._broken = broken

    @property
    def broken(self) -> Sequence[Mapping[str, str]]:
        """The parameters that it is about."""
        return [{"parameter": name, "value": value} for name, value in self._broken]


@method_decorator(csrf_exempt, name="dispatch")  # nothing here writes, and a refusal should be a problem too
class ApiView(View):
    """An address of the API."""

    http_method_names = ("get", "head", "options")  # pyright: ignore[reportAssignmentType]

    def dispatch(self, request: HttpRequest, *arguments: object, **names: object) -> HttpResponse:
        """Answer, also where something is wrong, so that pages of other sites may read it."""
        try:
            response = super().dispatch(request, *arguments, **names)
        except Problem as problem:
            response = as_response(request, problem)
        readable_elsewhere(response)
        return response

    def http_method_not_allowed(self, request: HttpRequest, *_: object, **__: object) -> HttpResponse:
        """Answer 405."""
        response = as_response(request, Problem(405, "read_only"))
        response["Allow"] = self._allowed
        return response

    def options(self, _request: HttpRequest, *_: object, **__: object) -> HttpResponse:
        """Answer a browser that asks whether a page of another site may ask."""
        headers = {
            "Allow": self._allowed,
            "Access-Control-Allow-Methods": self._allowed,
            "Access-Control-Allow-Headers": "Accept, If-Modified-Since, If-None-Match",
            "Access-Control-Max-Age": str(A_DAY),
        }
        return HttpResponse(status=204, headers=headers)

    @property
    def _allowed(self) -> str:
        return ", ".join(name.upper() for name in self.http_method_names)


def as_response(request: HttpRequest, problem: Problem) -> HttpResponse:
    """Return a problem as JSON."""
    detail = render_to_string("catalog/api/problem.txt", {"code": problem.code, **problem.facts}).strip()
    return problem_details(request, problem.status, detail, problem.broken)


def problem_details(
    request: HttpRequest, status: int, detail: str, broken: Sequence[Mapping[str, str]] = ()
) -> HttpResponse:
    """Return what is wrong as JSON, with a sentence about it."""
    said: dict[str, object] = {
        "type": ABOUT_BLANK,
        "title": HttpResponse(status=status).reason_phrase,
        "status": status,
        "detail": detail,
        "instance": request.get_full_path(),
    }
    if broken:
        said["errors"] = broken
    content = json.dumps(said, ensure_ascii=False)
    return HttpResponse(content, status=status, content_type="application/problem+json")
