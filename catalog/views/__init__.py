"""The pages and their fragments."""

from catalog.views.catalogue.albums import AlbumChoicesView, AlbumCoverView, AlbumDetailView, AlbumListView
from catalog.views.curate.removed import RemovedAlbumsView
from catalog.views.history import HistoryDetailView, HistoryView
from catalog.views.preview import SyncPreviewView, SyncUndoView
from catalog.views.sync import SyncCancelView, SyncStatusView, SyncTriggerView

__all__ = [
    "AlbumChoicesView",
    "AlbumCoverView",
    "AlbumDetailView",
    "AlbumListView",
    "HistoryDetailView",
    "HistoryView",
    "RemovedAlbumsView",
    "SyncCancelView",
    "SyncPreviewView",
    "SyncStatusView",
    "SyncTriggerView",
    "SyncUndoView",
]
