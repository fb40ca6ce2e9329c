"""The application for WSGI servers, which builds the index before the first request comes."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
application = get_wsgi_application()


def keep_index() -> None:
    """Build the index of the catalogue; it needs the apps, so it is imported only now."""
    from catalog.browse.index.current import current_index

    current_index().watch()


keep_index()
