"""Listening to an album on its page, and looking for it elsewhere."""

import pytest
from django.test import Client

from catalog.models import Album, SpotifyAlbum
from tests.factories import Page, add_album

pytestmark = pytest.mark.django_db

SPOTIFY_ID = "2bF0pQmLdMrTU9hZRnl9Wp"


def page_of(client: Client, album: Album) -> Page:
    return Page(client, album.get_absolute_url())


def test_the_player_waits_in_a_template_and_its_button_is_a_link(client: Client) -> None:
    page = page_of(client, add_album("Leprous", "Coal", spotify_id=SPOTIFY_ID))
    assert page.texts("[data-listen]") == ["Listen here"]
    assert page.values("[data-listen]", "href") == [f"https://open.spotify.com/album/{SPOTIFY_ID}"]
    assert page.texts(".listen-here__note") == ["Spotify may set cookies once its player loads."]
    (player,) = page.tree.xpath("//iframe")
    assert player.getparent().tag == "template"
    assert player.get("src") == f"https://open.spotify.com/embed/album/{SPOTIFY_ID}"
    assert player.get("title") == "Coal in Spotify’s player"


@pytest.mark.parametrize("spotify_id", [None, "short", '"><script>alert(1)', "2bF0pQmLdMrTU9hZRnl9W/", "é" * 22])
def test_only_an_id_of_spotify_gets_a_player(client: Client, spotify_id: str | None) -> None:
    page = page_of(client, add_album("Leprous", "Coal", spotify_id=spotify_id, spotify_url=""))
    assert page.find("iframe, [data-listen], [data-player]") == []


def test_a_broken_link_gets_no_player(client: Client) -> None:
    album = add_album("Leprous", "Coal", spotify_id=SPOTIFY_ID)
    SpotifyAlbum.objects.update(state="dead")
    assert page_of(client, album).find("[data-listen]") == []


def test_services_without_a_link_are_searched(client: Client) -> None:
    album = add_album(
        "Caligula's Horse", "Charcoal & Grace", bandcamp_url="https://caligulashorse.bandcamp.com/album/c"
    )
    page = page_of(client, album)
    assert page.values(".album__links a", "href") == [album.bandcamp_url]
    assert page.values(".searches a", "href") == [
        "https://open.spotify.com/search/Caligula%27s%20Horse%20Charcoal%20%26%20Grace",
        "https://www.youtube.com/results?search_query=Caligula%27s+Horse+Charcoal+%26+Grace",
    ]
    assert page.values(".searches a", "aria-label") == ["Search on Spotify", "Search on YouTube"]


def test_an_album_with_all_links_is_searched_nowhere(client: Client) -> None:
    links = {"bandcamp_url": "https://leprous.bandcamp.com/", "youtube_url": "https://youtu.be/x"}
    assert page_of(client, add_album("Leprous", "Coal", spotify_id=SPOTIFY_ID, **links)).find(".searches") == []


def test_a_search_is_bounded_whatever_the_sheet_says(client: Client) -> None:
    addresses = page_of(client, add_album("Ø" * 200, '"><b>' * 60)).values(".searches a", "href")
    assert len(addresses) == 3
    assert max(map(len, addresses)) < 1300
