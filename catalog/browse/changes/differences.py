"""Shows two values side by side: what differs is marked, and the middle of what is long is left out."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from catalog.browse.changes.clusters import clusters, tokens

SHORT = 80
"""Letters up to which a value is shown whole."""

LONGEST = 120
"""Letters of a longer one that are shown at most."""

AROUND, MARKED = 12, 40
"""Letters that are kept beside what is left out, and of a long difference on both sides together."""


@dataclass(frozen=True)
class Segment:
    """A part of a value. All parts together are the value, whether they are shown or not."""

    text: str
    kind: Literal["same", "changed", "left_out"] = "same"


Segments = Sequence[Segment]


def compare_texts(old: str, new: str) -> tuple[Segments, Segments]:
    """Return two texts, marked from the first word that differs to the last, where both have something."""
    before, after = tokens(old), tokens(new)
    if not before or not after:
        return _shortened([Segment(old)]), _shortened([Segment(new)])
    start = _common(before, after)
    end = _common(before[start:][::-1], after[start:][::-1])
    return _shortened(_parts(before, start, end)), _shortened(_parts(after, start, end))


def compare_lists(old: Sequence[str], new: Sequence[str]) -> tuple[Segments, Segments]:
    """Return two lists, those items marked that the other hasn't got."""
    if not old or not new:
        return _shortened([Segment(", ".join(old))]), _shortened([Segment(", ".join(new))])
    return _shortened(_items(old, set(new))), _shortened(_items(new, set(old)))


def is_shortened(segments: Segments) -> bool:
    """Whether something is left out."""
    return any(segment.kind == "left_out" for segment in segments)


def _common(one: Sequence[str], other: Sequence[str]) -> int:
    pairs = zip(one, other, strict=False)
    return next((place for place, (left, right) in enumerate(pairs) if left != right), min(len(one), len(other)))


def _parts(words: Sequence[str], start: int, end: int) -> list[Segment]:
    last = len(words) - end
    return [
        Segment("".join(words[:start])),
        Segment("".join(words[start:last]), "changed"),
        Segment("".join(words[last:])),
    ]


def _items(items: Sequence[str], others: set[str]) -> Iterator[Segment]:
    for place, item in enumerate(items):
        yield Segment(", " if place else "")
        yield Segment(item, "same" if item in others else "changed")


def _shortened(segments: Iterable[Segment]) -> list[Segment]:
    """Leave out what is far from any difference, then the middle of long differences, then the rest."""
    told = [(segment, clusters(segment.text)) for segment in _joined(segments)]
    if sum(len(letters) for _, letters in told) <= SHORT:
        return [segment for segment, _ in told]
    room = LONGEST
    shown: list[Segment] = []
    for segment, letters in told:
        around = MARKED // 2 if segment.kind == "changed" or len(told) == 1 else AROUND
        for part in _without_middle(segment, letters, around):
            is_shown = part.kind != "left_out" and len(clusters(part.text)) <= room
            room -= len(clusters(part.text)) if is_shown else 0
            shown.append(part if is_shown else replace(part, kind="left_out"))
    return list(_joined(shown))


def _without_middle(segment: Segment, letters: Sequence[str], around: int) -> list[Segment]:
    if len(letters) <= 2 * around + 1:
        return [segment]
    head, middle, tail = letters[:around], letters[around:-around], letters[-around:]
    return [
        replace(segment, text="".join(head)),
        Segment("".join(middle), "left_out"),
        replace(segment, text="".join(tail)),
    ]


def _joined(segments: Iterable[Segment]) -> Iterator[Segment]:
    """Yield neighbours of one kind as one, and nothing that is empty."""
    kept: Segment | None = None
    for segment in segments:
        if kept and segment.kind == kept.kind:
            kept = replace(kept, text=kept.text + segment.text)
        elif segment.text:
            if kept:
                yield kept
            kept = segment
    if kept:
        yield kept
