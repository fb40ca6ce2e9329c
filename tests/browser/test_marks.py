"""Marks in a real Chromium: buttons, keys, My albums, files, two tabs, accounts."""

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.browser.pages import Scheme, check_pages, in_each_width_and_scheme, new_page, sign_in, titles
from tests.live import App, add_staff, rows

MINE = "../mine/"
MANY = 2000
LONGEST_MS = 50
TIME_OF_PAINTING = """() => {
    const times = [];
    const grid = document.querySelector("[data-album-grid]");
    for (let round = 0; round < 20; round++) {
        const start = performance.now();
        grid.dispatchEvent(new CustomEvent("htmx:beforeSwap", { bubbles: true, detail: { target: grid } }));
        document.dispatchEvent(new Event("marks:changed"));
        grid.getBoundingClientRect();
        times.push(performance.now() - start);
    }
    return Math.min(...times);
}"""
SHIFT = """new Promise((resolve) => {
    let sum = 0;
    new PerformanceObserver((list) => { for (const entry of list.getEntries()) sum += entry.value })
        .observe({ type: "layout-shift", buffered: true });
    setTimeout(() => resolve(sum), 500);
})"""


def mark(page: Page, kind: str, title: str) -> None:
    page.get_by_role("button", name=f"{kind}: {title}", exact=True).first.click()


def marks(page: Page) -> dict[str, list[int]]:
    return json.loads(page.evaluate("localStorage.marks ?? '{}'"))


def pressed(page: Page) -> list[str]:
    return [each.get_attribute("aria-label") or "" for each in page.locator("[data-mark][aria-pressed=true]").all()]


@pytest.mark.journey
def test_marks_are_pressed_kept_and_listed(page: Page, address: str) -> None:
    page.goto(address)
    first, second = titles(page)[:2]
    mark(page, "Want", first)
    mark(page, "Want", second)
    mark(page, "Heard", second)
    assert pressed(page) == [f"Want: {first}", f"Want: {second}", f"Heard: {second}"]
    page.get_by_label("Djent").check()
    page.get_by_label("Djent").uncheck()
    expect(page).to_have_title("Albums · progmetal")
    expect(page.locator("[data-mark][aria-pressed=true]")).to_have_count(3)
    page.get_by_role("link", name="My albums").click()
    expect(page.locator("[data-album-tile] h2")).to_have_text([second, first])
    expect(page.locator("[data-count-of=want]")).to_have_text("2")
    page.get_by_label("Search my albums").fill(first)
    page.get_by_role("button", name="Show", exact=True).click()
    expect(page.locator("[data-album-tile] h2")).to_have_text([first])
    page.get_by_role("link", name="Heard").click()
    page.locator(".tile__link", has_text=second).click()
    expect(page.get_by_role("button", name=f"Heard: {second}")).to_have_attribute("aria-pressed", "true")
    page.get_by_role("button", name=f"Heard: {second}").click()
    page.goto(f"{address}{MINE}?mine=heard")
    expect(page.get_by_text("No album is marked as heard.")).to_be_visible()


def test_a_hidden_album_stays_faded_and_is_left_out_of_the_next_list(page: Page, address: str) -> None:
    page.goto(address)
    first, second = titles(page)[:2]
    mark(page, "Hide", first)
    tile = page.locator("[data-album-tile]").first
    expect(tile).to_be_visible()
    expect(tile).to_have_attribute("data-hidden", "")
    page.reload()
    expect(page.locator("[data-album-tile]:visible h2").first).to_have_text(second)
    expect(page.locator("[data-hidden-note]")).to_contain_text("Hidden on this page: 1")
    page.get_by_role("link", name="Upcoming").click()
    expect(page).to_have_title("Upcoming · Albums · progmetal")
    page.get_by_role("link", name="Out now").click()
    expect(page).to_have_title("Albums · progmetal")
    expect(page.locator("[data-album-tile]:visible h2").first).to_have_text(second)
    page.get_by_role("button", name="Show them").click()
    expect(page.locator("[data-album-tile]:visible h2").first).to_have_text(first)
    expect(page.locator("#results h1")).to_be_focused()
    mark(page, "Hide", first)
    page.reload()
    expect(page.locator("[data-album-tile]:visible h2").first).to_have_text(first)


def test_two_tabs_agree(context: BrowserContext, page: Page, address: str) -> None:
    other = context.new_page()
    other.goto(address)
    page.goto(address)
    first = titles(page)[0]
    mark(page, "Want", first)
    expect(other.get_by_role("button", name=f"Want: {first}")).to_have_attribute("aria-pressed", "true")
    mark(other, "Heard", first)
    expect(page.get_by_role("button", name=f"Heard: {first}")).to_have_attribute("aria-pressed", "true")
    mark(other, "Want", first)
    expect(page.get_by_role("button", name=f"Want: {first}")).to_have_attribute("aria-pressed", "false")
    assert [len(each) for each in marks(page).values()] == [0, 1, 0]


