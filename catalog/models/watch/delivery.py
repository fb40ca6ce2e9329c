"""Messages about syncs: each row is one of them on its way to one receiver."""

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, ClassVar

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from catalog.models.sync import SyncOperation

PAUSES = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 15, 30, *(60 * hours for hours in (1, 2, 4, 8, 12))))
"""Between attempts. The last one comes 27 h 51 min after the first: a receiver may be down for a day."""

QUEUED_FOR = timedelta(minutes=5)
"""How long an attempt that was handed to the queue is left to it before it is handed over again."""


class DeliveryQuerySet(models.QuerySet["Delivery"]):
    """Questions about deliveries."""

    def due(self, now: datetime) -> "DeliveryQuerySet":
        """Keep those whose next attempt should be made."""
        return self.filter(state=Delivery.State.WAITING, next_attempt_at__lte=now)

    def to_retry(self) -> "DeliveryQuerySet":
        """Keep those that failed and wait for their next attempt."""
        return self.filter(state=Delivery.State.WAITING, attempts__gt=0)

    def settled(self) -> "DeliveryQuerySet":
        """Keep those that arrived or were given up."""
        return self.exclude(state=Delivery.State.WAITING)

    def about_syncs(self) -> "DeliveryQuerySet":
        """Leave test messages out."""
        return self.exclude(operation=None)


class DeliveryManager(models.Manager["Delivery"]):
    """The way to deliveries."""

    def get_queryset(self) -> DeliveryQuerySet:
        """Return all deliveries."""
        return DeliveryQuerySet(self.model, using=self._db)

    def due(self, now: datetime) -> DeliveryQuerySet:
        """Return those whose next attempt should be made."""
        return self.get_queryset().due(now)

    def to_retry(self) -> DeliveryQuerySet:
        """Return those that failed and wait for their next attempt."""
        return self.get_queryset().to_retry()

    def settled(self) -> DeliveryQuerySet:
        """Return those that arrived or were given up."""
        return self.get_queryset().settled()

    def about_syncs(self) -> DeliveryQuerySet:
        """Return all but test messages."""
        return self.get_queryset().about_syncs()


class Delivery(models.Model):
    """One message to one receiver, from the end of its sync until it arrived or was given up.

    ::

        waiting ── hand_over ──▶ waiting    the queue has the attempt; others leave it alone meanwhile
           ├────── begin ──────▶ waiting    an attempt is made; if its process dies, the next one is due after a pause
           └────── settle ─────▶ delivered
                      ├────────▶ waiting    until the next attempt
                      └────────▶ given up   after the last one, or where there is no such receiver any more

    Each verb is one conditional update that names the number of attempts that it expects, and returns whether it took
    effect: so of any number of workers one makes each attempt. Times are those of `Clock`, which tests can move.
    """

    class Event(models.TextChoices):
        """What is told; a webhook has it as its type."""

        FAILED = "sync.failed"
        HELD = "sync.held"
        REVIEW = "sync.review"
        RECOVERED = "sync.recovered"
        TEST = "test"

    class State(models.TextChoices):
        """The states of the drawing above."""

        WAITING = "waiting"
        DELIVERED = "delivered"
        GIVEN_UP = "given_up"

    BREAKS = (Event.FAILED, Event.HELD)

    message_id = models.CharField(max_length=40, help_text="the same for all receivers and attempts of a message")
    event = models.CharField(max_length=20, choices=Event.choices)
    cause = models.CharField(max_length=250, blank=True, help_text="the same as long as syncs fail for one reason")
    channel = models.CharField(max_length=60, help_text="the receiver, as NotifySettings names it")
    operation = models.ForeignKey(SyncOperation, on_delete=models.CASCADE, null=True, related_name="deliveries")
    created_at = models.DateTimeField(db_default=Now())

    state = models.CharField(max_length=10, choices=State.choices, default=State.WAITING)
    attempts = models.PositiveSmallIntegerField(default=0)
    next_attempt_at = models.DateTimeField()
    settled_at = models.DateTimeField(null=True, help_text="when it arrived, or was given up")
    answer: "models.JSONField[dict[str, Any]]" = models.JSONField(
        default=dict, help_text='of the last attempt: {"code": "status", "parameters": {"status": 500}}'
    )

    objects: ClassVar[DeliveryManager] = DeliveryManager()  # pyright: ignore[reportIncompatibleVariableOverride]

    if TYPE_CHECKING:
        operation_id: int | None

    class Meta:
        ordering = ("-pk",)
        constraints = (
            models.UniqueConstraint(fields=["operation", "channel"], name="one_message_per_sync_and_receiver"),
        )
        indexes = (models.Index(fields=["next_attempt_at"], name="delivery_is_waiting", condition=Q(state="waiting")),)

    def __str__(self) -> str:
        return f"{self.event} to {self.channel} ({self.state})"

    @property
    def attempts_left(self) -> int:
        """How many attempts may still be made."""
        return len(PAUSES) + 1 - self.attempts

    def hand_over(self, now: datetime) -> bool:
        """Leave the attempt that is due to the queue, unless somebody has."""
        as_read = self._expect(self.attempts).filter(next_attempt_at=self.next_attempt_at)
        return bool(as_read.update(next_attempt_at=now + QUEUED_FOR))

    def begin(self, attempt: int, now: datetime) -> bool:
        """Begin an attempt, the first being 0, if nobody has."""
        pause = PAUSES[min(attempt, len(PAUSES) - 1)]
        begun = self._expect(attempt).update(attempts=attempt + 1, next_attempt_at=now + pause)
        self.attempts = attempt + 1
        return bool(begun)

    def settle(self, state: "Delivery.State", answer: dict[str, Any], now: datetime, wait: timedelta) -> bool:
        """Write down what came of the attempt that was begun; the next one comes after that time, or the pause."""
        said: dict[str, object] = {"state": state, "answer": answer}
        if state != self.State.WAITING:
            said["settled_at"] = now
        elif wait > PAUSES[min(self.attempts, len(PAUSES)) - 1]:
            said["next_attempt_at"] = now + wait
        return bool(self._expect(self.attempts).update(**said))

    def _expect(self, attempts: int) -> DeliveryQuerySet:
        waiting = Delivery.objects.get_queryset().filter(state=self.State.WAITING)
        return waiting.filter(pk=self.pk, attempts=attempts)
