"""Changes the catalogue from outside, and measures how long two processes of their own take to show it."""

import json
import os
import time
import uuid
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

from bench.tools.measuring import SETTINGS, sheet

os.environ |= {**SETTINGS, "DATABASE_URL": "sqlite://"}

from bench.browsing.load import AS_SCRIPT_SERVER, Connection, request
from demo.upstreams import Upstreams
from tests.live import fresh_database, rows, running_app

CHANGES, REST = 10, 1.5
"""Changes, and the seconds after each, in which nobody looks."""

BETWEEN_LOOKS = 0.05
LONGEST = 60.0
ADD = (
    "INSERT INTO catalog_artistalias (artist_id, name, key) "
    "SELECT artist_id, '{name}', '{name}' FROM catalog_album ORDER BY id LIMIT 1 OFFSET {number}"
)


def main(folder: Path) -> dict[str, dict[str, float]]:
    """Return the seconds until the first and until the last of both processes shows a change."""
    database = fresh_database(folder)
    with Upstreams() as upstreams:
        upstreams.google.workbook = sheet()
        given = upstreams.environment() | {"SYNC_ENRICH_SECONDS": "0"}
        with (
            running_app(database, given, 1, AS_SCRIPT_SERVER) as one,
            running_app(database, given, 1, AS_SCRIPT_SERVER) as other,
        ):
            assert one.sync(seconds=300)["status"] == "completed"
            used = [Connection(one.url), Connection(other.url)]
            shown: list[list[float]] = []
            for number in range(CHANGES):
                time.sleep(REST)
                shown.append(seconds_to_show(database, used, number))
    firsts, lasts = [min(each) for each in shown], [max(each) for each in shown]
    return {
        "first": {"median": median(firsts), "slowest": max(firsts)},
        "last": {"median": median(lasts), "slowest": max(lasts)},
    }


def seconds_to_show(database: str, used: list[Connection], number: int) -> list[float]:
    """Give an artist another name, and return when each process finds it, looked at all the time."""
    name = uuid.uuid4().hex
    wanted = request(f"/catalog/albums.json?when=all&q={name}", Accept_Encoding="identity")
    found = dict.fromkeys(used, 0.0)
    began = time.perf_counter()
    rows(database, ADD.format(name=name, number=number), "COMMIT")
    while not all(found.values()):
        assert time.perf_counter() - began < LONGEST, "not shown"
        for each in used:
            if not found[each] and json.loads(each.ask(wanted).body)["count"]:
                found[each] = time.perf_counter() - began
        time.sleep(BETWEEN_LOOKS)
    return list(found.values())


if __name__ == "__main__":
    with TemporaryDirectory(prefix="progmetal-bench-") as temporary:
        print(json.dumps(main(Path(temporary))))
