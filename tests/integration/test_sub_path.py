"""The site below a path of its host: every link, form, file, cookie and redirect stays there."""

import re
from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest
import requests

from demo.upstreams import Upstreams
from tests.crawl import Answer, crawl
from tests.live import App, add_staff, running_app

pytestmark = pytest.mark.database

PREFIX = "/prog"
NAME, PASSWORD = "tosin", "Cafo 2009"


@pytest.fixture(scope="module")
def app(upstreams: Upstreams, database: str) -> Iterator[App]:
    """Serve a catalogue below a path."""
    with running_app(database, upstreams.environment(), workers=1, PUBLIC_URL=f"http://127.0.0.1{PREFIX}") as app:
        app.client = type(app.client)(f"{app.url}{PREFIX}")
        app.sync()
        yield app


def ask(app: App, address: str) -> Answer:
    assert address == PREFIX or address.startswith(f"{PREFIX}/"), address
    response = app.client.get(address.removeprefix(PREFIX), allow_redirects=False)
    check_headers(response)
    if response.is_redirect:
        place = response.headers["Location"]
        return Answer(address, response.status_code, "text/html", f'<a href="{place}">.</a>')
    return Answer(address, response.status_code, response.headers.get("Content-Type", ""), response.text)


def check_headers(response: requests.Response) -> None:
    for cookie in response.cookies:
        assert cookie.path.startswith(f"{PREFIX}/"), cookie
    place = urlsplit(response.headers.get("Location", PREFIX)).path
    assert place == PREFIX or place.startswith(f"{PREFIX}/"), place


def check(app: App, *starts: str) -> dict[str, Answer]:
    begin = [f"{PREFIX}{start}" for start in ("/", *starts)]
    found = {answer.address: answer for answer in crawl(lambda address: ask(app, address), begin)}
    for answer in found.values():
        assert answer.status in (200, 204, 302, 301), answer
        for _, link in answer.links():
            assert link == PREFIX or link.startswith(f"{PREFIX}/"), (answer.address, link)
    return found


def test_whatever_visitors_reach_is_below_the_path(app: App) -> None:
    found = check(app)
    kinds = {re.sub(r"\d+", "1", urlsplit(address).path) for address in found}
    assert {f"{PREFIX}/catalog/albums/", f"{PREFIX}/catalog/albums/1/", f"{PREFIX}/catalog/sync/history/"} <= kinds
    assert any(address.endswith(".css") for address in found)


@pytest.mark.long
def test_whatever_staff_reach_is_below_the_path(app: App, database: str) -> None:
    add_staff(database, NAME, PASSWORD)
    app.client.get("/login/")
    form = {"username": NAME, "password": PASSWORD, "csrfmiddlewaretoken": app.client.cookies["csrftoken"]}
    entered = app.client.post("/login/", form, allow_redirects=False)
    assert (entered.status_code, entered.headers["Location"]) == (302, f"{PREFIX}/catalog/albums/")
    check_headers(entered)
    assert {cookie.name: cookie.path for cookie in app.client.cookies} == {
        "csrftoken": f"{PREFIX}/", "sessionid": f"{PREFIX}/",
    }  # fmt: skip
    found = check(app, "/admin/")
    assert any("/curate/genres/" in address for address in found)
    assert any("/admin/catalog/album/" in address for address in found)


def test_a_press_without_javascript_leads_back_below_the_path(app: App) -> None:
    pressed = app.client.press("trigger", Accept="text/html")
    assert pressed.status_code == 303
    check_headers(pressed)


def test_a_proxy_may_cut_the_path_off(app: App) -> None:
    with requests.Session() as session:
        session.trust_env = False
        for path in ("/healthz", "/catalog/albums/", "/static/catalog/css/tokens.css"):
            assert session.get(f"{app.url}{path}").status_code == 200
        assert f'href="{PREFIX}/catalog/albums/"' in session.get(f"{app.url}/catalog/albums/").text


@pytest.mark.long
def test_gunicorns_own_way_to_name_the_path_works_too(database: str, upstreams: Upstreams) -> None:
    with running_app(database, upstreams.environment(), workers=1, SCRIPT_NAME=PREFIX) as app:
        assert app.client.get(f"{PREFIX}/catalog/albums/").status_code == 200
        assert f'href="{PREFIX}/catalog/albums/"' in app.client.get("/catalog/albums/").text
