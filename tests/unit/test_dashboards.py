"""The dashboard and the alert rules ask for metrics that there are, by labels that they have."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from django.test import Client
from prometheus_client.parser import text_string_to_metric_families

from catalog.browse.index.current import current_index
from catalog.models import Tally
from catalog.services.spotify.calls import CALLS

ROOT = Path(__file__).resolve().parents[2]
DASHBOARD = ROOT / "deploy" / "grafana" / "progmetal.json"
ALERTS = ROOT / "deploy" / "prometheus" / "alerts.yml"
SERIES = re.compile(r"\b(progmetal_\w+)(?:\{([^}]*)\})?")
GROUPING = re.compile(r"\bby \(([\w, ]+)\)")


def panels() -> list[dict[str, Any]]:
    return json.loads(DASHBOARD.read_text(encoding="utf-8"))["panels"]


def rules() -> list[dict[str, Any]]:
    return yaml.safe_load(ALERTS.read_text(encoding="utf-8"))["groups"][0]["rules"]


def expressions() -> Iterator[str]:
    for panel in panels():
        yield from (target["expr"] for target in panel.get("targets", []))
    yield from (rule["expr"] for rule in rules())


@pytest.fixture
def series(client: Client, db: None) -> dict[str, set[str]]:
    """Return the labels of each series that a scrape finds."""
    Tally.add(CALLS, {"api/ok": 1})
    client.get("/healthz")
    current_index().get()
    found: dict[str, set[str]] = {}
    for family in text_string_to_metric_families(client.get("/metrics").content.decode()):
        for sample in family.samples:
            found.setdefault(sample.name, set()).update(sample.labels)
    return found


def test_every_series_that_is_asked_for_is_there_with_its_labels(series: dict[str, set[str]]) -> None:
    asked = list(expressions())
    assert len(asked) > 30
    for expression in asked:
        labels: set[str] = set()
        for name, selectors in SERIES.findall(expression):
            assert name in series, expression
            assert set(re.findall(r"(\w+)(?:=~|!~|!=|=)", selectors)) <= series[name], expression
            labels |= series[name]
        for grouped in GROUPING.findall(expression):
            assert set(grouped.split(", ")) <= labels, expression


def test_every_metric_is_on_the_dashboard_or_in_an_alert(series: dict[str, set[str]]) -> None:
    asked = {name for expression in expressions() for name, _ in SERIES.findall(expression)}
    not_for_graphs = {
        "progmetal_schedule_last_timestamp_seconds",
        "progmetal_spotify_extended_mode",
    }
    assert set(series) - asked == not_for_graphs


def test_expressions_are_balanced() -> None:
    for expression in expressions():
        for opening, closing in ("()", "[]", "{}"):
            assert expression.count(opening) == expression.count(closing), expression


def test_panels_fill_the_grid_without_overlap() -> None:
    taken: set[tuple[int, int]] = set()
    for panel in panels():
        place = panel["gridPos"]
        cells = {
            (x, y)
            for x in range(place["x"], place["x"] + place["w"])
            for y in range(place["y"], place["y"] + place["h"])
        }
        assert not cells & taken, panel["title"]
        assert max(x for x, _ in cells) < 24
        taken |= cells
    assert len({panel["id"] for panel in panels()}) == len(panels())


def test_every_alert_says_what_happened_and_what_to_do() -> None:
    for rule in rules():
        assert re.fullmatch(r"Progmetal[A-Z]\w+", rule["alert"])
        assert rule["labels"]["severity"] in {"critical", "warning"}
        for said in (rule["annotations"]["summary"], rule["annotations"]["description"]):
            assert re.fullmatch(r"[A-Za-z].*\.", said), said
    assert len({rule["alert"] for rule in rules()}) == len(rules())
