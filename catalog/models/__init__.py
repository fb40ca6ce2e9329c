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
from catalog.models.watch.delivery import Delivery
from catalog.models.watch.tally import Tally

__all__ = [
    "Album",
    "AlbumChange",
    "AlbumGenre",
    "Artist",
    "ArtistAlias",
    "CatalogueVersion",
    "Delivery",
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
    "Tally",
    "Upkeep",
    "VocalStyle",
]
