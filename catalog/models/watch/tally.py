"""Numbers that only grow, whichever process counts: metrics that survive restarts and what is pruned."""

from collections import defaultdict
from collections.abc import Mapping

from django.db import IntegrityError, models, transaction
from django.db.models import F


class Tally(models.Model):
    """How much of something there has been so far, by a label such as ``api/ok``."""

    name = models.CharField(max_length=40)
    label = models.CharField(max_length=80)
    value = models.FloatField(default=0.0)

    class Meta:
        ordering = ("name", "label")
        constraints = (models.UniqueConstraint(fields=["name", "label"], name="one_tally_per_name_and_label"),)

    def __str__(self) -> str:
        return f"{self.name} {self.label}: {self.value:g}"

    @classmethod
    def add(cls, name: str, amounts: Mapping[str, float]) -> None:
        """Add to some labels of a name, always in the same order, so that processes don't lock each other out."""
        for label, amount in sorted(amounts.items()):
            counted = cls.objects.filter(name=name, label=label)
            if counted.update(value=F("value") + amount):
                continue
            try:
                with transaction.atomic():
                    cls.objects.create(name=name, label=label, value=amount)
            except IntegrityError:  # another process was faster
                counted.update(value=F("value") + amount)

    @classmethod
    def read(cls) -> Mapping[str, dict[str, float]]:
        """Return all tallies by name and label; a name that nobody has counted yet has none."""
        tallies: defaultdict[str, dict[str, float]] = defaultdict(dict)
        for name, label, value in cls.objects.values_list("name", "label", "value"):
            tallies[name][label] = value
        return tallies
