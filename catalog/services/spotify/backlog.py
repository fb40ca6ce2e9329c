"""Knows which albums still lack something that Spotify knows, and writes down what Spotify says of them."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from random import SystemRandom
from typing import Any

from django.db import transaction
from django.db.models import Max, Q

from catalog.models.album import Album, AlbumQuerySet
from catalog.models.spotify import SpotifyAlbum
from catalog.services.clock import Clock
from catalog.services.spotify.errors import InvalidId, MalformedAnswer, NoCover, SpotifyError, UnknownAlbum
from catalog.services.spotify.parsing import AlbumFacts, CoverFacts
from catalog.services.spotify.rules import merge
from catalog.services.spotify.rules.order import AWAITING, COMPLETE, COVER, DEAD, Known, Order, WantedAlbum

__all__ = ["Answers", "SpotifyBacklog", "WantedAlbum", "backlog_size"]

Answers = Mapping[str, AlbumFacts | CoverFacts | None]
Fields = dict[str, Any]

RANDOM = SystemRandom()
WITNESSES = 20
KEPT = (
    *("state", "name", "release_date", "label", "total_tracks", "tracks", "fetched_at", "asked_for_at", "leased_until"),
    *("cover_small", "cover_medium", "cover_large", "cover_attempts", "cover_next_try_at", "attempts", "next_try_at"),
    *("refused_days", "refused_at", "last_error", "last_error_parameters"),
)


def backlog_size() -> int:
    """Return how many albums have a Spotify id, but neither cover nor data yet, and are not known to be dead."""
    answered = SpotifyAlbum.objects.exclude(state=AWAITING).values("pk")
    return _albums_on_spotify().exclude(spotify_id__in=answered).count()


class SpotifyBacklog:
    """The backlog in the database. The fence is called first in every transaction; it raises to undo it."""

    def __init__(self, ttl_days: float, clock: Clock, fence: Callable[[], None]) -> None:
        self._ttl = timedelta(days=ttl_days)
        self._clock = clock
        self._fence = fence

    def wanted(self, *, from_api: bool, full: bool = False) -> list[WantedAlbum]:
        """Return the albums to ask for, in order. Without the API, for covers."""
        known = {row[0]: Known(*row) for row in SpotifyAlbum.objects.values_list(*Known._fields)}
        # Two queries, for a filter on spotify_id makes Django join the albums that Spotify was asked for only.
        newest_first = _albums_on_spotify().newest_first().values_list("spotify_id", flat=True)
        order = Order(self._clock.now(), self._ttl, from_api, full)
        return order.of(known.get(album_id or "") or Known(album_id or "") for album_id in newest_first)

    def has_work(self) -> bool:
        """Say, without looking at each album, whether there may be any to ask for."""
        now = self._clock.now()
        is_due = Q(fetched_at__lt=now - self._ttl) | Q(next_try_at__lte=now) | Q(cover_next_try_at__lte=now)
        return backlog_size() > 0 or SpotifyAlbum.objects.filter(is_due).exists()

    def still_wanted(self, albums: Sequence[WantedAlbum], since: datetime) -> tuple[WantedAlbum, ...]:
        """Leave out those that somebody else has asked for since, or is asking for now."""
        is_taken = Q(fetched_at__gt=since) | Q(leased_until__gt=self._clock.now())
        ids = [album.id for album in albums]
        taken = set(SpotifyAlbum.objects.filter(is_taken, pk__in=ids).values_list("pk", flat=True))
        return tuple(album for album in albums if album.id not in taken)

    def witness(self, doubted: Iterable[str]) -> WantedAlbum | None:
        """Return an album that Spotify has known, to ask whether it still does; not always the same."""
        known = SpotifyAlbum.objects.filter(state__in=(COMPLETE, COVER), refused_days=0).exclude(pk__in=list(doubted))
        last = known.aggregate(at=Max("fetched_at"))["at"]
        latest = known.filter(fetched_at__gt=last - merge.NEXT_DAY) if last else known.none()
        ids = list(latest.order_by("-fetched_at").values_list("pk", flat=True)[:WITNESSES])
        return WantedAlbum(RANDOM.choice(ids)) if ids else None

    def store(self, albums: Iterable[WantedAlbum], answers: Answers) -> int:
        """Write down what was answered for these albums; return how many gained by it."""
        self._write(albums, lambda row, album: self._after_answer(row, album.id, answers))
        return sum(bool(_gain(answers.get(album.id))) for album in albums)

    def store_failure(self, albums: Iterable[WantedAlbum], error: SpotifyError, *, by_oembed: bool = False) -> None:
        """Write down that these albums could not be asked for, and when to try again."""
        failed = self._after_cover_failure if by_oembed else self._after_failure
        self._write(albums, lambda row, _: failed(row, error))

    def store_malformed(self, albums: Iterable[WantedAlbum]) -> None:
        """Write down that what the sheet names cannot be an id of Spotify's, without asking."""
        again = self._clock.now() + merge.DEAD_PAUSE
        fields: Fields = {"state": DEAD, "next_try_at": again, "refused_days": merge.DAYS_UNTIL_DEAD}
        self._write(albums, lambda _row, _album: fields | _said_by(InvalidId()))

    def _write(self, albums: Iterable[WantedAlbum], change: Callable[[SpotifyAlbum, WantedAlbum], Fields]) -> None:
        by_id = {album.id: album for album in sorted(albums, key=lambda album: album.id)}
        with transaction.atomic():
            self._fence()
            rows = _locked(by_id)
            for row in rows:
                vars(row).update(change(row, by_id[row.pk]))
            if rows:
                SpotifyAlbum.objects.bulk_create(rows, update_conflicts=True, unique_fields=["id"], update_fields=KEPT)

    def _after_answer(self, row: SpotifyAlbum, album_id: str, answers: Answers) -> Fields:
        if album_id not in answers:
            return self._after_failure(row, MalformedAnswer("entry"))
        facts = answers[album_id]
        if facts is None:
            settled: Fields = {"asked_for_at": None, "leased_until": None}
            return settled | merge.refused(vars(row), self._clock.now()) | _said_by(UnknownAlbum())
        fields = merge.merged(vars(row), merge.told(facts))
        return fields | (self._full(row, facts) if isinstance(facts, AlbumFacts) else self._cover(row, facts))

    def _full(self, row: SpotifyAlbum, facts: AlbumFacts) -> Fields:
        found: Fields = {"state": COMPLETE, "fetched_at": self._clock.now(), "asked_for_at": None, "leased_until": None}
        found |= {"refused_days": 0, "refused_at": None, "attempts": 0, "next_try_at": None, **_said_by(None)}
        return found | (self._after_poor(row) if merge.is_poor(facts) else {})

    def _after_poor(self, row: SpotifyAlbum) -> Fields:
        attempts = min(row.attempts + 1, merge.MOST_ATTEMPTS)
        again = self._clock.now() + merge.pause(attempts, merge.LONGEST_POOR_PAUSE)
        return {"attempts": attempts, "next_try_at": again}

    def _cover(self, row: SpotifyAlbum, facts: CoverFacts) -> Fields:
        """Store what oEmbed says, except over the full data that may have come meanwhile."""
        if row.state == COMPLETE:
            return {name: getattr(row, name) for name in merge.told(facts)} | {"leased_until": None}
        if not facts.covers:
            return self._after_cover_failure(row, NoCover())
        found: Fields = {"state": COVER, "fetched_at": self._clock.now(), "asked_for_at": None, "leased_until": None}
        return found | {"cover_attempts": 0, "cover_next_try_at": None, **_said_by(None)}

    def _after_failure(self, row: SpotifyAlbum, error: SpotifyError) -> Fields:
        attempts = min(row.attempts + 1, merge.MOST_ATTEMPTS)
        again = self._clock.now() + merge.pause(attempts)
        return {"leased_until": None, "attempts": attempts, "next_try_at": again, **_said_by(error)}

    def _after_cover_failure(self, row: SpotifyAlbum, error: SpotifyError) -> Fields:
        """Let oEmbed wait, and not the Web API, of which it says nothing."""
        attempts = min(row.cover_attempts + 1, merge.MOST_ATTEMPTS)
        again = self._clock.now() + merge.pause(attempts, merge.LONGEST_POOR_PAUSE)
        return {"leased_until": None, "cover_attempts": attempts, "cover_next_try_at": again, **_said_by(error)}


def _locked(ids: Iterable[str]) -> list[SpotifyAlbum]:
    """Return the rows of these ids, which nobody else changes before the end of the transaction; new ones too."""
    rows = SpotifyAlbum.objects.select_for_update().filter(pk__in=list(ids)).order_by("pk")
    missing = set(ids) - {row.pk for row in rows}
    if missing:
        SpotifyAlbum.objects.bulk_create([SpotifyAlbum(pk=each) for each in sorted(missing)], ignore_conflicts=True)
        rows = rows.all()
    return list(rows)


def _gain(facts: AlbumFacts | CoverFacts | None) -> bool:
    return isinstance(facts, AlbumFacts) or (facts is not None and bool(facts.covers))


def _said_by(error: SpotifyError | None) -> Fields:
    parameters: Fields = error.fact.as_json()["parameters"] if error else {}
    return {"last_error": error.code if error else "", "last_error_parameters": parameters}


def _albums_on_spotify() -> AlbumQuerySet:
    return Album.objects.listed().exclude(spotify_id=None)
