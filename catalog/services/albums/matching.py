"""Compares the whole sheet with the whole catalogue, and says what a sync has to do. Pure: no database, no clock."""

from collections.abc import Collection
from functools import partial

from catalog.services.albums.guards import keep_vanished_columns, plan_removals, refuse_a_scrambled_sheet
from catalog.services.albums.identity.merging import merge
from catalog.services.albums.identity.passes import match, match_part
from catalog.services.albums.identity.sight import unseen_tabs
from catalog.services.albums.identity.unreadable import complete, match_beside
from catalog.services.albums.plan import Creation, Edit, KnownAlbum, Plan
from catalog.services.sheet.entries import AlbumEntry
from catalog.services.sheet.rows import SheetContents


def make_plan(
    contents: SheetContents,
    known: Collection[KnownAlbum],
    *,
    salt: str = "",
    tab_pattern: str = "",
    force: bool = False,
) -> Plan:
    """Compare the whole sheet with the whole catalogue. Raises `SheetShrunk` unless forced.

    ``salt`` is what digests take in beside the entries, since it decides too what they mean in the catalogue.
    """
    tabs = unseen_tabs(contents, known, tab_pattern, force=force)
    unseen = [album for album in known if album.tab in tabs and not album.is_removed]
    seen = [album for album in known if album.tab not in tabs or album.is_removed] if unseen else known
    completed = complete(contents.entries, seen)
    entries, problems = merge(completed.entries, [album for album in seen if not album.is_removed], unseen)
    digests = [entry.digest(salt) for entry in entries]
    pairs, undecided = match_beside(completed, entries, seen, partial(match, digests=digests))
    plan = Plan(problems=problems, holders=_holders(known))
    if not force:
        keep_vanished_columns(plan, entries, pairs)
        refuse_a_scrambled_sheet(entries, pairs, known)
    for index, entry in enumerate(entries):
        if entry.tab in plan.kept:
            digests[index] = entry.digest(",".join((salt, *plan.kept[entry.tab])))
    _plan_writes(plan, entries, pairs, digests)
    there = {album.pk for album in pairs if album} | undecided
    plan_removals(plan, contents, known, there, tab_pattern, force=force)
    return plan


def make_partial_plan(contents: SheetContents, known: Collection[KnownAlbum], *, salt: str = "") -> Plan:
    """Compare a part of the sheet with the catalogue: nothing is removed, and what isn't certain waits."""
    completed = complete(contents.entries, known)
    entries, problems = merge(completed.entries, [album for album in known if not album.is_removed])
    pairs, waiting = match_part(entries, known)
    certain = [index for index in range(len(entries)) if index not in waiting]
    plan = Plan(problems=problems, holders=_holders(known))
    entries, pairs = [entries[index] for index in certain], [pairs[index] for index in certain]
    _plan_writes(plan, entries, pairs, [entry.digest(salt) for entry in entries])
    return plan


def _plan_writes(plan: Plan, entries: list[AlbumEntry], pairs: list[KnownAlbum | None], digests: list[str]) -> None:
    for entry, album, digest in zip(entries, pairs, digests, strict=True):
        if album is None:
            plan.created.append(Creation(entry, digest))
        elif album.entry_hash == digest and not album.is_removed:
            plan.unchanged.append(album)
        else:
            plan.changed.append(Edit(album, entry, digest))


def _holders(known: Collection[KnownAlbum]) -> dict[str, int]:
    """Return the album that holds each Spotify id now."""
    return {album.spotify_id: album.pk for album in known if album.spotify_id}
