"""Makes one attempt to deliver a message, and writes down what came of it."""

import logging
from collections.abc import Callable
from datetime import timedelta

from django.db import transaction

from catalog.conf import NotifySettings
from catalog.logs.context import of_operation
from catalog.models import Delivery, Tally
from catalog.models.watch.delivery import PAUSES
from catalog.services.clock import Clock
from catalog.services.facts import Fact, Parameter
from catalog.services.notify.answers import NotDelivered, Refused
from catalog.services.notify.letter import Letter
from catalog.services.notify.mail import mail
from catalog.services.notify.messenger import hand_over
from catalog.services.notify.webhook import post

logger = logging.getLogger(__name__)

State = Delivery.State

ATTEMPTS = "delivery_attempts"
"""The tally of attempts by what came of them."""


def attempt(
    pk: int, number: int, settings: NotifySettings, write: Callable[[Delivery], Letter], clock: Clock | None = None
) -> bool:
    """Make an attempt, the first being 0, unless somebody has; whether this call did."""
    clock = clock or Clock()
    delivery = Delivery.objects.get_queryset().select_related("operation__record").filter(pk=pk).first()
    if delivery is None or not delivery.begin(number, clock.now()):
        return False
    with of_operation(delivery.operation_id):
        _attempt(delivery, settings, write, clock)
    return True


def _attempt(delivery: Delivery, settings: NotifySettings, write: Callable[[Delivery], Letter], clock: Clock) -> None:
    wait = timedelta()
    try:
        said, state = _send(delivery.channel, settings, write(delivery), clock), State.DELIVERED
        answer = Fact(state.value, said)
    except NotDelivered as error:
        is_last = error.is_final or delivery.attempts > len(PAUSES)
        answer, state, wait = error.fact, State.GIVEN_UP if is_last else State.WAITING, error.wait
    with transaction.atomic():
        delivery.settle(state, answer.as_json(), clock.now(), wait)
        Tally.add(ATTEMPTS, {"delivered" if state == State.DELIVERED else "failed": 1})
    level = logging.INFO if state == State.DELIVERED else logging.WARNING
    said_of = (state, delivery.pk, delivery.channel, delivery.attempts, answer)
    logger.log(level, "message %s delivery=%s channel=%s attempt=%s answer=%s", *said_of)


def _send(channel: str, settings: NotifySettings, letter: Letter, clock: Clock) -> dict[str, Parameter]:
    """Send a letter to a receiver by its name, and return what to say of its answer; raises `NotDelivered`."""
    if channel not in settings.channels:
        raise Refused("no_receiver")
    if channel == settings.WEBHOOK:
        return post(settings.webhook_url, settings.webhook_secret, letter, clock.now())
    if channel == settings.EMAIL:
        return mail(settings.emails, settings.sender, letter)
    hand_over(settings.by_apprise[channel], letter)
    return {}
