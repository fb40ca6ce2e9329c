"""The engine of what a click changes in a list, and of what a page has many of."""

import re
from collections.abc import Callable, Mapping
from functools import _lru_cache_wrapper  # pyright: ignore[reportPrivateUsage]
from typing import TypeVar, cast

from django.conf import settings
from django.template.defaultfilters import pluralize
from django.template.loader import get_template
from django.utils.safestring import SafeString
from jinja2 import BaseLoader, Environment
from jinja2.ext import Extension

from catalog.templatetags import catalog_extras

Rendered = TypeVar("Rendered")

INCLUDE = re.compile(r'(?:^[ \t]+)?\{% include "([^"]+)" %\}\n?', re.MULTILINE)


class InlineIncludes(Extension):
    """Puts included templates in place when a template is compiled: calling each anew is a third of a tile's time."""

    def preprocess(self, source: str, name: str | None, filename: str | None = None) -> str:  # noqa: ARG002
        """Return a template with all that it includes, as the lines would stand if they were written here."""
        return INCLUDE.sub(lambda include: self._source(include[1]), source)

    def _source(self, name: str) -> str:
        loader = cast("BaseLoader", self.environment.loader)
        source = loader.get_source(self.environment, name)[0]
        return self.preprocess(source.removesuffix("\n"), name)


def environment(**options: object) -> Environment:
    """Return Jinja's environment with the filters that Django's templates have."""
    jinja = Environment(trim_blocks=True, lstrip_blocks=True, **options)  # noqa: S701  # pyright: ignore[reportArgumentType] - Django's own, autoescape on
    if not settings.DEBUG:  # where templates are edited, each is looked at anew
        jinja.add_extension(InlineIncludes)
    jinja.filters.update({**catalog_extras.register.filters, "pluralize": pluralize})
    return jinja


def kept_unless_edited(render: "_lru_cache_wrapper[Rendered]") -> "Callable[..., Rendered]":
    """Return a function as it is, or where templates are edited without what it keeps."""
    return render.__wrapped__ if settings.DEBUG else render


def rendered(name: str, context: Mapping[str, object]) -> SafeString:
    """Return a template as this engine renders it."""
    return SafeString(get_template(name, using="jinja").render(context))