def test_keys_mark_the_album_that_has_the_focus(page: Page, address: str) -> None:
    page.goto(address)
    page.keyboard.press("w")
    assert pressed(page) == []
    page.locator(".tile__link").first.focus()
    for key in "whx":
        page.keyboard.press(key)
    expect(page.locator("[data-album-tile]").first.locator("[aria-pressed=true]")).to_have_count(3)
    page.keyboard.press("Enter")
    expect(page.locator(".marks--page [aria-pressed=true]")).to_have_count(3)
    page.keyboard.press("x")
    expect(page.locator(".marks--page [aria-pressed=true]")).to_have_count(2)
    page.locator("input[name=q]").press("w")
    expect(page.locator(".marks--page [aria-pressed=true]")).to_have_count(2)


def test_marks_outlive_the_browser(browser: Browser, address: str, tmp_path: Path) -> None:
    state = tmp_path / "state.json"
    page = browser.new_context(service_workers="block").new_page()
    page.goto(address)
    first = titles(page)[0]
    mark(page, "Want", first)
    page.context.storage_state(path=state)
    page.context.close()
    page = browser.new_context(service_workers="block", storage_state=state).new_page()
    page.goto(address)
    expect(page.get_by_role("button", name=f"Want: {first}")).to_have_attribute("aria-pressed", "true")
    page.context.close()


def test_an_exported_file_adds_its_marks_elsewhere_and_removes_none(
    browser: Browser, page: Page, address: str, tmp_path: Path
) -> None:
    page.goto(address)
    first, second = titles(page)[:2]
    mark(page, "Want", first)
    page.goto(f"{address}{MINE}")
    with page.expect_download() as download:
        page.get_by_role("button", name="Export").click()
    file = tmp_path / download.value.suggested_filename
    download.value.save_as(file)
    assert re.fullmatch(r"progmetal-marks-\d{4}-\d\d-\d\d\.json", file.name)
    other = browser.new_context(service_workers="block").new_page()
    other.goto(address)
    mark(other, "Heard", second)
    other.goto(f"{address}{MINE}")
    other.get_by_label("Import").set_input_files(file)
    expect(other.locator("[data-said]")).to_have_text("Marks in the file: 1. Added: 1")
    other.get_by_label("Import").set_input_files(file)
    expect(other.locator("[data-said]")).to_have_text("Marks in the file: 1. Added: 0")
    assert marks(other)["want"] == marks(page)["want"]
    assert len(marks(other)["heard"]) == 1
    other.context.close()


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("{", "isn’t JSON"),
        ("", "isn’t JSON"),
        ("[]", "holds no marks"),
        ("null", "holds no marks"),
        ('{"format": "progmetal-marks", "version": 2, "marks": {"want": [1]}}', "holds no marks"),
        ('{"format": "progmetal-marks", "version": 1, "marks": {}}', "holds no marks"),
        ('{"format": "progmetal-marks", "version": 1, "marks": {"want": {"0": 1}}}', "holds no marks"),
        ('{"format": "progmetal-marks", "version": 1, "marks": {"want": [1, "2"]}}', "holds no marks"),
        ('{"format": "progmetal-marks", "version": 1, "marks": {"want": [1], "hide": [-1]}}', "holds no marks"),
        (
            json.dumps({"format": "progmetal-marks", "version": 1, "marks": {"want": list(range(1, 20_002))}}),
            "more than 20,000",
        ),
        (" " * 1_000_001, "larger than 1 MB"),
    ],
    ids=lambda value: value[:60],
)
def test_a_broken_file_says_what_is_wrong_and_changes_nothing(
    page: Page, address: str, tmp_path: Path, content: str, said: str
) -> None:
    file = tmp_path / "marks.json"
    file.write_text(content)
    page.goto(f"{address}{MINE}")
    kept = json.dumps({"want": [7], "heard": [], "hide": []})
    page.evaluate("kept => localStorage.setItem('marks', kept)", kept)
    page.reload()
    page.get_by_label("Import").set_input_files(file)
    expect(page.locator("[data-said]")).to_contain_text(said)
    assert page.evaluate("localStorage.marks") == kept


@pytest.mark.parametrize("broken", ["{", "null", "[]", "7", '{"want": 7}', '{"want": [null, "x", 1e99, -1]}'])
def test_what_somebody_broke_by_hand_counts_as_no_mark(page: Page, address: str, broken: str) -> None:
    page.goto(address)
    page.evaluate("text => { localStorage.setItem('marks', text); localStorage.setItem('visit', text); }", broken)
    page.reload()
    first = titles(page)[0]
    assert pressed(page) == []
    mark(page, "Want", first)
    assert pressed(page) == [f"Want: {first}"]


