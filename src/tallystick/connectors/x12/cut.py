"""Cutting a file into deliveries: one for each set that is whole, one for each group or interchange that is not."""

from collections.abc import Iterable, Iterator
from hashlib import sha256

from tallystick.connectors.x12.envelopes import Group, Interchange, Segment, TransactionSet, interchanges
from tallystick.kit.boxes.coverage import Left
from tallystick.kit.boxes.mailbox import digest_of
from tallystick.ports.connector import Delivery

TWICE: frozenset[str] = frozenset({"23"})


def deliveries(body: bytes, source: str) -> Iterator[Delivery]:
    """Yield the deliveries of a file. The same interchange again has the same names: a duplicate is known as one."""
    for found in interchanges(body):
        if isinstance(found, Left):
            yield _delivery(source, f"file#{digest_of(body)}", body)
            continue
        name = f"{found.sender}/{found.control}"
        if found.flaw or any(g.error == "6" for g in found.groups):
            yield _delivery(source, name, found.text.encode())
            continue
        for group in found.groups:
            yield from _of_group(source, name, found, group)


def _of_group(source: str, name: str, whole: Interchange, group: Group) -> Iterator[Delivery]:
    """A group with something wrong in it stays together, so that it is seen again when it is translated."""
    if group.flaw or any(s.error in TWICE for s in group.sets):
        yield _delivery(source, f"{name}/{group.control}", wrapped(whole, group, group.sets, group.tail))
        return
    for one in group.sets:
        tail = Segment(("GE", "1", group.control))
        yield _delivery(source, f"{name}/{group.control}/{one.control}", wrapped(whole, group, (one,), tail))


def wrapped(whole: Interchange, group: Group, sets: Iterable[TransactionSet], tail: Segment | None) -> bytes:
    """Return sets of a group in envelopes of their own: as much of their interchange as they are understood by."""
    said = [whole.head, group.head, *(s for one in sets for s in one.segments), *((tail,) if tail else ())]
    text = "".join(whole.parts.join(s) + whole.ends for s in [*said, Segment(("IEA", "1", whole.control))])
    return text.encode()


def _delivery(source: str, name: str, body: bytes) -> Delivery:
    return Delivery(source=source, id=name, subject=f"x12/{source}/{name}", body=body, digest=sha256(body).digest())
