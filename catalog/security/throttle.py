"""Limits wrong passwords: by account and address, by account, and by address, shared by all processes."""
# pyright: reportUnknownVariableType=false, reportUnknownMemberType=false, reportUnknownArgumentType=false
# Axes has no types.

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from axes.handlers.database import AxesDatabaseHandler
from axes.helpers import get_client_username
from axes.models import AccessAttempt, AccessLog
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from catalog.security.refusals import refuse

KNOWN_FOR = timedelta(days=30)
"""How long an address counts as known to an account that has signed in from it."""


@dataclass(frozen=True)
class Rule:
    """So many wrong passwords within the cool-down lock what they have in common."""

    scope: str
    fields: tuple[str, ...]
    limit: int
    strangers_only: bool = False


# Whoever guesses from one address is stopped early, without a way to lock others out. Guessing from many addresses is
# slow, and locks an account only where it has never signed in: its owner still gets in. See decision 0031.
RULES = (
    Rule("both", ("username", "ip_address"), 5),
    Rule("account", ("username",), 20, strangers_only=True),
    Rule("address", ("ip_address",), 50),
)


class LoginThrottle(AxesDatabaseHandler):
    """Axes' own handler, with a limit for each rule."""

    def get_failures(self, request: HttpRequest, credentials: dict[str, Any] | None = None) -> int:
        """Return how many rules are broken."""
        return sum(1 for _ in locks(request, credentials))

    def user_logged_in(self, sender: object, request: HttpRequest, user: Any, **kwargs: Any) -> None:  # noqa: ANN401
        """Remember the address, and forget those of long ago."""
        super().user_logged_in(sender, request, user, **kwargs)
        AccessLog.objects.filter(attempt_time__lt=timezone.now() - KNOWN_FOR).delete()


def locks(request: HttpRequest, credentials: dict[str, Any] | None) -> "list[tuple[Rule, datetime]]":
    """Return the rules that are broken, and until when."""
    client = {
        "username": _username(request, credentials),
        "ip_address": getattr(request, "axes_ip_address", None) or "",
    }
    found = [(rule, _locked_until(rule, client)) for rule in RULES if all(client[name] for name in rule.fields)]
    return [(rule, until) for rule, until in found if until and not (rule.strangers_only and _is_known(client))]


def _username(request: HttpRequest, credentials: dict[str, Any] | None) -> str:
    return str(get_client_username(request, credentials) or "")


def _locked_until(rule: Rule, client: dict[str, str]) -> datetime | None:
    """Return when so many failures have cooled down that fewer than the limit are left."""
    since = timezone.now() - settings.AXES_COOLOFF_TIME
    failures = AccessAttempt.objects.filter(
        **{name: client[name] for name in rule.fields}, attempt_time__gte=since
    ).order_by("attempt_time")
    counted = list(failures.values_list("attempt_time", "failures_since_start"))
    left = sum(count for _, count in counted)
    if left < rule.limit:
        return None
    for at, count in counted:
        left -= count
        if left < rule.limit:
            return at + settings.AXES_COOLOFF_TIME
    return None


def _is_known(client: dict[str, str]) -> bool:
    return AccessLog.objects.filter(**client, attempt_time__gte=timezone.now() - KNOWN_FOR).exists()


def locked_out(
    request: HttpRequest, _response: HttpResponse | None, credentials: dict[str, Any] | None
) -> HttpResponse:
    """Answer 429 and say for how long."""
    broken = locks(request, credentials)
    rule, until = max(broken, key=lambda each: each[1]) if broken else (RULES[0], timezone.now())
    minutes = max(1, -(-(until - timezone.now()) // timedelta(minutes=1)))
    told = {"scope": rule.scope, "minutes": minutes, "username": _username(request, credentials)}
    response = refuse(request, "locked_out", 429, "403.html", **told)
    response["Retry-After"] = str(minutes * 60)
    return response
