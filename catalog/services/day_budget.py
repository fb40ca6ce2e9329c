"""Counts the calls for single albums that development mode allows in a day, for all processes together."""

from datetime import timedelta

from django.db import transaction
from django.db.models import Count, Q

from catalog.models.spotify import SpotifyCall, SpotifyQuota
from catalog.services.clock import Clock

DAY = timedelta(hours=24)


class DayBudget:
    """So many calls in any 24 hours, at most half of them for visitors."""

    def __init__(self, calls: int, clock: Clock) -> None:
        self._calls = calls
        self._clock = clock

    def reserve(self, *, for_visitor: bool) -> bool:
        """Count a call before it is sent; return False if it must not be sent."""
        now = self._clock.now()
        with transaction.atomic():
            # Locks the row, so that processes count one after the other.
            SpotifyQuota.objects.select_for_update().get_or_create(pk=1)
            SpotifyCall.objects.filter(at__lte=now - DAY).delete()
            if self.left(for_visitor=for_visitor) <= 0:
                return False
            SpotifyCall.objects.create(at=now, for_visitor=for_visitor)
            return True

    def left(self, *, for_visitor: bool) -> int:
        """Return how many calls may still be sent now."""
        calls = SpotifyCall.objects.filter(at__gt=self._clock.now() - DAY)
        spent = calls.aggregate(all=Count("pk"), visitors=Count("pk", filter=Q(for_visitor=True)))
        left = self._calls - spent["all"]
        return min(left, self._calls // 2 - spent["visitors"]) if for_visitor else left
