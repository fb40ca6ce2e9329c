"""Names that begin with what somebody is typing: artists and albums, a few of each."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Case, Count, When
from django.urls import reverse

from catalog.browse.parameters import query_string
from catalog.models import Album
from catalog.services.sheet.text import fold

MOST = 5


@dataclass(frozen=True)
class Suggestion:
    """An artist with the number of their albums, or an album with its artist as the detail."""

    name: str
    detail: str
    address: str
    albums: int = 0


@dataclass(frozen=True)
class Suggestions:
    """What is suggested for a text, the best first."""

    artists: Sequence[Suggestion] = ()
    albums: Sequence[Suggestion] = ()

    @property
    def count(self) -> int:
        """How many there are."""
        return len(self.artists) + len(self.albums)


def suggest(text: str) -> Suggestions:
    """Return the artists and albums whose names begin with a text: the exact name, then those with most albums."""
    beginning = fold(text)
    if not beginning:
        return Suggestions()
    return Suggestions(_artists(beginning), _albums(beginning))


def _artists(beginning: str) -> list[Suggestion]:
    rows = (
        Album.objects.listed()
        .filter(artist_key__startswith=beginning)
        .values_list("artist__name")
        .annotate(number=Count("pk"))
        .order_by(Case(When(artist_key=beginning, then=0), default=1), "-number", "artist_key", "artist__name")
    )
    albums = reverse("catalog:album_list")
    return [Suggestion(name, "", albums + query_string({"q": name}), number) for name, number in rows[:MOST]]


def _albums(beginning: str) -> list[Suggestion]:
    rows = (
        Album.objects.listed()
        .filter(title_key__startswith=beginning)
        .order_by(Case(When(title_key=beginning, then=0), default=1), "-release_order", "title_key", "pk")
        .select_related("artist")
    )
    return [Suggestion(album.title, album.artist.name, album.get_absolute_url()) for album in rows[:MOST]]
