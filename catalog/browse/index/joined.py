"""Which artists are one, since a curator gave one of them the other's name. Pure."""

from collections.abc import Iterable, Mapping


def joined_artists(artists: Mapping[int, str], aliases: Iterable[tuple[int, str]]) -> dict[int, int]:
    """Return, for artists that are another one, which: both by primary key.

    An alias means the artists whose name it is, whatever its capitals; accents tell artists apart. One step and no
    more: whom others are joined to is nobody else. Of aliases that contradict each other the first counts.
    """
    aliases = list(aliases)
    wanted: dict[str, list[int]] = {name.casefold(): [] for _, name in aliases}
    for pk, name in artists.items() if wanted else ():
        if (called := name.casefold()) in wanted:
            wanted[called].append(pk)
    found: dict[int, int] = {}
    keeping: set[int] = set()
    for kept, name in aliases:
        for other in wanted[name.casefold()]:
            if other != kept and kept not in found and other not in found and other not in keeping:
                found[other] = kept
                keeping.add(kept)
    return found
