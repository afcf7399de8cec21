"""A subscriber cannot make us knock at doors inside: every way to write an inner address is refused."""

import asyncio
import socket
from typing import Any

import pytest

from tallystick.ports.connector import Misconfigured, Retryable
from tallystick.publishing.addresses import checked, is_public, reachable


@pytest.mark.parametrize(
    "address",
    [
        *(
            "127.0.0.1",
            "127.8.8.8",
            "0.0.0.0",  # noqa: S104 - nobody binds to it here
            "10.1.2.3",
            "172.16.0.1",
            "192.168.1.1",
            "169.254.169.254",
            "100.64.0.1",
        ),
        *("::1", "::", "fe80::1", "fe80::1%eth0", "fc00::1", "fd12::1", "::ffff:127.0.0.1", "::ffff:10.0.0.1"),
        *("64:ff9b::7f00:1", "64:ff9b::a9fe:a9fe", "2002:7f00:1::", "2002:a00:1::", "2001:0:7f00:1::80ff:fffe"),
        *("224.0.0.1", "ff02::1", "240.0.0.1", "255.255.255.255", "192.0.2.1", "198.18.0.1", "2001:db8::1", "nonsense"),
    ],
)
def test_an_inner_address_is_not_public(address: str) -> None:
    """Loopback, private, link-local, shared, reserved and wrapped ones are inside."""
    assert not is_public(address)


@pytest.mark.parametrize("address", ["8.8.8.8", "1.1.1.1", "2606:4700:4700::1111"])
def test_an_outer_address_is_public(address: str) -> None:
    """What anybody on the internet can reach is public."""
    assert is_public(address)


@pytest.mark.parametrize(
    "url",
    [
        *("http://example.com/", "ftp://example.com/", "file:///etc/passwd", "gopher://example.com/", "https://", "x"),
        *(
            "https://user:secret@example.com/",
            "https://example.com/#part",
            "https://example.com:99999/",
            "https://[::1",
        ),
        "https://example.com/" + "x" * 2000,
    ],
)
def test_a_url_that_cannot_be_told_safely(url: str) -> None:
    """Only https, to a host, without a user or a fragment."""
    with pytest.raises(Misconfigured):
        checked(url, is_private=False)


@pytest.mark.parametrize(
    "host", ["127.0.0.1", "2130706433", "0x7f.1", "0177.0.0.1", "127.1", "[::1]", "[::ffff:7f00:1]", "localhost", "0"]
)
async def test_every_spelling_of_this_machine_is_found_out(host: str) -> None:
    """However the address is written, it is judged by where it leads."""
    with pytest.raises((Misconfigured, Retryable)):
        await reachable(checked(f"https://{host}/", is_private=False), is_private=False)


async def test_a_name_that_leads_inside(monkeypatch: pytest.MonkeyPatch) -> None:
    """A name with one outer and one inner address is refused as a whole; a connection goes to what was looked at."""
    answers = [["93.184.216.34", "10.0.0.1"], ["93.184.216.34"]]

    async def resolve(*_: Any, **__: Any) -> list[Any]:
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (a, 443)) for a in answers.pop(0)]

    monkeypatch.setattr(asyncio.get_running_loop(), "getaddrinfo", resolve, raising=False)
    parts = checked("https://hooks.example/", is_private=False)
    with pytest.raises(Misconfigured):
        await reachable(parts, is_private=False)
    assert await reachable(parts, is_private=False) == "93.184.216.34"


async def test_an_inner_address_may_be_allowed_by_name() -> None:
    """Who adds the subscriber can say that it is inside, and then http will do."""
    parts = checked("http://127.0.0.1:8080/", is_private=True)
    assert await reachable(parts, is_private=True) == "127.0.0.1"
