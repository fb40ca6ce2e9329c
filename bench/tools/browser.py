"""The Chromium of benchmarks, where there is one."""

import os
import shutil
import sys

from playwright.sync_api import Browser, Playwright


def chromium() -> str | None:
    """Return the path of Chromium, or say that there is none."""
    path = os.environ.get("CHROMIUM") or shutil.which("chromium")
    if not path:
        print("no Chromium: name one in CHROMIUM", file=sys.stderr)
    return path


def launched(playwright: Playwright, path: str) -> Browser:
    """Start it, also as root."""
    return playwright.chromium.launch(executable_path=path, args=["--no-sandbox"] if os.geteuid() == 0 else [])
