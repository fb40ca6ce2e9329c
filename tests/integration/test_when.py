"""The list opens with what is out; what is to come is a view of its own, soonest first and week by week."""

from datetime import date, timedelta

import pytest
from django.test import Client
from django.utils import timezone
from django.utils.timezone import localdate

from catalog.browse.index.calendar import Calendar
from catalog.browse.index.entries import AlbumRow
from catalog.browse.index.orders import NEWEST, Newest
from catalog.templatetags.catalog_extras import short_date
from tests.factories import Page, add_album

pytestmark = [pytest.mark.django_db, pytest.mark.postgresql(long=True)]

LIST = "/catalog/albums/"
WEEK = timedelta(days=7)


def monday() -> date:
    return localdate() - timedelta(days=localdate().weekday())


def undated(year: int | None, title: str) -> None:
    add_album("Haken", title, release_date=None, release_text="TBA", year=year)


def test_the_list_opens_with_what_is_out_and_says_of_how_many(client: Client) -> None:
    add_album("Haken", "Today", release_date=localdate())
    add_album("Haken", "Long ago", release_date=date(2010, 1, 1))
    add_album("Haken", "Tomorrow", release_date=localdate() + timedelta(days=1), genres=["Djent"])
    undated(localdate().year, "This year")
    undated(localdate().year - 1, "Last year")
    undated(None, "Some year")
    page = Page(client, LIST)
    assert page.titles == ["Today", "Long ago", "Last year", "Some year"]
    assert page.texts("h1") == ["Albums 4 out now of 6"]
    names = [text.rpartition(" ")[::2] for text in page.texts(".moments a")]
    assert [names[0], *names[3:]] == [("Out now", "4"), ("Upcoming", "2"), ("All", "6")]
    assert page.texts(".moments a[aria-current]") == ["Out now 4"]
    upcoming = Page(client, page.values("#when-upcoming", "href")[0])
    assert upcoming.titles == ["Tomorrow", "This year"]
    assert upcoming.texts("h1") == ["Albums 2 upcoming of 6"]
    assert Page(client, f"{LIST}?when=all").texts("h1") == ["Albums 6"]
    assert Page(client, f"{LIST}?when=soon").titles == page.titles


def test_new_albums_that_wait_for_their_links_come_after_those_that_have_them(client: Client) -> None:
    for title, days, is_linked in (
        ("Today", 0, False), ("Last week", 8, True), ("Also last week", 8, False), ("Old", 15, False),
        ("Older", 99, True),
    ):  # fmt: skip
        linked = {"spotify_id": f"{len(title):022}"} if is_linked else {}
        add_album("Haken", title, release_date=localdate() - timedelta(days=days), **linked)
    page = Page(client, LIST)
    assert page.titles == ["Last week", "Today", "Also last week", "Old", "Older"]
    said = page.texts(".results__note")
    assert said == ["2 new albums without a link to Spotify in the sheet come after the others."]
    for when in ("all", "month&sort=newest"):
        by_date = ["Today", "Also last week", "Last week", "Old", "Older"]
        shown = Page(client, f"{LIST}?when={when}")
        assert shown.titles == [title for title in by_date if title in shown.titles]
        assert shown.texts(".results__note") == []


def test_what_is_to_come_stands_week_by_week(client: Client) -> None:
    later = monday() + 3 * WEEK
    for title, day in (
        ("B", monday() + WEEK), ("A", monday() + WEEK + timedelta(days=6)), ("C", later), ("D", later)
    ):  # fmt: skip
        add_album("Haken", title, release_date=day)
    undated(localdate().year, "TBA")
    page = Page(client, f"{LIST}?when=upcoming")
    assert page.texts("h2.results__week") == ["Next week", f"Week of {short_date(later)}", "No date yet"]
    assert page.titles == ["B", "A", "C", "D", "TBA"]
    assert page.texts("#sort option[selected]") == ["Soonest first"]
    latest = Page(client, f"{LIST}?when=upcoming&sort=newest")
    assert latest.titles == ["C", "D", "A", "B", "TBA"]
    by_title = Page(client, f"{LIST}?when=upcoming&sort=title")
    assert (by_title.titles, by_title.texts("h2.results__week")) == (["A", "B", "C", "D", "TBA"], [])


