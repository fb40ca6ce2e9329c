"""The panel goes on whatever a reader does over it, and its times are right whatever the reader's clock says."""

from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import Page, expect

from tests.live import App

PRESSES = {
    "right click": """(panel) => {
      const at = {bubbles: true, button: 2, pointerType: "mouse"};
      panel.dispatchEvent(new PointerEvent("pointerdown", at));
    }""",
    "menu of a press that is never ended": """(panel) => {
      panel.dispatchEvent(new PointerEvent("pointerdown", {bubbles: true, pointerType: "touch"}));
      panel.dispatchEvent(new MouseEvent("contextmenu", {bubbles: true}));
    }""",
    "drag": """(panel) => {
      panel.dispatchEvent(new PointerEvent("pointerdown", {bubbles: true, pointerType: "mouse"}));
      panel.dispatchEvent(new DragEvent("dragend", {bubbles: true}));
    }""",
    "another window": """(panel) => {
      panel.dispatchEvent(new PointerEvent("pointerdown", {bubbles: true, pointerType: "mouse"}));
      dispatchEvent(new Event("blur"));
    }""",
}
LOOK = "document.querySelector('[data-sync-panel]').dispatchEvent(new Event('sync:look'))"


@pytest.mark.parametrize("press", PRESSES)
def test_a_press_whose_end_is_swallowed_does_not_freeze_the_panel(
    page: Page, address: str, app: App, press: str
) -> None:
    page.goto(address)
    panel = page.locator("[data-sync-panel]")
    panel.evaluate(PRESSES[press])
    sync = app.sync()["id"]
    page.evaluate(LOOK)
    expect(page.locator(f"[data-sync-panel][data-sync='{sync}']")).to_be_visible(timeout=25_000)


def test_a_real_right_click_and_a_real_drag_do_not_freeze_the_panel(page: Page, address: str, app: App) -> None:
    page.goto(address)
    page.locator("[data-last-synced]").click(button="right")
    link = page.locator("[data-sync-panel] a:visible, .wordmark").first
    link.hover()
    page.mouse.down()
    page.mouse.move(400, 400, steps=5)
    sync = app.sync()["id"]
    page.evaluate(LOOK)
    page.mouse.up()
    expect(page.locator(f"[data-sync-panel][data-sync='{sync}']")).to_be_visible(timeout=25_000)


@pytest.mark.parametrize("hours", [-2, 2])
def test_times_are_by_the_servers_clock_with_the_panel_and_without(
    page: Page, address: str, app: App, hours: int
) -> None:
    app.sync()
    page.clock.install(time=datetime.now(UTC) + timedelta(hours=hours))
    for path in (address, f"{app.url}/login/"):
        page.goto(path)
        page.evaluate(
            """(moment) => document.querySelector("#main").insertAdjacentHTML("beforeend",
              `<time data-relative id="earlier" datetime="${moment}"></time>`)""",
            (datetime.now(UTC) - timedelta(minutes=5, seconds=20)).isoformat(),
        )
        page.clock.run_for(1500)
        expect(page.locator("#earlier")).to_have_text("5 minutes ago")


def test_the_history_is_in_the_readers_time_zone(browser, app: App) -> None:
    app.sync()
    history = f"{app.url}/catalog/sync/history/"
    with browser.new_context(timezone_id="Pacific/Auckland", service_workers="block") as context:
        page = context.new_page()
        page.goto(history)
        time = page.locator("tbody th time").first
        expect(time).not_to_contain_text("UTC")
        shown = datetime.strptime(time.inner_text(), "%d %b %Y, %H:%M")  # noqa: DTZ007 - the reader's
        said = datetime.fromisoformat(time.get_attribute("datetime") or "").replace(tzinfo=None)
        assert timedelta(hours=11, minutes=58) < shown - said < timedelta(hours=13, minutes=2)
        expect(page.locator(".chart title").last).not_to_contain_text("UTC")
