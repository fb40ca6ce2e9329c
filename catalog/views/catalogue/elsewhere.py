"""Where else music is: searches at other services, and Spotify's player."""

from typing import Literal, TypeVar
from urllib.parse import quote, urlencode

from csp.decorators import csp_update  # pyright: ignore[reportUnknownVariableType]
from django.utils.decorators import method_decorator
from django.views import View

from catalog.models import Album, SpotifyAlbum
from catalog.services.spotify.client import ALBUM_ID
from catalog.templatetags.catalog_extras import link_name

SomeView = TypeVar("SomeView", bound=type[View])
LONGEST_SEARCH = 200
AT_BANDCAMP = {"artist": "b", "album": "a"}


def searches(text: str, kind: Literal["artist", "album"]) -> list[tuple[str, str]]:
    """Return services with the addresses of their searches for an artist or an album."""
    text = text[:LONGEST_SEARCH]
    return [
        ("Spotify", f"https://open.spotify.com/search/{quote(text, safe='')}"),
        ("Bandcamp", f"https://bandcamp.com/search?{urlencode({'q': text, 'item_type': AT_BANDCAMP[kind]})}"),
        ("YouTube", f"https://www.youtube.com/results?{urlencode({'search_query': text})}"),
    ]


def searches_for(album: Album) -> list[tuple[str, str]]:
    """Return the searches at services to which the sheet has no link."""
    linked = set(map(link_name, album.links))
    found = searches(f"{album.artist.name} {album.title}", "album")
    return [(service, address) for service, address in found if service not in linked]


def may_show_player(view: SomeView) -> SomeView:
    """Let the pages of a view, and no others, hold a frame of Spotify's."""
    policy = {"frame-src": ["https://open.spotify.com"]}
    return method_decorator(csp_update(policy), name="dispatch")(view)  # pyright: ignore[reportUnknownArgumentType]


def playable(album: Album) -> str:
    """Return the id by which Spotify's player knows an album; empty where it has none, or the link is broken."""
    is_dead = album.spotify is not None and album.spotify.state == SpotifyAlbum.State.DEAD.value
    known = album.spotify_id or ""
    return known if ALBUM_ID.fullmatch(known) and not is_dead else ""
