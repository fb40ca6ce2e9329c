"""Pages as schema.org describes things, in JSON-LD: for search engines."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe

from catalog.browse.parameters import list_address
from catalog.formats.names import Site
from catalog.models import Album, Artist

Thing = dict[str, Any]

IN_A_SCRIPT = {ord(character): f"\\u{ord(character):04x}" for character in "<>&\u2028\u2029"}
"""Without these no text can end the element, begin a comment in it, or break a line of JavaScript."""

RELEASE_TYPES = {"lp": "AlbumRelease", "ep": "EPRelease"}


def as_script(thing: Thing) -> SafeString:
    """Return a thing as the content of a script element."""
    said = {"@context": "https://schema.org", **{name: value for name, value in thing.items() if value}}
    return mark_safe(json.dumps(said, ensure_ascii=False, separators=(",", ":")).translate(IN_A_SCRIPT))  # noqa: S308


def website(site: Site) -> Thing:
    """Return the site, whose search takes words."""
    target = f"{site.address(list_address())}?q={{search_term_string}}"
    return {
        "@type": "WebSite",
        "name": "progmetal",
        "url": site.address(list_address()),
        "potentialAction": {
            "@type": "SearchAction",
            "target": {"@type": "EntryPoint", "urlTemplate": target},
            "query-input": "required name=search_term_string",
        },
    }


def breadcrumbs(steps: Sequence[tuple[str, str]]) -> Thing:
    """Return the way to a page: names and absolute addresses."""
    items = [
        {"@type": "ListItem", "position": place, "name": name, "item": address}
        for place, (name, address) in enumerate(steps, 1)
    ]
    return {"@type": "BreadcrumbList", "itemListElement": items}


def album_thing(album: Album, genres: Sequence[str], artist: Artist, form: str, site: Site) -> Thing:
    """Return an album; ``form`` is the group of its format."""
    spotify, address = album.spotify, site.album(album.pk)
    tracks = spotify.tracks if spotify else []
    return {
        "@type": "MusicAlbum",
        "@id": address,
        "url": address,
        "name": album.title,
        "byArtist": {
            "@type": "MusicGroup",
            "name": album.artist.name,
            "url": site.address(artist.get_absolute_url()),
        },
        "datePublished": album.release_date.isoformat() if album.release_date else str(album.year or ""),
        "genre": list(genres),
        "image": (spotify.cover_large or spotify.cover_url) if spotify else "",
        "albumReleaseType": RELEASE_TYPES.get(form, ""),
        "numTracks": spotify.total_tracks if spotify else None,
        "track": [_track(place, track) for place, track in enumerate(tracks, 1)],
        "sameAs": album.links,
    }


def artist_thing(
    name: str, address: str, genres: Sequence[str], shops: Sequence[str], albums: Sequence[Thing]
) -> Thing:
    """Return an artist with their albums."""
    return {
        "@type": "MusicGroup",
        "@id": address,
        "url": address,
        "name": name,
        "genre": list(genres),
        "sameAs": [f"https://{host}/" for host in shops],
        "album": list(albums),
    }


def _track(place: int, track: Mapping[str, Any]) -> Thing:
    seconds = track.get("seconds")
    duration = f"PT{round(seconds)}S" if isinstance(seconds, (int, float)) else None
    said = {"@type": "MusicRecording", "position": place, "name": track.get("name"), "duration": duration}
    return {name: value for name, value in said.items() if value}


def all_albums(site: Site) -> tuple[str, str]:
    """Return the first step of every way: the list of all albums."""
    return "Albums", site.address(reverse("catalog:album_list"))
