"""What tests of several files stand on: the app as real processes, on stand-ins of Google and Spotify.

A module says what is special about its own by giving `workbook` or one of the facts anew.
"""

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone

from catalog.services.clock import learn
from catalog.services.sync.snapshot import current_snapshot
from demo.spotify import SpotifyStandIn
from demo.stand_in import StandIn
from demo.upstreams import Upstreams
from tests.live import App, copy_template, fresh_database, running_app
from tests.spotify_world import SimulatedClock


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings_parallel_suffix: None) -> None:
    """Copy a migrated database for this process: to migrate takes longer than most tests together."""
    names = connection.settings_dict
    copy_template(names["TEST"]["NAME"] or f"test_{names['NAME']}")


@pytest.fixture(scope="session")
def django_db_keepdb() -> bool:
    """Take the database as it is; it goes with its folder or its server."""
    return True


@pytest.fixture(autouse=True)
def _clock_of_this_machine() -> None:
    """Forget what a test before learnt of its database's clock, perhaps while time stood still."""
    learn(timezone.now())


@pytest.fixture
def anyone(settings) -> None:
    """Let anybody sync, as often as they like."""
    settings.SYNC = replace(settings.SYNC, permission="anyone", cooldown_seconds=0)
    current_snapshot().reset()


@pytest.fixture(scope="module")
def workbook() -> Path | None:
    """Return the sheet that Google serves, or None for the sample sheet."""
    return None


@pytest.fixture(scope="module")
def google_facts() -> dict[str, Any]:
    """Return in what Google differs from one that answers at once."""
    return {}


@pytest.fixture(scope="module")
def spotify_facts() -> dict[str, Any]:
    """Return in what Spotify differs from one that answers at once and knows the albums of the sample sheet."""
    return {}


@pytest.fixture(scope="module")
def app_facts() -> dict[str, Any]:
    """Return the settings of the app, and the number of its workers."""
    return {}


@pytest.fixture(scope="module")
def upstreams_and_restore(
    workbook: Path | None, google_facts: dict[str, Any], spotify_facts: dict[str, Any]
) -> Iterator[tuple[Upstreams, Callable[[], None]]]:
    """Serve both stand-ins, and give what makes them again as they were at first."""
    with Upstreams(workbook) as upstreams:
        set_facts(upstreams.google, google_facts)
        set_facts(upstreams.spotify, spotify_facts)
        stand_ins = (upstreams.google, upstreams.spotify)
        at_first = [{name: getattr(each, name) for name in each.settings} for each in stand_ins]

        def restore() -> None:
            for stand_in, facts in zip(stand_ins, at_first, strict=True):
                stand_in.heal()
                stand_in.requests.clear()
                set_facts(stand_in, facts)

        yield upstreams, restore


def set_facts(stand_in: StandIn, facts: dict[str, Any]) -> None:
    for name, fact in facts.items():
        setattr(stand_in, name, fact)


@pytest.fixture(scope="module")
def upstreams(upstreams_and_restore: tuple[Upstreams, Callable[[], None]]) -> Upstreams:
    """Return both stand-ins; each test finds them as they were at first."""
    return upstreams_and_restore[0]


@pytest.fixture(autouse=True)
def _fair_weather(request: pytest.FixtureRequest) -> Iterator[None]:
    """Leave the stand-ins as they were at first."""
    yield
    if "upstreams" in request.fixturenames:
        request.getfixturevalue("upstreams_and_restore")[1]()


@pytest.fixture(scope="module")
def database(tmp_path_factory: pytest.TempPathFactory) -> str:
    """Return a database for all tests of a module."""
    return fresh_database(tmp_path_factory.mktemp("database"))


@pytest.fixture
def new_database(tmp_path: Path) -> str:
    """Return a database for one test."""
    return fresh_database(tmp_path)


@pytest.fixture(scope="module")
def app(upstreams: Upstreams, database: str, app_facts: dict[str, Any]) -> Iterator[App]:
    """Serve a catalogue to all tests of a module."""
    with running_app(database, upstreams.environment(), **app_facts) as app:
        yield app


@pytest.fixture
def new_app(upstreams: Upstreams, new_database: str, app_facts: dict[str, Any]) -> Iterator[App]:
    """Serve a catalogue that was never synchronised to one test."""
    with running_app(new_database, upstreams.environment(), **app_facts) as app:
        yield app


@pytest.fixture
def spotify() -> Iterator[SpotifyStandIn]:
    """Serve a Spotify that knows every album."""
    with SpotifyStandIn({}, unknown="invent") as spotify:
        yield spotify


@pytest.fixture
def clock() -> SimulatedClock:
    """Return a clock that moves when somebody sleeps."""
    return SimulatedClock()


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Return where a test writes its sheet."""
    return tmp_path / "sheet.xlsx"
