"""What the search suggests while somebody types."""

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.template.loader import render_to_string
from django.utils.cache import patch_cache_control, patch_vary_headers
from django.utils.decorators import method_decorator
from django.views import View
from django.views.decorators.http import conditional_page

from catalog.browse.parameters import text_of
from catalog.browse.suggestions import Suggestions, suggest
from catalog.views.negotiation import wants_json

FRESH_SECONDS = 10
"""How long a browser need not ask again: somebody who deletes a letter has the answer already."""


@method_decorator(conditional_page, name="dispatch")
class SuggestView(View):
    """Artists and albums whose names begin with a text. The same for every reader."""

    def get(self, request: HttpRequest) -> HttpResponse:
        """Answer with the options of the search's list, or with JSON."""
        text = text_of(request.GET)
        found = suggest(text)
        if wants_json(request):
            response: HttpResponse = JsonResponse(as_json(found))
        else:
            context = {"suggestions": found, "text": text}
            response = HttpResponse(render_to_string("catalog/list/suggestions.html", context))
        patch_cache_control(response, public=True, max_age=FRESH_SECONDS)
        patch_vary_headers(response, ("Accept",))
        return response


def as_json(found: Suggestions) -> dict[str, list[dict[str, str | int]]]:
    """Return suggestions as machines read them."""
    return {
        "artists": [{"name": one.name, "albums": one.albums, "address": one.address} for one in found.artists],
        "albums": [{"title": one.name, "artist": one.detail, "address": one.address} for one in found.albums],
    }
