"""The engine of what a click changes in a list, and of what a page has many of."""

from collections.abc import Mapping

from django.template.defaultfilters import pluralize
from django.template.loader import get_template
from django.utils.safestring import SafeString, mark_safe
from jinja2 import Environment

from catalog.templatetags import catalog_extras


def environment(**options: object) -> Environment:
    """Return Jinja's environment with the filters that Django's templates have."""
    jinja = Environment(trim_blocks=True, lstrip_blocks=True, **options)  # noqa: S701  # pyright: ignore[reportArgumentType] - Django's own, autoescape on
    jinja.filters.update({**catalog_extras.register.filters, "pluralize": pluralize})
    return jinja


def rendered(name: str, context: Mapping[str, object]) -> SafeString:
    """Return a template as this engine renders it."""
    return mark_safe(get_template(name, using="jinja").render(context))  # noqa: S308
