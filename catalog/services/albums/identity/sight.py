"""Says which tabs nobody has seen in this sync: the rows of their albums may still stand in them."""

import re
from collections import Counter
from collections.abc import Collection

from catalog.services.albums.plan import KnownAlbum
from catalog.services.sheet.rows import SheetContents


def unseen_tabs(contents: SheetContents, known: Collection[KnownAlbum], tab_pattern: str, *, force: bool) -> set[str]:
    """Return the tabs of listed albums that failed, are left out, or are missing without having been renamed.

    Who accepts a sheet that shrank, accepts that what is missing is gone.
    """
    read = set(contents.tabs_read)
    elsewhere = [album for album in known if not album.is_removed and album.tab not in read]
    if not elsewhere:
        return set()
    tabs = {album.tab for album in elsewhere}
    unseen = {tab for tab in tabs if tab in contents.tabs_failed or not re.search(tab_pattern, tab)}
    missing = tabs - unseen - _renamed(elsewhere, contents)
    return unseen | (missing & set(contents.tabs_present) if force else missing)


def _renamed(albums: Collection[KnownAlbum], contents: SheetContents) -> set[str]:
    """Return the tabs most of whose albums stand in a tab that was read."""
    keys = {entry.key for entry in contents.entries}
    before, lost = (
        Counter(album.tab for album in albums),
        Counter(album.tab for album in albums if album.key not in keys),
    )
    return {tab for tab in before if 2 * lost[tab] < before[tab]}
