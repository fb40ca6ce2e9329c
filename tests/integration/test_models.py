import pytest
from django.db import IntegrityError, transaction

from catalog.models import SyncOperation

pytestmark = [pytest.mark.django_db, pytest.mark.postgresql]


@pytest.mark.parametrize("first", SyncOperation.ACTIVE)
@pytest.mark.parametrize("second", SyncOperation.ACTIVE)
def test_the_database_refuses_a_second_active_operation(first: str, second: str) -> None:
    SyncOperation.objects.create(status=first)
    with pytest.raises(IntegrityError), transaction.atomic():
        SyncOperation.objects.create(status=second)


def test_ended_operations_do_not_stand_in_the_way() -> None:
    for status in SyncOperation.Status:
        if status not in SyncOperation.ACTIVE:
            SyncOperation.objects.create(status=status)
    SyncOperation.objects.create(status=SyncOperation.Status.PENDING)
