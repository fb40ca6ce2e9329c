"""What every page needs to know of the site."""

from django.conf import settings
from django.http import HttpRequest

from catalog.services.clock import Clock


def site(_request: HttpRequest) -> dict[str, object]:
    """Tell the templates whether this is the demo, and what time it is by the database."""
    return {"is_demo": settings.IS_DEMO, "server_time": Clock().now()}
