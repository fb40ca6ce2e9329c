"""What became of each field of an album, as people would say it; the words are in templates."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal, cast

from catalog.browse.changes.differences import Segments, compare_lists, compare_texts, is_shortened
from catalog.wording import joined

Sort = Literal["text", "link", "date", "yes_no"]

LINKS = {
    "spotify_url": "spotify", "spotify_id": "spotify", "bandcamp_url": "bandcamp", "youtube_url": "youtube",
    "amazon_url": "amazon", "apple_music_url": "apple_music", "google_play_url": "google_play",
}  # fmt: skip
"""Fields that hold an address, by the service it leads to."""

WRITTEN = {"genre_text": "genres", "vocal_text": "vocal_style", "spotify_id": "spotify_url"}
"""Fields that say what another says as well, by that other one."""


@dataclass(frozen=True)
class FieldChange:
    """One field, what it was and what it became."""

    name: str
    sort: Sort
    old: Any
    new: Any
    before: Segments = ()
    after: Segments = ()

    @property
    def service(self) -> str:
        """Where a link leads."""
        return LINKS.get(self.name, "")

    @property
    def is_shortened(self) -> bool:
        """Whether the values are longer than what is shown of them."""
        return self.sort == "link" or is_shortened(self.before) or is_shortened(self.after)


def field_changes(fields: Mapping[str, Sequence[Any]]) -> Iterator[FieldChange]:
    """Yield what became of each field, without those that only repeat another one."""
    for name, (old, new) in fields.items():
        other = fields.get(WRITTEN.get(name, ""))
        if other is None or (name != "spotify_id" and [joined(old), joined(new)] != [joined(side) for side in other]):
            yield _field_change(name, old, new)


def _field_change(name: str, old: object, new: object) -> FieldChange:
    if name in LINKS:
        return FieldChange(name, "link", joined(old), joined(new))
    if isinstance(old, bool) or isinstance(new, bool):
        return FieldChange(name, "yes_no", old, new)
    if name == "release_date":
        return FieldChange(name, "date", _day(old), _day(new))
    sides = compare_lists(_items(old), _items(new)) if name == "genres" else compare_texts(joined(old), joined(new))
    return FieldChange(name, "text", joined(old), joined(new), *sides)


def _items(value: object) -> list[str]:
    return list(map(str, cast("list[object]", value))) if isinstance(value, list) else [joined(value)]


def _day(value: object) -> date | str:
    try:
        return date.fromisoformat(str(value)) if value else ""
    except ValueError:
        return str(value)
