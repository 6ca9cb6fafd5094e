"""Which addresses of the network a source may reach: public ones, and those a person named.

A page, a redirect or a name server of strangers must not make a harvest read what only this
machine can reach. So the address itself is judged, after the name was resolved and at the moment
of connecting: a name that resolves to something else the next time gains nothing.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Iterable
from typing import Final
from urllib.parse import urlsplit

Address = ipaddress.IPv4Address | ipaddress.IPv6Address

_NAT64: Final = (
    ipaddress.IPv6Network("64:ff9b::/96"),  # RFC 6052, the well-known prefix
    ipaddress.IPv6Network("64:ff9b:1::/48"),  # RFC 8215, for local use
)
_IPV4_COMPATIBLE: Final = ipaddress.IPv6Network("::/96")  # RFC 4291, deprecated, still parsed


def is_public(text: str) -> bool:
    """Whether an IP address belongs to the public internet, and to one host there.

    IPv4 addresses wrapped into IPv6 (mapped, compatible, NAT64, 6to4, Teredo) are unwrapped, and
    both sides must be public. What is no address is not public.
    """
    try:
        address = ipaddress.ip_address(text.partition("%")[0])
    except ValueError:
        return False
    return all(_is_public(one) for one in (*_unwrapped(address), *_outer(address)))


def _is_public(address: Address) -> bool:
    return address.is_global and not address.is_multicast and not address.is_reserved


def _unwrapped(address: Address) -> list[Address]:
    """IPv4 addresses that an IPv6 address carries."""
    if isinstance(address, ipaddress.IPv4Address):
        return []
    inside: list[Address] = []
    if address.ipv4_mapped:
        inside.append(address.ipv4_mapped)
    if address.sixtofour:
        inside.append(address.sixtofour)
    if address.teredo:
        inside += address.teredo
    if address in _IPV4_COMPATIBLE or any(address in network for network in _NAT64):
        inside.append(ipaddress.IPv4Address(int(address) & 0xFFFF_FFFF))
    return inside


def _outer(address: Address) -> list[Address]:
    """The address itself, unless it is only a wrapper that no router would take as it is."""
    if isinstance(address, ipaddress.IPv6Address) and (
        address.ipv4_mapped or address in _NAT64[0] or address in _IPV4_COMPATIBLE
    ):
        return []
    return [address]


class Reach:
    """What one source may connect to beside the public internet.

    Args:
        allowed: host names, addresses and networks ("10.1.0.0/16") named in the settings.
        source_url: the source's own address; if a person gave a host of this machine
            ("127.0.0.1", "localhost"), exactly that host may be reached.
    """

    def __init__(self, allowed: Iterable[str], source_url: str) -> None:
        self._names: set[str] = set()
        self._networks: list[ipaddress.IPv4Network | ipaddress.IPv6Network] = []
        for one in allowed:
            self._allow(one)
        own = host_of(source_url)
        if is_loopback(own):
            self._allow(own)

    def _allow(self, one: str) -> None:
        try:
            self._networks.append(ipaddress.ip_network(one.strip("[]"), strict=False))
        except ValueError:
            self._names.add(one.rstrip(".").lower())

    def permits(self, address: str, host: str) -> bool:
        """Whether `address`, to which the host of a request resolved, may be connected to."""
        if is_public(address) or host in self._names:
            return True
        try:
            found = ipaddress.ip_address(address.partition("%")[0])
        except ValueError:
            return False
        return any(found in network for network in self._networks)


def is_loopback(host: str) -> bool:
    """Whether a host, as written in an address, is this machine."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def host_of(url: str) -> str:
    """The host of an address in small letters, without the dot that may end it."""
    return (urlsplit(url).hostname or "").rstrip(".").lower()
