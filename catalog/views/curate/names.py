"""What the pages of genres and of artists share: a list of names with their aliases, and how these change."""

from typing import Any

from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from catalog.browse.pages import page_links
from catalog.browse.parameters import query_string, text_of
from catalog.models import Artist, Genre
from catalog.services.curation import remove_alias
from catalog.views.curate.desk import tell
from catalog.views.negotiation import number

NAMES_A_PAGE = 50


def list_page(request: HttpRequest, template: str, found: QuerySet[Any]) -> HttpResponse:
    """Answer with one page of what was found."""
    text = text_of(request.GET)
    page = Paginator(found.prefetch_related("aliases"), NAMES_A_PAGE).get_page(request.GET.get("page"))
    pages = list(page_links(page, lambda each: query_string({"q": text, "page": each})))
    return render(request, template, {"page": page, "pages": pages, "q": text, "page_is_for_staff": True})


def given(request: HttpRequest, field: str) -> dict[str, str]:
    """Return what a form of names takes from a field."""
    return {"name": request.POST.get(field, "").replace("\0", "")}


def remove(request: HttpRequest, owner: Genre | Artist, code: str, **facts: object) -> HttpResponse:
    """Remove the alias that the press names, and say so on the page it came from."""
    name = remove_alias(owner.aliases, number(request.POST.get("remove", "")))
    tell(request, code if name else "alias_gone", is_done=bool(name), name=name, **facts)
    return redirect(request.path)
