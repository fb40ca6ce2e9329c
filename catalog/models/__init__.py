"""What the catalogue remembers: albums (the sheet's truth), Spotify's truth beside it, and every sync."""

from catalog.models.album import Album, AlbumGenre, Artist, Genre, VocalStyle
from catalog.models.spotify import SpotifyAlbum, SpotifyCall, SpotifyQuota
from catalog.models.sync import AlbumChange, SyncFailure, SyncOperation, SyncRecord

__all__ = [
    "Album",
    "AlbumChange",
    "AlbumGenre",
    "Artist",
    "Genre",
    "SpotifyAlbum",
    "SpotifyCall",
    "SpotifyQuota",
    "SyncFailure",
    "SyncOperation",
    "SyncRecord",
    "VocalStyle",
]
