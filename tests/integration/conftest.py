"""Who presses the buttons, in tests that ask for pages."""

import pytest
from django.contrib.auth.models import User
from django.test import Client


@pytest.fixture
def staff(client: Client) -> Client:
    """Return a browser in which staff are signed in."""
    client.force_login(User.objects.create_user("einar", is_staff=True))
    return client
