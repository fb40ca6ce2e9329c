"""The page of statistics: each number is that of the list that it leads to."""

from datetime import date
from urllib.parse import parse_qs, urlsplit

import pytest
from django.contrib.auth.models import User
from django.http import QueryDict
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from catalog.browse.index.current import current_index
from catalog.browse.query import CatalogQuery
from tests.factories import Page, add_album

pytestmark = [pytest.mark.django_db, pytest.mark.postgresql(long=True)]

STATISTICS = "/catalog/statistics/"


@pytest.fixture
def shelf() -> None:
    for year, number in ((2021, 2), (2022, 4), (2023, 3)):
        for place in range(number):
            add_album(
                f"Artist {place}", f"Album {year} {place}", release_date=date(year, 5, 1 + place),
                vocal=("Clean", "Harsh", None, "Mixed")[place], genres=["Prog-metal", *["Djent"] * (year > 2021)],
                country=("Norway", "London, UK")[place % 2], format=("LP", "EP")[place % 2], is_debut=place == 0,
            )  # fmt: skip


def listed(address: str) -> int:
    return len(CatalogQuery(QueryDict(urlsplit(address).query), current_index().get()).albums)


def test_each_number_is_that_of_the_list_that_it_leads_to(client: Client, shelf: None) -> None:
    page = Page(client, STATISTICS)
    links = [link for link in page.find("figure td a, figure a") if link.text_content().strip().isdecimal()]
    counts = [link for link in links if not link.text_content().strip().startswith("202")]
    assert len(counts) > 10
    for link in counts:
        assert parse_qs(urlsplit(link.get("href")).query)["when"] == ["all"]
        assert listed(link.get("href")) == int(link.text_content()), link.get("href")


def test_each_bar_says_what_it_is_and_leads_there(client: Client, shelf: None) -> None:
    page = Page(client, STATISTICS)
    bars = dict(zip(page.texts("svg a title"), page.values("svg a", "href"), strict=False))
    assert bars["2022: 1 album, Clean"] == "/catalog/albums/?year=2022&vocal=clean&when=all"
    assert bars["2022: 1 album, Not stated"] == "/catalog/albums/?year=2022&when=all"
    assert bars["Djent, 2022: 4 albums"] == "/catalog/albums/?genre=djent&year=2022&when=all"
    assert bars["2023: 1 album, Debuts"] == "/catalog/albums/?year=2023&when=all"


def test_findings_come_from_the_data(client: Client, shelf: None) -> None:
    assert Page(client, STATISTICS).texts(".finding") == [
        "2022 was the busiest year: 4 albums.",
        "1 in 3 albums of 2023 is a debut.",
    ]
    add_album("Leprous", "Coal", release_date=date(2021, 6, 1), genres=["Djent"])
    assert "Djent grew most: from 33.3 % of the albums of 2021 to 100.0 % of those of 2023." in Page(
        client, STATISTICS
    ).texts(".finding")


def test_years_that_hardly_have_an_album_are_in_the_table_only(client: Client, shelf: None) -> None:
    for number in range(200):
        add_album("Haken", f"Demo {number}", release_date=date(2024, 1, 1))
    add_album("King Crimson", "Red", release_date=date(1974, 10, 6))
    page = Page(client, STATISTICS)
    assert page.texts("[aria-labelledby=by-vocals] .columns__name") == ["2021", "2022", "2023", "2024"]
    assert page.texts("[aria-labelledby=by-vocals] tbody th") == ["2024", "2023", "2022", "2021", "1974"]


def test_statistics_cost_six_queries_at_most_and_nothing_when_they_have_not_changed(
    client: Client, shelf: None, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    etag = client.get(STATISTICS).headers["ETag"]
    with django_assert_max_num_queries(6):
        assert client.get(STATISTICS).status_code == 200
        assert client.get(STATISTICS, headers={"If-None-Match": etag}).status_code == 304
    add_album("Leprous", "Coal", release_date=date(2021, 6, 1))
    assert client.get(STATISTICS, headers={"If-None-Match": etag}).status_code == 200


def test_who_is_signed_in_never_gets_the_page_of_others(client: Client, shelf: None) -> None:
    etag = client.get(STATISTICS).headers["ETag"]
    client.force_login(User.objects.create_user("ihsahn"))
    response = client.get(STATISTICS, headers={"If-None-Match": etag})
    assert (response.status_code, "ETag" in response.headers) == (200, False)


def test_an_empty_catalogue_has_nothing_to_count(client: Client) -> None:
    assert Page(client, STATISTICS).texts(".empty__title") == ["Nothing to count yet."]


def test_names_from_the_sheet_are_escaped(client: Client) -> None:
    add_album("Haken", "Virus", genres=['<b>Prog</b> & "metal"'], vocal="<i>Clean</i>")
    page = Page(client, STATISTICS)
    assert page.response.status_code == 200
    assert b"<b>Prog" not in page.response.content
    assert b"<i>Clean" not in page.response.content
