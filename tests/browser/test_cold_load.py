"""What a browser asks of the server for a page: little the first time, and no file a second time."""

import re
from pathlib import Path

import requests
from playwright.sync_api import Browser, Page, expect

from demo.upstreams import Upstreams
from tests.live import GUNICORN, App, running_app, until

MOST_REQUESTS = 9
"""Page, style, three scripts, drawings of placeholders, icon, service worker and the page that it keeps."""

YEAR = 365 * 24 * 60 * 60
FILES = "elements => elements.map((element) => element.href || element.src)"


def visit(page: Page, address: str) -> None:
    page.goto(address, wait_until="networkidle")
    expect(page.locator("[data-album-tile]").first).to_be_visible()


def test_a_first_visit_asks_for_little_and_a_second_for_no_file(
    browser: Browser, database: str, upstreams: Upstreams, tmp_path: Path, app: App
) -> None:
    log = tmp_path / "requests"
    program = [*GUNICORN, "--access-logfile", str(log)]

    def asked() -> list[str]:
        return re.findall(r"gunicorn\.access \w+ (\S+)", log.read_text())

    with running_app(database, upstreams.environment(), workers=1, program=program) as watched:
        visitor = browser.new_context()
        until(lambda: "/healthz" in asked())  # of running_app; gunicorn logs it after the answer
        log.write_text("")
        visit(visitor.new_page(), f"{watched.url}/catalog/albums/")
        until(lambda: "/offline/" in asked())  # the last one: the service worker keeps that page
        first = asked()
        assert len(first) <= MOST_REQUESTS, first
        second = visitor.new_page()
        for path in ("albums/", "albums/?q=haken", "sync/history/"):
            second.goto(f"{watched.url}/catalog/{path}", wait_until="networkidle")
        assert [path for path in asked()[len(first) :] if path.startswith("/static/")] == []
        visitor.close()


def test_files_are_named_by_their_content_compressed_and_kept_for_a_year(page: Page, address: str) -> None:
    visit(page, address)
    files = page.locator("link[rel=stylesheet], script[src], link[rel=icon]").evaluate_all(FILES)
    assert len(files) >= 4, files
    for file in files:
        for encoding in ("br", "gzip"):
            answer = requests.get(file, headers={"Accept-Encoding": encoding}, timeout=60)
            assert answer.headers["Content-Encoding"] == encoding, file
            kept = answer.headers["Cache-Control"]
            assert "immutable" in kept, file
            assert int(kept.partition("max-age=")[2].partition(",")[0]) >= YEAR, file


def test_nothing_has_to_be_collected(page: Page, database: str, upstreams: Upstreams, tmp_path: Path, app: App) -> None:
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    with running_app(database, upstreams.environment(), workers=1, STATIC_ROOT=tmp_path) as from_sources:
        visit(page, f"{from_sources.url}/catalog/albums/")
        page.get_by_label("Djent").check()
        expect(page).to_have_url(f"{from_sources.url}/catalog/albums/?genre=djent")
        assert page.locator("h1, h2").first.evaluate("element => getComputedStyle(element).fontFamily").count("serif")
    assert len([url for url in asked if "/static/" in url]) > MOST_REQUESTS
