"""Knows which albums still lack something that Spotify knows, and writes down what Spotify says of them."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NamedTuple

from django.db import transaction
from django.db.models import Q

from catalog.models.album import Album, AlbumQuerySet
from catalog.models.spotify import SpotifyAlbum
from catalog.services.clock import Clock
from catalog.services.spotify.errors import MalformedAnswer, NoCover, SpotifyError, UnknownAlbum
from catalog.services.spotify.parsing import AlbumFacts, CoverFacts

State = SpotifyAlbum.State
AWAITING, COVER, COMPLETE, DEAD = State.AWAITING.value, State.COVER.value, State.COMPLETE.value, State.DEAD.value
Answers = Mapping[str, AlbumFacts | CoverFacts | None]

DEAD_PAUSE, COVERLESS_PAUSE = timedelta(days=30), timedelta(days=7)
FIRST_PAUSE, LONGEST_PAUSE = timedelta(minutes=10), timedelta(days=2)

ERROR = ("last_error", "last_error_parameters")
SETTLED = ("asked_for_at", "leased_until", "attempts", "next_try_at", *ERROR)
FACTS = ("state", "name", "release_date", "label", "total_tracks", "tracks", "fetched_at")
COVERS = ("cover_small", "cover_medium", "cover_large")
FAILURE = ("leased_until", "attempts", "next_try_at", *ERROR)


class Known(NamedTuple):
    """What the database knows of an album that decides whether Spotify is asked."""

    id: str
    state: str = AWAITING
    fetched_at: datetime | None = None
    attempts: int = 0
    next_try_at: datetime | None = None
    asked_for_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class WantedAlbum:
    """One album of the backlog; the rank tells who comes first."""

    id: str
    rank: int = 0
    attempts: int = 0
    lacks_cover: bool = True


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
        """Return the albums to ask for: those that visitors look at, then the newest. Without the API, for covers."""
        known = {row[0]: Known(*row) for row in SpotifyAlbum.objects.values_list(*Known._fields)}
        # Two queries, for a filter on spotify_id makes Django join the albums that Spotify was asked for only.
        newest_first = _albums_on_spotify().newest_first().values_list("spotify_id", flat=True)
        rows = [known.get(album_id or "") or Known(album_id or "") for album_id in newest_first]
        rows.sort(key=lambda row: row.asked_for_at.timestamp() if row.asked_for_at else 0.0, reverse=True)
        due = [row for row in rows if full or self._is_due(row)]
        return [
            WantedAlbum(row.id, rank, row.attempts, lacks_cover)
            for rank, row in enumerate(due)
            if (lacks_cover := self._lacks_cover(row, full=full)) or from_api
        ]

    def _is_due(self, row: Known) -> bool:
        may_be_tried = row.next_try_at is None or row.next_try_at <= self._clock.now()
        return may_be_tried and (row.state != COMPLETE or self._is_old(row))

    def _lacks_cover(self, row: Known, *, full: bool) -> bool:
        return row.state in {AWAITING, DEAD} or (row.state == COVER and (full or self._is_old(row)))

    def _is_old(self, row: Known) -> bool:
        return row.fetched_at is None or row.fetched_at < self._clock.now() - self._ttl

    def still_wanted(self, albums: Sequence[WantedAlbum], since: datetime) -> tuple[WantedAlbum, ...]:
        """Leave out those that somebody else has asked for since, or is asking for now."""
        is_taken = Q(fetched_at__gt=since) | Q(leased_until__gt=self._clock.now())
        ids = [album.id for album in albums]
        taken = set(SpotifyAlbum.objects.filter(is_taken, pk__in=ids).values_list("pk", flat=True))
        return tuple(album for album in albums if album.id not in taken)

    def store(self, albums: Iterable[WantedAlbum], answers: Answers) -> int:
        """Write down what was answered for these albums; return how many gained by it."""
        rows = [self._row(album, answers) for album in sorted(albums, key=lambda album: album.id)]
        covers = [row for row in rows if row.state == COVER]
        with transaction.atomic():
            self._fence()
            _upsert([row for row in rows if row.state in {COMPLETE, DEAD}], (*FACTS, *COVERS, *SETTLED))
            _upsert([row for row in rows if row.state == AWAITING], FAILURE)
            for row in covers:
                _add_cover(row)
        return sum(row.fetched_at is not None and row.state != DEAD for row in rows)

    def store_failure(self, albums: Iterable[WantedAlbum], error: SpotifyError) -> None:
        """Write down that these albums could not be asked for, and when to try again."""
        rows = [self._failed(album, error) for album in sorted(albums, key=lambda album: album.id)]
        with transaction.atomic():
            self._fence()
            _upsert(rows, FAILURE)

    def _row(self, album: WantedAlbum, answers: Answers) -> SpotifyAlbum:
        if album.id not in answers:
            return self._failed(album, MalformedAnswer("entry"))
        facts, now = answers[album.id], self._clock.now()
        if facts is None:
            error = UnknownAlbum.code
            return SpotifyAlbum(pk=album.id, state=DEAD, fetched_at=now, next_try_at=now + DEAD_PAUSE, last_error=error)
        if isinstance(facts, CoverFacts) and not facts.covers:
            return self._failed(album, NoCover(), COVERLESS_PAUSE)
        row = SpotifyAlbum(pk=album.id, state=COVER, name=facts.name, fetched_at=now)
        row.cover_small, row.cover_medium, row.cover_large = vars(facts.covers).values()
        if isinstance(facts, AlbumFacts):
            row.state, row.release_date, row.label = COMPLETE, facts.release_date, facts.label
            row.total_tracks, row.tracks = facts.total_tracks, [vars(track) for track in facts.tracks]
        return row

    def _failed(self, album: WantedAlbum, error: SpotifyError, pause: timedelta | None = None) -> SpotifyAlbum:
        attempts = min(album.attempts + 1, 20)
        again = self._clock.now() + (pause or min(FIRST_PAUSE * 2 ** (attempts - 1), LONGEST_PAUSE))
        return SpotifyAlbum(
            pk=album.id,
            attempts=attempts,
            next_try_at=again,
            last_error=error.code,
            last_error_parameters=error.fact.as_json()["parameters"],
        )


def _albums_on_spotify() -> AlbumQuerySet:
    return Album.objects.listed().exclude(spotify_id=None)


def _upsert(rows: list[SpotifyAlbum], fields: Iterable[str]) -> None:
    if rows:
        SpotifyAlbum.objects.bulk_create(rows, update_conflicts=True, unique_fields=["id"], update_fields=list(fields))


def _add_cover(row: SpotifyAlbum) -> None:
    """Store what oEmbed says, except over the full data that may have come meanwhile."""
    SpotifyAlbum.objects.bulk_create([SpotifyAlbum(pk=row.pk)], ignore_conflicts=True)
    fields = ("state", "name", "fetched_at", *COVERS, *SETTLED)
    found = SpotifyAlbum.objects.filter(pk=row.pk).exclude(state=COMPLETE)
    found.update(**{field: getattr(row, field) for field in fields})
