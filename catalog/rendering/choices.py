"""Renders the choices of filters. One that looks as it did before isn't rendered again."""

from collections.abc import Iterable
from functools import lru_cache

from django.utils.safestring import SafeString

from catalog.browse.facets import Choice
from catalog.rendering.jinja import kept_unless_edited, rendered
from catalog.templatetags.catalog_extras import thousands

MOST_KEPT = 4000
COUNT = "\0"
"""Stands for the number of albums; no name has it."""


def render_choices(name: str, choices: Iterable[Choice]) -> SafeString:
    """Return the checkboxes of a group of filters."""
    render = kept_unless_edited(_choice)
    parts = (
        render(
            name, each.value, each.label, each.count > 0, each.is_chosen, each.is_required, each.is_excluded
        ).replace(COUNT, thousands(each.count))
        for each in choices
    )
    return SafeString("".join(parts))


@lru_cache(MOST_KEPT)
def _choice(name: str, value: str, label: str, has_albums: bool, *ticks: bool) -> str:
    choice = Choice(value, label, int(has_albums), *ticks)
    return rendered("catalog/list/choice.html", {"name": name, "choice": choice, "count": COUNT})
