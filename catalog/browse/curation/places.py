"""The texts of the sheet that name no known country."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Count

from catalog.browse.index.places import countries_of
from catalog.models import Album


@dataclass(frozen=True)
class UnknownPlace:
    """A text as the sheet has it, and how many listed albums have it."""

    text: str
    albums: int


def unknown_places() -> Sequence[UnknownPlace]:
    """Return the texts that name no country, those of most albums first."""
    written = Album.objects.listed().exclude(country="").values_list("country").annotate(albums=Count("pk"))
    found = [UnknownPlace(text, albums) for text, albums in written.order_by() if not countries_of(text)]
    return sorted(found, key=lambda place: (-place.albums, place.text.casefold(), place.text))
