"""Names that are likely one: merged by one press, the other way round, or dismissed."""

from abc import abstractmethod
from collections.abc import Sequence
from typing import ClassVar, Generic, TypeVar

from django.core.paginator import Paginator
from django.forms import ModelForm
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views import View

from catalog.browse.curation.pairs import Names, Pair
from catalog.browse.name_forms import store
from catalog.browse.pages import page_links
from catalog.browse.parameters import query_string
from catalog.models import Artist, DismissedPair, Genre
from catalog.services.curation import dismiss_pair, suggest_again
from catalog.views.curate.desk import for_staff, tell
from catalog.views.negotiation import number

PAIRS_A_PAGE = 50

Named = TypeVar("Named", Genre, Artist)


@for_staff
class SuggestionsView(View, Generic[Named]):
    """The pairs of one kind, likeliest first."""

    kind: ClassVar[DismissedPair.Kind]
    template: ClassVar[str]

    @abstractmethod
    def open_pairs(self, dismissed: Sequence[Names]) -> Sequence[Pair]:
        """Return the pairs that no curator has decided on."""

    @abstractmethod
    def named(self, key: str) -> Named:
        """Return the genre or the artist that a form names; raises `Http404`."""

    @abstractmethod
    def alias_form(self, kept: Named, name: str) -> ModelForm:
        """Return the form that gives another name."""

    def get(self, request: HttpRequest) -> HttpResponse:
        """Answer with one page of them."""
        dismissed = list(DismissedPair.objects.filter(kind=self.kind))
        asked = self.open_pairs([(each.one, each.other) for each in dismissed])
        page = Paginator(asked, PAIRS_A_PAGE).get_page(request.GET.get("page"))
        pages = list(page_links(page, lambda each: query_string({"page": each})))
        context = {"page": page, "pages": pages, "dismissed": dismissed, "page_is_for_staff": True}
        return render(request, self.template, context)

    def post(self, request: HttpRequest) -> HttpResponse:
        """Merge two names, or dismiss the suggestion, and lead back to the list."""
        if "again" in request.POST:
            is_done = suggest_again(self.kind, number(request.POST.get("again", "")))
            tell(request, "suggested_again" if is_done else "suggestion_gone", is_done=is_done)
        else:
            self._decide(request)
        return redirect(request.get_full_path())

    def _decide(self, request: HttpRequest) -> None:
        kept, other = (self.named(request.POST.get(name, "").replace("\0", "")) for name in ("kept", "other"))
        if "dismiss" in request.POST:
            dismiss_pair(self.kind, kept.name, other.name, request.user.get_username())
            tell(request, "dismissed", name=other.name, kept=kept.name)
        elif "swap" in request.POST:
            self._merge(request, other, kept)
        else:
            self._merge(request, kept, other)

    def _merge(self, request: HttpRequest, kept: Named, other: Named) -> None:
        form = self.alias_form(kept, other.name)
        is_done = store(form)
        why = "" if is_done else form.errors["name"][0]
        tell(request, "merged" if is_done else "not_merged", is_done=is_done, name=other.name, kept=kept.name, why=why)
