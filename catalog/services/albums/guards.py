"""Holds back what is likelier a mistake than an edit: columns that vanish or get sorted, sheets that shrink."""

import re
from collections import Counter
from collections.abc import Collection, Sequence
from typing import ClassVar

from catalog.services.albums.identity import scrambled
from catalog.services.albums.plan import GUARDED, KnownAlbum, Plan
from catalog.services.errors import SyncError
from catalog.services.sheet.entries import AlbumEntry, RowProblem
from catalog.services.sheet.rows import SheetContents
from catalog.services.sheet.vocabulary import header_of

MOST_REMOVED = 50

MOST_REMOVED_SHARE = 0.1

MOST_CHANGED = 50

MOST_CHANGED_SHARE = 0.1

EXAMPLES = 5
"""Changes that the error of a scrambled sheet names."""

VANISHED_FROM = 5
"""Albums from which on a column that lost all of its values counts as vanished."""

TAB_WORTH_GUARDING = 20
"""Albums from which on a tab may not lose half of them at once."""


class SheetHeld(SyncError):
    """What is likelier a mistake than an edit is held back, with a list of all it would change, for staff to accept."""


class SheetShrunk(SheetHeld):
    """The sheet, or one of its tabs, lost so many albums that a mistake is likelier than an edit."""

    code: ClassVar[str] = "sheet_shrunk"

    def __init__(self, lost: int, total: int, tab: str = "") -> None:
        super().__init__(lost=lost, total=total, **({"tab": tab} if tab else {}))


class SheetScrambled(SheetHeld):
    """So many albums have another artist, title or Spotify link at once that somebody sorted a column."""

    code: ClassVar[str] = "sheet_scrambled"

    def __init__(self, column: str, changed: int, total: int, tab: str = "", examples: Sequence[str] = ()) -> None:
        """Take the column's name, and examples such as ``12: Haken → Leprous`` that begin with the row."""
        super().__init__(
            **({"tab": tab} if tab else {}),
            column=header_of(column),
            changed=changed,
            total=total,
            examples=list(examples),
        )


HELD = frozenset(each.code for each in (SheetShrunk, SheetScrambled))
"""The codes of operations that were held back: staff may accept what their lists show."""


def keep_vanished_columns(plan: Plan, entries: list[AlbumEntry], pairs: list[KnownAlbum | None]) -> None:
    """Find the columns that no row of a tab has a value in, though most of its albums had one."""
    tabs: dict[str, list[tuple[AlbumEntry, KnownAlbum]]] = {}
    for entry, album in zip(entries, pairs, strict=True):
        if album is not None:
            tabs.setdefault(entry.tab, []).append((entry, album))
    written: set[tuple[str, str]] = set()
    for entry in entries:
        written.update(
            (entry.tab, name) for name in GUARDED if (entry.tab, name) not in written and _is_filled(entry, name)
        )
    for tab, matched in tabs.items():
        for column in GUARDED:
            readable = [album for entry, album in matched if column not in entry.unreadable]
            had = sum(column in album.filled for album in readable)
            if (tab, column) in written or had < VANISHED_FROM or 2 * had < len(readable):
                continue
            plan.kept[tab] = (*plan.kept.get(tab, ()), column)
            lost = {"column": header_of(column), "albums": had}
            plan.problems.append(RowProblem("vanished_column", tab, is_doubt=True, parameters=lost))


def _is_filled(entry: AlbumEntry, column: str) -> bool:
    return any(getattr(entry, name) for name in GUARDED[column])


def refuse_a_scrambled_sheet(
    entries: list[AlbumEntry], pairs: list[KnownAlbum | None], known: Collection[KnownAlbum]
) -> None:
    """Raise `SheetScrambled` where one of artist, title and link changes in too many albums of a tab, or of all."""
    before = Counter(album.tab for album in known if not album.is_removed)
    for column, found in scrambled.changes(entries, pairs, known).items():
        for tab, count in Counter(each.album.tab for each in found).items():
            if before[tab] >= TAB_WORTH_GUARDING and 2 * count > before[tab]:
                examples = [str(each) for each in found if each.album.tab == tab][:EXAMPLES]
                raise SheetScrambled(column, count, before[tab], tab, examples)
        if len(found) > MOST_CHANGED and len(found) > MOST_CHANGED_SHARE * before.total():
            examples = [f"{each} ({each.entry.tab})" for each in found[:EXAMPLES]]
            raise SheetScrambled(column, len(found), before.total(), examples=examples)


def plan_removals(
    plan: Plan,
    contents: SheetContents,
    known: Collection[KnownAlbum],
    matched: set[int],
    tab_pattern: str,
    *,
    force: bool,
) -> None:
    """Plan the removal of what left the tabs that were read. Raises `SheetShrunk` unless forced."""
    listed = [album for album in known if not album.is_removed]
    gone = [album for album in listed if album.pk not in matched]
    before, lost = Counter(album.tab for album in listed), Counter(album.tab for album in gone)
    read, failed = set(contents.tabs_read), set(contents.tabs_failed)
    # A tab that was not read was renamed if most of its albums stand elsewhere now.
    unread = {tab for tab in lost if tab not in read | failed and re.search(tab_pattern, tab)}
    renamed = {tab for tab in unread if 2 * lost[tab] < before[tab]}
    headless = (unread - renamed) & set(contents.tabs_present)
    missing = unread - renamed - headless
    if not force:
        _refuse_a_shrunken_sheet([album for album in gone if album.tab in read | renamed | missing], before, read)
    removing: set[str] = read | renamed | (missing if force else set[str]())
    plan.removed = [album for album in gone if album.tab in removing]
    plan.problems += [
        RowProblem("failed_tab", tab, parameters={"cause": "missing", "albums": lost[tab]}, digest="missing")
        for tab in sorted((headless | missing) - removing)
    ]


def _refuse_a_shrunken_sheet(gone: list[KnownAlbum], before: Counter[str], read: set[str]) -> None:
    total = before.total()
    if len(gone) > MOST_REMOVED and len(gone) > MOST_REMOVED_SHARE * total:
        raise SheetShrunk(len(gone), total)
    for tab, count in Counter(album.tab for album in gone if album.tab in read).items():
        if before[tab] >= TAB_WORTH_GUARDING and 2 * count >= before[tab]:
            raise SheetShrunk(count, before[tab], tab)
