"""Joins what is known with what an answer says: nothing known gives way to nothing."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from catalog.services.spotify.parsing import AlbumFacts, CoverFacts

FIRST_PAUSE = timedelta(minutes=10)
LONGEST_PAUSE, LONGEST_POOR_PAUSE = timedelta(days=2), timedelta(days=7)
SAME_DAY = timedelta(hours=20)
SOON, NEXT_DAY, DEAD_PAUSE = timedelta(hours=6), timedelta(days=1), timedelta(days=30)
DAYS_UNTIL_DEAD = 3
MOST_ATTEMPTS = 20


def pause(attempts: int, longest: timedelta = LONGEST_PAUSE) -> timedelta:
    """Return how long to wait after so many attempts that gave nothing."""
    return min(FIRST_PAUSE * 2 ** (attempts - 1), longest)


def told(facts: AlbumFacts | CoverFacts) -> dict[str, Any]:
    """Return what an answer says, by the fields that are stored."""
    said: dict[str, Any] = {f"cover_{size}": address for size, address in vars(facts.covers).items()}
    said["name"] = facts.name
    if isinstance(facts, AlbumFacts):
        said |= {"release_date": facts.release_date, "label": facts.label, "total_tracks": facts.total_tracks}
        said["tracks"] = [vars(track) for track in facts.tracks]
    return said


def merged(known: Mapping[str, Any], said: Mapping[str, Any]) -> dict[str, Any]:
    """Return the fields as they are after an answer: what it leaves empty stays."""
    fields = {name: value or known[name] for name, value in said.items() if name != "tracks"}
    if "tracks" in said:
        fields["tracks"] = _tracks(known["tracks"], said["tracks"], said["total_tracks"])
        if fields["total_tracks"] and len(fields["tracks"]) > fields["total_tracks"]:
            fields["total_tracks"] = max(known["total_tracks"] or 0, fields["total_tracks"])
    return fields


def is_poor(facts: AlbumFacts) -> bool:
    """Say whether an answer lacks what almost every album has, so that it is asked for again soon."""
    return not facts.name or not facts.covers or not facts.tracks


def _tracks(known: Sequence[Mapping[str, Any]], said: Sequence[Mapping[str, Any]], total: int | None) -> list[Any]:
    """Take the new list if it is whole, or at least as telling as the one that is known."""
    is_whole = total is not None and len(said) >= max(total, 1) and all(each["name"] for each in said)
    chosen = said if is_whole or _weight(said) >= _weight(known) else known
    lengths = {(each["disc"], each["number"], each["name"]): each["seconds"] for each in known}
    same = ((each, lengths.get((each["disc"], each["number"], each["name"]))) for each in chosen)
    return [{**each, "seconds": length if each["seconds"] is None else each["seconds"]} for each, length in same]


def _weight(tracks: Sequence[Mapping[str, Any]]) -> int:
    return sum(bool(each["name"]) for each in tracks)


def refused(known: Mapping[str, Any], now: datetime) -> dict[str, Any]:
    """Return the fields after the Web API said that it does not know an album: broken after several days of that."""
    days, last = known["refused_days"], known["refused_at"]
    counts = last is None or now - last >= SAME_DAY
    days = min(days + counts, 1000)
    again = DEAD_PAUSE if days >= DAYS_UNTIL_DEAD else SOON if counts and days == 1 else NEXT_DAY
    state = "dead" if days >= DAYS_UNTIL_DEAD else "awaiting" if known["state"] == "dead" else known["state"]
    return {"refused_days": days, "refused_at": now if counts else last, "state": state, "next_try_at": now + again}
