"""Release the newest version in CHANGELOG.md: set it in pyproject.toml, commit, and tag with the notes."""

import argparse
import re
import subprocess
import sys
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import NoReturn

CHANGELOG = Path("CHANGELOG.md")
PYPROJECT = Path("pyproject.toml")
HEADING = re.compile(r"^## \[(\d+)\.(\d+)\.(\d+)\] - (\d{4}-\d{2}-\d{2})$")
VERSION_LINE = re.compile(r'^version = "(.+)"$', re.MULTILINE)


@dataclass(frozen=True)
class Release:
    """A section of the changelog."""

    version: tuple[int, int, int]
    day: date
    notes: str

    @property
    def name(self) -> str:
        """The version, such as 1.2.3."""
        return ".".join(map(str, self.version))

    @property
    def tag(self) -> str:
        """The version's git tag."""
        return f"v{self.name}"


def refuse(reason: str) -> NoReturn:
    """Exit; nothing has been changed at this point."""
    sys.exit(f"No release: {reason}")


def git(*arguments: str) -> str:
    """Run git and return its output."""
    return subprocess.run(["git", *arguments], check=True, capture_output=True, text=True).stdout.strip()  # noqa: S603, S607


def sections(changelog: str) -> list[tuple[str, str]]:
    """Return the second-level headings, each with its text."""
    parts = re.split(r"^(## .+)$", changelog, flags=re.MULTILINE)[1:]
    return [(heading, text.strip()) for heading, text in zip(parts[::2], parts[1::2], strict=True)]


def parse_release(heading: str, notes: str) -> Release:
    """Parse a heading such as '## [1.2.3] - 2026-11-25'."""
    found = HEADING.match(heading)
    if not found:
        refuse(f"the newest heading of {CHANGELOG} is {heading!r}; expected something like '## [1.2.3] - 2026-11-25'.")
    major, minor, patch, day = found.groups()
    try:
        return Release((int(major), int(minor), int(patch)), date.fromisoformat(day), notes)
    except ValueError:
        refuse(f"{day} in {CHANGELOG} is not a valid date.")


def next_release(changelog: str) -> Release:
    """Return the newest release in the changelog, or exit with the reason if it can't be released."""
    newest, *older = sections(changelog) or refuse(f"{CHANGELOG} has no heading.")
    release = parse_release(*newest)
    if not release.notes:
        refuse(f"{CHANGELOG} has no notes for {release.name}.")
    if release.day > datetime.now(UTC).date():
        refuse(f"{release.day} in {CHANGELOG} is in the future.")
    if older and parse_release(*older[0]).version >= release.version:
        refuse(f"{release.name} is not higher than the previous version in {CHANGELOG}.")
    return release


def check_repository(release: Release) -> None:
    """Exit if there are uncommitted changes or the tag exists."""
    if git("status", "--porcelain"):
        refuse("there are uncommitted changes.")
    if git("tag", "--list", release.tag):
        refuse(f"the tag {release.tag} already exists.")


def set_version(release: Release) -> None:
    """Set the version in pyproject.toml and commit, unless it is already set."""
    text = PYPROJECT.read_text(encoding="utf-8")
    written = VERSION_LINE.sub(f'version = "{release.name}"', text, count=1)
    if written != text:
        PYPROJECT.write_text(written, encoding="utf-8")
        git("commit", "--quiet", "--message", f"Release {release.name}", str(PYPROJECT))


def main(*, dry_run: bool) -> None:
    """Check first, then release."""
    release = next_release(CHANGELOG.read_text(encoding="utf-8"))
    check_repository(release)
    if dry_run:
        sys.stdout.write(f"Would set version {release.name} in {PYPROJECT}, commit, and tag {release.tag}:\n\n")
        sys.stdout.write(f"{release.notes}\n")
        return
    set_version(release)
    # By default git would strip the headings: they start with #, like its comments.
    git("tag", "--annotate", "--cleanup", "whitespace", release.tag, "--message", f"{release.name}\n\n{release.notes}")
    sys.stdout.write(f"Tagged {release.tag}. Publish it: git push --follow-tags\n")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(prog="script/release")
    parser.add_argument("--dry-run", action="store_true", help="check everything, change nothing")
    main(dry_run=parser.parse_args().dry_run)
