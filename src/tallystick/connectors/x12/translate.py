"""What an interchange says: every set translated, or a fault that names what is wrong with it. Pure."""

from collections.abc import Iterator

import msgspec
from msgspec import Struct

from tallystick.connectors.x12.advices import READERS
from tallystick.connectors.x12.coverage import (
    ENVELOPE,
    FIELD,
    GAP,
    GROUP,
    KNOWN_WITHOUT_PROCESS,
    NO_PROCESS,
    OURS_TO_SEND,
    SENT,
    SET,
    UNKNOWN,
)
from tallystick.connectors.x12.cut import wrapped
from tallystick.connectors.x12.elements import Moment, Partner, Said, moment
from tallystick.connectors.x12.envelopes import REMEDY, Group, Interchange, Segment, TransactionSet, interchanges
from tallystick.connectors.x12.purchases import PURCHASE_READERS, is_unordered
from tallystick.kit.boxes.coverage import Left, fault_left
from tallystick.kit.boxes.gaps import Missing
from tallystick.kit.boxes.mailbox import digest_of
from tallystick.ports.connector import Delivery, Fault, Report, Translation

JOIN = "set `purchases=yes` where this supplier's purchases stand in the book, and try the letter again; else drop it"
LATER = "nothing has to be done: it is kept and acknowledged, and can be tried again once a process takes it"


def translate(delivery: Delivery, partner: Partner) -> Translation:
    """Say what a delivery means: a set, a group, an interchange, or a whole file of them."""
    if delivery.body.startswith(b'{"type":"gap"'):
        return Translation(faults=(_gap(delivery),))
    reports: list[Report] = []
    faults: list[Fault] = []
    for found, body in _parts(delivery.body, partner):
        if isinstance(found, Left):
            faults.append(fault_left(delivery, found, body, len(faults)))
        else:
            reports += found
    return Translation(tuple(reports), tuple(faults))


def standing(one: TransactionSet, group: Group, partner: Partner) -> str:
    """Return what 997 says of a set: nothing where it is taken, else the syntax error code (AK502)."""
    if one.flaw:
        return one.error
    try:
        _said(one, group, partner)
    except Left as left:
        return "" if left.name == NO_PROCESS else "1" if left.name in (UNKNOWN, SENT) else "5"
    return ""


def _parts(body: bytes, partner: Partner) -> Iterator[tuple[list[Report] | Left, bytes]]:
    for whole in interchanges(body):
        if isinstance(whole, Left):
            yield whole, body
        elif whole.flaw:
            yield Left(ENVELOPE, f"{whole.control} of {whole.sender}: {whole.flaw}", REMEDY), whole.text.encode()
        else:
            for group in whole.groups:
                yield from _of_group(whole, group, partner)


def _of_group(whole: Interchange, group: Group, partner: Partner) -> Iterator[tuple[list[Report] | Left, bytes]]:
    if group.flaw:
        left = Left(GROUP, f"{group.functional} {group.control}: {group.flaw}", REMEDY)
        yield left, wrapped(whole, group, group.sets, group.tail)
        return
    for one in group.sets:
        try:
            yield _said(one, group, partner), b""
        except Left as left:
            yield left, wrapped(whole, group, (one,), Segment(("GE", "1", group.control)))


def _said(one: TransactionSet, group: Group, partner: Partner) -> list[Report]:
    if one.flaw:
        raise Left(SET, f"{one.code} {one.control} of group {group.control}: {one.flaw}", REMEDY)
    if partner.purchases and one.code in PURCHASE_READERS and not is_unordered(one):
        return _reports(PURCHASE_READERS[one.code](one, partner), group, partner)
    if one.code in KNOWN_WITHOUT_PROCESS:
        reason = f"{one.code} {one.control} is {KNOWN_WITHOUT_PROCESS[one.code]}: no process takes it yet"
        raise Left(NO_PROCESS, reason, JOIN if one.code in PURCHASE_READERS else LATER)
    if one.code in OURS_TO_SEND:
        raise Left(
            SENT,
            f"{one.code} {one.control} is for warehouses, and we are none",
            "tell the sender; then drop this letter",
        )
    if one.code not in READERS:
        raise Left(
            UNKNOWN, f"{one.code[:6]} {one.control} is none of {', '.join(sorted(READERS))}", "drop it, or ask for it"
        )
    return _reports(READERS[one.code](one, partner), group, partner)


def _reports(of: Said, group: Group, partner: Partner) -> list[Report]:
    name, subject, on, told = of
    return [
        _report(f"{name}#{digest_of(msgspec.json.encode(d))}", subject, d, (moment(group, on, partner), partner))
        for d in told
    ]


def _report(name: str, subject: str, data: Struct, of: tuple[Moment, Partner]) -> Report:
    """A report is known by its content: the same set again, under whatever number, is the same report."""
    when, partner = of
    return Report(id=name, subject=subject, data=data, time=when.at, on=when.on, zone=partner.zone.key)


def _gap(delivery: Delivery) -> Fault:
    try:
        gap = msgspec.json.decode(delivery.body, type=Missing)
    except (msgspec.DecodeError, UnicodeDecodeError) as wrong:
        return fault_left(delivery, Left(FIELD, f"a gap that cannot be read: {wrong}", "drop it"), delivery.body)
    remedy = "ask the partner to send them again; drop this letter when they are here or were never written"
    return fault_left(
        delivery, Left(GAP, f"interchanges {gap.named} of {gap.sender} did not come", remedy), delivery.body
    )
