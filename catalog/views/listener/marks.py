"""The marks of an account, as the browser reads and changes them."""

import json
from collections.abc import Mapping, Sequence
from typing import cast

from django.core.cache import cache
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.cache import get_conditional_response, patch_cache_control
from django.views import View

from catalog.models import Mark
from catalog.rendering.pieces import etag_of
from catalog.services.marks import MOST_MARKS, TooManyMarksError, change_marks
from catalog.views.negotiation import vary_by_representation

MOST_BYTES = 512 * 1024
MINUTE, MOST_A_MINUTE = 60, 300
"""Seconds, and how many changes of one account a process takes in them: more than anybody presses."""

HIGHEST_KEY = 2**53 - 1
"""What JavaScript and the database both hold."""

Changes = Mapping[str, Mapping[str, Sequence[int]]]


class MarksView(View):
    """The marks by kind. Whoever isn't signed in keeps them in the browser, and gets 401 here."""

    def get(self, request: HttpRequest) -> HttpResponse:
        """Answer with all marks of the account."""
        return self._answer(request) if request.user.is_authenticated else _error(401, "signed_out")

    def post(self, request: HttpRequest) -> HttpResponse:
        """Add and remove marks, and answer with all that there are now."""
        if not request.user.is_authenticated:
            return _error(401, "signed_out")
        if _is_too_fast(request):
            response = _error(429, "too_fast")
            response["Retry-After"] = str(MINUTE)
            return response
        if len(request.body) > MOST_BYTES:
            return _error(413, "too_many")
        changes = _changes_in(request.body)
        if changes is None:
            return _error(400, "not_marks")
        try:
            change_marks(request.user, changes.get("add", {}), changes.get("remove", {}))
        except TooManyMarksError:
            return _error(413, "too_many")
        return self._answer(request)

    def _answer(self, request: HttpRequest) -> HttpResponse:
        marks = Mark.objects.of(request.user).by_kind()
        etag = etag_of(marks, str(request.user.pk))
        known = get_conditional_response(request, etag) if request.method == "GET" else None
        response = known or JsonResponse(marks)
        response["ETag"] = etag
        patch_cache_control(response, private=True, no_cache=True)
        vary_by_representation(response)
        return response


def _is_too_fast(request: HttpRequest) -> bool:
    key = f"marks-{request.user.pk}"
    cache.add(key, 0, MINUTE)
    return cache.incr(key) > MOST_A_MINUTE


def _error(status: int, code: str) -> HttpResponse:
    response = JsonResponse({"error": {"code": code, "most": MOST_MARKS}}, status=status)
    patch_cache_control(response, no_store=True)
    return response


def _changes_in(body: bytes) -> Changes | None:
    """Return what is to be added and removed, or None where that isn't said as `{"add": {"want": [1]}}`."""
    try:
        told = _table(json.loads(body), {"add", "remove"})
        deeds = {deed: _table(marks, set(Mark.Kind.values)) for deed, marks in told.items()}
        return {deed: {kind: _keys(keys) for kind, keys in marks.items()} for deed, marks in deeds.items()}
    except (ValueError, RecursionError):
        return None


def _table(told: object, names: set[str]) -> Mapping[str, object]:
    table = cast("Mapping[str, object]", told) if isinstance(told, dict) else None
    if table is None or not set(table) <= names:
        raise ValueError
    return table


def _keys(told: object) -> Sequence[int]:
    keys = cast("list[object]", told) if isinstance(told, list) else None
    if keys is None or len(keys) > MOST_MARKS:
        raise ValueError
    return list(dict.fromkeys(map(_key, keys)))


def _key(told: object) -> int:
    if type(told) is not int or not 0 < told <= HIGHEST_KEY:
        raise ValueError
    return told
