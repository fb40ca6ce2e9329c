"""An artist's page: all albums, bands of one name apart, and ways on."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import date

import pytest
from django.test import Client

from catalog.models import Artist
from tests.factories import Page, add_album

pytestmark = [pytest.mark.django_db, pytest.mark.postgresql(long=True)]
LIST = "/catalog/albums/"


def page_of(client: Client, name: str) -> Page:
    return Page(client, Artist.objects.get(name=name).get_absolute_url())


def test_an_artists_page_has_its_albums_newest_first_and_leads_on(client: Client) -> None:
    old = add_album("Haken", "Aquarius", genres=["Prog-metal"], country="London, UK", release_date=date(2010, 3, 15))
    add_album("Haken", "Virus", genres=["Prog-metal", "Djent"], country="UK", release_date=date(2020, 7, 24))
    add_album("Haken", "Lost", country="UK", removed_at="2026-01-01T00:00Z")
    add_album("Leprous", "Haken")
    page = Page(client, f"{LIST}{old.pk}/")
    (address,) = page.values(".album__artist a", "href")
    page = Page(client, address)
    assert page.texts("h1") == ["Haken"]
    assert page.titles == ["Virus", "Aquarius"]
    assert page.texts(".artist__facts") == ["2 albums · 2010–2020"]
    assert page.values(".artist__head .links a", "href") == [f"{LIST}?genre=prog-metal", f"{LIST}?genre=djent"]
    assert page.values(".artist__origin a", "href") == [f"{LIST}?country=united-kingdom"]
    assert page.texts(".searches a") == ["Spotify", "Bandcamp", "YouTube"]
    assert page.values(".searches a", "href")[1] == "https://bandcamp.com/search?q=Haken&item_type=b"


def test_bands_of_one_name_have_lists_of_their_own(client: Client) -> None:
    for title, country in (
        ("Moving Backwards", "Helsinki, Finland"),
        ("Icarus", "Austin, TX"),
        ("Resident", "Finland"),
    ):
        add_album("Wheel", title, country=country, bandcamp_url="")
    page = page_of(client, "Wheel")
    assert page.texts(".artist__band h2.section-title") == ["Wheel from Finland", "Wheel from United States"]
    assert [len(band.xpath(".//li[@data-album-tile]")) for band in page.find(".artist__band")] == [2, 1]


def test_any_old_address_leads_to_the_present_one(client: Client) -> None:
    artist = add_album("Sólstafir", "Ótta").artist
    present = artist.get_absolute_url()
    assert present.startswith(f"/catalog/artists/{artist.pk}/")
    for slug in ("solstafir/", "x%22%3E/"):
        response = client.get(f"/catalog/artists/{artist.pk}/{slug}")
        assert (response.status_code, response.headers["Location"]) == (302, present)
    page = Page(client, f"/catalog/artists/{artist.pk}/")
    assert page.values("link[rel=canonical]", "href") == [f"http://testserver{present}"]
    symbols = add_album("∞", "∞").artist
    assert client.get(f"/catalog/artists/{symbols.pk}/").status_code == 200


def test_who_has_no_album_in_the_catalogue_has_no_page(client: Client) -> None:
    gone = add_album("Haken", "Virus", removed_at="2026-01-01T00:00Z").artist
    for number in (gone.pk, 9_999_999):
        assert client.get(f"/catalog/artists/{number}/haken/").status_code == 404


def test_the_number_of_queries_does_not_grow(
    client: Client, django_assert_max_num_queries: Callable[[int], AbstractContextManager[object]]
) -> None:
    for number in range(60):
        add_album("Haken", f"Demo {number}", genres=[f"Genre {number % 7}"])
    page_of(client, "Haken")
    address = Artist.objects.get(name="Haken").get_absolute_url()
    with django_assert_max_num_queries(6):
        assert len(Page(client, address).titles) == 60
