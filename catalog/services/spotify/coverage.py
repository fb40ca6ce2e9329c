"""Tells how much Spotify knows of the albums in the sheet."""

from collections.abc import Iterator
from dataclasses import asdict, dataclass

from django.db.models import Count, Q

from catalog.models.album import Album
from catalog.models.spotify import SpotifyAlbum

LEAST_WIDTH = 0.6
"""Per cent of the bar that even one album is given, so that it is seen."""


@dataclass(frozen=True)
class CoveragePart:
    """The albums of one state, and their part of a bar that is 100 wide."""

    state: str
    albums: int
    start: float
    width: float


@dataclass(frozen=True)
class Coverage:
    """How many listed albums are in each state; each album is in one."""

    complete: int = 0
    cover: int = 0
    awaiting: int = 0
    dead: int = 0
    unlinked: int = 0

    @property
    def total(self) -> int:
        """How many albums there are."""
        return sum(self.by_state.values())

    @property
    def by_state(self) -> dict[str, int]:
        """The numbers by state, best first."""
        return asdict(self)

    @property
    def parts(self) -> tuple[CoveragePart, ...]:
        """The parts of a bar, one a state that any album is in."""
        return tuple(self._parts())

    def _parts(self) -> Iterator[CoveragePart]:
        held = {state: albums for state, albums in self.by_state.items() if albums}
        widths = {state: max(100 * albums / self.total, LEAST_WIDTH) for state, albums in held.items()}
        scale, start = 100 / (sum(widths.values()) or 1), 0.0
        for state, albums in held.items():
            width = round(widths[state] * scale, 2)
            yield CoveragePart(state, albums, round(start, 2), width)
            start += width


def read_coverage() -> Coverage:
    """Return the coverage as it is now, by one query."""
    state, is_linked = SpotifyAlbum.State, Q(spotify_id__isnull=False)
    known = {part: Count("pk", filter=Q(spotify__state=part)) for part in (state.COMPLETE, state.COVER, state.DEAD)}
    found = Album.objects.listed().aggregate(all=Count("pk"), linked=Count("pk", filter=is_linked), **known)
    total, linked, told = found.pop("all"), found.pop("linked"), sum(found[part] for part in known)
    return Coverage(**found, awaiting=linked - told, unlinked=total - linked)
