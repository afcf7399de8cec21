"""Which addresses a subscriber may have: on the public internet, unless somebody has said that this one need not be.

A name is resolved once, every address it leads to is looked at, and the connection goes to one that was looked at: a
name that changes its mind between the look and the connection leads nowhere.
"""

import asyncio
import ipaddress
import socket
from typing import Final
from urllib.parse import SplitResult, urlsplit

from tallystick.ports.connector import Misconfigured, Retryable

_NAT64: Final = ipaddress.ip_network("64:ff9b::/96")
URL_LENGTH_MAX: Final = 2000

IpAddress = ipaddress.IPv4Address | ipaddress.IPv6Address


def checked(url: str, *, is_private: bool) -> SplitResult:
    """Return the parts of a subscriber's URL; raise `Misconfigured` for one that cannot be told safely."""
    try:
        parts = urlsplit(url)
        _ = parts.port
    except ValueError as wrong:
        raise Misconfigured(f"{url!r} is no URL: {wrong}") from None
    if len(url) > URL_LENGTH_MAX or not parts.hostname:
        raise Misconfigured(
            f"{url!r} is no URL of a subscriber: it needs a host and at most {URL_LENGTH_MAX} characters"
        )
    if parts.username or parts.password or parts.fragment:
        raise Misconfigured("a subscriber's URL holds no user, password or fragment: what is told is signed instead")
    if parts.scheme != "https" and not (is_private and parts.scheme == "http"):
        raise Misconfigured("a subscriber on the public internet is told over https only")
    return parts


def is_public(text: str) -> bool:
    """Say whether an address is on the public internet, also one that is wrapped in another."""
    try:
        address: IpAddress = ipaddress.ip_address(text.partition("%")[0])
    except ValueError:
        return False
    if isinstance(address, ipaddress.IPv6Address):
        inner = [address.ipv4_mapped, address.sixtofour, *(address.teredo or ())]
        if address in _NAT64:
            inner.append(ipaddress.IPv4Address(int(address) & 0xFFFFFFFF))
        if any(a is not None and not is_public(str(a)) for a in inner):
            return False
    return address.is_global and not address.is_multicast and not address.is_reserved and not address.is_unspecified


async def reachable(parts: SplitResult, *, is_private: bool) -> str:
    """Return the address to connect to; raise `Misconfigured` when any that the name leads to is not public."""
    port = parts.port or (443 if parts.scheme == "https" else 80)
    try:
        found = await asyncio.get_running_loop().getaddrinfo(parts.hostname, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as unknown:
        raise Retryable(f"{parts.hostname} cannot be found: {unknown}") from unknown
    addresses = [str(entry[4][0]) for entry in found]
    if not is_private:
        inside = [a for a in addresses if not is_public(a)]
        if inside:
            raise Misconfigured(f"{parts.hostname} leads to {inside[0]}, which is not on the public internet")
    return addresses[0]
