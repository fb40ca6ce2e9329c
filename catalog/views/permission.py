"""Who may start, cancel, force and undo syncs, and how soon again."""

from datetime import timedelta

from django.conf import settings
from django.contrib.auth import get_user_model
from django.contrib.auth.models import AbstractBaseUser, AnonymousUser
from django.db.models.functions import Now

from catalog.models import SyncOperation

User = AbstractBaseUser | AnonymousUser


def is_staff(user: User) -> bool:
    """Whether somebody may accept a sheet that shrank, undo a sync, and see removed albums."""
    return bool(getattr(user, "is_staff", False))


def may_cancel(user: User, operation: SyncOperation) -> bool:
    """Whether somebody may cancel an operation: who may start one like it."""
    return is_staff(user) or (may_sync(user) and not operation.is_for_staff)


def may_sync(user: User) -> bool:
    """Whether somebody may start and cancel syncs and previews."""
    return settings.SYNC.permission == "anyone" or is_staff(user)


def cooldown_seconds(user: User, kind: SyncOperation.Kind = SyncOperation.Kind.SYNC) -> int:
    """Return how long somebody who is not staff has to wait, in whole seconds, 0 if not at all."""
    if is_staff(user) or not settings.SYNC.cooldown_seconds:
        return 0
    staff = get_user_model().objects.filter(is_staff=True).values("username")
    pressed = SyncOperation.objects.filter(kind=kind, trigger=SyncOperation.Trigger.BUTTON).exclude(
        started_by__in=staff
    )
    last = pressed.annotate(now=Now()).values_list("created_at", "now").first()
    if last is None:
        return 0
    created, now = last
    left = timedelta(seconds=settings.SYNC.cooldown_seconds) - (now - created)
    return max(0, -(-left // timedelta(seconds=1)))
