"""HTTPS, proxies and refusals: what follows from PUBLIC_URL and TRUSTED_PROXIES, and what is said where it fails."""

from collections.abc import Iterator
from ipaddress import ip_network
from pathlib import Path
from typing import Any

import pytest
import requests
from django.contrib.auth.models import User
from django.http import HttpRequest, HttpResponse
from django.test import Client, override_settings
from django.urls import path as address_of

from config.urls import handler400, handler403, handler404, handler500, urlpatterns
from tests.factories import Page
from tests.live import App, add_staff, running_app

SITE = "albums.example.org"
HTTPS = {"Host": SITE, "X-Forwarded-Proto": "https"}
HTTP = {"Host": SITE, "X-Forwarded-Proto": "http"}
JSON, HTMX = {"Accept": "application/json"}, {"HX-Request": "true"}
HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "strict-origin-when-cross-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
}
NAME, PASSWORD = "tosin", "Cafo 2009"


@pytest.fixture(scope="module")
def app(database: str) -> Iterator[App]:
    """Serve the app as it is documented for a public site, this machine being the proxy."""
    settings: dict[str, Any] = {
        "PUBLIC_URL": f"https://{SITE}",
        "TRUSTED_PROXIES": "127.0.0.1",
        "SYNC_PERMISSION": "staff",
    }
    with running_app(database, {}, workers=1, **settings) as app:
        yield app


def asked(app: App, address: str, *, method: str = "GET", **headers: str) -> requests.Response:
    names = {name.replace("_", "-"): value for name, value in headers.items()}
    return requests.request(method, f"{app.url}{address}", headers=names, allow_redirects=False, timeout=60)


@pytest.mark.journey
@pytest.mark.database
@pytest.mark.parametrize(
    ("address", "status", "headers"),
    [
        ("/", 302, HTTPS),
        ("/catalog/albums/", 200, HTTPS),
        ("/catalog/albums/9999/", 404, HTTPS),
        ("/no/such/page", 404, HTTPS | JSON),
        ("/login/", 200, HTTPS),
        ("/admin/", 302, HTTPS),
        ("/static/catalog/css/tokens.css", 200, HTTPS),
        ("/metrics", 200, HTTPS),
        ("/healthz", 200, HTTPS),
        ("/readyz", 200, HTTPS),
        ("/catalog/albums/", 400, HTTPS | {"Host": "evil.example.org"}),
        ("/catalog/albums/", 301, HTTP),
        ("/catalog/albums/", 400, {"Host": SITE}),
        ("/healthz", 200, {"Host": "127.0.0.1"}),
    ],
)
def test_every_answer_has_the_headers(app: App, address: str, status: int, headers: dict[str, str]) -> None:
    answer = asked(app, address, **headers)
    assert answer.status_code == status
    check_headers(answer, encrypted=headers.get("X-Forwarded-Proto") == "https")
    if tag := answer.headers.get("ETag"):
        again = asked(app, address, **headers, If_None_Match=tag)
        assert again.status_code == 304
        check_headers(again, encrypted=True)


def check_headers(answer: requests.Response, *, encrypted: bool) -> None:
    assert {name: answer.headers.get(name) for name in HEADERS} == HEADERS
    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
    assert ("Strict-Transport-Security" in answer.headers) is encrypted


@pytest.mark.database
def test_https_follows_from_the_public_address(app: App, database: str) -> None:
    add_staff(database, NAME, PASSWORD)
    assert (
        asked(app, "/catalog/albums/?q=a%20b", **HTTP).headers["Location"] == f"https://{SITE}/catalog/albums/?q=a%20b"
    )
    page = asked(app, "/login/", **HTTPS)
    token = page.cookies["csrftoken"]
    entered = requests.post(
        f"{app.url}/login/", {"username": NAME, "password": PASSWORD, "csrfmiddlewaretoken": token}, timeout=60,
        headers=HTTPS | {"Origin": f"https://{SITE}", "Cookie": f"csrftoken={token}"}, allow_redirects=False,
    )  # fmt: skip
    assert entered.status_code == 302
    cookies = [*page.cookies, *entered.cookies]
    assert {cookie.name for cookie in cookies} == {"csrftoken", "sessionid"}
    assert all(cookie.secure for cookie in cookies)
    assert page.headers["Strict-Transport-Security"] == "max-age=31536000"


@pytest.mark.journey
@pytest.mark.database
@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH", "OPTIONS", "HEAD"])
def test_refused_methods_have_the_headers_too(app: App, method: str) -> None:
    check_headers(asked(app, "/catalog/sync/trigger/", method=method, **HTTPS), encrypted=True)


def behind(*proxies: str, https: bool = True):
    return override_settings(
        TRUSTED_PROXIES=tuple(map(ip_network, proxies)),
        SECURE_SSL_REDIRECT=https,
        SECURE_HSTS_SECONDS=60 * https,
        WHITENOISE_USE_FINDERS=True,
    )


