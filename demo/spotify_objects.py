"""Builds the Web API's album objects, with the fields of Spotify's OpenAPI description."""

from collections.abc import Mapping
from typing import Any

from demo.sample_albums import SampleAlbum, known_tracks
from demo.spotify_ids import seeded, spotify_id

MARKETS = ("AR", "AU", "BR", "CA", "CL", "DE", "ES", "FR", "GB", "IS", "IT", "JP", "MX", "NO", "PL", "SE", "US")
NOT_IN_DEVELOPMENT_MODE = ("album_group", "available_markets", "label", "popularity")
SIZES = (640, 300, 64)
PRECISIONS = {4: "year", 7: "month", 10: "day"}
TRACKS = {"EP": (3, 5), "Single": (1, 2), "2xLP": (11, 12), "3xLP": (12, 12)}


def album_object(album_id: str, album: SampleAlbum, api: str, images: str, *, extended: bool) -> Mapping[str, Any]:
    """`images` is the base URL of the covers; `extended` is the quota mode."""
    artists = [artist_object(album.artist, api)]
    tracks = track_objects(album_id, album, artists, api)
    content = {
        "album_type": "single" if album.length in {"EP", "Single"} else "album",
        "artists": artists,
        "available_markets": list(MARKETS),
        "copyrights": [{"text": f"{album.released[:4]} {album.label}", "type": kind} for kind in "CP"],
        "external_ids": {"upc": f"{seeded('upc', album_id).randrange(10**12):012d}"},
        "genres": [],
        "images": image_objects(album_id, images) if album.has_cover else [],
        "label": album.label,
        "name": album.title,
        "popularity": seeded("popularity", album_id).randint(0, 71),
        "release_date": album.released,
        "release_date_precision": PRECISIONS[len(album.released)],
        "total_tracks": len(tracks),
        "tracks": {
            "href": f"{api}/albums/{album_id}/tracks?offset=0&limit=50",
            "items": tracks,
            "limit": 50,
            "next": None,
            "offset": 0,
            "previous": None,
            "total": len(tracks),
        },
        **identity("album", album_id, api),
    }
    return {name: value for name, value in content.items() if extended or name not in NOT_IN_DEVELOPMENT_MODE}


def identity(kind: str, object_id: str, api: str) -> Mapping[str, Any]:
    """Return the fields that every Spotify object has."""
    return {
        "external_urls": {"spotify": f"https://open.spotify.com/{kind}/{object_id}"},
        "href": f"{api}/{kind}s/{object_id}",
        "id": object_id,
        "type": kind,
        "uri": f"spotify:{kind}:{object_id}",
    }


def artist_object(name: str, api: str) -> Mapping[str, Any]:
    """Return a simplified artist object."""
    return {"name": name, **identity("artist", spotify_id("artist", name), api)}


def image_objects(album_id: str, images: str) -> list[Mapping[str, Any]]:
    """Return a cover in three sizes, widest first."""
    return [{"url": f"{images}/{album_id}-{size}.svg", "height": size, "width": size} for size in SIZES]


def track_objects(
    album_id: str, album: SampleAlbum, artists: list[Mapping[str, Any]], api: str
) -> list[Mapping[str, Any]]:
    """Return 4 to 11 tracks for an LP, some of them as long as is usual in this genre."""
    random = seeded("tracks", album_id)
    names = random.sample(known_tracks(), random.randint(*TRACKS.get(album.length, (4, 11))))
    return [
        {
            "artists": artists,
            "disc_number": 1,
            "duration_ms": int(random.lognormvariate(12.75, 0.5)) + 45_000,
            "explicit": False,
            "is_local": False,
            "name": name,
            "preview_url": None,
            "track_number": number,
            **identity("track", spotify_id(album_id, str(number)), api),
        }
        for number, name in enumerate(names, 1)
    ]
