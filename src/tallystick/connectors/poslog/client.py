"""Cutting a POSLog file into one delivery for each transaction."""

from collections.abc import Iterator
from hashlib import sha256

from lxml import etree

from tallystick.connectors.poslog.reading import NAMESPACE, Element, named, text, transactions
from tallystick.kit.boxes.coverage import Left
from tallystick.kit.boxes.mailbox import digest_of
from tallystick.ports.connector import Delivery

_HEAD = f'<POSLog xmlns="{NAMESPACE}">'.encode()
_TAIL = b"</POSLog>"


def deliveries(body: bytes, source: str) -> Iterator[Delivery]:
    """Yield a delivery for each transaction; one for the rest of a file that cannot be read, to be quarantined whole."""
    cut = 0
    try:
        for element in transactions(body):
            cut += 1
            yield _delivery(element, source)
    except Left:
        yield _whole(body, source)
        return
    if not cut:
        yield _whole(body, source)


def alone(element: Element) -> bytes:
    """Return a transaction as a POSLog of its own."""
    return _HEAD + etree.tostring(element, with_tail=False) + _TAIL


def till_subject(source: str, store: str, day: str) -> str:
    """Return whom the messages of a shop's day belong to."""
    return f"till/{source}/{store}/{day}"


def member_of(element: Element) -> str:
    """Return the till's own id of the customer of a transaction, empty where nobody is named."""
    for line in element.iterfind("{*}RetailTransaction/{*}LineItem"):
        member = text(line, "LoyaltyMembership", "MembershipID") or text(line, "LoyaltyMembership", "LoyaltyID")
        if member.strip("0"):
            return member
    return text(element, "RetailTransaction", "Customer", "CustomerID")


def _delivery(element: Element, source: str) -> Delivery:
    body, key = alone(element), named(element)
    name = key.basket if key.is_whole else f"nameless#{digest_of(body)}"
    subject = till_subject(source, key.store, key.day) if key.is_whole else f"till/{source}/nameless"
    person = member_of(element) or None
    return Delivery(source=source, id=name, subject=subject, body=body, digest=sha256(body).digest(), person=person)


def _whole(body: bytes, source: str) -> Delivery:
    name = f"file#{digest_of(body)}"
    return Delivery(source=source, id=name, subject=f"till/{source}/{name}", body=body, digest=sha256(body).digest())
