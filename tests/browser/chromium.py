"""Which Chromium is started, and how."""

import os
import shutil

from playwright.sync_api import Browser, Playwright

ARGUMENTS = ["--no-sandbox"] if os.geteuid() == 0 else []
"""Chromium has no sandbox for root."""


def path() -> str | None:
    """Return the program that CHROMIUM names, or one of the system; without any, Playwright has its own."""
    return os.environ.get("CHROMIUM") or shutil.which("chromium-headless-shell") or shutil.which("chromium")


def launch(playwright: Playwright) -> Browser:
    """Start it, for tools that take no fixture."""
    return playwright.chromium.launch(executable_path=path(), args=ARGUMENTS)
