"""What is done now and then by whoever comes first."""

from datetime import timedelta

from django.db import IntegrityError, models, transaction
from django.db.models.functions import Now


class Upkeep(models.Model):
    """When a task was last begun. Beginning one claims it, so that one process of many does it."""

    task = models.CharField(max_length=30, unique=True)
    begun_at = models.DateTimeField(db_default=Now())

    def __str__(self) -> str:
        return f"{self.task} {self.begun_at:%Y-%m-%d %H:%M}"

    @classmethod
    def claim(cls, task: str, every: timedelta) -> bool:
        """Whether the task is due, by the database's clock, and this call is the first to begin it.

        A time in the future is of a clock that has been put back since: it counts for nothing.
        """
        begun = cls.objects.filter(task=task)
        due = begun.filter(models.Q(begun_at__lte=Now() - every) | models.Q(begun_at__gt=Now() + every))
        if due.update(begun_at=Now()):
            return True
        if begun.exists():
            return False
        try:
            with transaction.atomic():
                cls.objects.create(task=task)
        except IntegrityError:
            return False
        return True
