"""A stand-in for Spotify: token, Web API, oEmbed and covers, in both quota modes, with every known fault."""

import base64
import json
import re
import time
from collections.abc import Mapping
from dataclasses import replace
from functools import lru_cache
from secrets import token_urlsafe
from typing import ClassVar, Literal
from urllib.parse import parse_qs

from demo.covers import cover_svg
from demo.faults import COMMON, Effect, Fault, with_retry_after
from demo.responses import Request, Response, html_response, json_response, text_response
from demo.sample_albums import SampleAlbum, invented_for
from demo.spotify_objects import album_object
from demo.stand_in import StandIn

Mode = Literal["extended", "development"]
Unknown = Literal["missing", "invent"]
ALBUM_ID = re.compile(r"[0-9A-Za-z]{22}")
ALBUM_LINK = re.compile(r"open\.spotify\.com/(?:intl-[\w-]+/)?album/([0-9A-Za-z]{22})")
IMAGE = re.compile(r"/image/(\w{22})-(640|300|64)\.svg")
PREMIUM = "Active premium subscription required for the owner of the app. It can take a few hours until it is noticed."
DAY = 86_400


def api_error(status: int, message: str, **more: str) -> Response:
    """An error in the Web API's format; the token endpoint has a different one."""
    return json_response({"error": {"status": status, "message": message, **more}}, status)


def quota_exceeded(fault: Fault) -> Response:
    return with_retry_after(fault, api_error(429, "Too many requests", reason="QUOTA_EXCEEDED"))


def removed(_: Fault, response: Response) -> Response:
    """Spotify no longer has any of the albums: nulls in a batch, otherwise 404."""
    if response.body.startswith(b'{"albums"'):
        return json_response({"albums": [None] * len(json.loads(response.body)["albums"])})
    return api_error(404, "Resource not found")


def taken_down(_: Fault, response: Response) -> Response:
    """Spotify returns albums that were taken down with an empty name and no images or tracks."""
    content = json.loads(response.body)
    for album in content.get("albums", [content]):
        if album and "images" in album:
            album |= {
                "name": "",
                "images": [],
                "total_tracks": 0,
                "tracks": {**album["tracks"], "items": [], "total": 0},
            }
    return json_response(content, response.status)


