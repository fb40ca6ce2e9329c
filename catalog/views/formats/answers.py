"""Answers to programs: only to those who don't have them yet, and readable from pages of other sites."""

import math
from collections.abc import Callable
from datetime import UTC, datetime
from functools import cache
from typing import cast

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.cache import get_conditional_response, patch_cache_control
from django.utils.http import http_date

from catalog.browse.index.catalogue import CatalogueIndex
from catalog.browse.index.current import current_index
from catalog.formats.names import Site
from catalog.rendering.pieces import Piece, etag_of, kept_by, respond
from catalog.services.clock import Clock

SETTLED_SECONDS = 2
"""How old a state of the catalogue must be to be told by its date, which has whole seconds only."""


class KnownSince:
    """Since when this process knows the catalogue as it is: never before it became so."""

    def __init__(self, now: Callable[[], datetime] = lambda: Clock().now()) -> None:
        self._now = now
        self._known: tuple[object, datetime] = (None, now())

    def since(self, state: object) -> datetime:
        """Return since when this is the state."""
        if self._known[0] != state:
            self._known = state, self._now()
        return self._known[1]

    def modified(self, state: object) -> datetime | None:
        """Return the date to tell, if a later change can't have the same."""
        moment, now = self.since(state), self._now()
        midnight = now.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
        # What is out and what is to come changes with the day.
        latest = max(moment, midnight)
        return latest if (now - latest).total_seconds() >= SETTLED_SECONDS else None


@cache
def catalogue_known() -> KnownSince:
    """Return what this process knows."""
    return KnownSince()


def site_of(request: HttpRequest) -> Site:
    """Return the site as this request addresses it."""
    return Site(f"{request.scheme}://{request.get_host()}")


def state_of(index: CatalogueIndex) -> tuple[int, int]:
    """Return what stands for all that lists tell."""
    return index.version, current_index().versions.spotify


def readable_elsewhere(response: HttpResponseBase) -> None:
    """Let pages of other sites read an answer. None depends on who asks, so that this gives nothing away."""
    response["Access-Control-Allow-Origin"] = "*"
    response["Access-Control-Expose-Headers"] = "ETag, Last-Modified, Link"


def conditional(
    request: HttpRequest,
    index: CatalogueIndex,
    facts: object,
    make: Callable[[], HttpResponseBase],
    *,
    is_kept: bool = False,
) -> HttpResponseBase:
    """Answer with what ``make`` makes of these facts and the catalogue, or 304 to somebody who has it.

    What is kept is made once for all who ask: of a size that memory has room for, and never a stream.
    """
    state = state_of(index)
    modified = catalogue_known().modified(state)
    key = (request.path, site_of(request), facts, state)
    etag = etag_of(key, None)
    seconds = math.ceil(modified.timestamp()) if modified else None
    known = get_conditional_response(request, etag, seconds)
    response = known or (_kept(request, key, make) if is_kept else make())
    readable_elsewhere(response)
    response["ETag"] = etag
    if seconds:
        response["Last-Modified"] = http_date(seconds)
    patch_cache_control(response, public=True, no_cache=True)
    return response


def _kept(request: HttpRequest, key: tuple[object, ...], make: Callable[[], HttpResponseBase]) -> HttpResponse:
    headers, body = kept_by(key, lambda: _packed(cast("HttpResponse", make())))
    response = respond(request, [body])
    for name, value in headers.items():
        response[name] = value
    return response


def _packed(response: HttpResponse) -> tuple[dict[str, str], Piece]:
    return dict(response.items()), Piece.exact(response.content)
