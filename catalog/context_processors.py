"""What every page needs to know of the site."""

from django.conf import settings
from django.http import HttpRequest


def site(_request: HttpRequest) -> dict[str, object]:
    """Tell the templates whether this is the demo."""
    return {"is_demo": settings.IS_DEMO}