def test_a_filter_keeps_the_time_and_the_other_times_have_its_counts(client: Client) -> None:
    add_album("Haken", "Out", genres=["Djent"], release_date=date(2020, 1, 1))
    add_album("Haken", "To come", genres=["Djent"], release_date=localdate() + WEEK)
    add_album("Haken", "Other", genres=["Zeuhl"], release_date=localdate() + WEEK)
    page = Page(client, f"{LIST}?genre=djent&when=upcoming")
    assert (page.titles, page.texts("h1")) == (["To come"], ["Albums 1 upcoming of 3"])
    assert page.values("input[type=hidden][name=when]", "value") == ["upcoming"]
    assert page.values("#when-out", "href") == [f"{LIST}?genre=djent"]
    assert page.values(".chip--all", "href") == [f"{LIST}?when=upcoming"]
    counts = zip(page.texts("#genre-main .choice__name"), page.texts("#genre-main .choice__count"), strict=True)
    assert dict(counts) == {"Djent": "1", "Zeuhl": "1"}


def test_where_nothing_is_found_the_other_times_are_offered(client: Client) -> None:
    add_album("Leprous", "To come", release_date=localdate() + WEEK)
    page = Page(client, f"{LIST}?q=leprous")
    assert page.texts(".empty a") == ["Show 1 at other times"]
    assert Page(client, page.values(".empty a", "href")[0]).titles == ["To come"]
    assert Page(client, LIST).texts(".empty p") == ["No albums are out yet.", "Show all 1 album"]


def test_choices_without_albums_sink_and_chosen_ones_rise(client: Client) -> None:
    for number in range(3):
        add_album("Haken", f"Old {number}", genres=["Djent"])
    add_album("Haken", "New", genres=["Zeuhl"], release_date=localdate() + WEEK)
    assert Page(client, f"{LIST}?when=all").texts("#genre-main .choice__name") == ["Djent", "Zeuhl"]
    assert Page(client, f"{LIST}?when=upcoming").texts("#genre-main .choice__name") == ["Zeuhl", "Djent"]
    assert Page(client, f"{LIST}?when=all&genre_not=zeuhl").texts("#genre-main .choice__name") == ["Zeuhl", "Djent"]


def test_orders_follow_what_people_expect(client: Client) -> None:
    now = timezone.now()
    add_album("The Ocean", "Pelagial", release_date=date(2013, 1, 1), added_at=now)
    add_album("The Ocean", "Holocene", release_date=date(2023, 1, 1), added_at=now)
    add_album("Periphery", "V", release_date=date(2023, 3, 1), added_at=now - timedelta(days=1))
    add_album("Neurosis", "Honor", release_date=date(2016, 3, 1), added_at=now)
    add_album("The", "The", added_at=now - timedelta(days=2))
    assert Page(client, f"{LIST}?sort=artist").titles == ["Honor", "Holocene", "Pelagial", "V", "The"]
    assert Page(client, f"{LIST}?sort=added").titles == ["Holocene", "Honor", "Pelagial", "V", "The"]


def test_many_pages_can_be_jumped_to(client: Client) -> None:
    for number in range(201):
        add_album("Haken", f"Album {number:03}")
    page = Page(client, f"{LIST}?sort=title&per_page=25&genre=prog-metal")
    assert page.values("#jump-page", "max") == ["9"]
    sent = zip(page.values("input[form=jump]", "name"), page.values("input[form=jump]", "value"), strict=True)
    fields = {name: value for name, value in sent if value is not None}
    assert fields == {"genre": "prog-metal", "sort": "title", "per_page": "25"}
    answer = client.get(LIST, {**fields, "page": 9}, headers={"HX-Request": "true", "HX-Trigger": "jump"})
    assert answer["HX-Push-Url"] == f"{LIST}?genre=prog-metal&sort=title&per_page=25&page=9"
    assert Page(client, f"{LIST}?per_page=50").values("#jump-page", "max") == []


@pytest.mark.parametrize("today", [date(2024, 2, 29), date(2025, 12, 31), date(2026, 1, 1), date(9998, 12, 31)])
def test_weeks_and_months_end_where_they_should(today: date) -> None:
    """Against the dates themselves, around the ends of months and years."""
    days = sorted({today + timedelta(days=each) for each in range(-45, 46)}, reverse=True)
    row = AlbumRow(0, 0, "", "", "", 0, "", None, None, "", "", None, "", None)
    albums = [row._replace(release_order=day.toordinal(), year=day.year) for day in days]
    calendar = Calendar(albums, {NEWEST: Newest(len(albums), {})})

    def found(moment: str) -> set[date]:
        return {days[number] for number in calendar.albums(moment, today)}

    assert found("week") == {day for day in days if day.isocalendar()[:2] == today.isocalendar()[:2]}
    assert found("month") == {day for day in days if (day.year, day.month) == (today.year, today.month)}
    assert found("upcoming") == {day for day in days if day > today}
    assert found("out") == {day for day in days if day <= today}