class SpotifyStandIn(StandIn):
    """Serves the given albums by id. `mode`, `budget` and the credentials may be changed at any time."""

    effects: ClassVar[dict[str, Effect]] = {
        **COMMON,
        "quota": lambda fault, _: quota_exceeded(fault),
        "premium": lambda _, __: text_response(PREMIUM, 403),
        "forbidden": lambda _, __: api_error(403, "Forbidden"),
        "unauthorized": lambda _, __: api_error(401, "The access token expired"),
        "gone": removed,
        "taken_down": taken_down,
        "garbage": lambda _, response: replace(response, body=response.body[: len(response.body) // 2] + b"\xff"),
    }
    settings: ClassVar[tuple[str, ...]] = (
        "latency",
        "mode",
        "budget",
        "unknown",
        "client_secret",
        "token_seconds",
        "single_calls",
    )

    def __init__(
        self,
        albums: Mapping[str, SampleAlbum],
        port: int = 0,
        latency: tuple[float, float] = (0.0, 0.0),
        mode: Mode = "extended",
        budget: int | None = None,
        unknown: Unknown = "missing",
    ) -> None:
        super().__init__(port, latency)
        self.albums = albums
        self.mode: Mode = mode
        self.budget = budget
        self.unknown: Unknown = unknown
        self.client_id = "progmetal-demo"
        self.client_secret = "not-a-secret"  # noqa: S105 - only the stand-in accepts it
        self.token_seconds = 3600
        self.single_calls = 0
        self._tokens: dict[str, float] = {}
        self.api_url = f"{self.address}/v1"
        self.token_url = f"{self.address}/api/token"
        self.oembed_url = f"{self.address}/oembed"

    def default_on(self, kind: str) -> str:  # noqa: ARG002 - the same for all kinds
        """Faults apply to the Web API only, so that tokens can still be issued."""
        return "/v1/"

    def answer(self, request: Request) -> Response:
        if request.path == "/api/token" and request.method == "POST":
            return self._token(request)
        if request.path == "/oembed":
            return self._oembed(request.query.get("url", ""))
        if request.path.startswith("/image/"):
            return image(request.path)
        if request.path == "/v1/albums":
            return self._unauthorized(request) or self._batch(request.query.get("ids", ""))
        if request.path.startswith("/v1/albums/"):
            return self._unauthorized(request) or self._single(request.path.removeprefix("/v1/albums/"))
        return api_error(404, "Service not found")

    def _token(self, request: Request) -> Response:
        if parse_qs(request.body.decode()).get("grant_type") != ["client_credentials"]:
            return json_response({"error": "unsupported_grant_type", "error_description": "grant_type is missing"}, 400)
        client_id, _, secret = credentials(request.headers.get("Authorization", "")).partition(":")
        if client_id != self.client_id:
            return json_response({"error": "invalid_client", "error_description": "Invalid client"}, 400)
        if secret != self.client_secret:
            return json_response({"error": "invalid_client", "error_description": "Invalid client secret"}, 400)
        token = token_urlsafe(60)
        self._tokens[token] = time.monotonic() + self.token_seconds
        return json_response({"access_token": token, "token_type": "Bearer", "expires_in": self.token_seconds})

    def _unauthorized(self, request: Request) -> Response | None:
        """Return a 401 if the request has no valid token."""
        token = request.headers.get("Authorization", "").removeprefix("Bearer ")
        if not token:
            return api_error(401, "No token provided")
        if token not in self._tokens:
            return api_error(401, "Invalid access token")
        return api_error(401, "The access token expired") if self._tokens[token] < time.monotonic() else None

    def _batch(self, ids: str) -> Response:
        wanted = ids.split(",")
        if self.mode == "development":
            return api_error(403, "Forbidden")
        if len(wanted) > 20:
            return api_error(400, "Too many ids requested")
        if not all(ALBUM_ID.fullmatch(album_id) for album_id in wanted):
            return api_error(400, "Invalid base62 id")
        return json_response({"albums": [self._album(album_id) for album_id in wanted]})

    def _single(self, album_id: str) -> Response:
        if not ALBUM_ID.fullmatch(album_id):
            return api_error(400, "Invalid base62 id")
        with self.lock:
            self.single_calls += 1
            is_spent = self.mode == "development" and self.budget is not None and self.single_calls > self.budget
        if is_spent:
            return quota_exceeded(Fault("quota", retry_after=DAY))
        album = self._album(album_id)
        return json_response(album) if album else api_error(404, "Resource not found")

    def _album(self, album_id: str) -> Mapping[str, object] | None:
        known = self._known(album_id)
        if known is None:
            return None
        return album_object(album_id, known, self.api_url, f"{self.address}/image", extended=self.mode == "extended")

    def _known(self, album_id: str) -> SampleAlbum | None:
        known = self.albums.get(album_id)
        if known is None and self.unknown == "invent":
            return invented_for(album_id)
        return None if known is None or known.is_missing else known

    def _oembed(self, url: str) -> Response:
        found = ALBUM_LINK.search(url)
        known = self._known(found[1]) if found else None
        if not found or not known:
            return html_response("404 Not Found", 404)
        embed = f"https://open.spotify.com/embed/album/{found[1]}"
        content: dict[str, object] = {
            "html": f'<iframe width="100%" height="352" src="{embed}?utm_source=oembed"></iframe>',
            "iframe_url": f"{embed}?utm_source=oembed",
            "width": 456,
            "height": 352,
            "version": "1.0",
            "provider_name": "Spotify",
            "provider_url": "https://spotify.com",
            "type": "rich",
            "title": known.title,
        }
        if known.has_cover:
            picture = f"{self.address}/image/{found[1]}-300.svg"
            content |= {"thumbnail_url": picture, "thumbnail_width": 300, "thumbnail_height": 300}
        return json_response(content)


def credentials(header: str) -> str:
    """Return `id:secret` from an HTTP Basic header, empty if it isn't one."""
    scheme, _, encoded = header.partition(" ")
    try:
        return base64.b64decode(encoded, validate=True).decode() if scheme == "Basic" else ""
    except ValueError:
        return ""


@lru_cache(maxsize=2000)
def image(path: str) -> Response:
    """Return the cover at a path; the same path always gives the same cover."""
    found = IMAGE.fullmatch(path)
    if not found:
        return html_response("404 Not Found", 404)
    headers = {"Cache-Control": "public, max-age=86400", "Access-Control-Allow-Origin": "*"}
    return Response(200, cover_svg(found[1], int(found[2])).encode(), "image/svg+xml; charset=utf-8", headers)
