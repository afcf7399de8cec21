"""A payout and what it is made of, to each order's part in it. Pure; what belongs to no order waits for a person."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from typing import Any, Final

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from tallystick.connectors.stripe.faults import Unclear
from tallystick.connectors.stripe.money import Digits
from tallystick.connectors.stripe.objects import Event
from tallystick.kit.quarantine import fault_of
from tallystick.messages.payments import SettlementReported
from tallystick.model.amount import AmountError
from tallystick.ports.connector import Connection, Delivery, Fault

PAID: Final = "payout.paid"
SETTLED: Final = "/settled"
_ITSELF: Final = "payout"


class Payout(Struct, frozen=True):
    """A payout: what reached the bank."""

    id: str
    amount: int
    currency: str


class Source(Struct, frozen=True):
    """What a transaction is about: a charge, which has its payment's metadata, or a refund, which has ours."""

    metadata: Mapping[str, str] = {}


class Transaction(Struct, frozen=True):
    """One movement of Stripe's balance; `net` is `amount` less `fee`."""

    id: str
    type: str
    amount: int
    fee: int
    net: int
    currency: str
    source: Any = None
    fx: Any = msgspec.field(default=None, name="exchange_rate")


class Parts(Struct, frozen=True):
    """A payout's event, and the transactions that were read with it."""

    event: Event
    transactions: tuple[Transaction, ...]


def payout_delivery(source: str, event: Any, transactions: Sequence[Any]) -> Delivery:
    """Keep a payout's event with its transactions. Its id is not the bare event's, which may come by webhook too."""
    told = {"event": {k: event[k] for k in ("id", "type", "created", "data")}, "transactions": list(transactions)}
    body = json.dumps(told, ensure_ascii=False, sort_keys=True).encode()
    name = str(event["data"]["object"]["id"])
    digest = hashlib.sha256(body).digest()
    return Delivery(source=source, id=event["id"] + SETTLED, subject=f"payout/{name}", body=body, digest=digest)


def parts_of(delivery: Delivery, connection: Connection, digits: Digits) -> tuple[Event, list[Struct], list[Fault]]:
    """Return each order's part of a payout, and a fault for each transaction that is no order's.

    Raises `Unclear` or `msgspec.DecodeError` where the payout as a whole cannot be believed.
    """
    told = msgspec.json.decode(delivery.body, type=Parts)
    payout = msgspec.json.decode(told.event.data.object, type=Payout)
    movements = [t for t in told.transactions if t.type != _ITSELF]
    _refuse_other_total(payout, movements)
    sums: dict[str, tuple[int, int]] = {}
    faults = []
    for one in movements:
        try:
            order, gross, fee = _part(one, payout, digits)
        except (Unclear, AmountError, msgspec.ValidationError) as wrong:
            faults.append(_fault(delivery, one, str(wrong)))
            continue
        before = sums.get(order, (0, 0))
        sums[order] = (before[0] + gross, before[1] + fee)
    bank = connection.settings.get("bank", "")
    told_of: list[Struct] = [
        SettlementReported(order, connection.name, payout.id, bank, gross, fee) for order, (gross, fee) in sums.items()
    ]
    return told.event, told_of, faults


def _refuse_other_total(payout: Payout, movements: Sequence[Transaction]) -> None:
    total = sum(t.net for t in movements)
    if total != payout.amount:
        raise Unclear(f"payout {payout.id} is {payout.amount}, and its transactions come to {total}: some are missing")


def _part(one: Transaction, payout: Payout, digits: Digits) -> tuple[str, int, int]:
    """Return a transaction's order, gross and fee."""
    if one.fx is not None or one.currency != payout.currency:
        raise Unclear("it was exchanged into another currency, which this book does not do")
    if one.amount - one.fee != one.net:
        raise Unclear(f"amount {one.amount} less fee {one.fee} is not net {one.net}")
    order = msgspec.convert(one.source or {}, Source).metadata.get("order", "")
    if not order:
        raise Unclear(f"{one.type} names no order in its source's metadata")
    return order, digits.ours(one.amount, one.currency), digits.ours(one.fee, one.currency)


def _fault(delivery: Delivery, one: Transaction, reason: str) -> Fault:
    remedy = "book it by hand (`tally entry`), or by a statement; then drop this letter"
    whole = fault_of(delivery, f"{one.id}: {reason}", remedy)
    return replace(whole, id=f"{delivery.id}/{one.id}", where=one.id, body=msgspec.json.encode(one))
