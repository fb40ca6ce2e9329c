"""Whom the cool-down holds up, and for how long."""

from dataclasses import replace
from datetime import timedelta

import pytest
from django.contrib.auth.models import AnonymousUser, User
from django.db.models.functions import Now

from catalog.models import SyncOperation
from catalog.views.permission import cooldown_seconds

pytestmark = pytest.mark.django_db

GUEST = AnonymousUser()


@pytest.fixture(autouse=True)
def ten_seconds(settings) -> None:
    settings.SYNC = replace(settings.SYNC, permission="anyone", cooldown_seconds=10)


def pressed(seconds_ago: float, started_by: str = "") -> None:
    at = Now() - timedelta(seconds=seconds_ago)
    SyncOperation.objects.create(status="completed", created_at=at, started_by=started_by)


@pytest.mark.parametrize(("seconds_ago", "wait"), [(0.05, 10), (3.05, 7), (8.05, 2), (9.05, 1), (10, 0), (600, 0)])
def test_the_rest_of_the_cool_down_is_told_in_whole_seconds_rounded_up(seconds_ago: float, wait: int) -> None:
    pressed(seconds_ago)
    assert cooldown_seconds(GUEST) == wait


def test_what_staff_start_holds_nobody_up() -> None:
    User.objects.create_user("einar", is_staff=True)
    User.objects.create_user("baard")
    pressed(600, "baard")
    pressed(0, "einar")
    assert cooldown_seconds(GUEST) == 0
    pressed(0, "baard")
    assert cooldown_seconds(GUEST) == 10


def test_the_cool_down_counts_from_the_last_press_and_for_its_own_kind() -> None:
    pressed(0)
    pressed(6)
    assert cooldown_seconds(GUEST) == 4
    assert cooldown_seconds(GUEST, SyncOperation.Kind.PREVIEW) == 0
