"""Who presses the buttons, in tests that ask for pages."""

from dataclasses import replace

import pytest
from django.contrib.auth.models import User
from django.test import Client

from catalog.services.sync.snapshot import current_snapshot


@pytest.fixture
def anyone(settings) -> None:
    """Let anybody sync, as often as they like."""
    settings.SYNC = replace(settings.SYNC, permission="anyone", cooldown_seconds=0)
    current_snapshot().reset()


@pytest.fixture
def staff(client: Client) -> Client:
    """Return a browser in which staff are signed in."""
    client.force_login(User.objects.create_user("einar", is_staff=True))
    return client
