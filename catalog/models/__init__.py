"""What the catalogue remembers: albums (the sheet's truth), Spotify's truth beside it, and every sync."""

from catalog.models.album import Album, AlbumGenre, Genre, GenreAlias, VocalStyle
from catalog.models.artist import Artist, ArtistAlias
from catalog.models.change import AlbumChange, PlannedChange
from catalog.models.mark import Mark
from catalog.models.pair import DismissedPair
from catalog.models.review import ReviewRow
from catalog.models.spotify import SpotifyAlbum, SpotifyCall, SpotifyQuota
from catalog.models.sync import SyncFailure, SyncOperation, SyncRecord
from catalog.models.upkeep import Upkeep
from catalog.models.version import CatalogueVersion

__all__ = [
    "Album",
    "AlbumChange",
    "AlbumGenre",
    "Artist",
    "ArtistAlias",
    "CatalogueVersion",
    "DismissedPair",
    "Genre",
    "GenreAlias",
    "Mark",
    "PlannedChange",
    "ReviewRow",
    "SpotifyAlbum",
    "SpotifyCall",
    "SpotifyQuota",
    "SyncFailure",
    "SyncOperation",
    "SyncRecord",
    "Upkeep",
    "VocalStyle",
]
