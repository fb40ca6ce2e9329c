"""What curators may look at, and the little they mend by hand: the sheet, Spotify and the syncs write the rest."""

from typing import TYPE_CHECKING

from django.contrib import admin
from django.db.models import Model
from django.http import HttpRequest

from catalog.models import (
    Album,
    AlbumChange,
    Artist,
    Genre,
    SpotifyAlbum,
    SyncFailure,
    SyncOperation,
    SyncRecord,
    VocalStyle,
)

if TYPE_CHECKING:
    BaseAdmin = admin.ModelAdmin[Model]
else:
    BaseAdmin = admin.ModelAdmin


class GivenAdmin(BaseAdmin):
    """Rows that others make and remove."""

    def has_add_permission(self, request: HttpRequest) -> bool:  # noqa: ARG002
        """Refuse: rows come from syncs."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:  # noqa: ARG002
        """Refuse: the next sync would bring them back, or the record would lie."""
        return False


class ReadOnlyAdmin(GivenAdmin):
    """Rows that others write."""

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:  # noqa: ARG002
        """Refuse, for the same reasons."""
        return False


@admin.register(Album)
class AlbumAdmin(ReadOnlyAdmin):
    """Albums as the sheet tells of them."""

    list_display = ("title", "artist", "release_date", "format", "vocal_style", "tab", "removed_at")
    list_filter = ("scene", "vocal_style", "is_debut", "is_reissue", "tab")
    search_fields = ("title", "artist__name")
    list_select_related = ("artist", "vocal_style")


@admin.register(Artist)
class ArtistAdmin(ReadOnlyAdmin):
    """Names of artists."""

    search_fields = ("name",)


@admin.register(Genre)
class GenreAdmin(GivenAdmin):
    """Genres; curators say which other spellings mean the same."""

    list_display = ("name", "slug", "aliases")
    search_fields = ("name",)
    fields = ("name", "aliases", "key", "slug")
    readonly_fields = ("key", "slug")


@admin.register(VocalStyle)
class VocalStyleAdmin(ReadOnlyAdmin):
    """Vocal styles."""

    list_display = ("name", "slug")


@admin.register(SpotifyAlbum)
class SpotifyAlbumAdmin(ReadOnlyAdmin):
    """What Spotify says, and what it refused to say."""

    list_display = ("id", "name", "state", "fetched_at", "attempts", "next_try_at", "last_error")
    list_filter = ("state",)
    search_fields = ("id", "name")


@admin.register(SyncOperation)
class SyncOperationAdmin(ReadOnlyAdmin):
    """Syncs as they happen."""

    list_display = ("id", "kind", "status", "stage", "trigger", "started_by", "started_at", "finished_at", "error_code")
    list_filter = ("status", "kind", "trigger")


@admin.register(SyncRecord)
class SyncRecordAdmin(ReadOnlyAdmin):
    """What came of syncs."""

    list_display = ("finished_at", "outcome", "duration_seconds", "created", "updated", "removed", "failed", "enriched")
    list_filter = ("outcome",)


@admin.register(SyncFailure)
class SyncFailureAdmin(ReadOnlyAdmin):
    """Rows that could not be taken in, or only with a doubt."""

    list_display = ("operation", "code", "tab", "row", "artist", "album", "parameters")
    list_filter = ("code", "is_doubt")


@admin.register(AlbumChange)
class AlbumChangeAdmin(ReadOnlyAdmin):
    """What syncs changed, album by album."""

    list_display = ("changed_at", "album", "kind", "operation", "tab", "row")
    list_filter = ("kind",)
    list_select_related = ("album__artist", "operation")
