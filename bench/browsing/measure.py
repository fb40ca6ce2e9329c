"""Measures the catalogue of one database and size: its index, and every case beside the floor.

Usage, with any database of the server in DATABASE_URL: python -m bench.browsing.measure ALBUMS
"""

import gzip
import itertools
import json
import os
import sys
import time
from collections.abc import Iterable, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

from bench.tools.measuring import SETTINGS, run_on

os.environ |= SETTINGS

from bench.browsing.cases import Case, cases
from bench.browsing.load import AS_SCRIPT_SERVER, Connection, Load, after, connections, cookies, load, request
from tests.live import SECONDS_TO_START, fresh_database, running_app

ROUNDS = 3
SECONDS = float(os.environ.get("BENCH_SECONDS", "1"))
"""How long each case is measured at a time."""

BUILT_A_SECOND = 2000
"""Albums, of an index on a slow machine: nobody is answered before the first one is ready."""

FLOOR = "/floor/"

Figures = dict[str, dict[str, float]]
Round = dict[str, Load]


def main(albums: int, folder: Path) -> Figures:
    database_url = fresh_database(folder)
    start = time.perf_counter()
    run_on(database_url, "bench.tools.catalogue", str(albums))
    figures: Figures = {"catalogue": {"albums": albums, "seconds": time.perf_counter() - start}}
    figures["index"] = json.loads(run_on(database_url, "bench.browsing.indexing"))
    settings = {"DJANGO_SETTINGS_MODULE": "bench.browsing.settings", "SYNC_ENRICH_SECONDS": 0}
    patience = max(SECONDS_TO_START, albums / BUILT_A_SECOND)
    with running_app(database_url, {}, program=AS_SCRIPT_SERVER, seconds_to_start=patience, **settings) as app:
        return figures | measure(app.url, cases(database_url, albums))


def measure(url: str, measured: Sequence[Case]) -> Figures:
    """Measure all cases in turn, several times, as the machine's speed varies; the best of each counts."""
    rounds: dict[str, list[Round]] = {case.name: [] for case in measured}
    for number, case in itertools.product(range(ROUNDS), measured):
        with connections(url) as used:
            # The first of the cold paths is left for counting queries.
            rounds[case.name].append(one_round(case, case.cold[1 + number :: ROUNDS], used))
    with connections(url, each=1) as (connection, *_):
        found = [figures_of(case, rounds[case.name], connection) for case in measured]
    return {name: figures for each in found for name, figures in each.items()}


def one_round(case: Case, cold: Sequence[str], used: Sequence[Connection]) -> Round:
    """Measure the floor and the case over the same connections, right after each other."""
    headers = case.headers | cookies(used[0].ask(request("/catalog/albums/")).headers)
    floor, warm = request(FLOOR, **headers), request(case.warm, **headers)
    for connection, wanted in itertools.product(used, (floor, warm)):
        connection.ask(wanted)
    return {
        "floor": load(used, itertools.repeat(floor), after(SECONDS)),
        "warm": load(used, itertools.repeat(warm), after(SECONDS)),
        "cold": load(used, (request(path, **headers) for path in cold), after(SECONDS)),
    }


def figures_of(case: Case, rounds: Iterable[Round], connection: Connection) -> Figures:
    """Return the best round of the warm and of the cold case, each with the best of as many rounds of the floor."""
    rounds = list(rounds)
    floor = best(each["floor"] for each in rounds)
    figures: Figures = {}
    for state, path in (("warm", case.warm), ("cold", case.cold[0])):
        chosen = best(each[state] for each in rounds)
        rates = {"rate": chosen.rate, "floor": floor.rate, "share": chosen.rate / floor.rate}
        rates["floor_p95"] = floor.percentiles["p95"]
        answer = connection.ask(request(path, **case.headers, X_Count_Queries="yes"))
        plain = gzip.decompress(answer.body) if answer.headers.get("content-encoding") == "gzip" else answer.body
        sizes = {"bytes": len(plain), "compressed": len(answer.body), "queries": int(answer.headers["x-queries"])}
        figures[f"{case.name}/{state}"] = {**chosen.percentiles, **rates, **sizes}
    return figures


def best(loads: Iterable[Load]) -> Load:
    return max(loads, key=lambda each: each.rate)


if __name__ == "__main__":
    with TemporaryDirectory(prefix="progmetal-bench-") as temporary:
        print(json.dumps(main(int(sys.argv[1]), Path(temporary))))
