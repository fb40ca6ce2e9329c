"""The engine of the templates that a page has many of. They keep to what Django's own engine reads as well."""

from django.template.defaultfilters import pluralize
from jinja2 import Environment

from catalog.templatetags import catalog_extras


def environment(**options: object) -> Environment:
    """Return Jinja's environment with the filters that Django's templates have."""
    jinja = Environment(trim_blocks=True, lstrip_blocks=True, **options)  # noqa: S701  # pyright: ignore[reportArgumentType] - Django's own, autoescape on
    jinja.filters.update({**catalog_extras.register.filters, "pluralize": pluralize})
    return jinja
