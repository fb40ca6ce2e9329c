"""Names of accounts are for staff: no public address tells one."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db.models.functions import Now
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from catalog.models import SyncOperation
from catalog.models.review import ReviewRow
from catalog.services.sync.snapshot import current_snapshot
from tests.crawl import Answer, crawl
from tests.sheets import album as row
from tests.syncs import sync_tabs, undo

pytestmark = pytest.mark.django_db

NAME = "zzyzx-the-drummer"


def addresses(resolver: URLResolver, prefix: str = "/") -> list[str]:
    """Return every address of the site but the admin's, with the number 1 where one is asked for."""
    found: list[str] = []
    patterns: list[Any] = resolver.url_patterns
    for pattern in patterns:
        path = prefix + str(pattern.pattern)
        if isinstance(pattern, URLPattern):
            found.append(path.replace("<int:pk>", "1").replace("<str:slug>", "x").replace("<slug:group>", "genre"))
        elif pattern.app_name != "admin":
            found += addresses(pattern, path)
    return [address for address in found if "<" not in address]


@pytest.fixture
def staff(settings, path: Path) -> User:
    """Let an account with an odd name have started, accepted, undone and acknowledged whatever there is."""
    settings.SYNC = replace(settings.SYNC, permission="staff")
    user = User.objects.create_superuser(NAME, f"{NAME}@example.org", password=None)
    sync_tabs(path, {"2020 Prog-metal": [row(title="Virus"), row(title="Vector", country="Nowhere at all")]})
    sync_tabs(path, {"2020 Prog-metal": [row(title="Virus", genres="Djent"), row(title="Affinity")]})
    undo()
    sync_tabs(path, {"2020 Prog-metal": [row(title="Virus")]}, preview=True)
    SyncOperation.objects.update(started_by=NAME, trigger="button")
    ReviewRow.objects.update(acknowledged_at=Now(), acknowledged_by=NAME)
    current_snapshot().reset()
    return user


def test_no_public_address_tells_the_name_of_an_account(staff: User) -> None:
    client = Client()

    def ask(address: str, **headers: str) -> Answer:
        response = client.get(address, headers=headers)
        body = b"".join(response) if response.streaming else response.content
        said = f"{response.headers} {response.cookies} {body.decode(errors='replace')}"
        assert NAME not in said, address
        return Answer(
            address, response.status_code, response.headers.get("Content-Type", ""), body.decode(errors="replace")
        )

    starts = addresses(get_resolver())
    found = crawl(ask, starts)
    assert len({answer.address for answer in found if answer.status == 200}) > 20
    for address in starts:
        ask(address, Accept="application/json")
        ask(address, **{"HX-Request": "true"})


def test_staff_see_who_started_a_sync(staff: User) -> None:
    client = Client()
    client.force_login(staff)
    assert NAME in client.get("/catalog/sync/history/").content.decode()
