"""How templates show what changed in albums."""

from collections.abc import Iterator

from django import template

from catalog import placeholder
from catalog.browse.changes.fields import FieldChange, field_changes
from catalog.models import AlbumChange, PlannedChange

register = template.Library()


@register.filter
def by_field(change: AlbumChange | PlannedChange) -> Iterator[FieldChange]:
    """Tell a change field by field."""
    return field_changes(change.fields)


@register.filter
def commas(lines: str) -> str:
    """Join the lines that say something, with commas between."""
    return ", ".join(filter(None, map(str.strip, lines.splitlines())))


@register.filter
def placeholder_of(change: AlbumChange | PlannedChange) -> dict[str, str]:
    """Draw the placeholder cover of an album that may not be in the catalogue yet."""
    return placeholder.draw(change.artist, change.title).values
