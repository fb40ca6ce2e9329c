"""Lays out what was measured: a table for each database and size."""

import itertools
from collections.abc import Iterator, Mapping

Figures = Mapping[str, Mapping[str, float]]

HEAD = (
    f"{'':14}{'p50 ms':>9}{'p95 ms':>9}{'× floor':>9}{'× least':>9}{'req/s':>9}{'floor':>9}{'ratio':>7}"
    f"{'queries':>9}{'kB':>8}{'gzip kB':>9}"
)


def lines(figures: Figures) -> Iterator[str]:
    """Yield the lines of all tables. A p95 as a multiple of the floor's, and of the smallest catalogue's."""
    for (database, albums), names in itertools.groupby(figures, lambda name: tuple(name.split("/")[:2])):
        least = next(name for name in figures if name.startswith(f"{database}/")).split("/")[1]
        yield from ("", f"browse {int(albums):,} albums on {database}", HEAD)
        for name in names:
            case = name.removeprefix(f"{database}/{albums}/")
            if "/" in case:
                yield _line(case, figures[name], figures[f"{database}/{least}/{case}"]["p95"])
        yield _of_the_index(figures[f"{database}/{albums}/index"])


def _line(case: str, found: Mapping[str, float], least: float) -> str:
    return (
        f"{case.replace('/', ', '):14}{found['p50'] * 1000:9.1f}{found['p95'] * 1000:9.1f}"
        f"{found['p95'] / found['floor_p95']:9.2f}{found['p95'] / least:9.2f}"
        f"{found['rate']:9.1f}{found['floor']:9.1f}{found['share']:7.3f}{found['queries']:9.0f}"
        f"{found['bytes'] / 1000:8.1f}{found['compressed'] / 1000:9.1f}"
    )


def _of_the_index(found: Mapping[str, float]) -> str:
    memory = f"{found['megabytes']:.0f} MB, {found['peak']:.0f} MB at most"
    return f"index: built in {found['seconds']:.2f} s, {memory}"
