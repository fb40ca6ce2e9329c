"""Asks Spotify: albums by twenties or one by one from the Web API, covers alone from oEmbed."""

import re
import threading
from collections.abc import Mapping, Sequence
from functools import cache
from typing import cast

from requests.auth import HTTPBasicAuth

from catalog.conf import SpotifySettings
from catalog.services.clock import Clock
from catalog.services.spotify.errors import (
    AppForbidden,
    BadCredentials,
    BatchForbidden,
    InvalidId,
    MalformedAnswer,
    UnknownAlbum,
)
from catalog.services.spotify.http import TIMEOUTS, Sign, SpotifyHttp, SpotifyReply, bearer
from catalog.services.spotify.parsing import AlbumFacts, CoverFacts, parse_album, parse_cover

ALBUM_ID = re.compile(r"[0-9A-Za-z]{22}")
TOKEN = re.compile(r"[!-~]{1,4096}")
BATCH_SIZE = 20
# Development mode answers 403; an endpoint that is gone altogether would answer with one of the others.
NO_BATCHES = {403, 404, 405, 410}
RENEW_EARLY_SECONDS, LEAST_TOKEN_SECONDS = 60.0, 30.0


class SpotifyClient:
    """Sends one call a method and returns its value or raises a SpotifyError. Threads may share it."""

    def __init__(self, settings: SpotifySettings, clock: Clock, timeouts: tuple[float, float] = TIMEOUTS) -> None:
        self._settings = settings
        self._clock = clock
        self._http = SpotifyHttp(clock, timeouts)
        self._token_lock = threading.Lock()
        self._token = ""
        self._token_ends = 0.0

    def albums(self, album_ids: Sequence[str]) -> dict[str, AlbumFacts | None]:
        """Return up to twenty albums, None for one that Spotify does not know; one that cannot be read is left out."""
        reply = self._ask_api("/albums", album_ids, {"ids": ",".join(album_ids)})
        if reply.status in NO_BATCHES and reply.error and not _is_premium_lapse(reply):
            raise BatchForbidden
        found = _content(reply).get("albums")
        albums = cast("list[object]", found) if isinstance(found, list) else []
        if len(albums) != len(album_ids):
            raise MalformedAnswer("other_albums")
        answers = {album_id: self._answer(album_id, album) for album_id, album in zip(album_ids, albums, strict=True)}
        if all(isinstance(answer, MalformedAnswer) for answer in answers.values()):
            raise MalformedAnswer("entry")
        return {each: answer for each, answer in answers.items() if not isinstance(answer, MalformedAnswer)}

    def album(self, album_id: str) -> AlbumFacts:
        """Return one album."""
        reply = self._ask_api(f"/albums/{album_id}", [album_id], {})
        if reply.status == 404 and reply.is_refusal:
            raise UnknownAlbum
        answer = self._answer(album_id, _content(reply))
        if isinstance(answer, MalformedAnswer):
            raise answer
        if answer is None:
            raise UnknownAlbum
        return answer

    def cover(self, album_id: str) -> CoverFacts:
        """Return what oEmbed says of an album; that needs no credentials and costs no quota."""
        _check_ids([album_id])
        query = {"url": f"https://open.spotify.com/album/{album_id}"}
        reply = self._http.get(self._settings.oembed_url, query)
        if reply.status == 404:
            raise UnknownAlbum
        facts = parse_cover(reply.content(), self._settings.image_hosts)
        if not facts.name and not facts.covers:
            raise MalformedAnswer("entry")
        return facts

    def _answer(self, album_id: str, content: object) -> AlbumFacts | MalformedAnswer | None:
        """Return the facts of an album, None if Spotify says that it has none: by a null, or by a husk with its id."""
        if content is None:
            return None
        fields = cast("dict[str, object]", content) if isinstance(content, dict) else None
        named = fields.get("id") if fields is not None else ""
        if named not in {None, album_id}:
            return MalformedAnswer("entry")
        facts = parse_album(fields, self._settings.image_hosts)
        return MalformedAnswer("entry") if facts is None and named is None else facts

    def _ask_api(self, path: str, album_ids: Sequence[str], query: Mapping[str, str]) -> SpotifyReply:
        _check_ids(album_ids)
        token = self._valid_token()
        reply = self._http.get(self._settings.api_url + path, query, bearer(token))
        if reply.status == 401:
            token = self._valid_token(refused=token)
            reply = self._http.get(self._settings.api_url + path, query, bearer(token))
        return reply

    def _valid_token(self, refused: str = "") -> str:
        """Return a token that lasts for a while and is not the one that was refused."""
        with self._token_lock:
            if self._token in {"", refused} or self._clock.monotonic() >= self._token_ends:
                self._token, seconds = self._new_token()
                lasts = max(seconds - RENEW_EARLY_SECONDS, LEAST_TOKEN_SECONDS)
                self._token_ends = self._clock.monotonic() + lasts
            return self._token

    def _new_token(self) -> tuple[str, float]:
        if not self._settings.has_credentials:
            raise BadCredentials("missing")
        # As bytes, because requests knows only Latin-1 in credentials.
        auth = HTTPBasicAuth(self._settings.client_id.encode(), self._settings.client_secret.encode())
        reply = self._http.post(self._settings.token_url, cast("Sign", auth), {"grant_type": "client_credentials"})
        if reply.status in {400, 401} and reply.names_error:
            raise BadCredentials
        content = reply.content()
        token, seconds = content.get("access_token"), content.get("expires_in")
        if not isinstance(token, str) or not TOKEN.fullmatch(token):
            raise MalformedAnswer("no_token")
        return token, float(seconds) if isinstance(seconds, int | float) and seconds <= 86_400 else 3600.0


@cache
def shared_client(settings: SpotifySettings) -> SpotifyClient:
    """Return the client of this process, so that all its threads share a token."""
    return SpotifyClient(settings, Clock())


def is_album_id(text: str) -> bool:
    """Say whether a text may be the id of an album."""
    return bool(ALBUM_ID.fullmatch(text))


def _check_ids(album_ids: Sequence[str]) -> None:
    if not album_ids or not all(map(is_album_id, album_ids)):
        raise InvalidId


def _content(reply: SpotifyReply) -> Mapping[str, object]:
    """Return the object of a good answer of the Web API; raise what any other one means."""
    if reply.status == 400 and reply.is_refusal:
        raise InvalidId
    if reply.status == 401 and reply.names_error:
        raise BadCredentials("new_token")
    if reply.status == 403 and _is_premium_lapse(reply):
        raise AppForbidden("no_premium")
    if reply.status == 403 and reply.names_error:
        raise AppForbidden
    return reply.content()


def _is_premium_lapse(reply: SpotifyReply) -> bool:
    """Say whether the app's owner let Premium lapse; Spotify says so in plain text."""
    return b"premium" in reply.body.lower()
