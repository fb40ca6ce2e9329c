"""Names that may be one: suggested to curators, merged by one press, or dismissed."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from lxml.html import HtmlElement

from catalog.models import DismissedPair, Genre, GenreAlias
from tests.factories import Page, add_album

pytestmark = pytest.mark.django_db

GENRES = "/catalog/curate/genres/suggestions/"
LIST = "/catalog/albums/?when=all"


def shelve(**albums: int) -> None:
    """Put so many albums of each genre on the shelf."""
    for name, number in albums.items():
        for each in range(number):
            add_album(f"Band {name}", f"Album {each}", genres=[name.replace("_", " ")])


def names(page: Page) -> list[str]:
    return page.texts(".pairs__side a")


def fields(page: Page) -> dict[str, str]:
    """Return the hidden fields of the first pair's form."""
    form: HtmlElement = page.find(".pairs__deeds")[0]
    return {field.get("name"): field.get("value") for field in form.xpath(".//input[@type='hidden']")}


@pytest.mark.postgresql
def test_a_press_makes_two_genres_one_without_a_sync(staff: Client) -> None:
    shelve(Zeuhl=3, Zheul=1, Djent=2)
    page = Page(staff, GENRES)
    assert (names(page), page.texts(".pairs__facts")) == (["Zheul", "Zeuhl"], ["1 album", "3 albums"])
    assert page.texts(".pairs__why") == ["Looks like a typo"]
    answer = staff.post(GENRES, {**fields(page), "merge": ""})
    assert (answer.status_code, answer["Location"]) == (302, GENRES)
    page = Page(staff, GENRES)
    assert page.texts(".notice") == ["“Zheul” is now Zeuhl."]
    assert page.texts(".empty__title") == ["Nothing to merge."]
    assert GenreAlias.objects.values_list("genre__name", "name").get() == ("Zeuhl", "Zheul")
    found = Page(staff, LIST)
    assert dict(
        zip(found.texts("#genre-main .choice__name"), found.texts("#genre-main .choice__count"), strict=True)
    ) == {
        "Zeuhl": "4",
        "Djent": "2",
    }
    assert len(Page(staff, f"{LIST}&genre=zheul").titles) == 4


@pytest.mark.postgresql
def test_a_merge_goes_the_other_way_round_where_staff_want_it(staff: Client) -> None:
    shelve(Zheul=3, Zeuhl=1)
    staff.post(GENRES, {**fields(Page(staff, GENRES)), "swap": ""})
    assert Page(staff, GENRES).texts(".notice") == ["“Zheul” is now Zeuhl."]
    assert Page(staff, LIST).texts("#genre-main .choice__name") == ["Zeuhl"]


@pytest.mark.postgresql
def test_what_is_dismissed_is_suggested_no_more(staff: Client) -> None:
    shelve(Zeuhl=3, Zheul=1)
    sent = {**fields(Page(staff, GENRES)), "dismiss": ""}
    staff.post(GENRES, sent)
    page = Page(staff, GENRES)
    assert page.texts(".notice") == ["“Zheul” and Zeuhl stay apart."]
    assert (names(page), page.texts("summary")) == ([], ["1 dismissed"])
    assert DismissedPair.objects.values_list("kind", "one", "other", "dismissed_by").get() == (
        "genre", "Zeuhl", "Zheul", "einar",
    )  # fmt: skip
    staff.post(GENRES, sent)
    shelve(ZEUHL=9)
    assert names(Page(staff, GENRES)) == []
    (pk,) = page.values("[name=again]", "value")
    staff.post(GENRES, {"again": pk})
    page = Page(staff, GENRES)
    assert (page.texts(".notice"), names(page)) == (["This pair will be suggested again."], ["Zheul", "Zeuhl"])
    staff.post(GENRES, {"again": pk})
    assert Page(staff, GENRES).texts(".notice") == ["Somebody else has already done this."]


@pytest.mark.postgresql
def test_a_merge_that_is_refused_is_told(staff: Client) -> None:
    shelve(Zeuhl=3, Zheul=1)
    sent = fields(Page(staff, GENRES))
    GenreAlias.objects.create(genre=Genre.objects.get(name="Zheul"), name="Magma", key="magma")
    staff.post(GENRES, {**sent, "merge": ""})
    assert Page(staff, GENRES).texts(".notice") == [
        "“Zheul” wasn't merged into Zeuhl. “Zheul” has spellings of its own; delete them first."
    ]
    staff.post(GENRES, {"kept": sent["kept"], "other": sent["kept"]})
    assert Page(staff, GENRES).texts(".notice") == [
        "“Zeuhl” wasn't merged into Zeuhl. “Zeuhl” is how Zeuhl is written anyway."
    ]


@pytest.mark.parametrize(
    "sent", [{}, {"kept": "zeuhl"}, {"kept": "\0", "other": "x" * 999}, {"kept": "zeuhl", "other": "1"}]
)
def test_names_that_are_none_merge_nothing(staff: Client, sent: dict[str, str]) -> None:
    shelve(Zeuhl=1)
    assert staff.post(GENRES, sent).status_code == 404
    assert not GenreAlias.objects.exists()


def test_queries_do_not_grow_with_pairs(staff: Client) -> None:
    def queries() -> int:
        staff.get(GENRES)
        with CaptureQueriesContext(connection) as seen:
            assert staff.get(GENRES).status_code == 200
        return len(seen)

    shelve(Zeuhl=2, Zheul=1)
    few = queries()
    shelve(Progressive_Pop=2, Prog_Pop=1, Irish_Folk=2, Irish_Folk_Music=1)
    assert (queries(), len(names(Page(staff, GENRES)))) == (few, 6)
    assert few <= 8
