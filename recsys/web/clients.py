"""Client names for rate limits: requests of one address, or of one IPv6 network, count together."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterable

from starlette.types import Scope

from recsys import settings

UNKNOWN = "this machine"  # loopback, an untrusted proxy, or no address at all
IPV6_NETWORK = 64  # bits that a provider gives to one household


def client_of(scope: Scope) -> str:
    """The client name of a request."""
    forwarded = [value.decode("latin-1") for name, value in scope["headers"] if name == b"x-forwarded-for"]
    return client_name((scope.get("client") or ("",))[0], forwarded)


def client_name(address: str | None, forwarded: Iterable[str] = ()) -> str:
    """A name for a client's address; all of `UNKNOWN` count as one.

    The server trusts an `X-Forwarded-For` from its own machine unless trusted proxies are set. A client that reaches it
    directly could then send a new address with each request, so without that setting the header is ignored.

    >>> client_name("203.0.113.9"), client_name("2001:db8::1"), client_name("127.0.0.1")
    ('203.0.113.9', '2001:db8::/64', 'this machine')
    """
    hops = {hop.strip() for value in forwarded for hop in value.split(",")}
    if not settings.trusted_proxies() and any(hop.startswith((address or "-", f"[{address}]")) for hop in hops):
        return UNKNOWN
    try:
        ip = ipaddress.ip_address(address or "")
    except ValueError:
        return UNKNOWN
    if ip.is_loopback:
        return UNKNOWN
    if isinstance(ip, ipaddress.IPv6Address) and not ip.ipv4_mapped:
        return str(ipaddress.ip_network((ip, IPV6_NETWORK), strict=False))
    return str(getattr(ip, "ipv4_mapped", None) or ip)
