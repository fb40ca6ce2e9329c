"""Renders the choices of filters."""

from collections.abc import Iterable

from django.utils.safestring import SafeString

from catalog.browse.facets import Choice
from catalog.rendering.jinja import rendered


def render_choices(name: str, choices: Iterable[Choice]) -> SafeString:
    """Return the checkboxes of a group of filters."""
    return rendered("catalog/list/choices.html", {"name": name, "choices": choices})
