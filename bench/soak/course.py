"""What is seen while the app is busy, and what of it is a fault."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from statistics import median, quantiles
from typing import Any

import psutil

from bench.tools.visitors import Kind

SHARE = 0.2
"""Of the samples of memory so many at the beginning are compared with as many at the end."""

MOST_GROWTH, MOST_STATUS_P99 = 0.10, 0.050
MEGABYTE = 1 << 20

Table = dict[str, Any]


@dataclass
class Course:
    """The visits, the syncs, and the memory of each process, by its name."""

    kinds: Sequence[Kind]
    processes: Mapping[str, int]
    syncs: list[str] = field(default_factory=list[str])
    """How each sync ended."""
    memory: dict[str, list[float]] = field(default_factory=dict[str, list[float]])
    """Megabytes, as they were from time to time."""

    def look(self) -> None:
        """Note how much memory each process has."""
        for name, pid in self.processes.items():
            self.memory.setdefault(name, []).append(psutil.Process(pid).memory_info().rss / MEGABYTE)

    def table(self) -> Table:
        """Return all that was seen, in numbers."""
        return {
            "requests": {kind.name: _figures(kind) for kind in self.kinds},
            "memory": {name: _ends(samples) for name, samples in self.memory.items()},
            "syncs": self.syncs,
        }


def _figures(kind: Kind) -> Table:
    cuts = quantiles(kind.latencies, n=1000, method="inclusive")
    percentiles = {"p50": cuts[499], "p95": cuts[949], "p99": cuts[989], "p99.9": cuts[998], "max": max(kind.latencies)}
    return {"answers": dict(kind.answers), "failures": kind.failures, **percentiles}


def _ends(samples: Sequence[float]) -> dict[str, float]:
    number = max(1, int(len(samples) * SHARE))
    return {"first": median(samples[:number]), "last": median(samples[-number:]), "most": max(samples)}


def faults(table: Table) -> Iterator[str]:
    """Yield what must not be."""
    for name, found in table["requests"].items():
        for code, number in found["failures"].items():
            yield f"{name}: {number} times {code}"
    for outcome in set(table["syncs"]) - {"completed"}:
        yield f"{table['syncs'].count(outcome)} syncs {outcome}"
    for name, found in table["memory"].items():
        if found["last"] > (1 + MOST_GROWTH) * found["first"]:
            yield f"{name}: memory grew from {found['first']:.0f} to {found['last']:.0f} MB"
    p99 = table["requests"]["status"]["p99"]
    if p99 > MOST_STATUS_P99:
        yield f"status: 99 of 100 within {p99 * 1000:.0f} ms, not {MOST_STATUS_P99 * 1000:.0f}"


def lines(table: Table) -> Iterator[str]:
    """Write the table for people."""
    yield f"{table['database']}, {table['minutes']:g} minutes, {len(table['syncs'])} syncs"
    yield f"{'':10}{'answers':>9}{'p50 ms':>9}{'p95':>9}{'p99':>9}{'p99.9':>9}{'max':>9}  answered"
    for name, found in table["requests"].items():
        times = "".join(f"{found[each] * 1000:9.1f}" for each in ("p50", "p95", "p99", "p99.9", "max"))
        codes = ", ".join(f"{code}: {number:,}" for code, number in sorted(found["answers"].items()))
        yield f"{name:10}{sum(found['answers'].values()):9,}{times}  {codes}"
    for name, found in table["memory"].items():
        first, last, most = (f"{found[each]:.0f} MB at {each}" for each in ("first", "last", "most"))
        yield f"{name:10}{first:>21}, {last}, {most}"
    for fault in faults(table):
        yield f"not good   {fault}"
