"""Reading POSLog XML: no entity, no DTD, no network, no archive; one transaction at a time."""

import re
from collections.abc import Iterator
from io import BytesIO
from typing import Any, Final

from lxml import etree
from msgspec import Struct

from tallystick.connectors.poslog.coverage import DOCTYPE, FIELD, PACKED, UNREADABLE
from tallystick.kit.boxes.coverage import Left

NAMESPACE: Final = "http://www.nrf-arts.org/IXRetail/namespace/"
FILE_BYTES_MAX: Final = 48_000_000
"""A real transaction was seen to take 18 kB: these are some 2,500 of them."""
TRANSACTIONS_MAX: Final = 20_000
EVENTS_MAX: Final = 120_000
"""A start and an end of each element of one transaction. Beyond 65,535 members lxml's `clear` does not come back."""
_LONG_TAG: Final = re.compile(rb"<[^<]{1000000}")
"""No `<` stands within a tag (XML 1.0, 3.1): so long a one holds more attributes than the memory."""
_PACKED: Final = (b"PK\x03\x04", b"\x1f\x8b", b"BZh", b"\xfd7zXZ", b"(\xb5/\xfd")
Element = etree._Element  # noqa: SLF001 - lxml has no public name for the type of an element


class Named(Struct, frozen=True):
    """A transaction's business key, as far as it has one."""

    store: str
    workstation: str
    day: str
    number: str

    @property
    def is_whole(self) -> bool:
        """Say whether nothing of it is missing."""
        return bool(self.store and self.workstation and self.day and self.number)

    @property
    def basket(self) -> str:
        """The name of its basket."""
        return f"{self.store}-{self.workstation}-{self.day}-{self.number}"


def transactions(body: bytes) -> Iterator[Element]:
    """Yield the transactions of a POSLog, each to be read before the next is asked for; raise `Left` where it is none."""
    if body.startswith(_PACKED):
        raise Left(PACKED, "it is packed", "unpack it and send the XML itself")
    if _LONG_TAG.search(body):
        raise Left(UNREADABLE, "a tag or a text of a million characters", "have it written again")
    found = etree.iterparse(
        BytesIO(body), events=("start", "end"), resolve_entities=False, load_dtd=False, no_network=True, huge_tree=False
    )
    depth = size = count = 0
    try:
        for event, element in found:
            depth += 1 if event == "start" else -1
            size = size + 1 if depth > 1 else 0
            if size > EVENTS_MAX:
                raise Left(
                    UNREADABLE, f"a transaction of more than {EVENTS_MAX // 2} elements", "have it written in parts"
                )
            if event == "start" and depth == 1:
                _check_root(element)
            if event == "end" and depth == 1 and local(element) == "Transaction":
                count += 1
                if count > TRANSACTIONS_MAX:
                    raise Left(UNREADABLE, f"more than {TRANSACTIONS_MAX} transactions", "have it written in parts")
                yield element
                element.clear(keep_tail=False)
    except etree.XMLSyntaxError as wrong:
        raise Left(UNREADABLE, f"it is no well-formed XML: {str(wrong)[:200]}", "have it written again") from wrong


def _check_root(root: Element) -> None:
    if getattr(root.getroottree().docinfo, "doctype", ""):
        raise Left(DOCTYPE, "it declares a document type", "have it written without <!DOCTYPE>")
    if local(root) != "POSLog":
        raise Left(UNREADABLE, f"its root is {local(root)!r}", "send a POSLog: a root <POSLog> with <Transaction>s")


def local(element: Element) -> str:
    """Return an element's name without its namespace; empty for a comment or the like."""
    tag: Any = element.tag
    return tag.rpartition("}")[2] if isinstance(tag, str) else ""


def children(element: Element, name: str) -> list[Element]:
    """Return the members called *name*, whichever namespace they are of: makers extend the standard by their own."""
    return [child for child in element if local(child) == name]


def child(element: Element, *path: str) -> Element | None:
    """Return the first member down a *path*."""
    found: Element | None = element
    for name in path:
        found = next(iter(children(found, name)), None) if found is not None else None
    return found


def text(element: Element | None, *path: str) -> str:
    """Return the text of a member down a *path*, empty where there is none."""
    found = child(element, *path) if element is not None else None
    return (found.text or "").strip() if found is not None else ""


def flag(element: Element, name: str) -> bool:
    """Say whether an attribute, of whatever namespace, is true."""
    return attribute(element, name) in {"true", "1"}


def attribute(element: Element, name: str) -> str:
    """Return an attribute of whatever namespace, empty where there is none."""
    for key, value in element.attrib.items():
        if str(key).rpartition("}")[2] == name:
            return str(value).strip()
    return ""


def needed(element: Element, *path: str) -> str:
    """Return the text down a *path*; raise `Left` where there is none."""
    found = text(element, *path)
    if not found:
        raise Left(FIELD, f"{'/'.join(path)} is missing", "have the transaction written with it, and send it again")
    return found


def named(transaction: Element) -> Named:
    """Return a transaction's business key."""
    store = text(transaction, "RetailStoreID") or text(transaction, "BusinessUnit", "UnitID")
    parts = ("WorkstationID", "BusinessDayDate", "SequenceNumber")
    return Named(store, *(text(transaction, name) for name in parts))
