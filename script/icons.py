"""Draws the icons that installed pages have, from the one drawing that there is. Run it by script/icons."""

import os
from pathlib import Path

from playwright.sync_api import sync_playwright

IMAGES = Path(__file__).resolve().parent.parent / "catalog" / "static" / "catalog" / "images"
ICONS = {"icon-180": (180, True, 0.8), "icon-192": (192, False, 1), "icon-512": (512, False, 1)}
MASKABLE = {"icon-maskable-512": (512, True, 0.66)}
"""By name: pixels a side, whether the ground fills the square, and the drawing's share of it.

Systems cut maskable icons to a circle of 80 %: the drawing stays within.
"""


def main() -> None:
    """Write all icons."""
    drawing = (IMAGES / "favicon.svg").read_text(encoding="utf-8")
    arguments = ["--no-sandbox"] if os.geteuid() == 0 else []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=os.environ.get("CHROMIUM"), args=arguments)
        for name, (side, is_full, share) in {**ICONS, **MASKABLE}.items():
            page = browser.new_page(viewport={"width": side, "height": side})
            page.set_content(_page(drawing, side, share, is_full=is_full))
            page.screenshot(path=IMAGES / f"{name}.png", omit_background=True)
        browser.close()


def _page(drawing: str, side: int, share: float, *, is_full: bool) -> str:
    ground = "#17131f" if is_full else "transparent"
    size = round(side * share)
    style = f"margin:0;background:{ground};display:grid;place-content:center;height:{side}px"
    return f'<body style="{style}">{drawing.replace("<svg", f"<svg style=width:{size}px;height:{size}px", 1)}'


if __name__ == "__main__":
    main()
