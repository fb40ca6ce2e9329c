"""What curators may look at, and the little they mend by hand: the sheet, Spotify and the syncs write the rest."""

from collections import Counter
from typing import TYPE_CHECKING

from django.contrib import admin, messages
from django.core.exceptions import ValidationError
from django.db import IntegrityError
from django.db.models import Model, QuerySet
from django.forms import BaseInlineFormSet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from catalog.browse.name_forms import ArtistAliasForm, GenreAliasForm, GenreForm, said
from catalog.models import (
    Album,
    AlbumChange,
    Artist,
    ArtistAlias,
    Delivery,
    Genre,
    GenreAlias,
    SpotifyAlbum,
    SyncFailure,
    SyncOperation,
    SyncRecord,
    VocalStyle,
)

if TYPE_CHECKING:
    BaseAdmin = admin.ModelAdmin[Model]
    BaseInline = admin.TabularInline[Model]
else:
    BaseAdmin = admin.ModelAdmin
    BaseInline = admin.TabularInline


class GivenAdmin(BaseAdmin):
    """Rows that others make and remove."""

    def has_add_permission(self, request: HttpRequest) -> bool:  # noqa: ARG002
        """Refuse: rows come from syncs."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:  # noqa: ARG002
        """Refuse: the next sync would bring them back, or the record would lie."""
        return False

    def get_object(self, request: HttpRequest, object_id: str, from_field: None = None) -> Model | None:
        """Return the row, None for a key that PostgreSQL refuses to look for."""
        return None if "\0" in object_id else super().get_object(request, object_id, from_field)


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


class AliasFormSet(BaseInlineFormSet):
    """The other names of one genre or artist."""

    def clean(self) -> None:
        """Refuse two that are one, which the database cannot tell before either is stored."""
        super().clean()
        kept = [form for form in self.forms if form.has_changed() and form not in self.deleted_forms]
        keys = Counter(form.instance.key for form in kept if form.instance.key)
        if twice := sorted({form.instance.name for form in kept if keys[form.instance.key] > 1}):
            raise ValidationError(said("twice", names=twice), code="twice")


class AliasInline(BaseInline):
    """Other names, for those who may edit what has them."""

    formset = AliasFormSet
    fields = ("name",)
    extra = 1

    def is_curator(self, request: HttpRequest, obj: Model | None = None) -> bool:  # noqa: ARG002
        """Whether somebody may edit genres, or artists, and so their other names."""
        named = self.parent_model._meta
        return request.user.has_perm(f"catalog.change_{named.model_name}")

    has_view_permission = has_add_permission = has_change_permission = has_delete_permission = is_curator


class ArtistAliasInline(AliasInline):
    """Abbreviations and former names of an artist."""

    model = ArtistAlias
    form = ArtistAliasForm
    verbose_name_plural = "other names"


class GenreAliasInline(AliasInline):
    """Other spellings of a genre."""

    model = GenreAlias
    form = GenreAliasForm
    verbose_name_plural = "other spellings"


class NamedAdmin(GivenAdmin):
    """What syncs name, and curators give other names to."""

    search_fields = ("name", "aliases__name")

    def changeform_view(  # pyright: ignore[reportIncompatibleMethodOverride] - a save redirects, which the stubs forget
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, bool] | None = None,
    ) -> HttpResponse:
        """Show and save the names; where a sync or another curator stored the same at that moment, say so."""
        try:
            return super().changeform_view(request, object_id, form_url, extra_context)
        except IntegrityError:
            self.message_user(request, said("meanwhile"), messages.ERROR)
            return redirect(request.path)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Model]:
        """Bring the aliases along."""
        return super().get_queryset(request).prefetch_related("aliases")


@admin.register(Artist)
class ArtistAdmin(NamedAdmin):
    """Artists as the sheet names them; curators say by which other names they are found."""

    list_display = ("name", "other_names")
    readonly_fields = ("name",)
    inlines = (ArtistAliasInline,)

    @admin.display(description="other names")
    def other_names(self, artist: Artist) -> str:
        """Return the aliases in one line."""
        return _in_one_line(artist)


@admin.register(Genre)
class GenreAdmin(NamedAdmin):
    """Genres; curators say which other spellings mean the same."""

    list_display = ("name", "slug", "spellings")
    fields = ("name", "key", "slug")
    readonly_fields = ("key", "slug")
    form = GenreForm
    inlines = (GenreAliasInline,)

    @admin.display(description="other spellings")
    def spellings(self, genre: Genre) -> str:
        """Return the aliases in one line."""
        return _in_one_line(genre)


def _in_one_line(named: Artist | Genre) -> str:
    return ", ".join(alias.name for alias in named.aliases.all())


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


@admin.register(Delivery)
class DeliveryAdmin(ReadOnlyAdmin):
    """Messages about syncs on their way to receivers."""

    list_display = ("created_at", "event", "channel", "operation", "state", "attempts", "next_attempt_at", "answer")
    list_filter = ("state", "event", "channel")
    list_select_related = ("operation",)


@admin.register(AlbumChange)
class AlbumChangeAdmin(ReadOnlyAdmin):
    """What syncs changed, album by album."""

    list_display = ("changed_at", "album", "kind", "operation", "tab", "row")
    list_filter = ("kind",)
    list_select_related = ("album__artist", "operation")
