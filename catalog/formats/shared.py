"""What search engines and messengers are told of a page: one answer to "what is this", with a picture."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from catalog.browse.index.values import format_group
from catalog.browse.parameters import list_address
from catalog.browse.query import CatalogQuery
from catalog.formats.linked_data import album_thing, all_albums, artist_thing, as_script, breadcrumbs, website
from catalog.formats.names import Site
from catalog.models import Album, Artist, SpotifyAlbum
from catalog.rendering.jinja import rendered
from catalog.rendering.listing import first_cover
from catalog.rendering.tiles import Tile
from catalog.wording import plain

LARGE, MEDIUM = 640, 300
"""Pixels that Spotify's covers are wide and high."""


@dataclass(frozen=True)
class Shared:
    """Facts of a page for its head. Addresses are absolute."""

    address: str
    title: str
    description: str
    kind: str = "website"
    image: str = ""
    image_size: int = 0
    things: Sequence[SafeString] = ()
    facts: Mapping[str, str] = field(default_factory=dict[str, str])
    """Properties that only this kind has."""


def shared_album(album: Album, genres: Sequence[str], artist: Artist, site: Site) -> Shared:
    """Return what an album's page tells."""
    spotify = album.spotify
    large = spotify.cover_large if spotify else ""
    address, leading = site.album(album.pk), site.address(artist.get_absolute_url())
    thing = album_thing(album, genres, artist, format_group(album.format), site)
    way = breadcrumbs([all_albums(site), (album.artist.name, leading), (album.title, address)])
    return Shared(
        address=address,
        title=_said("catalog/shared/album_title.txt", album=album),
        description=_said("catalog/shared/album_description.txt", album=album, genres=genres),
        kind="music.album",
        image=large or (spotify.cover_url if spotify else ""),
        image_size=_size_of(spotify),
        things=list(map(as_script, (thing, way))),
        facts={
            "music:musician": leading,
            "music:release_date": album.release_date.isoformat() if album.release_date else "",
        },
    )


def shared_artist(
    artist: Artist, tiles: Sequence[Tile], genres: Sequence[str], shops: Sequence[str], site: Site
) -> Shared:
    """Return what an artist's page tells; the tiles are those of all albums, the newest first."""
    address = site.address(artist.get_absolute_url())
    albums = [{"@type": "MusicAlbum", "name": tile.title, "url": site.album(tile.pk)} for tile in tiles]
    image = next((tile.cover for tile in tiles if tile.cover), "")
    way = breadcrumbs([all_albums(site), (artist.name, address)])
    return Shared(
        address=address,
        title=artist.name,
        description=_said("catalog/shared/artist_description.txt", tiles=tiles, genres=genres),
        kind="profile",
        image=image,
        image_size=MEDIUM if image else 0,
        things=list(map(as_script, (artist_thing(artist.name, address, genres, shops, albums), way))),
    )


def shared_list(query: CatalogQuery, page: int, site: Site, page_title: str) -> Shared:
    """Return what a page of a list tells. Order and length of pages make no other list of it."""
    usual = [pair for pair in query.pairs() if pair[0] not in {"sort", "per_page"}]
    is_usual = usual == list(query.pairs())
    address = site.address(list_address([*usual, ("page", str(page))] if page > 1 and is_usual else usual))
    title = plain(page_title).removesuffix(" · progmetal")
    image = first_cover(query)
    things = (
        [website(site)]
        if address == site.address(list_address())
        else [breadcrumbs([all_albums(site), (title, address)])]
    )
    return Shared(
        address=address,
        title=title,
        description=_said("catalog/shared/list_description.txt", count=len(query.albums)),
        image=image,
        image_size=MEDIUM if image else 0,
        things=list(map(as_script, things)),
    )


def render_shared(shared: Shared, formats: Mapping[str, str] | None = None) -> SafeString:
    """Return the tags for the head of a page, with the addresses of the same in other formats."""
    return rendered("catalog/shared/tags.html", {"shared": shared, "formats": formats})


def _said(name: str, **facts: object) -> str:
    return plain(render_to_string(name, facts))


def _size_of(spotify: SpotifyAlbum | None) -> int:
    if spotify is None or not (spotify.cover_large or spotify.cover_url):
        return 0
    return LARGE if spotify.cover_large and spotify.cover_large != spotify.cover_medium else MEDIUM
