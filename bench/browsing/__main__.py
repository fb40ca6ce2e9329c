"""Measures the catalogue on each database and at each size; the figures of a case are "database/albums/case/state"."""

import argparse
import json
import sys

from bench.tools.databases import DATABASES, Figures, server
from bench.tools.measuring import run_on

ALBUMS = 17_600


def main(databases: list[str], sizes: list[int]) -> None:
    figures: Figures = {}
    for database in databases:
        with server(database) as url:
            for albums in sizes:
                print(f"browsing {albums:,} albums on {database}", file=sys.stderr)
                for name, found in measured(url, albums).items():
                    figures[f"{database}/{albums}/{name}"] = found
    print(json.dumps(figures))


def measured(url: str, albums: int) -> Figures:
    return json.loads(run_on(url, "bench.browsing.measure", str(albums)).splitlines()[-1])


if __name__ == "__main__":
    parser = argparse.ArgumentParser(prog="python -m bench.browsing")
    parser.add_argument("--albums", type=int, action="append", metavar="NUMBER", help=f"{ALBUMS} by default")
    parser.add_argument("--database", choices=DATABASES, action="append", help="both by default")
    options = parser.parse_args()
    main(options.database or list(DATABASES), options.albums or [ALBUMS])
