"""Print the path of Playwright's Chromium, or exit with 1 if there is none."""

import sys
from pathlib import Path

from playwright.sync_api import sync_playwright

with sync_playwright() as playwright:
    path = playwright.chromium.executable_path
if not Path(path).exists():
    sys.exit(1)
sys.stdout.write(f"{path}\n")
