"""Counts, for each choice that a filter offers, the albums that it would show beside the other groups' choices."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from django.db.models import Count, Q

from catalog.browse.query import IS_FORMAT, SCENES, CatalogQuery
from catalog.models import Album, AlbumGenre

FREQUENT_GENRES = 14
OFFERED_GENRES = 200
"""The sheet knows over a thousand, most of them once. The rare ones are found by the search and on albums' pages."""


@dataclass(frozen=True)
class Choice:
    """A checkbox: what it is called, how many albums it would show, and whether it is ticked."""

    value: str
    label: str
    count: int
    is_chosen: bool


@dataclass(frozen=True)
class Facet:
    """A group of checkboxes; ``more`` are the rarer ones, folded away."""

    name: str
    choices: Sequence[Choice]
    more: Sequence[Choice] = field(default=())

    @property
    def is_more_chosen(self) -> bool:
        """Whether one of the rarer choices is ticked."""
        return any(choice.is_chosen for choice in self.more)


def count_facets(query: CatalogQuery) -> list[Facet]:
    """Return the filters in the order of the page. One query of the database for each.

    Choices keep their places while filters change: they are ranked by the whole catalogue, and stay at a count of zero.
    """
    return [
        _genre_facet(query),
        _facet(query, "vocal", _count_vocals(query)),
        _facet(query, "year", _count_years(query)),
        _facet(query, "scene", _count_scenes(query)),
        _facet(query, "format", _count_formats(query)),
    ]


def _narrowed(query: CatalogQuery, group: str) -> Q:
    """Return the condition of the other groups, for a count of albums."""
    return Q(pk__in=query.albums(leaving_out=group).values("pk")) if query.is_filtered else Q()


def _genre_facet(query: CatalogQuery) -> Facet:
    albums = query.albums(leaving_out="genre").values("pk")
    narrowed = Q(album__in=albums) if query.is_filtered else Q()
    rows = (
        AlbumGenre.objects.filter(album__removed_at=None)
        .values_list("genre__slug", "genre__name")
        .annotate(total=Count("pk"), number=Count("pk", filter=narrowed))
        .order_by("-total", "genre__key")
    )
    facet = _facet(query, "genre", ((slug, name, number) for slug, name, _, number in rows))
    ticked = [choice for choice in facet.choices[OFFERED_GENRES:] if choice.is_chosen]
    more = [*facet.choices[FREQUENT_GENRES:OFFERED_GENRES], *ticked]
    return Facet("genre", facet.choices[:FREQUENT_GENRES], sorted(more, key=lambda choice: choice.label.casefold()))


def _count_vocals(query: CatalogQuery) -> Iterable[tuple[str, str, int]]:
    rows = (
        Album.objects.listed()
        .exclude(vocal_style=None)
        .values_list("vocal_style__slug", "vocal_style__name")
        .annotate(total=Count("pk"), number=Count("pk", filter=_narrowed(query, "vocal")))
        .order_by("-total", "vocal_style__name")
    )
    return ((slug, name, number) for slug, name, _, number in rows)


def _count_years(query: CatalogQuery) -> Iterable[tuple[str, str, int]]:
    rows = (
        Album.objects.listed()
        .exclude(year=None)
        .values_list("year")
        .annotate(number=Count("pk", filter=_narrowed(query, "year")))
        .order_by("-year")
    )
    return ((str(year), str(year), number) for year, number in rows)


def _count_scenes(query: CatalogQuery) -> Iterable[tuple[str, str, int]]:
    counts = {scene: Count("pk", filter=Q(scene=scene) & _narrowed(query, "scene")) for scene in SCENES}
    return ((scene, scene, number) for scene, number in Album.objects.listed().aggregate(**counts).items())


def _count_formats(query: CatalogQuery) -> Iterable[tuple[str, str, int]]:
    counts = {name: Count("pk", filter=is_in & _narrowed(query, "format")) for name, is_in in IS_FORMAT.items()}
    return ((name, name, number) for name, number in Album.objects.listed().aggregate(**counts).items())


def _facet(query: CatalogQuery, name: str, rows: Iterable[tuple[str, str, int]]) -> Facet:
    """Mark what is ticked, and keep it where nothing is left of it."""
    chosen = query.chosen[name]
    counted = [Choice(value, shown, number, value in chosen) for value, shown, number in rows]
    gone: Mapping[str, str] = {
        value: shown for value, shown in chosen.items() if value not in {c.value for c in counted}
    }
    return Facet(name, [*counted, *(Choice(value, shown, 0, is_chosen=True) for value, shown in gone.items())])
