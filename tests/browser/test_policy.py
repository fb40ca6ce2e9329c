"""Every page in a real Chromium, for visitors and for staff: the Content-Security-Policy forbids nothing on it."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext

from tests.browser.pages import send_login, sign_in
from tests.crawl import Answer, crawl
from tests.live import App, add_staff

pytestmark = [pytest.mark.database, pytest.mark.long]

NAME, PASSWORD = "tosin", "Cafo 2009"
FORBIDDEN = ("Content Security Policy", "Content-Security-Policy", "Refused to", "violat")
REPORT = """addEventListener("securitypolicyviolation", (event) =>
  console.error(`Content Security Policy: ${event.violatedDirective} ${event.blockedURI} ${event.sample}`))"""


class Heard:
    """What the browser says of the policy, page by page."""

    def __init__(self, context: BrowserContext) -> None:
        self.said: list[str] = []
        context.add_init_script(REPORT)
        context.on("console", lambda message: self._hear(message.text))
        context.on("weberror", lambda error: self.said.append(str(error.error)))
        self.page = context.new_page()

    def _hear(self, text: str) -> None:
        if any(word in text for word in FORBIDDEN):
            self.said.append(f"{self.page.url}: {text}")


@pytest.fixture(scope="module")
def staff(app: App, database: str) -> None:
    add_staff(database, NAME, PASSWORD)


@pytest.fixture
def heard(browser: Browser) -> Iterator[Heard]:
    context = browser.new_context()
    heard = Heard(context)
    yield heard
    context.close()
    assert heard.said == []


def pages(app: App, cookies: dict[str, str]) -> list[str]:
    """Return the addresses of pages, one or two of each kind."""

    def ask(address: str) -> Answer:
        response = app.client.get(address, cookies=cookies)
        return Answer(address, response.status_code, response.headers.get("Content-Type", ""), response.text)

    found = crawl(ask, ["/", "/healthz", "/metrics", "/login/", "/catalog/albums/?q=nothing+at+all", "/admin/"])
    return [answer.address for answer in found if "text/html" in answer.kind and "<html" in answer.text]


def test_what_visitors_see_keeps_the_policy(app: App, heard: Heard) -> None:
    found = pages(app, {})
    assert len(found) > 10
    for address in found:
        heard.page.goto(app.url + address)
    listen = heard.page
    listen.goto(f"{app.url}/catalog/albums/")
    listen.locator("[data-album-tile] a").first.click()
    if (button := listen.get_by_role("button", name="Listen here")).count():
        button.first.click()


def test_what_staff_and_the_admin_see_keeps_the_policy(app: App, staff: None, heard: Heard) -> None:
    sign_in(heard.page, f"{app.url}/login/", NAME, PASSWORD)
    cookies = {cookie.get("name", ""): cookie.get("value", "") for cookie in heard.page.context.cookies()}
    found = pages(app, cookies)
    assert sum("/admin/" in address for address in found) > 5
    for address in found:
        heard.page.goto(app.url + address)


def test_pages_that_refuse_keep_the_policy(app: App, staff: None, heard: Heard) -> None:
    page = heard.page
    for address, said in (
        (f"{app.url}/no/such/page/", "There is no such page."),
        (app.url.replace("127.0.0.1", "progmetal.localhost"), "This site doesn't answer to the name"),
    ):
        page.goto(address)
        assert said in page.inner_text("h1")
    page.goto(f"{app.url}/login/")
    page.context.clear_cookies()
    send_login(page, NAME, PASSWORD)
    assert "The browser sent no cookie" in page.inner_text("main")
    for _ in range(5):
        sign_in(page, f"{app.url}/login/", NAME, "wrong")
    assert page.inner_text("h1") == "Too many wrong passwords."
