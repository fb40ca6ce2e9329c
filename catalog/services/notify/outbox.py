"""Writes down which messages are to be sent, in the transaction that ends the sync they tell of."""

from uuid import uuid4

from django.conf import settings
from django.dispatch import receiver

from catalog.models import Delivery, SyncOperation
from catalog.models.sync import operation_ended
from catalog.services.clock import Clock
from catalog.services.notify.events import event_of


@receiver(operation_ended, dispatch_uid="outbox")
def note_end(operation: SyncOperation, **_: object) -> None:
    """Write down a message for each receiver, if the end of this operation is worth one."""
    if settings.NOTIFY.channels and (event := event_of(operation, Clock().now())):
        _write(*event, operation)


def note_test() -> list[Delivery]:
    """Write down a test message for each receiver."""
    return _write(Delivery.Event.TEST, "", None)


def _write(event: Delivery.Event, cause: str, operation: SyncOperation | None) -> list[Delivery]:
    message_id, now = f"msg_{uuid4().hex}", Clock().now()
    return Delivery.objects.bulk_create(
        Delivery(
            message_id=message_id,
            event=event,
            cause=cause,
            channel=channel,
            operation=operation,
            created_at=now,
            next_attempt_at=now,
        )
        for channel in settings.NOTIFY.channels
    )
