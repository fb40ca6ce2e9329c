"""Whom the X-Forwarded headers are believed: the proxies that a setting names, and nobody else."""

from collections.abc import Callable
from ipaddress import IPv6Address, ip_address, ip_network
from typing import Final

from django.conf import settings
from django.http import HttpRequest, HttpResponse

FOR, PROTO = "HTTP_X_FORWARDED_FOR", "HTTP_X_FORWARDED_PROTO"
BEHIND: Final = "progmetal.behind"
"""The key of what a request came through: `trusted` or `unknown` is a proxy, nothing is none."""

BITS_OF_A_NETWORK = 64
"""Whoever has one IPv6 address has all of its network."""


class ProxyMiddleware:
    """Set scheme and client as a trusted proxy tells them, and forget what others tell."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Read the headers before anybody else does."""
        told_for, told_proto = request.META.pop(FOR, ""), request.META.pop(PROTO, "")
        is_trusted = is_trusted_proxy(request.META.get("REMOTE_ADDR", ""))
        request.META[BEHIND] = "trusted" if is_trusted else "unknown" if told_proto else ""
        if is_trusted:
            proto = told_proto.rpartition(",")[2].strip().lower()
            request.META[BEHIND] = "trusted" if proto in ("http", "https") else "silent"
            if proto == "https":
                request.META["wsgi.url_scheme"] = proto
            request.META["REMOTE_ADDR"] = _client(told_for) or request.META["REMOTE_ADDR"]
        return self._get_response(request)


def is_trusted_proxy(address: str) -> bool:
    """Whether an address belongs to a proxy of ours."""
    try:
        found = ip_address(address)
    except ValueError:
        return False
    mapped = found.ipv4_mapped if isinstance(found, IPv6Address) else None
    return any((mapped or found) in network for network in settings.TRUSTED_PROXIES)


def _client(told: str) -> str:
    """Return the last address that isn't a proxy of ours: what stands before it may be invented."""
    for written in reversed(told.split(",")):
        address = written.strip()
        try:
            ip_address(address)
        except ValueError:
            return ""
        if not is_trusted_proxy(address):
            return address
    return ""


def client_network(request: HttpRequest) -> str | None:
    """Return the address whose attempts to sign in count together."""
    try:
        address = ip_address(request.META.get("REMOTE_ADDR", ""))
    except ValueError:
        return None
    if not isinstance(address, IPv6Address) or address.ipv4_mapped:
        return str(address)
    return str(ip_network((address, BITS_OF_A_NETWORK), strict=False).network_address)
