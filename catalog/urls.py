"""The addresses of the catalogue."""

from django.urls import path

from catalog.views.api.catalogue import AlbumsView, AlbumView, SyncView, UnknownView
from catalog.views.api.catalogue import ArtistView as ApiArtistView
from catalog.views.api.description import ApiHomeView, DescriptionView
from catalog.views.catalogue.albums import AlbumChoicesView, AlbumCoverView, AlbumDetailView, AlbumListView
from catalog.views.catalogue.artists import ArtistDetailView
from catalog.views.catalogue.random_album import RandomAlbumView
from catalog.views.catalogue.suggest import SuggestView
from catalog.views.curate.artists import ArtistsView, ArtistView
from catalog.views.curate.desk import CurateView
from catalog.views.curate.genres import GenresView, GenreView
from catalog.views.curate.places import PlacesView
from catalog.views.curate.removed import RemovedAlbumsView
from catalog.views.curate.review import ReviewView
from catalog.views.curate.suggestions import ArtistSuggestionsView, GenreSuggestionsView
from catalog.views.formats.lists import CalendarView, CsvView, FeedView, JsonView
from catalog.views.history import HistoryDetailView, HistoryView
from catalog.views.listener.marks import MarksView
from catalog.views.listener.mine import MineAlbumsView, MineView
from catalog.views.listener.statistics import StatisticsView
from catalog.views.notifications import NotificationsView
from catalog.views.preview import SyncPreviewView, SyncUndoView
from catalog.views.sync import SyncCancelView, SyncStatusView, SyncTriggerView

app_name = "catalog"

urlpatterns = [
    path("albums/", AlbumListView.as_view(), name="album_list"),
    path("albums/choices/<slug:group>/", AlbumChoicesView.as_view(), name="album_choices"),
    path("albums/removed/", RemovedAlbumsView.as_view(), name="removed_albums"),
    path("albums/suggest/", SuggestView.as_view(), name="suggest"),
    path("albums/random/", RandomAlbumView.as_view(), name="random_album"),
    path("albums/<int:pk>/", AlbumDetailView.as_view(), name="album_detail"),
    path("albums/<int:pk>/cover/", AlbumCoverView.as_view(), name="album_cover"),
    path("albums.json", JsonView.as_view(), name="albums_json"),
    path("albums.csv", CsvView.as_view(), name="albums_csv"),
    path("albums.ics", CalendarView.as_view(), name="albums_calendar"),
    path("feed/", FeedView.as_view(), name="feed"),
    path("api/", ApiHomeView.as_view(), name="api"),
    path("api/openapi.json", DescriptionView.as_view(), name="api_description"),
    path("api/albums/", AlbumsView.as_view(), name="api_albums"),
    path("api/albums/<int:pk>/", AlbumView.as_view(), name="api_album"),
    path("api/artists/<int:pk>/", ApiArtistView.as_view(), name="api_artist"),
    path("api/sync/", SyncView.as_view(), name="api_sync"),
    path("api/<path:rest>", UnknownView.as_view(), name="api_unknown"),
    path("artists/<int:pk>/", ArtistDetailView.as_view(), name="artist_detail"),
    path("artists/<int:pk>/<str:slug>/", ArtistDetailView.as_view(), name="artist_detail"),
    path("curate/", CurateView.as_view(), name="curate"),
    path("curate/artists/", ArtistsView.as_view(), name="curate_artists"),
    path("curate/artists/suggestions/", ArtistSuggestionsView.as_view(), name="artist_suggestions"),
    path("curate/artists/<int:pk>/", ArtistView.as_view(), name="curate_artist"),
    path("curate/genres/", GenresView.as_view(), name="genres"),
    path("curate/genres/suggestions/", GenreSuggestionsView.as_view(), name="genre_suggestions"),
    path("curate/genres/<int:pk>/", GenreView.as_view(), name="genre"),
    path("curate/places/", PlacesView.as_view(), name="places"),
    path("mine/", MineView.as_view(), name="mine"),
    path("mine/albums/", MineAlbumsView.as_view(), name="mine_albums"),
    path("mine/marks/", MarksView.as_view(), name="marks"),
    path("statistics/", StatisticsView.as_view(), name="statistics"),
    path("sync/trigger/", SyncTriggerView.as_view(), name="sync_trigger"),
    path("sync/status/", SyncStatusView.as_view(), name="sync_status"),
    path("sync/cancel/", SyncCancelView.as_view(), name="sync_cancel"),
    path("sync/preview/", SyncPreviewView.as_view(), name="sync_preview"),
    path("sync/review/", ReviewView.as_view(), name="sync_review"),
    path("sync/undo/", SyncUndoView.as_view(), name="sync_undo"),
    path("sync/notifications/", NotificationsView.as_view(), name="notifications"),
    path("sync/history/", HistoryView.as_view(), name="sync_history"),
    path("sync/history/<int:pk>/", HistoryDetailView.as_view(), name="sync_history_detail"),
]
