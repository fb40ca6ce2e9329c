"""Renders the choices of filters."""

from collections.abc import Iterable

from django.template.loader import get_template
from django.utils.safestring import SafeString, mark_safe

from catalog.browse.facets import Choice


def render_choices(name: str, choices: Iterable[Choice]) -> SafeString:
    """Return the checkboxes of a group of filters."""
    template = get_template("catalog/list/choices.html", using="jinja")
    return mark_safe(template.render({"name": name, "choices": choices}))  # noqa: S308
