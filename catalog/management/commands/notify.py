"""manage.py notify: sends the messages that are waiting, or a test message."""

import argparse
import sys

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from catalog.models import Delivery
from catalog.services.notify import outbox
from catalog.tasks import send_message
from catalog.wording import delivery_answer


class Command(BaseCommand):
    """Send each message about a sync that is waiting for its next attempt, in this process."""

    help = __doc__ or ""

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        """Declare the option."""
        parser.add_argument("--test", action="store_true", help="send a test message to each receiver instead")

    def handle(self, *, test: bool, **_: object) -> None:
        """Exit 0 when all were delivered, 1 when one was not."""
        if not settings.NOTIFY.channels:
            raise CommandError("Nobody is to be told. Set SYNC_WEBHOOK_URL, ADMIN_EMAILS or NOTIFY_URLS.")
        found = outbox.note_test() if test else Delivery.objects.get_queryset().filter(state=Delivery.State.WAITING)
        sent = [self._send(delivery) for delivery in list(found)]
        if not sent:
            self.stdout.write("No message is waiting.")
        sys.exit(0 if all(sent) else 1)

    def _send(self, delivery: Delivery) -> bool:
        send_message.func(delivery.pk, delivery.attempts)
        delivery.refresh_from_db()
        is_delivered = delivery.state == Delivery.State.DELIVERED
        stream = self.stdout if is_delivered else self.stderr
        stream.write(f"{delivery.channel}: {delivery.event} {delivery.state}. {delivery_answer(delivery)}")
        return is_delivered