@pytest.mark.parametrize(
    ("peer", "headers", "status", "said"),
    [
        ("10.0.0.1", {"X-Forwarded-Proto": "https"}, 200, ""),
        ("::ffff:10.0.0.1", {"X-Forwarded-Proto": "https"}, 200, ""),
        ("10.0.0.1", {"X-Forwarded-Proto": "https, http"}, 301, ""),
        ("10.0.0.1", {"X-Forwarded-Proto": "http"}, 301, ""),
        ("10.0.0.1", {}, 400, "X-Forwarded-Proto"),
        ("10.0.0.1", {"X-Forwarded-Proto": "gopher"}, 400, "X-Forwarded-Proto"),
        ("192.0.2.1", {"X-Forwarded-Proto": "https"}, 400, "TRUSTED_PROXIES"),
        ("192.0.2.1", {}, 301, ""),
    ],
)
def test_only_a_trusted_proxy_is_believed(peer: str, headers: dict[str, str], status: int, said: str) -> None:
    with behind("10.0.0.0/8"):
        answer = ask_as(peer, headers)
    assert answer.status_code == status
    text = b"".join(answer).decode()
    assert said in text
    assert peer not in text


def ask_as(peer: str, headers: dict[str, str]) -> HttpResponse:
    """Ask for a file, which needs no database."""
    return Client(REMOTE_ADDR=peer).get("/static/catalog/css/tokens.css", headers=headers)


def test_without_https_local_http_stays_as_it_is() -> None:
    answer = Client(REMOTE_ADDR="127.0.0.1").get("/healthz", headers={"X-Forwarded-Proto": "https"})
    assert answer.status_code == 200
    assert "Strict-Transport-Security" not in answer.headers


def breaks(_request: HttpRequest) -> HttpResponse:
    secret = "hush"  # noqa: F841 - that no page shows it is what is tested
    raise ZeroDivisionError("hush")


class Urls:
    """The site with an address that breaks."""

    handler400, handler403, handler404, handler500 = handler400, handler403, handler404, handler500
    urlpatterns = (address_of("catalog/api/breaks", breaks), *urlpatterns, address_of("breaks", breaks))


REFUSED = {
    "not_found": ("/no/such/page", {}, 404, "There is no such page."),
    "wrong_host": ("/healthz", {"Host": "<b>evil</b>"}, 400, "ALLOWED_HOSTS"),
    "broken": ("/breaks", {}, 500, "This page broke on our side."),
}


@pytest.mark.django_db
@override_settings(ROOT_URLCONF=Urls)
@pytest.mark.parametrize("code", REFUSED)
def test_what_is_refused_says_why_as_a_page_as_json_and_as_a_fragment(code: str) -> None:
    address, headers, status, said = REFUSED[code]
    client = Client(raise_request_exception=False)
    page, json, fragment = (client.get(address, headers=headers | form) for form in ({}, JSON, HTMX))
    assert [answer.status_code for answer in (page, json, fragment)] == [status] * 3
    error = json.json()["error"]
    assert (error["code"], said in f"{error['message']} {error['hint']}") == (code, True)
    assert said in page.content.decode()
    assert "<html" in page.content.decode()
    assert "<html" not in fragment.content.decode()
    assert said in fragment.content.decode()
    assert "hush" not in f"{page.content} {json.content} {fragment.content}"
    assert "<b>evil" not in f"{page.content} {fragment.content}"


@pytest.mark.django_db
@override_settings(ROOT_URLCONF=Urls)
@pytest.mark.parametrize(("host", "status"), [("testserver", 500), ("<b>evil</b>", 400)])
def test_what_the_api_refuses_is_a_problem_for_programs(host: str, status: int) -> None:
    client = Client(raise_request_exception=False)
    for form in ({}, JSON, {"Accept": "text/html"}):
        refused = client.get("/catalog/api/breaks", headers={"Host": host, **form})
        assert refused.status_code == status
        assert refused.headers["Content-Type"] == "application/problem+json"
        assert refused.headers["Access-Control-Allow-Origin"] == "*"
        assert (refused.json()["status"], refused.json()["instance"]) == (status, "/catalog/api/breaks")
        assert "hush" not in refused.json()["detail"]


@pytest.mark.django_db
def test_staff_without_the_right_are_told_so_in_our_look(settings) -> None:
    client = Client()
    client.force_login(User.objects.create_user("ihsahn", is_staff=True))
    refused = Page(client, "/admin/catalog/album/add/")
    assert refused.response.status_code == 403
    assert refused.texts("h1") == ["Your account may not do this."]


@pytest.mark.database
def test_a_page_says_why_the_database_is_away(tmp_path: Path) -> None:
    with running_app(f"sqlite:///{tmp_path}/not/there.sqlite3", {}, workers=1) as app:
        page = asked(app, "/catalog/sync/history/")
        assert (page.status_code, page.headers["Retry-After"]) == (503, "30")
        assert "database can't be used right now" in page.text
        assert "its folder is missing" in page.text
        assert str(tmp_path) not in page.text
        assert asked(app, "/catalog/sync/history/", **JSON).json()["error"]["code"] == "database"
        problem = asked(app, "/catalog/api/albums/")
        assert (problem.status_code, problem.headers["Retry-After"]) == (503, "30")
        assert "its folder is missing" in problem.json()["detail"]
        check_headers(page, encrypted=False)
