"""Artists, genres and vocal styles by name: each exists once, and is made when an album first needs it."""

import hashlib
from collections import Counter
from collections.abc import Iterable, Sequence

from django.utils.text import slugify

from catalog.models import Artist, Genre, GenreAlias, VocalStyle
from catalog.services.sheet.entries import AlbumEntry


class AlbumNames:
    """The primary keys behind the names that entries use.

    Genres are told by their keys, as curators may rename them. An undo puts back the very genres that were there, so it
    takes no notice of aliases.
    """

    def __init__(self, *, with_aliases: bool = True) -> None:
        self.artists: dict[str, int] = {}
        self.vocal_styles: dict[str, int] = {}
        self.salt = ""
        """A hash of the aliases that curators gave to genres: when they change, entries mean something else."""
        self._genres: dict[str, tuple[int, str]] = {}
        self._aliases: dict[str, str] = {}
        self._with_aliases = with_aliases
        self._spellings: dict[str, str] = {}
        self._slugs: dict[type[Genre | VocalStyle], set[str]] = {}
        self.forget()

    def forget(self) -> None:
        """Read what is really in the database, as after a transaction that was rolled back."""
        self.artists = dict(Artist.objects.values_list("name", "pk"))
        self.vocal_styles = dict(VocalStyle.objects.values_list("name", "pk"))
        rows = list(Genre.objects.values_list("key", "pk", "name", "slug"))
        self._genres = {key: (pk, name) for key, pk, name, _ in rows}
        given = list(GenreAlias.objects.values_list("key", "genre__key")) if self._with_aliases else []
        self._aliases = dict(given)
        said = repr(sorted((alias, self._genres[key][1]) for alias, key in given))
        self.salt = hashlib.blake2b(said.encode(), digest_size=8).hexdigest() if given else ""
        self._slugs = {
            Genre: {slug for *_, slug in rows},
            VocalStyle: set(VocalStyle.objects.values_list("slug", flat=True)),
        }

    def load(self, entries: Iterable[AlbumEntry]) -> None:
        """Learn how entries mostly write each genre: a new one is named so."""
        spellings = Counter(name for entry in entries for name in entry.genres)
        self._spellings = {name.casefold(): name for name, _ in reversed(spellings.most_common())}

    def create_missing(self, entries: Sequence[AlbumEntry]) -> None:
        """Make what these entries name and the database lacks. Call it in the transaction that needs them."""
        artists = dict.fromkeys(entry.artist for entry in entries if entry.artist not in self.artists)
        for artist in Artist.objects.bulk_create(Artist(name=name) for name in artists):
            self.artists[artist.name] = artist.pk
        styles = dict.fromkeys(entry.vocal_style for entry in entries if entry.vocal_style)
        missing = [name for name in styles if name not in self.vocal_styles]
        for style in VocalStyle.objects.bulk_create(
            VocalStyle(name=name, slug=self._slug(VocalStyle, name)) for name in missing
        ):
            self.vocal_styles[style.name] = style.pk
        keys = dict.fromkeys(self._key_of(name) for entry in entries for name in entry.genres)
        for genre in Genre.objects.bulk_create(
            Genre(name=self._spellings[key], key=key, slug=self._slug(Genre, self._spellings[key]))
            for key in keys
            if key not in self._genres
        ):
            self._genres[genre.key] = genre.pk, genre.name

    def genre_ids(self, entry: AlbumEntry) -> list[int]:
        """Return the genres of an entry, in order."""
        return [self._genres[key][0] for key in self.genres(entry)]

    def genres(self, entry: AlbumEntry) -> dict[str, str]:
        """Return the genres of an entry, in order: name by key. The name of one that is yet to be made is to come."""
        return {key: self._name_of(key) for key in map(self._key_of, entry.genres)}

    def _key_of(self, name: str) -> str:
        key = name.casefold()
        return self._aliases.get(key, key)

    def _name_of(self, key: str) -> str:
        return self._genres[key][1] if key in self._genres else self._spellings[key]

    def _slug(self, model: type[Genre | VocalStyle], name: str) -> str:
        """Return a slug that no other has: two names may make the same one, and are two all the same."""
        taken = self._slugs[model]
        stem = slugify(name, allow_unicode=True) or "other"
        slug, number = stem, 1
        while slug in taken:
            number += 1
            slug = f"{stem}-{number}"
        taken.add(slug)
        return slug
