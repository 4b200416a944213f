"""Whose requests are counted together: those of one address, or of one network of it."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterable

from starlette.types import Scope

from recsys import settings

UNKNOWN = "this machine"  # loopback, a proxy that nobody told us to trust, or no address at all
IPV6_NETWORK = 64  # bits that a provider gives to one household


def client_of(scope: Scope) -> str:
    """The client of a request."""
    forwarded = [value.decode("latin-1") for name, value in scope["headers"] if name == b"x-forwarded-for"]
    return client_name((scope.get("client") or ("",))[0], forwarded)


def client_name(address: str | None, forwarded: Iterable[str] = ()) -> str:
    """A name for a client's address; all of `UNKNOWN` count as one.

    The server believes an `X-Forwarded-For` from its own machine unless it is told whom to trust. Whoever reaches
    it directly could then name a new address at each request, so without that setting the header counts for nothing.

    >>> client_name("203.0.113.9"), client_name("2001:db8::1"), client_name("127.0.0.1")
    ('203.0.113.9', '2001:db8::/64', 'this machine')
    """
    named = {part.strip() for value in forwarded for part in value.split(",")}
    if not settings.trusted_proxies() and any(part.startswith((address or "-", f"[{address}]")) for part in named):
        return UNKNOWN
    try:
        known = ipaddress.ip_address(address or "")
    except ValueError:
        return UNKNOWN
    if known.is_loopback:
        return UNKNOWN
    if isinstance(known, ipaddress.IPv6Address) and not known.ipv4_mapped:
        return str(ipaddress.ip_network((known, IPV6_NETWORK), strict=False))
    return str(getattr(known, "ipv4_mapped", None) or known)
