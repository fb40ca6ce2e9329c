"""Albums, syncs and pages for the tests of the catalogue."""

import re
from datetime import date
from typing import Any

from django.test import Client
from django.utils.text import slugify
from lxml import html

from catalog.models import Album, AlbumGenre, Artist, Genre, SpotifyAlbum, VocalStyle
from catalog.services.sheet.text import fold

SPOTIFY = "https://open.spotify.com/album/"
SIMPLE_SELECTOR = re.compile(r"\.([\w-]+)|#([\w-]+)|\[([\w-]+)(?:=([\w-]+))?\]|([\w-]+)")


def add_album(artist: str = "Haken", title: str = "Virus", **facts: Any) -> Album:
    """Put an album on the shelf as the importer would: `genres`, `vocal`, `spotify_id` and `cover` are names here."""
    genres = facts.pop("genres", ["Prog-metal"])
    vocal = facts.pop("vocal", "Clean")
    spotify_id, cover = facts.pop("spotify_id", None), facts.pop("cover", "")
    released = facts.setdefault("release_date", date(2020, 7, 24))
    if spotify_id:
        SpotifyAlbum.objects.create(id=spotify_id, cover_medium=cover, cover_large=cover)
        facts.setdefault("spotify_url", f"{SPOTIFY}{spotify_id}")
    defaults = {
        "format": "LP", "genre_text": ", ".join(genres), "country": "London, UK", "scene": "metal",
        "tab": "2020 Prog-metal",
        "year": released.year if released else None,
        "release_order": released.toordinal() if released else 0,
        "artist_key": fold(artist), "title_key": fold(title),
        "search_text": fold(" ".join([artist, title, *genres, vocal or "", facts.get("country", "London, UK")])),
        "spotify_id": spotify_id,
    }  # fmt: skip
    style = VocalStyle.objects.get_or_create(name=vocal, defaults={"slug": slugify(vocal)})[0] if vocal else None
    owner = Artist.objects.get_or_create(name=artist)[0]
    album = Album.objects.create(artist=owner, title=title, vocal_style=style, **{**defaults, **facts})
    for position, name in enumerate(genres):
        genre = Genre.objects.get_or_create(key=name.casefold(), defaults={"name": name, "slug": slugify(name)})[0]
        AlbumGenre.objects.create(album=album, genre=genre, position=position)
    return album


class Page:
    """A page as a reader sees it."""

    def __init__(self, client: Client, address: str, **headers: str) -> None:
        self.response = client.get(address, headers=headers)
        self.tree = html.document_fromstring(self.response.content.decode() or "<p></p>")

    def find(self, selector: str) -> list[html.HtmlElement]:
        """Return the elements that a simple CSS selector finds: names, classes, ids, attributes and descendants."""
        return self.tree.xpath(" | ".join(map(_xpath, selector.split(","))))

    def texts(self, selector: str) -> list[str]:
        """Return the texts of what a selector finds, blanks collapsed."""
        return [" ".join(found.text_content().split()) for found in self.find(selector)]

    def values(self, selector: str, attribute: str) -> list[str]:
        """Return an attribute of what a selector finds."""
        return [found.get(attribute) for found in self.find(selector)]

    @property
    def titles(self) -> list[str]:
        """Return the titles on the tiles, in their order."""
        return self.texts("[data-album-tile] h2")


def _xpath(selector: str) -> str:
    steps: list[str] = []
    for compound in selector.split():
        step = "//*"
        for class_, id_, attribute, value, tag in SIMPLE_SELECTOR.findall(compound):
            step += f"[contains(concat(' ', normalize-space(@class), ' '), ' {class_} ')]" if class_ else ""
            step += f"[@id='{id_}']" if id_ else ""
            step += (f"[@{attribute}='{value}']" if value else f"[@{attribute}]") if attribute else ""
            step += f"[self::{tag}]" if tag else ""
        steps.append(step)
    return "".join(steps)