def test_an_album_that_the_catalogue_does_not_have_breaks_nothing(page: Page, address: str) -> None:
    page.goto(address)
    page.evaluate("localStorage.setItem('marks', JSON.stringify({ want: [987654321], hide: [987654322] }))")
    page.goto(f"{address}{MINE}")
    expect(page.get_by_text("No album is on your list yet.")).to_be_visible()
    assert marks(page)["want"] == [987654321]


def test_what_was_added_since_the_last_visit_has_a_dot(page: Page, app: App, address: str) -> None:
    page.goto(address)
    page.reload()
    expect(page.locator(".tile__since")).to_have_count(0)
    page.evaluate("localStorage.visit = JSON.stringify({ since: 0, last: 1000 })")
    page.reload()
    expect(page.locator(".tile__since").first).to_be_visible()
    expect(page.locator("[data-album-tile] h2").first).to_contain_text("New since your last visit")
    page.goto(f"{address}{MINE}?mine=new")
    expect(page.locator("[data-album-tile]").first).to_be_visible()
    assert page.evaluate("JSON.parse(localStorage.visit).since") == 1000


def test_two_thousand_marks_cost_a_page_less_than_fifty_milliseconds(page: Page, address: str) -> None:
    page.goto(f"{address}?per_page=100")
    several = "{ want: numbers, heard: numbers, hide: numbers.map((each) => each + 10 ** 6) }"
    page.evaluate(
        f"() => {{ const numbers = [...Array({MANY}).keys()].map((each) => each + 1);"
        f" localStorage.setItem('marks', JSON.stringify({several})) }}"
    )
    page.reload()
    expect(page.locator("[aria-pressed=true]").first).to_be_attached()
    assert page.evaluate(TIME_OF_PAINTING) < LONGEST_MS
    assert page.evaluate(SHIFT) < 0.02


# Accounts


@pytest.fixture(scope="module")
def account(app: App, database: str) -> None:
    add_staff(database, "curator", "curator")


@pytest.fixture
def curator(account: None, database: str) -> Iterator[None]:
    yield
    rows(database, "DELETE FROM catalog_mark", "COMMIT")


@pytest.mark.usefixtures("curator")
def test_signing_in_moves_the_marks_to_the_account_and_signing_out_leaves_none(
    browser: Browser, page: Page, address: str
) -> None:
    page.goto(address)
    first, second = titles(page)[:2]
    mark(page, "Want", first)
    sign_in(page, f"{address}../../login/", "curator", "curator")
    expect(page.locator("#marks-said")).to_contain_text("now in your account: 1")
    assert marks(page) == {}
    mark(page, "Heard", second)
    other = browser.new_context(service_workers="block").new_page()
    page.goto(f"{address}{MINE}?mine=heard")
    expect(page.locator("[data-album-tile] h2")).to_have_text([second])
    sign_in(other, f"{address}../../login/", "curator", "curator")
    expect(other.locator("[data-mark][aria-pressed=true]")).to_have_count(2)
    other.context.close()
    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_role("link", name="Sign in", exact=True)).to_be_visible()
    assert pressed(page) == []
    assert page.evaluate("Object.keys(localStorage).filter((key) => key.startsWith('marks'))") == []


@pytest.mark.usefixtures("curator")
def test_a_mark_that_the_server_refuses_is_taken_back_and_said(browser: Browser, address: str) -> None:
    page = browser.new_context(service_workers="block").new_page()  # its console may tell of the refusal
    sign_in(page, f"{address}../../login/", "curator", "curator")
    first = titles(page)[0]
    page.context.clear_cookies(name="csrftoken")
    mark(page, "Want", first)
    expect(page.locator("#marks-said")).to_contain_text("wasn't saved")
    expect(page.get_by_role("button", name=f"Want: {first}")).to_have_attribute("aria-pressed", "false")
    page.context.close()


# Without scripts, and for everybody


def test_without_javascript_nothing_promises_marks(browser: Browser, address: str) -> None:
    page = browser.new_context(java_script_enabled=False).new_page()
    page.goto(address)
    expect(page.locator("[data-mark]:visible")).to_have_count(0)
    page.locator(".tile__link").first.click()
    expect(page.locator("noscript p", has_text="Marking albums needs JavaScript.")).to_be_visible()
    expect(page.locator("[data-mark]:visible")).to_have_count(0)
    page.goto(f"{address}{MINE}")
    expect(page.locator("noscript p", has_text="My albums needs JavaScript")).to_be_visible()
    expect(page.get_by_role("button", name="Export")).to_be_hidden()
    page.context.close()


@in_each_width_and_scheme
def test_axe_finds_nothing_on_my_albums_full_or_empty(
    browser: Browser, address: str, width: int, scheme: Scheme
) -> None:
    page = new_page(browser, width, scheme)
    page.goto(address)
    for kind in ("Want", "Heard", "Hide"):
        mark(page, kind, titles(page)[0])
    album = page.locator(".tile__link").first.get_attribute("href") or ""
    check_pages(page, address, [f"../../..{album}", MINE, f"{MINE}?mine=hide", f"{MINE}?mine=new"], scheme)
