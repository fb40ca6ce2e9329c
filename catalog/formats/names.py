"""Addresses with their host, and names that outlive every address: decision 0028 says what they are made of."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid5

from django.db.models import Max
from django.urls import reverse

from catalog.browse.parameters import address_of
from catalog.browse.query import CatalogQuery
from catalog.models import AlbumChange, Artist

NAMESPACE = UUID("5f1a3c4e-9a0d-4a57-8c0e-6d1b8d0f2a71")


@dataclass(frozen=True)
class Site:
    """The site as the reader addressed it, such as `https://progmetal.example`."""

    origin: str

    def address(self, path: str) -> str:
        """Return the absolute address of a path."""
        return f"{self.origin}{path}"

    def album(self, pk: int) -> str:
        """Return the address of an album's page."""
        return self.address(address_of("catalog:album_detail", pk))

    def artist(self, pk: int, name: str) -> str:
        """Return the address of an artist's page."""
        return self.address(Artist(pk=pk, name=name).get_absolute_url())

    def list(self, query: CatalogQuery, page: int = 1, view: str = "catalog:album_list") -> str:
        """Return the address of a page of a list, in any of its formats."""
        string = query.address(page).partition("?")[2]
        path = self.address(reverse(view))
        return f"{path}?{string}" if string else path


def album_uuid(pk: int, added_at: datetime) -> UUID:
    """Return the name of an album: it survives edits, syncs, backups and another host."""
    return uuid5(NAMESPACE, f"album {pk} {added_at.timestamp():.6f}")


def list_uuid(query: CatalogQuery) -> UUID:
    """Return the name of a list, the same for all of its pages."""
    return uuid5(NAMESPACE, f"list {sorted(pair for pair in query.pairs() if pair[0] != 'per_page')}")


def changed_at(keys: Sequence[int]) -> dict[int, datetime]:
    """Return when syncs last changed albums, for those that any has."""
    changes = AlbumChange.objects.filter(album__in=keys).order_by()
    return dict(changes.values_list("album").annotate(Max("changed_at")))
