"""Adds and removes the marks of an account."""

from collections.abc import Iterator, Mapping, Sequence

from django.contrib.auth.models import AbstractBaseUser, AnonymousUser
from django.db import transaction

from catalog.models import Album, Mark

MOST_MARKS = 20_000
"""Marks that an account has at most: more than the community's sheet has albums."""

CHUNK = 500

Marks = Mapping[str, Sequence[int]]
"""The primary keys of albums, by kind."""


class TooManyMarksError(Exception):
    """An account would have more than `MOST_MARKS`."""


def change_marks(user: AbstractBaseUser | AnonymousUser, add: Marks, remove: Marks) -> None:
    """Add and remove marks, all or none. Albums that aren't known are left out, and so is what is there already.

    Raises `TooManyMarksError`.
    """
    with transaction.atomic():
        for kind, albums in remove.items():
            for chunk in _chunks(albums):
                Mark.objects.of(user).filter(kind=kind, album__in=chunk).delete()
        for kind, albums in add.items():
            for chunk in _chunks(albums):
                known = set(Album.objects.filter(pk__in=chunk).values_list("pk", flat=True))
                marks = [Mark(user_id=user.pk, album_id=pk, kind=kind) for pk in chunk if pk in known]
                Mark.objects.bulk_create(marks, ignore_conflicts=True)
        if any(add.values()) and Mark.objects.of(user).count() > MOST_MARKS:
            raise TooManyMarksError


def _chunks(albums: Sequence[int]) -> Iterator[Sequence[int]]:
    return (albums[start : start + CHUNK] for start in range(0, len(albums), CHUNK))
