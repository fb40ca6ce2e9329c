"""Divides a plan into batches that each can be one transaction. Pure: values in, values out."""

from collections.abc import Iterator

from catalog.services.albums.plan import Creation, Edit, Plan, Removal, Step


def batches(plan: Plan, size: int) -> Iterator[list[Step]]:
    """Yield the steps that hand Spotify ids to each other as one batch, then the others in the sheet's order."""
    writing: list[Creation | Edit] = [*plan.changed, *plan.created]
    steps: list[Step] = [*writing, *map(Removal, plan.removed)]
    linked = _linked(plan, writing, steps)
    if linked:
        yield [step for step in steps if step in linked]
    others = [step for step in steps if step not in linked]
    for start in range(0, len(others), size):
        yield others[start : start + size]


def _linked(plan: Plan, writing: list[Creation | Edit], steps: list[Step]) -> set[Step]:
    """Return the steps that take an id from another album, and those of the albums that lose it."""
    takers = [(plan.holders[step.entry.spotify_id], step) for step in writing if step.entry.spotify_id in plan.holders]
    givers = {pk for pk, step in takers if step.album is None or step.album.pk != pk}
    taking: set[Step] = {step for pk, step in takers if pk in givers}
    return taking | {step for step in steps if step.album and step.album.pk in givers}
